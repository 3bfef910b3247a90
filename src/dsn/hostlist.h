/*
 * Lists of servers: host:port,host:port as Kafka and memcached clients take them, and lists of whole URLs.
 */
#ifndef DSN_HOSTLIST_H
#define DSN_HOSTLIST_H

#include "dsn/reader.h"

/* kafka-python's collect_hosts(): blanks around members, PROTOCOL:// before them, [v6]:port. */
enum dsn_error hostlist_read(struct reader *reader);
/* True when `text` holds "scheme://" again behind a comma or semicolon: a list of URLs. */
bool urllist_recognise(str text);
/* True for host:port(,host:port)*, a port in at least one of them. */
bool hostlist_recognise(str text);

/* The scheme of the list's first URL, empty where the list is not of URLs. */
str urllist_first(str text);

#endif
