/*
 * Several env files as one environment. It lives in the arena and shares the values of its files.
 */
#ifndef COMPOSE_ENV_FILES_H
#define COMPOSE_ENV_FILES_H

#include "compose/loader.h"

/* Env files as Compose reads them: later files win, interpolation sees `outer` first. The files are noted in
 * project->env_files where `is_project`. */
struct env *env_files_read(
    struct loader *l, const str_vec *paths, struct env *outer, bool is_project, span at);
/* Puts every variable of `from` on top of `env`, with all that it shadows below it. */
void env_files_put(struct env *env, const struct env *from);

#endif
