/*
 * One env file under several readers: where they differ, how, and which spelling they would all read alike.
 *
 * The words tell nothing of a value: they name what a reader does with quotes, comments, dollars and
 * backslashes. All results live in the arena; the source must outlive them.
 */
#ifndef ENV_COMPARE_H
#define ENV_COMPARE_H

#include "env/dotenv.h"

/* One reader and what it made of the file; its diagnostics, errors alone, are its own. */
struct compared_reader {
    const struct dialect *dialect;
    struct diags diags;
    struct dotenv_result result;
};

/* One variable under one reader. */
struct compared_value {
    const struct value *value; /* NULL: this reader does not know the name, or refuses the file */
    str how;                   /* "keeps the quotes", "drops the line"; empty where the readers agree */
};

struct compared_variable {
    str name;
    span at; /* the name, where a reader first meets it */
    bool differs;
    struct compared_value *values; /* one per reader, in their order */
    str advice;                    /* the portable spelling, or that there is none; empty where they agree */
};

struct comparison {
    VEC(struct compared_reader) readers;
    VEC(struct compared_variable) variables; /* in order of first appearance */
};

/*
 * Reads `source` as each of the dialects. `outer` as for dotenv_read(). A reader that refuses the file takes
 * no part in `differs`; its `how` says so.
 */
struct comparison compare_readers(struct arena *arena, struct sources *sources, const struct source *source,
    const struct dialect *const *dialects, size_t count, const struct template_scope *outer);
/* "`docker` keeps the quotes, `node` stops at `#`": every reader whose value is not the first one's. */
str compare_sentence(
    struct arena *arena, const struct comparison *comparison, const struct compared_variable *variable);

#endif
