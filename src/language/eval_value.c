/* Values, faults and arithmetic of the language, saturating and with `unbounded`: language/eval_parts.h. */
#include "language/eval_parts.h"

#define DECIMALS_MAX 9

/* ---- values */

static const str kind_names[EVAL_KIND_COUNT] = {
    [EVAL_UNSET] = STR_INIT("unset"),
    [EVAL_TEXT] = STR_INIT("a text"),
    [EVAL_NUMBER] = STR_INIT("a number"),
    [EVAL_PERCENT] = STR_INIT("a percentage"),
    [EVAL_BOOL] = STR_INIT("a yes or no"),
    [EVAL_LIST] = STR_INIT("a list"),
    [EVAL_DSN] = STR_INIT("a connection string"),
    [EVAL_NODE] = STR_INIT("a part of the Compose file"),
};

str eval_kind_name(enum eval_kind kind)
{
    return kind_names[kind];
}

struct eval_result eval_of(struct eval_value value)
{
    return (struct eval_result){.value = value};
}

struct eval_result eval_unset(str variable)
{
    return eval_of((struct eval_value){.kind = EVAL_UNSET, .variable = variable});
}

struct eval_result eval_fail(
    struct evaluator *e, enum eval_error error, span at, str variable, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(e->arena, format, arguments);
    va_end(arguments);
    return (struct eval_result){.error = error, .at = at, .variable = variable, .message = message};
}

struct eval_value eval_text(str text)
{
    return (struct eval_value){.kind = EVAL_TEXT, .text = text};
}

struct eval_value eval_text_if(bool is_there, str text)
{
    return is_there ? eval_text(text) : (struct eval_value){0};
}

struct eval_value eval_number_if(bool is_there, int64_t number)
{
    if (!is_there)
        return (struct eval_value){0};
    return (struct eval_value){.kind = EVAL_NUMBER, .number = number, .divisor = 1};
}

struct eval_value eval_truth(bool is_true)
{
    return (struct eval_value){.kind = EVAL_BOOL, .is_true = is_true};
}

struct eval_value eval_texts_in(struct arena *arena, const void *rows, size_t count, size_t size, size_t at)
{
    struct eval_value list = {.kind = EVAL_LIST, .items = arena_array(arena, struct eval_value, count)};
    for (; list.count < count; list.count++)
        list.items[list.count] = eval_text(*(const str *)((const char *)rows + list.count * size + at));
    return list;
}

struct eval_value eval_texts(struct arena *arena, const str_vec *texts)
{
    return eval_texts_in(arena, texts->items, texts->count, sizeof(str), 0);
}

/* ---- numbers */

/* Reads digits with an optional sign and fraction; false on anything else. */
static bool read_number(str text, int64_t *ret_number, int64_t *ret_divisor)
{
    struct str_cut cut = str_cut_byte(text, '.');
    int64_t whole, fraction = 0, divisor = 1;
    if (!number_parse(cut.head, &whole))
        return false;
    if (cut.found) {
        uint64_t digits;
        if (cut.tail.len > DECIMALS_MAX || !number_parse_unsigned(cut.tail, INT64_MAX, &digits))
            return false;
        fraction = (int64_t)digits;
        for (size_t i = 0; i < cut.tail.len; i++)
            divisor *= 10;
    }
    bool negative = cut.head.ptr[0] == '-';
    int64_t scaled = number_multiply(whole, divisor);
    *ret_number = negative ? number_subtract(scaled, fraction) : number_add(scaled, fraction);
    *ret_divisor = divisor;
    return true;
}

/* The words that mean "no limit" in an environment. */
static const str unbounded_words[] = {STR_INIT("unbounded"), STR_INIT("unlimited")};

static struct eval_result text_to_number(struct evaluator *e, struct eval_value value, span at)
{
    struct eval_value number = {
        .kind = EVAL_NUMBER, .variable = value.variable, .from = value.from, .divisor = 1};
    str name = value.variable.len > 0 ? value.variable : STR("the value");
    if (value.text.len == 0)
        return eval_fail(e, EVAL_VALUE, at, value.variable, STR_FMT " is empty, not a number", STR_ARG(name));
    if (STR_IS_IN_FOLD(value.text, unbounded_words)) {
        number.number = NUMBER_UNBOUNDED;
        return eval_of(number);
    }
    if (!read_number(value.text, &number.number, &number.divisor))
        return eval_fail(e, EVAL_VALUE, at, value.variable, STR_FMT " is not a number", STR_ARG(name));
    if (e->scope->counting && number.number < 0) {
        /* SQLAlchemy's max_overflow and its kin spell "no limit" as -1. */
        if (number.number != -1 || number.divisor != 1)
            return eval_fail(e, EVAL_VALUE, at, value.variable, STR_FMT " is negative", STR_ARG(name));
        number.number = NUMBER_UNBOUNDED;
    }
    return eval_of(number);
}

struct eval_result eval_to_number(struct evaluator *e, struct eval_value value, span at)
{
    str kind = eval_kind_name(value.kind);
    switch (value.kind) {
    case EVAL_NUMBER:
        return eval_of(value);
    case EVAL_TEXT:
        return text_to_number(e, value, at);
    case EVAL_UNSET:
        if (value.variable.len > 0)
            return eval_fail(e, EVAL_VALUE, at, value.variable,
                STR_FMT " is not set: give it a default, ${" STR_FMT ":-…}", STR_ARG(value.variable),
                STR_ARG(value.variable));
        return eval_fail(e, EVAL_VALUE, at, STR(""), "the value is not set");
    default:
        return eval_fail(
            e, EVAL_TYPE, at, value.variable, "expected a number, this is " STR_FMT, STR_ARG(kind));
    }
}

static bool is_unbounded(const struct eval_value *number)
{
    return number->number == NUMBER_UNBOUNDED;
}

static int64_t greatest_common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static struct eval_result reduced(struct evaluator *e, int64_t number, int64_t divisor, span at)
{
    if (divisor == NUMBER_UNBOUNDED)
        return eval_fail(e, EVAL_VALUE, at, STR(""), "the number has too many digits");
    struct eval_value value = {.kind = EVAL_NUMBER, .number = number, .divisor = divisor};
    if (is_unbounded(&value) || number == INT64_MIN) {
        value.divisor = 1;
        return eval_of(value);
    }
    int64_t common = greatest_common_divisor(number, divisor);
    if (common > 1) {
        value.number /= common;
        value.divisor /= common;
    }
    return eval_of(value);
}

static struct eval_result divide(
    struct evaluator *e, const struct eval_value *a, const struct eval_value *b, span at)
{
    if (b->number == 0)
        return eval_fail(e, EVAL_VALUE, at, b->variable, "division by zero");
    if (is_unbounded(a) || is_unbounded(b))
        return eval_of(eval_number_if(true, is_unbounded(a) ? NUMBER_UNBOUNDED : 0));
    int64_t sign = b->number < 0 ? -1 : 1;
    return reduced(e, number_multiply(number_multiply(a->number, b->divisor), sign),
        number_multiply(number_multiply(a->divisor, b->number), sign), at);
}

struct eval_result eval_arithmetic(struct evaluator *e, enum expr_operator operation,
    const struct eval_value *a, const struct eval_value *b, span at)
{
    if (operation == OPERATOR_DIVIDE)
        return divide(e, a, b, at);
    int64_t divisor = a->divisor == b->divisor && operation != OPERATOR_MULTIPLY
                          ? a->divisor
                          : number_multiply(a->divisor, b->divisor);
    if (operation == OPERATOR_MULTIPLY)
        return reduced(e, number_multiply(a->number, b->number), divisor, at);
    bool scale = a->divisor != b->divisor;
    int64_t left = scale && !is_unbounded(a) ? number_multiply(a->number, b->divisor) : a->number;
    int64_t right = scale && !is_unbounded(b) ? number_multiply(b->number, a->divisor) : b->number;
    int64_t number = operation == OPERATOR_ADD ? number_add(left, right) : number_subtract(left, right);
    return reduced(e, number, divisor, at);
}

int eval_compare_numbers(const struct eval_value *a, const struct eval_value *b)
{
    int64_t left = is_unbounded(a) ? a->number : number_multiply(a->number, b->divisor);
    int64_t right = is_unbounded(b) ? b->number : number_multiply(b->number, a->divisor);
    return (left > right) - (left < right);
}

int64_t eval_round(const struct eval_value *number, bool up)
{
    int64_t whole = number->number / number->divisor;
    int64_t rest = number->number % number->divisor;
    if (is_unbounded(number) || rest == 0)
        return whole;
    return up ? whole + (rest > 0) : whole - (rest < 0);
}

int64_t eval_scale(int64_t count, const struct eval_value *factor)
{
    if (count == NUMBER_UNBOUNDED || is_unbounded(factor))
        return count == 0 ? 0 : NUMBER_UNBOUNDED;
    struct eval_value product = {
        .kind = EVAL_NUMBER,
        .number = number_multiply(count, factor->number),
        .divisor = factor->divisor,
    };
    return eval_round(&product, true);
}

/* ---- equality */

/* The words that programs take for yes and no, as a text compares with true and false. */
static bool text_is_bool(str text, bool wanted)
{
    static const str no[] = {STR_INIT("false"), STR_INIT("0"), STR_INIT("no"), STR_INIT("off")};
    static const str yes[] = {STR_INIT("true"), STR_INIT("1"), STR_INIT("yes"), STR_INIT("on")};
    return wanted ? STR_IS_IN_FOLD(text, yes) : STR_IS_IN_FOLD(text, no);
}

static bool text_is_number(str text, const struct eval_value *number)
{
    struct eval_value read = {.kind = EVAL_NUMBER};
    return read_number(text, &read.number, &read.divisor) && eval_compare_numbers(&read, number) == 0;
}

static bool lists_equal(const struct eval_value *a, const struct eval_value *b)
{
    for (size_t i = 0; a->count == b->count && i < a->count; i++)
        if (!eval_equal(&a->items[i], &b->items[i]))
            return false;
    return a->count == b->count;
}

bool eval_equal(const struct eval_value *a, const struct eval_value *b)
{
    if (b->kind == EVAL_TEXT && a->kind != EVAL_TEXT)
        return eval_equal(b, a);
    if (a->kind == EVAL_TEXT && b->kind == EVAL_NUMBER)
        return text_is_number(a->text, b);
    if (a->kind == EVAL_TEXT && b->kind == EVAL_BOOL)
        return text_is_bool(a->text, b->is_true);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case EVAL_TEXT:
        return str_eq(a->text, b->text);
    case EVAL_NUMBER:
    case EVAL_PERCENT:
        return eval_compare_numbers(a, b) == 0;
    case EVAL_BOOL:
        return a->is_true == b->is_true;
    case EVAL_LIST:
        return lists_equal(a, b);
    case EVAL_DSN:
        return str_eq(a->dsn->text, b->dsn->text);
    default:
        return a->kind == EVAL_UNSET;
    }
}
