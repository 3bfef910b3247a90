/*
 * What services with `build:` get from their Dockerfiles, filled into the deployment that a loader has
 * read.
 *
 * A workload's environment gets the image's ENV under its own, its words CMD and ENTRYPOINT as the daemon
 * joins them, and `built` what else the image says. Nothing is fetched and nothing is run: what only a
 * build, a shell or an image from elsewhere could tell is not known. A deployment without a build is not
 * touched. What is filled in lives in the arena.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "deploy/deployment.h"
#include "text/diag.h"
#include "text/host.h"

/* Active workloads alone are read. A Dockerfile that the builder refuses is an error, and the deployment
 * is not ok. */
void image_fill(struct arena *arena, struct diags *diags, struct sources *sources, const struct host *host,
    struct deployment *deployment);

#endif
