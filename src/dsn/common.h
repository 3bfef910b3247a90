/*
 * What all clients of a URL read alike, read once for all of them.
 *
 * Clients differ over escapes, raw delimiters, empty parts, lists and odd hosts; most strings hold none of
 * these. Such a string goes through url.c once, by the rules of no client in particular, and each client's
 * reading begins with what came out. Whatever is in the least odd is not common: then each client reads the
 * whole by itself. Lives on the stack of dsn_parse(), its readings in the arena.
 */
#ifndef DSN_COMMON_H
#define DSN_COMMON_H

#include "dsn/client.h"

/* Kinds of bytes that stand somewhere in a text, ored together. */
enum byte_kinds {
    KIND_ORDINARY = 1, /* unreserved (RFC 3986 2.3), or one of :/?@, */
    KIND_PERCENT = 2,
    KIND_PLUS = 4,
    KIND_ODD = 8, /* that some client takes for something else */
    KIND_CONTROL = 16,
    KIND_PAIR = 32, /* = and & */
    KIND_ALL = 63,
};

unsigned byte_kinds(str text);

struct url_common {
    struct url_parts parts;
    struct dsn_reading reading; /* before what a client's own rules make of it */
    bool has_escapes;           /* in user or password: of printable ASCII, well-formed */
    bool has_secret_parameter;
    bool is_whole; /* nothing is empty, and parameters are settings: no rule has anything to add */
};

/* Whether it is worth splitting by the rules of all: an authority, and no byte that clients dispute. */
bool common_is_possible(const struct reader *reader, unsigned kinds);
/* After splitting: whether no client would read other parts. Fills in what it found on the way. */
bool common_is_settled(const struct reader *reader, unsigned kinds, struct url_common *common);
/* Whether this client is one of those who read it alike. */
bool common_serves(const struct url_common *common, const struct url_rules *rules);
/* Whether its own rules, overrides and all, would leave the common reading as it is. */
bool common_is_finished(const struct url_common *common, const struct url_rules *rules);
/* Begins the reading with it, in lists of its own: all but what the rules do after splitting. */
void common_adopt(struct reader *reader);

#endif
