/*
 * What each container gets as its environment.
 */
#ifndef COMPOSE_ENVIRONMENT_H
#define COMPOSE_ENVIRONMENT_H

#include "compose/loader.h"

/* Gives `KEY` without a value in an environment or a build its value from the project's environment. */
void environment_pass_through(struct loader *l, struct level *level, struct yaml_node *model);
/* Puts the variables of a mapping or list into `env`, those without a value as the project's environment has
 * them. `node` may be NULL. Odd names are warned of where `is_active`: of what starts. */
void environment_put(struct loader *l, struct env *env, struct yaml_node *node, bool is_active);
/* service->environment from env_file, environment and what shadows what. */
void environment_build(struct loader *l, struct workload *service);

/* Reads a file of labels as Compose does: it is refused where it is missing or cannot be read. */
void environment_read_labels(struct loader *l, const struct yaml_node *path);

#endif
