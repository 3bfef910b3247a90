/*
 * What SQLAlchemy's dialects make of a split URL: query overrides, host lists, nested ODBC strings, files.
 */
#ifndef DSN_SQLALCHEMY_H
#define DSN_SQLALCHEMY_H

#include "dsn/client.h"

enum dsn_error sqlalchemy_finish(struct reader *reader, const struct url_parts *parts);

#endif
