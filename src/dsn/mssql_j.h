/*
 * The JDBC driver of SQL Server: jdbc:sqlserver://[server[\instance][:port]][;property=value…].
 *
 * Util.parseUrl() of mssql-jdbc, whose form node's tedious and Prisma take without jdbc:. Lifetimes as in
 * reader.h.
 */
#ifndef DSN_MSSQL_J_H
#define DSN_MSSQL_J_H

#include "dsn/reader.h"

/* `rest`: the text after "sqlserver:". */
enum dsn_error mssql_j_read(struct reader *reader, str rest);
/* The whole text begins with the scheme. */
enum dsn_error mssql_j_bare_read(struct reader *reader);

#endif
