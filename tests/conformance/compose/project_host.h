/*
 * A host of one recorded case: its files below /case/app, its process environment, nothing else.
 */
#ifndef TESTS_PROJECT_HOST_H
#define TESTS_PROJECT_HOST_H

#include "base/map.h"
#include "text/host.h"

struct project_host {
    struct arena *arena;
    struct map files;            /* absolute path → str *, also every directory → NULL text */
    VEC(const char *) variables; /* NAME=value, NULL at the end */
    str directory;               /* the current directory */
};

void project_host_add(struct project_host *project, str path, str text);
void project_host_set(struct project_host *project, str name, str value);
struct host project_host_open(struct project_host *project);

#endif
