/*
 * The keyword/value form of a libpq connection string: host=db user=app password='two words'.
 */
#ifndef DSN_KEYVALUE_H
#define DSN_KEYVALUE_H

#include "dsn/reader.h"

/* libpq's conninfo_parse(): unknown keywords and words without = are refused, the last one wins. */
enum dsn_error conninfo_read(struct reader *reader);
/* pgx's parseDSNSettings(): the same shape, any keyword. */
enum dsn_error pgx_conninfo_read(struct reader *reader);
/* parseKeywordValueSettings() of what follows 5.10: scanned as libpq does, any keyword. */
enum dsn_error pgx_next_conninfo_read(struct reader *reader);
/* lib/pq's parseOpts() and connector: lists, and what is empty in them is localhost and 5432. */
enum dsn_error pq_conninfo_read(struct reader *reader);
/* True when the text is made of keywords of libpq: at least one, and the first one known. */
bool conninfo_recognise(str text, bool name_helps);

#endif
