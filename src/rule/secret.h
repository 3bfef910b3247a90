/*
 * Finds what is secret in everything that was read and marks it, before anything can be shown.
 *
 * Works on all values, effective or not: shadowed settings, inactive services, example files, fallbacks.
 */
#ifndef RULE_SECRET_H
#define RULE_SECRET_H

#include "facts/facts.h"

void secret_mark(struct arena *arena, struct facts *facts);
/* What a configuration says of secrets, and a connection string where it asks for a name. */
void secret_mark_config(struct sources *sources, const struct config *config);
/* What another reader of an env file than the judged one takes for a secret is secret, too. */
void secret_mark_reading(struct arena *arena, const struct facts *facts, const struct env *env);
/* The same for the variables of an env file that nothing else is known of: their bytes alone. `known` was
 * hidden before, by another reader of the file (NULL: none): what both read alike is not read again. */
void secret_hide_env(
    struct gate *gate, const struct sources *sources, const struct env *env, const struct env *known);
/* The same for a deployment that is not judged: refused, or asked for the environment of a service alone. */
void secret_hide_deployment(
    struct gate *gate, const struct sources *sources, const struct deployment *deployment);

#endif
