/*
 * The loaders of deployments that this program has, each a row of one table.
 *
 * Const, for ever.
 */
#ifndef CHECK_LOADERS_H
#define CHECK_LOADERS_H

#include "check/operand.h"
#include "deploy/loader.h"
#include "text/diag.h"

/* The first loader that finds something of its kind; NULL: none does. */
const struct deployment_loader *OR_NULL loaders_discover(
    struct arena *arena, const struct host *host, const struct deployment_options *options);
/* Reads a deployment, the images that are built for it, and the settings of their programs. Never NULL;
 * else as deployment_loader.load. */
struct deployment *loaders_load(const struct deployment_loader *loader, struct arena *arena,
    struct diags *diags, struct sources *sources, const struct host *host,
    const struct deployment_options *options);
/* The loader of files of that kind; NULL: nothing is described in them. */
const struct deployment_loader *OR_NULL loaders_of(enum operand_kind kind);
/* A file that was looked into to tell its kind, so that its loader does not read it again. */
void loaders_keep(
    struct arena *arena, struct sources *sources, str directory, enum operand_kind kind, str path, str text);
/*
 * The loader for what the command line names: files by the content of the first that can be read, a directory
 * by what is in it. `options` gets the files, or the directory. Never NULL.
 */
const struct deployment_loader *loaders_choose(struct arena *arena, struct sources *sources,
    const struct host *host, const str_vec *paths, struct deployment_options *options);

#endif
