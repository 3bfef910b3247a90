/*
 * The URL grammar: scheme://user:password@hosts/database?query#fragment, split as a row of rules says.
 *
 * One splitter for all URL clients; url_rules says where @, /, ? and # count. Lifetimes as in reader.h.
 */
#ifndef DSN_URL_H
#define DSN_URL_H

#include "base/null.h"
#include "dsn/client.h"

/*
 * Reads what all clients read alike, before what their own rules make of it; false: they may differ. `kinds`:
 * byte_kinds() of the text.
 */
bool url_read_common(const struct reader *reader, unsigned kinds, struct url_common *ret);
/* Reads reader->text by reader->rules into the reading. */
enum dsn_error url_read(struct reader *reader);
/* The same of a client to whose reading its rules add nothing: see common_is_finished(). Lists are shared. */
enum dsn_error url_adopt(
    const struct url_common *common, const struct url_rules *rules, struct dsn_reading *reading);

/* The scheme's letters before "://" or ":", empty where there is none. RFC 3986 3.1, with '_' allowed. */
str url_scheme(str text);

/* Of the parameters with one name the one that counts for the client, or NULL. */
const struct dsn_parameter *OR_NULL url_parameter(const struct reader *reader, str key);

/* The part's text where it is given and not empty. */
bool part_filled(const struct dsn_part *part);

#endif
