/*
 * The loaders of deployments that this program has, each a row of one table.
 *
 * Const, for ever.
 */
#ifndef CHECK_LOADERS_H
#define CHECK_LOADERS_H

#include "deploy/loader.h"

/* The first loader that finds something of its kind; NULL: none does. */
const struct deployment_loader *loaders_discover(
    struct arena *arena, const struct host *host, const struct deployment_options *options);
/* Reads a deployment, the images that are built for it, and the settings of their programs. Never NULL;
 * else as deployment_loader.load. */
struct deployment *loaders_load(const struct deployment_loader *loader, struct arena *arena,
    struct diags *diags, struct sources *sources, const struct host *host,
    const struct deployment_options *options);
/* The loader of files that are named one by one. Never NULL. */
const struct deployment_loader *loaders_default(void);
/* The loader of a Dockerfile that is named. Never NULL. */
const struct deployment_loader *loaders_dockerfile(void);

#endif
