/*
 * One environment, written for another reader: the same names and values, in a spelling that it takes so.
 *
 * What the target cannot hold is refused by name, and what was written is read back as a whole. All in the
 * caller's arena.
 */
#ifndef ENV_CONVERT_H
#define ENV_CONVERT_H

#include "env/spell.h"

/* A name whose value, or which itself, the target cannot hold. */
struct refusal {
    str name;
    str by; /* of several readers those that would need another spelling, or have none; empty: not known */
};

struct conversion {
    str text; /* meaningless where something is refused */
    VEC(struct refusal) refused;
    str_vec unset; /* names without a value: left out */
};

/* An env file that all of `readers` take for exactly the variables of `env`. */
struct conversion convert_env(struct arena *arena, const struct env *env, const dialect_list *readers);
/* A manifest of an object that holds them: a Secret (`is_secret`) or a ConfigMap. */
struct conversion convert_manifest(struct arena *arena, const struct env *env, str name, bool is_secret);
/* The entries of a Compose file for secrets in the files DIRECTORY/NAME, whose contents are the values. */
struct conversion convert_secret_files(struct arena *arena, const struct env *env, str directory);

#endif
