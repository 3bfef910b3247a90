/*
 * Parameters of the drivers that are not PostgreSQL's: which driver takes which, and what else becomes of it.
 *
 * A constant table, after the connect() signatures of PyMySQL 1.1, mysqlclient 2.2, MySQL Connector/Python 9,
 * aiomysql 0.2, asyncmy 0.2, pymssql 2.3, python-oracledb 2 and what SQLAlchemy 2.0's dialects hand to them.
 */
#ifndef REWRITE_FOREIGN_H
#define REWRITE_FOREIGN_H

#include "base/null.h"
#include "base/vec.h"

enum { FOREIGN_DRIVERS_MAX = 8 };

struct foreign_parameter {
    str family; /* its name */
    str name;
    str drivers[FOREIGN_DRIVERS_MAX]; /* who takes it, an empty one at the end */
    bool needed; /* without it the connection would be another one: refuse, do not drop */
    str about;   /* what to do instead */
};

/* NULL: not known, so it stays. Names compare without case. */
const struct foreign_parameter *OR_NULL foreign_parameter_find(str family, str name);
bool foreign_parameter_taken(const struct foreign_parameter *parameter, str driver);

#endif
