/*
 * go-sql-driver/mysql: [user[:password]@][net[(address)]]/database[?key=value&…].
 */
#ifndef DSN_GOMYSQL_H
#define DSN_GOMYSQL_H

#include "dsn/reader.h"

/* ParseDSN(): last /, then last @ before it, first colon; only parameter values are decoded. */
enum dsn_error gomysql_read(struct reader *reader);
/* Since 1.8 the database is decoded too. */
enum dsn_error gomysql_18_read(struct reader *reader);
/* True for what only this grammar explains: net(address)/ or user:password@/. */
bool gomysql_recognise(str text);

#endif
