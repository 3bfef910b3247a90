/*
 * What the files of the evaluator share: its state, faults, conversions, tables.
 *
 * Private to src/language/eval*.c. Lifetimes as in language/eval.h.
 */
#ifndef LANGUAGE_EVAL_PARTS_H
#define LANGUAGE_EVAL_PARTS_H

#include "base/null.h"
#include "language/eval.h"

struct evaluator {
    struct arena *arena;
    const struct eval_scope *scope;
};

/* Sets of kinds, for checks before anything is evaluated. */
typedef uint32_t kind_set;
#define KIND(kind)   ((kind_set)1 << EVAL_##kind)
#define KINDS_ANY    (((kind_set)1 << EVAL_KIND_COUNT) - 1)
#define KINDS_NUMBER (KIND(NUMBER) | KIND(TEXT) | KIND(UNSET))

struct eval_result eval_of(struct eval_value value);
struct eval_result eval_unset(str variable);

/* Faults; `variable` may be empty. */
struct eval_result eval_fail(struct evaluator *e, enum eval_error error, span at, str variable,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* `value` as a number, with the rules of the scope for texts; `at` is blamed. */
struct eval_result eval_to_number(struct evaluator *e, struct eval_value value, span at);
/* Arithmetic on numbers; OPERATOR_ADD … OPERATOR_DIVIDE. */
struct eval_result eval_arithmetic(struct evaluator *e, enum expr_operator operation,
    const struct eval_value *a, const struct eval_value *b, span at);
/* <0, 0, >0 */
int eval_compare_numbers(const struct eval_value *a, const struct eval_value *b);
int64_t eval_round(const struct eval_value *number, bool up);

/* One step into a part of the deployment or a list: .name, .* or ['key']. */
struct eval_result eval_step(struct evaluator *e, const struct eval_value *base, str name, span at);

/* Functions: fixed parameters, or `most` of the first kind. */
struct eval_function {
    str name, signature, about;
    size_t least, most;
    kind_set parameter, result;
    struct eval_result (*call)(
        struct evaluator *e, const struct expr *expr, const struct eval_value *arguments);
};
const struct eval_function *OR_NULL eval_function_find(str name);
str eval_function_nearest(str name);

/* Parts of a connection string, as fields of dsn(X). */
struct eval_dsn_part {
    str name, about;
    kind_set result;
    struct eval_value (*get)(struct evaluator *e, const struct dsn *dsn);
};
const struct eval_dsn_part *OR_NULL eval_dsn_part_find(str name);
str eval_dsn_part_nearest(str name);
struct eval_result eval_dsn_parameter(const struct dsn *dsn, str name);

/* Names with a fixed meaning. */
struct eval_constant {
    str name, about;
    enum eval_kind kind;
    struct eval_value (*get)(const struct eval_scope *scope);
};
const struct eval_constant *OR_NULL eval_constant_find(str name);

#endif
