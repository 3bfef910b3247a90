/*
 * Expressions evaluated over what is known of a deployment.
 *
 * The scope brings the names: variables, the fields of the fact that a rule runs over, pool defaults, the
 * deployment. Faults are values: a fault of the expression (EVAL_TYPE) is the author's, one of a
 * variable's content (EVAL_VALUE) is a finding. Results live in the arena; texts point where they came from.
 */
#ifndef LANGUAGE_EVAL_H
#define LANGUAGE_EVAL_H

#include "base/limit.h"
#include "base/number.h"
#include "deploy/deployment.h"
#include "dsn/dsn.h"
#include "syntax/expr.h"

enum eval_kind {
    EVAL_UNSET,   /* no such variable, field or path; distinct from the empty text */
    EVAL_TEXT,    /* text */
    EVAL_NUMBER,  /* number / divisor; NUMBER_UNBOUNDED / 1 is unbounded */
    EVAL_PERCENT, /* number / divisor hundredths */
    EVAL_BOOL,    /* is_true */
    EVAL_LIST,    /* items */
    EVAL_DSN,     /* dsn: its parts are fields */
    EVAL_NODE,    /* part of the deployment with keys of its own: language/part.h */
    EVAL_KIND_COUNT,
};

struct eval_value {
    enum eval_kind kind;
    bool is_true;
    str text;
    int64_t number, divisor;
    struct eval_value *items;
    size_t count;
    const struct dsn *dsn;
    const struct part_kind *part; /* EVAL_NODE: its kind, */
    const void *row;              /* and which one it is */
    str variable;                 /* the variable this came from; empty: none */
    const struct value *from;     /* its story; NULL: not known */
};

enum eval_error {
    EVAL_OK,
    EVAL_TYPE,  /* the expression makes no sense: exit 2 */
    EVAL_VALUE, /* a variable's content does not fit: a finding at `variable` */
    EVAL_LIMIT, /* a limit was reached: `limit` */
};

struct eval_result {
    enum eval_error error;
    struct eval_value value;
    span at;             /* the part of the expression that failed */
    str variable;        /* EVAL_VALUE: whose content; empty: not known */
    str message;         /* one sentence, never a value */
    enum limit_id limit; /* EVAL_LIMIT: which */
};

/* What `text =~ pattern` came to. */
enum eval_match {
    EVAL_MATCH_NO,
    EVAL_MATCH_YES,
    EVAL_MATCH_BAD_PATTERN, /* message says why */
    EVAL_MATCH_LIMIT,       /* limit was reached */
};

struct eval_match_result {
    enum eval_match outcome;
    str message;
    size_t offset; /* of the fault in the pattern */
    enum limit_id limit;
};

/* Where names get their meaning. Any callback may be NULL. */
struct eval_scope {
    void *self;
    /* The environment's variable, EVAL_UNSET where nobody sets it. */
    struct eval_value (*variable)(void *self, str name);
    /* A field of the fact that the rule runs over; false: it has no such field. */
    bool (*field)(void *self, str name, struct eval_value *ret_value);
    /* A named number, such as a pool's default; false: no such name. */
    bool (*constant)(void *self, str name, struct eval_value *ret_value);
    struct eval_match_result (*match)(void *self, str pattern, str text);
    /* A connection string that the scope has taken apart already; without it each asking takes it apart. */
    const struct dsn *(*dsn)(void *self, str text, str name);
    const struct deployment *deployment; /* what `compose.SERVICE` leads into; NULL: none */
    str mode;                            /* production or development */
    int64_t cpus;                        /* 0: not known */
    /* Numbers of a budget: a variable that holds -1 is unbounded, any other negative is at fault. */
    bool counting;
};

struct eval_result eval(struct arena *arena, const struct expr *expr, const struct eval_scope *scope);
/* As a yes or no; other kinds are EVAL_TYPE. */
struct eval_result eval_condition(
    struct arena *arena, const struct expr *expr, const struct eval_scope *scope);
/* As a number; what cannot be read as one is EVAL_VALUE, what is of another kind EVAL_TYPE. */
struct eval_result eval_number(struct arena *arena, const struct expr *expr, const struct eval_scope *scope);
/* As a count of connections of a budget: a whole number ≥ 0 or unbounded, in the value's `number`. */
struct eval_result eval_count(struct arena *arena, const struct expr *expr, const struct eval_scope *scope);
/* As eval_count; a percentage is that share of `whole`, rounded up. */
struct eval_result eval_share(
    struct arena *arena, const struct expr *expr, const struct eval_scope *scope, int64_t whole);
/* ceil(count × factor), saturating; `factor` is a number from eval(). */
int64_t eval_scale(int64_t count, const struct eval_value *factor);

/* What an expression is used for. */
enum eval_want {
    EVAL_WANT_ANY,
    EVAL_WANT_VALUE,     /* to be compared */
    EVAL_WANT_CONDITION, /* a yes or no */
    EVAL_WANT_NUMBER,    /* of a budget or a range */
    EVAL_WANT_SHARE,     /* a number or a percentage */
};

/*
 * Reports what can be seen wrong without values: unknown functions and DSN parts, argument counts, kinds that
 * never fit, bad patterns. `scope` says which names are fields and compiles patterns; NULL: every name may be
 * anything. False after an error in `diags` under `rule`.
 */
bool eval_check(struct arena *arena, struct diags *diags, str rule, const struct expr *expr,
    const struct eval_scope *scope, enum eval_want wanted);
/* The variables that an expression asks for, in order of appearance, each once. */
str_vec eval_variables(struct arena *arena, const struct expr *expr);
/* The bare names alone: variables, fields, named numbers; not those inside of ${…}. */
str_vec eval_names(struct arena *arena, const struct expr *expr);
/* Values by themselves; `_if` makes an unset one of what is not there. */
struct eval_value eval_text(str text);
struct eval_value eval_text_if(bool is_there, str text);
struct eval_value eval_number_if(bool is_there, int64_t number);
struct eval_value eval_truth(bool is_true);
struct eval_value eval_texts(struct arena *arena, const str_vec *texts);
/* A list of the texts that `count` rows of `size` bytes have, each `at` bytes from its start. */
struct eval_value eval_texts_in(struct arena *arena, const void *rows, size_t count, size_t size, size_t at);
#define EVAL_TEXTS_OF(arena, vec, type, member)                                                              \
    eval_texts_in((arena), (vec)->items, (vec)->count, sizeof(type), offsetof(type, member))
/* A getter of one expression over its row, which is a fact or a part of the deployment. */
#define EVAL_GETTER(function, type, expression)                                                              \
    static struct eval_value function(struct arena *arena, const void *pointer)                              \
    {                                                                                                        \
        const type *row = pointer;                                                                           \
        (void)arena;                                                                                         \
        return expression;                                                                                   \
    }
/* Equal as `==` sees it: unset equals unset alone; a text that reads as a number equals that number. */
bool eval_equal(const struct eval_value *a, const struct eval_value *b);
/* What a reader of messages calls the kind: "a number", "a list", … */
str eval_kind_name(enum eval_kind kind);

enum eval_word_kind {
    EVAL_WORD_FUNCTION, /* list(X) */
    EVAL_WORD_DSN_PART, /* host, of dsn(X).host */
    EVAL_WORD_CONSTANT, /* cpus */
};

/* One function, constant or DSN part of the language, as `bootgate rules --fields` lists them. */
struct eval_word {
    enum eval_word_kind kind;
    str name;  /* a function with its parameters */
    str about; /* one sentence */
};
size_t eval_word_count(void);
struct eval_word eval_word_at(size_t index);

#endif
