/*
 * JDBC URLs: jdbc:postgresql:, jdbc:mysql:, jdbc:mariadb:, jdbc:sqlserver:, jdbc:oracle: and others.
 *
 * Each driver has a grammar of its own behind the prefix. Lifetimes as in reader.h.
 */
#ifndef DSN_JDBC_H
#define DSN_JDBC_H

#include "dsn/reader.h"

/* pgjdbc's Driver.parseURL(). */
enum dsn_error pgjdbc_read(struct reader *reader);
/* The grammar of whatever driver the sub-protocol names. */
enum dsn_error jdbc_read(struct reader *reader);
/* "postgresql" of "jdbc:postgresql://…", also behind a driver that wraps another; empty where there is none. */
str jdbc_protocol(str text);
/* Whether it is R2DBC's form of them, r2dbc:postgresql://… (R2DBC specification 1.0, "Connection URLs"). */
bool jdbc_is_reactive(str text);

#endif
