/*
 * Parameters of the drivers that are not PostgreSQL's: which driver takes which, and what else becomes of it.
 *
 * A constant table, which packc writes from rules/foreign-parameters.yaml.
 */
#ifndef REWRITE_FOREIGN_H
#define REWRITE_FOREIGN_H

#include "base/null.h"
#include "base/vec.h"
#include "dsn/family.h"

struct foreign_parameter {
    enum family_id family;
    str name;
    str drivers; /* who takes it, with blanks between them */
    bool needed; /* without it the connection would be another one: refuse, do not drop */
    str about;   /* what to do instead */
};

extern const struct foreign_parameter data_foreign_parameters[];
extern const size_t data_foreign_parameters_count;

/* NULL: not known, so it stays. Names compare without case. */
const struct foreign_parameter *OR_NULL foreign_parameter_find(enum family_id family, str name);
bool foreign_parameter_taken(const struct foreign_parameter *parameter, str driver);

#endif
