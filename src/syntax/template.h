/*
 * Compose's interpolation language: $NAME, ${NAME}, ${NAME:-default} and its relatives.
 *
 * Follows compose-go template/template.go (2.13): operators :- - :? ? :+ +, nesting, $$ for a dollar. The
 * same code serves Compose files and the `compose` dialect of env files. Results live in the arena; they
 * point into the text and into what the scope returned.
 */
#ifndef SYNTAX_TEMPLATE_H
#define SYNTAX_TEMPLATE_H

#include "text/diag.h"
#include "text/piece.h"

/* What a name stands for. `found` false: unset. `from` explains where the text came from, may be NULL. */
struct template_value {
    bool found;
    str text;
    const struct value *from;
};

struct template_scope {
    void *self;
    struct template_value (*get)(void *self, str name);
    /* Its names one by one, some of them empty; false past the last. NULL: it cannot tell. */
    bool (*name_at)(void *self, size_t index, str *ret_name);
};

/* One variable that an expansion asked for. */
struct template_use {
    str name;
    span at;                  /* the whole ${…} */
    const struct value *from; /* NULL: unset, or its origin is not known */
    bool found;
    bool live;           /* false: it is in a branch that was not taken */
    bool fallback_taken; /* the default of :- or - became the text */
    str fallback;        /* the default, expanded where it was taken, else as written; empty: none */
    span fallback_at;
    bool has_fallback;
    bool required;    /* :? or ? */
    bool alternative; /* :+ or +: nothing is the meant outcome where the variable is unset */
    bool refused;     /* … and nothing acceptable was there */
};

enum template_error {
    TEMPLATE_OK,
    TEMPLATE_MALFORMED, /* ${}, ${1A}, ${A, ${A:/x} … */
    TEMPLATE_REQUIRED,  /* ${A:?message} with A unset or empty */
    TEMPLATE_TOO_DEEP,
    TEMPLATE_TOO_LARGE,
};

struct template_result {
    enum template_error error; /* the first one; `text` is meaningless then, `uses` is still complete */
    span error_at;             /* the offending ${…} */
    str error_name;            /* TEMPLATE_REQUIRED: the variable */
    str text;
    struct pieces pieces;
    VEC(struct template_use) uses;
};

/*
 * Expands `text`, whose bytes are at `origin` (pieces map text to source; pass the pieces of a text that
 * was unescaped before; NULL: nowhere), in `scope` (NULL: no name is set). All uses are listed in the order
 * of the text, also those of branches that were not taken. A value that is inserted is never expanded again,
 * so cycles cannot arise.
 */
struct template_result template_expand(struct arena *arena, str text, const struct pieces *OR_NULL origin,
    const struct template_scope *OR_NULL scope);
bool template_has_variable(str text); /* any $NAME or ${ */

#endif
