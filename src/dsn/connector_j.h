/*
 * MySQL Connector/J: jdbc:mysql:[mode:]//authority[/database][?properties][#fragment].
 *
 * The authority is a list whose members have a login, a spelling and even a sublist of their own:
 * user:password@host:port, (host=h,port=p), address=(host=h)(port=p), user@[h1,h2:p2]. Follows its
 * ConnectionUrlParser of version 8 and 9. Lifetimes as in reader.h.
 */
#ifndef DSN_CONNECTOR_J_H
#define DSN_CONNECTOR_J_H

#include "dsn/client.h"

/* `rest`: the text after "jdbc:mysql:". */
enum dsn_error connector_j_read(struct reader *reader, str rest);
/* `rest`: the text after "jdbc:mysql+srv:", whose servers a service of the DNS names. */
enum dsn_error connector_j_srv_read(struct reader *reader, str rest);

#endif
