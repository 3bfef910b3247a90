/*
 * The directory that an image is built from: which of its files a build sees, and which of them is found
 * under a path inside the image.
 *
 * .dockerignore is read as moby/patternmatcher does. Everything lives in the arena.
 */
#ifndef IMAGE_CONTEXT_H
#define IMAGE_CONTEXT_H

#include "image/stage.h"
#include "text/host.h"

struct build_context {
    struct arena *arena;
    struct sources *sources;
    const struct host *host;
    str directory;
    str_vec patterns; /* of .dockerignore, clean; `!` at the beginning makes an exception */
};

/* Reads .dockerignore: the Dockerfile's own, NAME.dockerignore, before that of the directory. */
struct build_context context_open(
    struct arena *arena, struct sources *sources, const struct host *host, str directory, str dockerfile);
/* Whether the builder is sent that file: a clean path below the directory. */
bool context_sends(const struct build_context *context, str path);
/* `*` and `?` within a name, `**` across names, [a-z]. */
bool context_match(struct arena *arena, str pattern, str path);

/* Follows COPY and ADD from the last to the first, through other stages too. */
struct workload_file context_find(
    const struct build_context *context, struct image_plan *plan, const struct image *image, str path);
/* Names that COPY and ADD may put into a directory, sorted, each once; context_find() tells. */
str_vec context_list(
    const struct build_context *context, struct image_plan *plan, const struct image *image, str directory);
/* Directories of the context that any stage of the image copies files from, absolute. */
str_vec context_copied(const struct build_context *context, struct image_plan *plan);
/* Whether a RUN of its stages names the file, and not only to make it executable. */
bool context_is_edited(const struct image *image, str path);

#endif
