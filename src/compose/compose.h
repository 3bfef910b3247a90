/*
 * A Compose project as `docker compose config` would load it, with the place of everything.
 *
 * The loader finds, reads, interpolates and merges the files in Compose's own order (see the stages in
 * compose/loader.h) and works out what each container gets. All of it lives in the arena. Faults are reported
 * as compose-syntax, env-syntax and required-missing.
 */
#ifndef COMPOSE_COMPOSE_H
#define COMPOSE_COMPOSE_H

#include "deploy/loader.h"

extern const struct deployment_loader compose_loader;

#endif
