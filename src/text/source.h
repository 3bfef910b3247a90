/*
 * The texts a run has read, and positions in them.
 *
 * A source is one file (or argument, or the process environment) with its bytes, its name as reports show
 * it, and a line index made when first asked for. A span is {source, offset, length}, twelve bytes by value;
 * line and column are worked out only when printed. Sources live in the arena of their set.
 */
#ifndef TEXT_SOURCE_H
#define TEXT_SOURCE_H

#include "base/null.h"
#include "text/gate.h"

/* A stretch of bytes in a source; source 0 is "nowhere". Offsets are in bytes. */
typedef struct span {
    uint32_t source;
    uint32_t offset;
    uint32_t length;
} span;

typedef VEC(span) span_vec;

enum source_kind {
    SOURCE_ENV,         /* an env file */
    SOURCE_COMPOSE,     /* a Compose file */
    SOURCE_MANIFEST,    /* manifests of objects, a document each */
    SOURCE_DESCRIPTION, /* what a loader reads that is neither: a unit of systemd, a drop-in of one */
    SOURCE_CONFIG,      /* bootgate.yaml or a pack it extends */
    SOURCE_IMAGE,       /* a Dockerfile, or a script that an image starts */
    SOURCE_SETTINGS,    /* postgresql.conf, pgbouncer.ini */
    SOURCE_PROGRAM,     /* a program's own file that a number was read from: named, never quoted */
    SOURCE_SECRET,      /* a secret's file: no byte of it is ever shown */
    SOURCE_ENVIRONMENT, /* the process environment: reports show it without a file */
    SOURCE_ARGUMENT,    /* text from the command line or standard input */
    SOURCE_BUILTIN,     /* a pack or sample compiled into the program */
};

struct veiled_line;

struct source {
    uint32_t id;
    enum source_kind kind;
    str name; /* as reports print it, relative to the current directory when below it */
    str path; /* as it was opened */
    str text;
    VEC(uint32_t) line_starts;  /* byte offset of each line; empty until somebody asks for a line */
    span_vec secrets;           /* stretches that are never printed, see text/mask.h */
    size_t secrets_settled;     /* how many of them are in order, all or none */
    struct veiled_line *veiled; /* the line that was quoted last, see text/veil.h */
};

struct reads;

struct sources {
    struct arena *arena;
    VEC(struct source *) items; /* items[id - 1] */
    struct reads *reads;        /* what had to be read, see text/reads.h; NULL until something had to */
    struct gate *gate;          /* the secrets among them; sources_gate() */
};

/* A 1-based position; columns count bytes. Zero where there is none. */
struct position {
    uint32_t line, column;
};

/* The one of that kind and path; NULL: there is none. */
struct source *OR_NULL source_find(const struct sources *sources, enum source_kind kind, str path);
struct source *source_add(struct sources *sources, enum source_kind kind, str name, str path, str text);
/* What keeps the secrets of these texts inside; made when first asked for. Never NULL. */
struct gate *sources_gate(const struct sources *sources);
struct source *OR_NULL source_of(const struct sources *sources, span at); /* NULL for nowhere */
/* Lines end at LF, CRLF or a lone CR; in YAML (SOURCE_COMPOSE, SOURCE_MANIFEST, SOURCE_CONFIG) also at
 * U+0085, U+2028, U+2029 (YAML 1.1, as libyaml counts them). */
struct position source_position(const struct sources *sources, uint32_t source_id, uint32_t offset);
size_t source_line_count(const struct sources *sources, uint32_t source_id);
/* The line's bytes without its end, 1-based; its start offset where asked for. */
str source_line(const struct sources *sources, uint32_t source_id, uint32_t line, uint32_t *ret_offset);

span span_make(uint32_t source, size_t offset, size_t length);
bool span_is_set(span at);
/* Whether both begin at the same byte. */
static inline bool span_starts_at(span a, span b)
{
    return a.source == b.source && a.offset == b.offset;
}
static inline bool span_eq(span a, span b)
{
    return span_starts_at(a, b) && a.length == b.length;
}
/* Whether all of `inner` is in `outer`. */
static inline bool span_holds(span outer, span inner)
{
    return inner.source == outer.source && inner.offset >= outer.offset &&
           (uint64_t)inner.offset + inner.length <= (uint64_t)outer.offset + outer.length;
}
span span_cover(span a, span b);                      /* from the start of one to the end of the other */
span span_sub(span at, size_t offset, size_t length); /* clamped to `at` */
str span_text(const struct sources *sources, span at);
/* Puts spans of one source in order, and makes one of those that overlap or touch. */
void span_join(span_vec *spans);

#endif
