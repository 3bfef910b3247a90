/*
 * What a Dockerfile makes of one stage: dockerfile2llb/convert.go of moby/buildkit, without running anything.
 *
 * The stages from the base image down to the target are carried out in order. What only a build could tell is
 * not known, and is never guessed. Everything lives in the arena and in the Dockerfile.
 */
#ifndef IMAGE_STAGE_H
#define IMAGE_STAGE_H

#include "deploy/deployment.h"
#include "image/base.h"
#include "image/dockerfile.h"

/* Words that a program is started with. */
struct image_words {
    bool is_known;
    VEC(struct value *) list; /* none where it is known and empty */
};

/* An instruction that puts files into the image or runs something, in order. */
struct image_step {
    const struct instruction *instruction;
    str directory;  /* the WORKDIR it is carried out in; empty: not known */
    str stage;      /* --from; empty: the build context */
    bool is_hidden; /* one of its words is not known */
    str_vec words;  /* COPY, ADD: sources, then the destination; heredocs by their name */
};

/* A build argument that has a value in a stage that the image is made of: its history keeps it. */
struct image_argument {
    str name;
    const struct value *value;
};

struct image {
    bool ok;  /* false: the builder refuses it, which was reported */
    str base; /* the image that its stages come down to; `scratch`; empty: not known */
    span base_at;
    const struct base_row *known; /* that image's row; NULL: none */
    struct env environment;       /* ENV, without what the base brings */
    struct image_words entrypoint, command;
    str user;
    str directory; /* the last WORKDIR; empty: not known */
    str_vec exposed;
    VEC(struct image_step) steps;
    VEC(struct image_argument) arguments;
};

/* What is built: a Dockerfile with the arguments of its build. */
struct image_plan {
    struct arena *arena;
    struct diags *diags;
    const struct dockerfile *file;
    const struct workload_build *build;
    size_t *steps;      /* instructions carried out so far: LIMIT_DOCKERFILE_STEPS */
    VEC(size_t) stages; /* the FROM of each, as an index of its instructions; filled by stage_plan() */
    struct map globals; /* ARG before the first FROM */
    size_t spent;       /* see struct expand_scope */
};

/* Finds stages and global arguments; false: the builder refuses the file, which was reported. */
bool stage_plan(struct image_plan *plan);
/* The stage of that name, or of that number where `by_number`; SIZE_MAX: there is none. */
size_t stage_find(const struct image_plan *plan, str name, size_t before, bool by_number);
/* The image of a stage. Never NULL. */
const struct image *stage_image(struct image_plan *plan, size_t stage);

#endif
