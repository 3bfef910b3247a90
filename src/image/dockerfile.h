/*
 * A Dockerfile as the instructions that BuildKit's parser sees: frontend/dockerfile/parser of
 * moby/buildkit.
 *
 * Directives, comments, continued lines, heredocs, then each instruction's own grammar of arguments.
 * Nothing is expanded here. The text is a value, so that a Dockerfile that is written inside of another
 * file keeps its places; everything lives in the arena and points into that text or into lines joined
 * from it.
 */
#ifndef IMAGE_DOCKERFILE_H
#define IMAGE_DOCKERFILE_H

#include "base/null.h"
#include "env/env.h"
#include "text/diag.h"

enum instruction_kind {
    INSTRUCTION_ADD,
    INSTRUCTION_ARG,
    INSTRUCTION_CMD,
    INSTRUCTION_COPY,
    INSTRUCTION_ENTRYPOINT,
    INSTRUCTION_ENV,
    INSTRUCTION_EXPOSE,
    INSTRUCTION_FROM,
    INSTRUCTION_HEALTHCHECK,
    INSTRUCTION_LABEL,
    INSTRUCTION_MAINTAINER,
    INSTRUCTION_ONBUILD,
    INSTRUCTION_RUN,
    INSTRUCTION_SHELL,
    INSTRUCTION_STOPSIGNAL,
    INSTRUCTION_USER,
    INSTRUCTION_VOLUME,
    INSTRUCTION_WORKDIR,
    INSTRUCTION_COUNT,
};

struct heredoc {
    str name;
    bool is_raw;      /* its word is quoted: nothing in it is expanded */
    bool strips_tabs; /* <<- */
    const struct value *text;
};

typedef VEC(const struct value *) instruction_words;

struct instruction {
    enum instruction_kind kind;
    span at;                  /* its name */
    const struct value *rest; /* its arguments as they are written, without flags */
    instruction_words flags;  /* --from=build */
    instruction_words words;  /* what its grammar makes of them; of ENV and LABEL name and value in turn */
    bool is_json;             /* exec form; else shell form, or words */
    bool looks_like_json;     /* shell form that begins with a bracket */
    VEC(struct heredoc) heredocs;
    const struct instruction *trigger; /* ONBUILD: what fires */
};

struct dockerfile {
    bool ok;         /* false: the builder refuses it, which was reported */
    bool is_foreign; /* `# syntax` names another frontend: its grammar is not known */
    char escape;     /* backslash, or ` */
    VEC(const struct instruction *) instructions;
};

/* Never NULL. Faults go to `diags` as dockerfile-syntax; the builder stops at the first, and so does this. */
const struct dockerfile *dockerfile_read(struct arena *arena, struct diags *diags, const struct value *text);
/* Masks the arguments of an instruction that a fault is told of: what they were to be is not known. */
void instruction_hide(const struct diags *diags, const struct value *rest);
/* The value of a flag, --NAME=value; NULL: it is not given. */
const struct value *OR_NULL instruction_flag(
    struct arena *arena, const struct instruction *instruction, str name);

#endif
