/*
 * Production or development, and who says so.
 *
 * From --mode, else `mode:` of the configuration, else the well-known variables as the project's own programs
 * get them, else the suffix of the env file, else production by assumption: closed on doubt. A development
 * that reaches no program, that is only a fallback of the description, or that a file of production says is
 * not believed. Texts live in the arena.
 */
#ifndef FACTS_MODE_H
#define FACTS_MODE_H

#include "facts/facts.h"

struct mode_verdict {
    enum mode mode;
    str from;          /* "--mode", ".env:1 APP_ENV", "bootgate.yaml:4 mode", "assumed", … */
    bool assumed;      /* nobody said anything that counts */
    bool unknown_word; /* somebody said a word that is neither; it counts as production */
    bool is_given;     /* by --mode or the configuration: for all programs alike */
    str variable;      /* the variable that decided; empty: none */
    str doubt;         /* assumed: who says development, and why that does not count; empty: nobody */
};

/* `option` is --mode's argument (empty: not given), already checked to be a mode. */
struct mode_verdict mode_find(
    struct arena *arena, const struct sources *sources, const struct inputs *inputs, str option);
/* The variable that tells a workload its mode, as far as it is believed; NULL: none does. What its image
 * alone says to be development does not count where the env files say production: nobody passed it on. */
const struct value *OR_NULL mode_told(const struct sources *sources, const struct deployment *deployment,
    const struct workload *workload, const struct value **ret_doubtful);
/* A program of the project itself, as far as its image tells: no known store, proxy or page. */
bool mode_is_own_program(const struct workload *workload);
/* The env file is in a directory that the container has: a library of the program may read it there. */
bool mode_sees_env_file(const struct deployment *deployment, const struct workload *workload);
/* Names of workloads that only lend their YAML to others: an anchor without a door or command of its own. */
struct map mode_templates(struct arena *arena, const struct deployment *deployment);
/* "app.yaml:5 NODE_ENV". */
str mode_place(struct arena *arena, const struct sources *sources, const struct value *value);
/* The words that are a mode, production and development first; empty past the last. */
str mode_word_at(size_t index);
/* The name is one that decides the mode: APP_ENV, NODE_ENV, FASTAPI_ENV. */
bool mode_is_variable(str name);
enum mode mode_of_value(const struct value *value); /* of a word that nobody knows: production */
/* A mode word in any case: production, prod, live, staging, …; false: unknown. */
bool mode_of_word(str word, enum mode *ret_mode);
/* .env.production, .env.production.local → the mode of the suffix; false: none. */
bool mode_of_file_name(str path, enum mode *ret_mode);
bool mode_is_local_file(str path); /* .env.local: a developer's own, unless its name says more */

#endif
