/*
 * The expression language of rules and budgets, as a tree with spans.
 *
 * Total: no loops, no side effects, bounded depth. expr_parse() makes the tree, language/eval.h gives it
 * meaning. Trees live in the arena.
 *
 *   or:      and { "||" and }                    number:  digits [ "." digits ]
 *   and:     not { "&&" not }                    string:  '…' or "…", the quote doubled stands for itself
 *   not:     "!" not | compare                   name:    letter or "_", then letters, digits, "_"; a "-"
 *   compare: sum [ operator sum ]                         between letters belongs to a name that has a lower-
 *   sum:     product { ("+"|"-") product }                case letter: node-postgres, but A-B is a difference
 *   product: unary { ("*"|"/") unary }           list:    "[" [ or { "," or } ] "]"
 *   unary:   "-" unary | postfix                 template: ${NAME…}, as in Compose files
 *   postfix: primary { "." field | "[" or "]" | "%" }
 *   primary: number | string | list | template | name [ "(" … ")" ] | "(" or ")"
 */
#ifndef SYNTAX_EXPR_H
#define SYNTAX_EXPR_H

#include "text/diag.h"

enum expr_kind {
    EXPR_NUMBER,   /* number / divisor */
    EXPR_STRING,   /* text */
    EXPR_LIST,     /* items */
    EXPR_NAME,     /* text: a variable, a field of the fact, a constant or a pool's name */
    EXPR_TEMPLATE, /* text: ${…} as written */
    EXPR_CALL,     /* text: the function; items: its arguments */
    EXPR_FIELD,    /* left . text; text may be "*" */
    EXPR_INDEX,    /* left [ right ] */
    EXPR_PERCENT,  /* left % */
    EXPR_NEGATE,   /* - left */
    EXPR_NOT,      /* ! left */
    EXPR_BINARY,   /* left operator right */
    EXPR_PLACE,    /* a number in another file, made for budgets alone and never parsed: text is the file,
                      right its pattern, left the number that once was there (NULL: not said) */
};

enum expr_operator {
    OPERATOR_NONE,
    OPERATOR_OR,
    OPERATOR_AND,
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_GREATER,
    OPERATOR_GREATER_EQUAL,
    OPERATOR_MATCH,
    OPERATOR_IN,
    OPERATOR_ADD,
    OPERATOR_SUBTRACT,
    OPERATOR_MULTIPLY,
    OPERATOR_DIVIDE,
    OPERATOR_COUNT,
};

struct expr {
    enum expr_kind kind;
    enum expr_operator operation;
    span at;
    span name_at; /* of the operator, or of a field's name */
    str text;
    int64_t number, divisor;
    uint32_t depth; /* levels below, itself included: at most LIMIT_EXPR_DEPTH */
    struct expr *left, *right;
    VEC(struct expr *) items;
};

/*
 * Parses the whole of `text`, whose bytes are at `at`; `verbatim` false: they were unescaped, then every
 * span is `at` as a whole. NULL after an error in `diags` under the rule name `rule`.
 */
struct expr *expr_parse(struct arena *arena, struct diags *diags, str rule, str text, span at, bool verbatim);
/* An operator as written: "==", "in", … */

#endif
