/*
 * One reader at work on one file: what a dialect's row holds, and what its grammar may call.
 *
 * Private to src/env: the grammars (one file each) read `view.text` from left to right and report every
 * variable, every dropped line and every fault here. Offsets are bytes of `view.text`. All in one arena.
 */
#ifndef ENV_READING_H
#define ENV_READING_H

#include "base/buf.h"
#include "env/dotenv.h"
#include "env/space.h"
#include "env/view.h"

struct reading;
struct value_block;

/* Where interpolation looks a name up. */
enum lookup {
    LOOKUP_NOTHING,     /* no interpolation */
    LOOKUP_OUTER_FIRST, /* the process environment, then the file so far */
    LOOKUP_FILE_FIRST,  /* the file so far, then the process environment */
    LOOKUP_FILE,        /* the file so far alone */
};

struct dialect {
    enum dialect_id id;
    str name;
    str reader;
    str version;
    str about;
    str dollar; /* how a dollar is written that stands for itself; empty: every one does */
    void (*read)(struct reading *reading);
    struct view_rules view;
    bool refuse_bad_utf8; /* the whole file, wherever the bad byte is */
    enum lookup lookup;
    bool reads_local;     /* .env.local over .env, see dialect_reads_local() */
    bool starts_programs; /* see dialect_starts_programs() */
    const struct dialect *other;
    /* What an `other` does and its row does not. */
    bool ends_comments;    /* at the line end, whatever stands before it */
    bool skips_bare_lines; /* lines without `=`, and blank ones */
    bool keeps_first;      /* of settings of one name */
};

struct reading {
    struct arena *arena;
    struct diags *diags;
    const struct dialect *dialect;
    const struct template_scope *outer;
    const struct template_scope *earlier; /* what the files before this one set; may be NULL */
    struct template_scope scope;          /* what interpolation sees, by the dialect's lookup */
    enum origin origin;
    struct view view;
    size_t masked_from, masked_to; /* the faulty line that was masked last */
    bool is_told;                  /* a fault of the statement at hand has been told */
    size_t replaced;               /* settings that a later one of this file replaced */
    struct value_block *spare;     /* what is set past the limit on them: nobody reads it */
    struct dotenv_result *result;  /* `ok` false: refused; the rest is read for its faults alone */
};

/* A value being put together. A fresh one is {0}; `out` is opened by the first write. */
struct text_builder {
    struct buf out;
    struct pieces pieces;
    VEC(struct template_use) uses;
};

/* The place of bytes [from, to) of the file. */
span reading_span(const struct reading *r, size_t from, size_t to);
/* Bytes [from, to) of the file as they are. */
void build_own(struct reading *r, struct text_builder *b, size_t from, size_t to);
/* `text`, which the bytes at `at` stand for: an escape, a default. */
void build_made(struct reading *r, struct text_builder *b, str text, span at);
/* Inserts what `name` stands for, unset is empty, and notes the use; `at` is the whole $NAME. */
struct template_value build_variable(struct reading *r, struct text_builder *b, str name, span at);
/* Notes the default of the variable that was asked for last, and whether it was taken. */
void build_fallback(struct text_builder *b, str fallback, span at, bool taken);
/* `text` of `via`, which may be NULL, in the place of `at`. */
void build_inserted(struct reading *r, struct text_builder *b, str text, span at, const struct value *via);
str build_text(struct reading *r, struct text_builder *b);
/* Empties the builder and keeps its memory; what build_text() gave before is gone. */
void build_reset(struct text_builder *b);

/* A text that was built, to be read again from left to right by the next pass over the value. */
struct stretch {
    str text;
    struct pieces pieces;
    size_t index, start; /* the piece that was looked at last, and where it begins */
};

struct stretch stretch_own(struct reading *r, size_t from, size_t to);
struct stretch stretch_built(struct reading *r, struct text_builder *b);
/* The place of bytes [from, to); places are asked for in rising order. */
span stretch_span(struct stretch *s, size_t from, size_t to);
/* Bytes [from, to) of the stretch as they are. */
void build_again(struct reading *r, struct text_builder *b, struct stretch *s, size_t from, size_t to);

/* What may follow a dollar; a name alone or in braces always may. */
struct dollar_rules {
    bool takes_parenthesis; /* an opening one goes with the dollar; else `$(` is no variable */
    bool upper_case_only;
};

/*
 * The stretch with its variables inserted as godotenv and dotenv for Ruby do, by one pattern each:
 * (\\)?(\$)(\()?\{?([A-Z0-9_]+)?\}? and (\\)?\$(?!\()\{?([A-Z0-9_]+)?\}? in any case. A backslash before the
 * dollar goes, and the dollar stays.
 */
void build_dollars(struct reading *r, struct text_builder *b, struct stretch *s, struct dollar_rules rules);

/* A name, as text and as a place. */
struct key {
    str name;
    size_t from, to;
};

struct key reading_key(const struct reading *r, size_t from, size_t to);
/* KEY is bytes [from, to) of the file as they are; the fast way for what is neither quoted nor expanded. */
void reading_set_own(struct reading *r, struct key key, size_t from, size_t to);
/* KEY is what was built; [from, to) is the value without its quotes. */
void reading_set(struct reading *r, struct key key, struct text_builder *b, size_t from, size_t to);
/* KEY is `text`, with its story; for values that went through template_expand(). */
void reading_set_expanded(
    struct reading *r, struct key key, const struct template_result *expanded, size_t from, size_t to);
/* KEY is known without a value. */
void reading_set_null(struct reading *r, struct key key);
/* KEY has the value that the process has; false where it has none. */
bool reading_inherit(struct reading *r, struct key key);
/* The same for every name of the process that begins with KEY's. */
void reading_inherit_all(struct reading *r, struct key key);
struct template_value reading_outer(const struct reading *r, str name);

/*
 * The reader refuses the file because of [from, to). The first fault of a statement counts; a grammar that
 * knows where the next one begins says so with reading_next(). No message quotes bytes.
 */
void reading_refuse(struct reading *r, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A new statement or line begins: though the real reader has stopped, its next fault is worth knowing. */
void reading_next(struct reading *r);
/* `${NAME:?}` in the value of `key`, with NAME unset: the reader stops, as required-missing. */
void reading_refuse_required(struct reading *r, str key, size_t from, size_t to, str name);
/* The reader would run part of the file: refused, as env-runs-code. */
void reading_refuse_code(struct reading *r, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The reader takes [from, to), and what comes after it fails: an error. */
void reading_fault(struct reading *r, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The reader goes on without [from, to): a warning. */
void reading_drop(struct reading *r, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Something that surprises, with nothing dropped: a warning. */
void reading_warn(struct reading *r, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The end of the line that `at` is in: offset of the next LF or the end of the text. */
size_t reading_line_end(const struct reading *r, size_t at);
/* Past blanks and comments to the next statement; the end of the text where there is none. */
size_t reading_statement(const struct reading *r, size_t at);

/* The grammars: what a row of the list is read by. */
#define DIALECT_GRAMMAR(id, grammar) void grammar(struct reading *r);
DIALECT_LIST(DIALECT_GRAMMAR)
#undef DIALECT_GRAMMAR

#endif
