/*
 * What a loader of deployments is: a way to find one, and a way to read it into the neutral structs.
 *
 * One const row for each kind of description (Compose; manifests, units), listed by check/loaders.c. A loader
 * keeps nothing between calls; what it returns lives in the arena.
 */
#ifndef DEPLOY_LOADER_H
#define DEPLOY_LOADER_H

#include "deploy/deployment.h"
#include "env/dialect.h"
#include "text/host.h"

/* What the command line says of the files to read; everything may be empty. */
struct deployment_options {
    str_vec files;         /* -f; empty: as the loader finds them itself */
    str_vec env_files;     /* --env-file */
    str_vec profiles;      /* --profile */
    str project_directory; /* --project-directory */
    str project_name;      /* -p */
    str directory;         /* where finding starts; empty: the current directory */
    bool search_parents;   /* go upward as the loader's own program does */
    bool is_walked; /* `directory` was come to in a walk: what the process environment names is not its */
    str started;    /* a workload that is started by its name: its profiles are on; empty: none */
};

struct deployment_loader {
    str name;
    str about;
    enum dialect_id env_dialect;                  /* who reads the env files that its descriptions name */
    str (*decode)(struct arena *arena, str text); /* what a file's bytes are read as; NULL: as they are */
    /* False when there is nothing of its kind to be found; nothing is reported then. */
    bool (*discover)(struct arena *arena, const struct host *host, const struct deployment_options *options);
    /* Never NULL; faults go to `diags`, and `ok` says whether the deployment can be judged. */
    struct deployment *(*load)(struct arena *arena, struct diags *diags, struct sources *sources,
        const struct host *host, const struct deployment_options *options);
};

#endif
