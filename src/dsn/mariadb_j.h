/*
 * MariaDB Connector/J: jdbc:mariadb:[mode:]//servers[/database][?properties].
 *
 * Nothing is decoded, and only properties name a login. Follows Configuration and HostAddress of 3.5.
 * Lifetimes as in reader.h.
 */
#ifndef DSN_MARIADB_J_H
#define DSN_MARIADB_J_H

#include "dsn/reader.h"

/* `rest`: the text after "jdbc:mariadb:". */
enum dsn_error mariadb_j_read(struct reader *reader, str rest);

#endif
