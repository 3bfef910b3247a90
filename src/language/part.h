/*
 * What a path of a rule leads into: compose.SERVICE.KEY, read from the neutral structs of the deployment.
 *
 * The keys are spelt as Compose spells them, whoever described the deployment; so a rule goes on to hold when
 * the description changes its kind. Values live in the arena and in the deployment.
 */
#ifndef LANGUAGE_PART_H
#define LANGUAGE_PART_H

#include "language/eval.h"

/* All services as one value; unset where there is no deployment. */
struct eval_value part_services(const struct deployment *OR_NULL deployment);
/* The part's value under `name`, or all of them for `*`; false: its kind has no such key, `ret_keys` are
 * those that it has. */
bool part_step(struct arena *arena, const struct eval_value *part, str name, struct eval_value *ret_value,
    str *ret_keys);

#endif
