/*
 * lib/pq 1.11 and later, Go's older driver of PostgreSQL: connector.go and url.go.
 *
 * Lifetimes as in reader.h.
 */
#ifndef DSN_PQ_H
#define DSN_PQ_H

#include "dsn/postgres.h"

/* newConfig(): hostaddr is dialled, and what is empty in a list is localhost and 5432. */
enum dsn_error pq_connect(struct reader *reader, const struct postgres_place *place);
/* convertURL(): the URL becomes keywords, and of two with one name the greater value counts. */
enum dsn_error pq_finish(struct reader *reader, const struct url_parts *parts);

#endif
