/*
 * Tables of the program printed as lists: limits, dialects, families, clients, pools, fields.
 *
 * Rows come from the const tables themselves; texts made on the way live in the session's arena.
 */
#ifndef CLI_LISTING_H
#define CLI_LISTING_H

#include "cli/options.h"

struct listing_row {
    str name;
    str detail; /* a number, a version, a kind; may be empty */
    str about;  /* one sentence */
};

/* Fills the index-th row; false past the last. */
typedef bool listing_source(struct arena *arena, size_t index, struct listing_row *ret_row);

struct listing {
    const char *name;   /* the key in JSON */
    const char *detail; /* what the second column holds */
    listing_source *row;
};

/*
 * As aligned text, or with --format json as {"version": 1, NAME: [{"name", "detail", "about"}]}. `only`: the rows
 * of that name, or what is in the second column for them: `bind` for `over: bind`; empty: all.
 */
enum outcome listing_print(struct session *session, const struct listing *listing, str only);

extern const struct listing listing_limits, listing_dialects, listing_families, listing_clients,
    listing_pools, listing_fields;

#endif
