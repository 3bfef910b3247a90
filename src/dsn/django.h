/*
 * django-environ 0.11 and later, environ.py: db_url_config(), and what Django hands to its driver.
 *
 * Lifetimes as in reader.h.
 */
#ifndef DSN_DJANGO_H
#define DSN_DJANGO_H

#include "dsn/client.h"

/* _urlparse_quote(): what urlparse() refuses, or finds no path in, is percent-encoded as a whole first. */
void django_environ_prepare(struct reader *reader);
/* Lists of PostgreSQL servers, sockets in the path, and OPTIONS, which fill what the URL leaves open. */
enum dsn_error django_environ_finish(struct reader *reader, const struct url_parts *parts);

#endif
