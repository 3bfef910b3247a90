/*
 * Which files make the project: what the command line names, what lies in the directory and what the
 * environment says. Everything is put into the loader's deployment and lives in the arena.
 */
#ifndef COMPOSE_DISCOVER_H
#define COMPOSE_DISCOVER_H

#include "compose/loader.h"

/* Whether there is a project to be found; nothing is reported. */
bool discover_any(struct arena *arena, const struct host *host, const struct deployment_options *options);
/* Names the files; fills project->environment, ->directory, ->profiles. False: nothing found. */
bool discover_project(struct loader *l, str_vec *ret_files);
/* project->name from -p, COMPOSE_PROJECT_NAME, `name:` or the directory; sets COMPOSE_PROJECT_NAME. */
void discover_name(struct loader *l, const str_vec *files);

#endif
