/*
 * A list of findings that were there before: new ones count, old ones do not.
 *
 * A line is rule, file, variable, service, cause and count, tab-separated; files are relative to the list's
 * own directory. The cause is what the message names (a port, a server, a rule of the project), so that a
 * second published port of a service is new. No line numbers, which rot, no wording, which changes with
 * versions, and no hash of a value, which would be an oracle. Lines without cause and count, of older
 * versions, hold for any. Lists live in the arena.
 */
#ifndef RULE_BASELINE_H
#define RULE_BASELINE_H

#include "base/map.h"
#include "text/diag.h"
#include "text/host.h"

struct baseline {
    str directory;      /* of the list, absolute; empty: names stand as reports show them */
    struct map entries; /* line without its count → what is known of it */
};

/* What a new list came to. */
struct baseline_change {
    str text;
    size_t findings;  /* that it lists */
    size_t added;     /* … and the former one did not */
    size_t gone;      /* findings of the former one that are no more */
    size_t elsewhere; /* findings of the former one in files that this run did not read: kept */
};

/* The list in `text`, which stands at `path` (relative to the run's directory, or absolute). */
struct baseline baseline_read(struct arena *arena, const struct sources *sources, str path, str text);
/* Marks the findings that are listed as suppressed, as many of each kind as are listed; never a fatal one.
 * `diags` is sorted. Returns how many of the list matched nothing. */
size_t baseline_apply(const struct baseline *baseline, struct diags *diags);
/* The list of the findings that nothing but a baseline suppresses, to stand at `path`; `former` is what
 * stands there. */
struct baseline_change baseline_write(
    const struct diags *diags, const struct host *host, str path, const struct baseline *former);

#endif
