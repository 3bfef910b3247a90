/*
 * Key=value; strings: ADO.NET (Npgsql, SqlClient, MySqlConnector), ODBC and Azure.
 *
 * One scanner; the quoting differs (".." and '..' doubled, or {..} with }}). Lifetimes as in reader.h.
 */
#ifndef DSN_ODBC_H
#define DSN_ODBC_H

#include "dsn/reader.h"

/* DbConnectionStringBuilder's grammar, keys of Npgsql, SqlClient and MySQL connectors. */
enum dsn_error adonet_read(struct reader *reader);
/* The same, and what SqlClient makes of the values of its own keys. */
enum dsn_error sqlclient_read(struct reader *reader);
/* SQLDriverConnect: {..} quoting, the first of two equal keys counts. */
enum dsn_error odbc_read(struct reader *reader);
/* go-mssqldb's odbc: form: the same quoting, the last of two equal keys counts, and a key may stand alone. */
enum dsn_error go_mssqldb_odbc_read(struct reader *reader);
/* AccountEndpoint=…;AccountKey=…, BlobEndpoint=…, Endpoint=sb://…, UseDevelopmentStorage=true. */
enum dsn_error azure_read(struct reader *reader);
/* An ODBC string that stands inside a parameter's value. */
enum dsn_error odbc_read_nested(struct reader *reader, const struct dsn_part *value);

#endif
