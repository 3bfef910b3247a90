/*
 * What SQLAlchemy's dialects make of a split URL: query overrides, host lists, nested ODBC strings, files.
 */
#ifndef DSN_SQLALCHEMY_H
#define DSN_SQLALCHEMY_H

#include "dsn/client.h"

/* create_engine() looks the dialect up by the scheme as it is written. */
bool sqlalchemy_loads(str scheme);
/* Takes what Celery puts before the scheme off: scheme_wrapped(). */
void sqlalchemy_prepare(struct reader *reader);
enum dsn_error sqlalchemy_finish(struct reader *reader, const struct url_parts *parts);

#endif
