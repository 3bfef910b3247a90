/*
 * The environment that the command of `exec` will get.
 *
 * Starts as this process's own entries, in their order and with whatever oddities they have; only what is set
 * or unset here changes. Entries live in the arena.
 */
#ifndef CLI_CHILD_H
#define CLI_CHILD_H

#include "base/vec.h"
#include "text/host.h"

struct child {
    struct arena *arena;
    VEC(const char *) entries; /* "NAME=value"; child_environment() ends it */
};

struct child child_new(struct arena *arena, const struct host *host);
/* The value of the first entry of that name; false: there is none. */
bool child_get(const struct child *child, str name, str *ret_value);
/* Replaces the first entry of that name and drops further ones, or appends. A NUL in the value cannot be
 * handed on: false. */
bool child_set(struct child *child, str name, str value);
void child_unset(struct child *child, str name);
/* The entries with NULL at the end, good until the next change. */
const char *const *child_environment(struct child *child);

#endif
