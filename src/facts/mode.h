/*
 * Production or development, and who says so.
 *
 * From --mode, else `mode:` of the configuration, else the well-known variables of the files, then of the
 * services, else the suffix of the env file, else production by assumption (DESIGN: closed on doubt). Texts
 * live in the arena.
 */
#ifndef FACTS_MODE_H
#define FACTS_MODE_H

#include "facts/facts.h"

struct mode_verdict {
    enum mode mode;
    str from;          /* "--mode", ".env:1 APP_ENV", "bootgate.yaml:4 mode", "assumed", … */
    bool assumed;      /* nobody said anything */
    bool unknown_word; /* somebody said a word that is neither; it counts as production */
    str variable;      /* the variable that decided; empty: none */
};

/* `option` is --mode's argument (empty: not given), already checked to be a mode. */
struct mode_verdict mode_find(
    struct arena *arena, const struct sources *sources, const struct inputs *inputs, str option);
/* A mode word in any case: production, prod, live, staging, …; false: unknown. */
bool mode_of_word(str word, enum mode *ret_mode);
/* .env.production, .env.production.local → the mode of the suffix; false: none. */
bool mode_of_file_name(str path, enum mode *ret_mode);
bool mode_is_local_file(str path); /* .env.local: a developer's own, unless its name says more */

#endif
