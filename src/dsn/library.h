/*
 * What the URL libraries below the clients do: to the whole text first, and what they refuse in its parts.
 *
 * urllib.parse.urlsplit, net/url, the URL standard and libcurl, as reader->rules says; nothing for clients
 * with a scanner of their own. Lifetimes as in reader.h.
 */
#ifndef DSN_LIBRARY_H
#define DSN_LIBRARY_H

#include "dsn/client.h"

/* Leaves the trimmed text in `ret_text`: a slice of reader->text, so that offsets hold. */
enum dsn_error library_prepare(struct reader *reader, str *ret_text);

/* One of the URL standard's special schemes, but for file, and its library. */
bool library_is_special(const struct url_rules *rules, str scheme);

/* Whether urlsplit() takes the authority: brackets anywhere mean that the host is an IPv6 address. */
bool library_takes_netloc(str netloc);

/* The library's own checks of userinfo, host and path. */
enum dsn_error library_check(struct reader *reader, const struct url_parts *parts);

#endif
