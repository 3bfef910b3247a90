/* The functions and words of the language: language/eval.h. */
#include "base/buf.h"
#include "base/nearest.h"
#include "language/eval_parts.h"

#define ARGUMENTS_ANY 32

/* ---- constants */

static struct eval_value get_unbounded(const struct eval_scope *scope)
{
    (void)scope;
    return (struct eval_value){.kind = EVAL_NUMBER, .number = NUMBER_UNBOUNDED, .divisor = 1};
}

static struct eval_value get_cpus(const struct eval_scope *scope)
{
    if (scope->cpus == 0)
        return (struct eval_value){.kind = EVAL_UNSET, .variable = STR("cpus")};
    return (struct eval_value){.kind = EVAL_NUMBER, .number = scope->cpus, .divisor = 1};
}

static struct eval_value get_mode(const struct eval_scope *scope)
{
    return (struct eval_value){.kind = EVAL_TEXT, .text = scope->mode};
}

static struct eval_value get_true(const struct eval_scope *scope)
{
    (void)scope;
    return (struct eval_value){.kind = EVAL_BOOL, .is_true = true};
}

static struct eval_value get_false(const struct eval_scope *scope)
{
    (void)scope;
    return (struct eval_value){.kind = EVAL_BOOL};
}

static struct eval_value get_unset(const struct eval_scope *scope)
{
    (void)scope;
    return (struct eval_value){.kind = EVAL_UNSET};
}

static const struct eval_constant constants[] = {
    {STR_INIT("unbounded"), STR_INIT("no limit; stays so in sums and products"), EVAL_NUMBER, get_unbounded},
    {STR_INIT("cpus"), STR_INIT("processors that the deployment may use"), EVAL_NUMBER, get_cpus},
    {STR_INIT("mode"), STR_INIT("production or development; a variable of that name is $mode"), EVAL_TEXT,
        get_mode},
    {STR_INIT("compose"), STR_INIT("the services of the Compose model: compose.SERVICE.image"), EVAL_NODE,
        eval_compose_root},
    {STR_INIT("unset"), STR_INIT("what a variable is that nobody sets: X == unset"), EVAL_UNSET, get_unset},
    {STR_INIT("true"), STR_INIT("yes"), EVAL_BOOL, get_true},
    {STR_INIT("false"), STR_INIT("no"), EVAL_BOOL, get_false},
};

const struct eval_constant *eval_constant_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(constants); i++)
        if (str_eq(constants[i].name, name))
            return &constants[i];
    return NULL;
}

/* ---- parts of a connection string */

static struct eval_value text_or_unset(struct dsn_part part)
{
    if (!part.present)
        return (struct eval_value){.kind = EVAL_UNSET};
    return (struct eval_value){.kind = EVAL_TEXT, .text = part.text};
}

static struct eval_value get_user(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return text_or_unset(dsn->user);
}

static struct eval_value get_password(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return text_or_unset(dsn->password);
}

static struct eval_value get_database(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return text_or_unset(dsn->database);
}

static struct eval_value get_host(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return dsn->hosts.count > 0 ? text_or_unset(dsn->hosts.items[0].host)
                                : (struct eval_value){.kind = EVAL_UNSET};
}

static struct eval_value get_hosts(struct evaluator *e, const struct dsn *dsn)
{
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(e->arena, struct eval_value, dsn->hosts.count)};
    for (size_t i = 0; i < dsn->hosts.count; i++)
        list.items[list.count++] = text_or_unset(dsn->hosts.items[i].host);
    return list;
}

static struct eval_value get_port(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    if (dsn->hosts.count == 0 || dsn->hosts.items[0].port == 0)
        return (struct eval_value){.kind = EVAL_UNSET};
    return (struct eval_value){.kind = EVAL_NUMBER, .number = dsn->hosts.items[0].port, .divisor = 1};
}

static struct eval_value get_host_class(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    if (dsn->hosts.count == 0)
        return (struct eval_value){.kind = EVAL_UNSET};
    return (struct eval_value){.kind = EVAL_TEXT, .text = host_class_name(dsn->hosts.items[0].class)};
}

static struct eval_value get_driver(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return (struct eval_value){.kind = EVAL_TEXT, .text = dsn->driver};
}

static struct eval_value get_dialect(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return (struct eval_value){.kind = EVAL_TEXT, .text = dsn->dialect};
}

static struct eval_value get_scheme(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return text_or_unset(dsn->scheme);
}

static struct eval_value get_family(struct evaluator *e, const struct dsn *dsn)
{
    (void)e;
    return (struct eval_value){.kind = EVAL_TEXT, .text = dsn_family_name(dsn->family)};
}

/* The string with its scheme's "+driver" cut out, nothing else changed. */
static struct eval_value get_without_driver(struct evaluator *e, const struct dsn *dsn)
{
    struct str_cut scheme = str_cut_byte(dsn->scheme.text, '+');
    struct eval_value text = {.kind = EVAL_TEXT, .text = dsn->text};
    size_t from = dsn->scheme.offset;
    if (dsn->scheme.present && scheme.found && dsn->scheme.length == dsn->scheme.text.len) {
        str head = str_take(dsn->text, from + scheme.head.len);
        text.text = arena_concat(e->arena, head, str_skip(dsn->text, from + dsn->scheme.length));
    }
    return text;
}

static const struct eval_dsn_part dsn_parts[] = {
    {STR_INIT("user"), STR_INIT("the user, decoded"), KIND(TEXT) | KIND(UNSET), get_user},
    {STR_INIT("password"), STR_INIT("the password, decoded"), KIND(TEXT) | KIND(UNSET), get_password},
    {STR_INIT("host"), STR_INIT("the first host"), KIND(TEXT) | KIND(UNSET), get_host},
    {STR_INIT("hosts"), STR_INIT("all hosts, in order"), KIND(LIST), get_hosts},
    {STR_INIT("host_class"), STR_INIT("what the first host is: loopback, private, public, name, …"),
        KIND(TEXT) | KIND(UNSET), get_host_class},
    {STR_INIT("port"), STR_INIT("the first host's port, the family's own where none is given"),
        KIND(NUMBER) | KIND(UNSET), get_port},
    {STR_INIT("database"), STR_INIT("the database"), KIND(TEXT) | KIND(UNSET), get_database},
    {STR_INIT("scheme"), STR_INIT("the scheme as written: postgresql+asyncpg"), KIND(TEXT) | KIND(UNSET),
        get_scheme},
    {STR_INIT("dialect"), STR_INIT("the scheme without its driver: postgresql"), KIND(TEXT), get_dialect},
    {STR_INIT("driver"), STR_INIT("the scheme's driver: asyncpg; empty where it names none"), KIND(TEXT),
        get_driver},
    {STR_INIT("family"), STR_INIT("the kind of server: postgresql, mysql, redis, …"), KIND(TEXT), get_family},
    {STR_INIT("without_driver"), STR_INIT("the whole string with the driver cut out of its scheme"),
        KIND(TEXT), get_without_driver},
};

const struct eval_dsn_part *eval_dsn_part_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(dsn_parts); i++)
        if (str_eq(dsn_parts[i].name, name))
            return &dsn_parts[i];
    return NULL;
}

str eval_dsn_part_nearest(str name)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < ARRAY_COUNT(dsn_parts); i++)
        nearest_offer(&nearest, dsn_parts[i].name);
    return nearest.best;
}

struct eval_result eval_dsn_parameter(const struct dsn *dsn, str name)
{
    for (size_t i = dsn->parameters.count; i > 0; i--)
        if (str_eq(dsn->parameters.items[i - 1].key.text, name))
            return eval_of(text_or_unset(dsn->parameters.items[i - 1].value));
    return eval_unset(STR(""));
}

/* ---- functions */

static struct eval_result call_dsn(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    if (arguments[0].kind == EVAL_UNSET)
        return eval_of(arguments[0]);
    const struct dsn *dsn = dsn_parse(e->arena, arguments[0].text, NULL, arguments[0].variable);
    if (dsn->error != DSN_OK) {
        str name = arguments[0].variable.len > 0 ? arguments[0].variable : STR("the value");
        return eval_fail(e, EVAL_VALUE, expr->at, arguments[0].variable, STR_FMT " is no connection string",
            STR_ARG(name));
    }
    struct eval_value value = arguments[0];
    value.kind = EVAL_DSN;
    value.dsn = dsn;
    return eval_of(value);
}

static struct eval_result call_list(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)expr;
    VEC(struct eval_value) items = {0};
    str rest = arguments[0].kind == EVAL_TEXT ? arguments[0].text : STR("");
    str piece;
    while (str_next(&rest, ',', &piece)) {
        piece = str_trim(piece);
        if (piece.len > 0)
            vec_push(e->arena, &items,
                ((struct eval_value){.kind = EVAL_TEXT, .text = piece, .variable = arguments[0].variable}));
    }
    return eval_of((struct eval_value){
        .kind = EVAL_LIST, .items = items.items, .count = items.count, .variable = arguments[0].variable});
}

static bool is_loopback(struct arena *arena, const struct eval_value *value)
{
    enum host_class class = value->kind == EVAL_TEXT ? host_classify(arena, value->text) : HOST_CLASS_NAME;
    return class == HOST_CLASS_LOOPBACK || class == HOST_CLASS_WILDCARD;
}

static struct eval_result call_loopback(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)expr;
    struct eval_value list;
    bool found = is_loopback(e->arena, &arguments[0]);
    if (eval_items(e->arena, arguments[0], &list))
        for (size_t i = 0; i < list.count; i++)
            found |= is_loopback(e->arena, &list.items[i]);
    return eval_bool(found);
}

static struct eval_result call_set(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)e;
    (void)expr;
    return eval_bool(arguments[0].kind != EVAL_UNSET);
}

static struct eval_result call_length(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)expr;
    struct eval_value list;
    if (eval_items(e->arena, arguments[0], &list))
        return eval_number((int64_t)list.count);
    return eval_number(arguments[0].kind == EVAL_TEXT ? (int64_t)arguments[0].text.len : 0);
}

static struct eval_result call_lower(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)expr;
    struct eval_value value = arguments[0];
    value.text = arena_lower(e->arena, value.text);
    return eval_of(value);
}

static struct eval_result call_number(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    return eval_to_number(e, arguments[0], expr->at);
}

/* The least (sign -1) or greatest (sign 1) argument. */
static struct eval_result extreme(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments, int sign)
{
    struct eval_result best = eval_to_number(e, arguments[0], expr->items.items[0]->at);
    for (size_t i = 1; best.error == EVAL_OK && i < expr->items.count; i++) {
        struct eval_result next = eval_to_number(e, arguments[i], expr->items.items[i]->at);
        if (next.error != EVAL_OK || eval_compare_numbers(&next.value, &best.value) * sign > 0)
            best = next;
    }
    return best;
}

static struct eval_result call_min(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    return extreme(e, expr, arguments, -1);
}

static struct eval_result call_max(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    return extreme(e, expr, arguments, 1);
}

static struct eval_result rounded(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments, bool up)
{
    struct eval_result number = eval_to_number(e, arguments[0], expr->at);
    if (number.error != EVAL_OK)
        return number;
    return eval_number(eval_round(&number.value, up));
}

static struct eval_result call_ceil(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    return rounded(e, expr, arguments, true);
}

static struct eval_result call_floor(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    return rounded(e, expr, arguments, false);
}

#define TEXT_KINDS (KIND(TEXT) | KIND(UNSET))

static const struct eval_function functions[] = {
    {STR_INIT("dsn"), STR_INIT("dsn(X)"), STR_INIT("the connection string in X, taken apart: dsn(X).host"), 1,
        1, TEXT_KINDS, KIND(DSN) | KIND(UNSET), call_dsn},
    {STR_INIT("list"), STR_INIT("list(X)"),
        STR_INIT("the items of X between commas, without blanks; none when X is unset"), 1, 1, TEXT_KINDS,
        KIND(LIST), call_list},
    {STR_INIT("loopback"), STR_INIT("loopback(HOST)"),
        STR_INIT("whether the host (or one of a list) leads back to the machine that asks"), 1, 1,
        TEXT_KINDS | KIND(LIST) | KIND(NODE), KIND(BOOL), call_loopback},
    {STR_INIT("set"), STR_INIT("set(X)"), STR_INIT("whether X is set, be it to the empty text"), 1, 1,
        KINDS_ANY, KIND(BOOL), call_set},
    {STR_INIT("length"), STR_INIT("length(X)"),
        STR_INIT("bytes of a text, items of a list; 0 when X is unset"), 1, 1,
        TEXT_KINDS | KIND(LIST) | KIND(NODE), KIND(NUMBER), call_length},
    {STR_INIT("lower"), STR_INIT("lower(X)"), STR_INIT("X with ASCII letters in lower case"), 1, 1,
        TEXT_KINDS, TEXT_KINDS, call_lower},
    {STR_INIT("number"), STR_INIT("number(X)"), STR_INIT("X as a number; anything else in it is a finding"),
        1, 1, KINDS_NUMBER, KIND(NUMBER), call_number},
    {STR_INIT("min"), STR_INIT("min(A, B, …)"), STR_INIT("the least of some numbers"), 1, ARGUMENTS_ANY,
        KINDS_NUMBER, KIND(NUMBER), call_min},
    {STR_INIT("max"), STR_INIT("max(A, B, …)"), STR_INIT("the greatest of some numbers"), 1, ARGUMENTS_ANY,
        KINDS_NUMBER, KIND(NUMBER), call_max},
    {STR_INIT("ceil"), STR_INIT("ceil(X)"), STR_INIT("X rounded up to a whole number"), 1, 1, KINDS_NUMBER,
        KIND(NUMBER), call_ceil},
    {STR_INIT("floor"), STR_INIT("floor(X)"), STR_INIT("X rounded down to a whole number"), 1, 1,
        KINDS_NUMBER, KIND(NUMBER), call_floor},
};

const struct eval_function *eval_function_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++)
        if (str_eq(functions[i].name, name))
            return &functions[i];
    return NULL;
}

str eval_function_nearest(str name)
{
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++)
        nearest_offer(&nearest, functions[i].name);
    return nearest.best;
}

/* ---- the list of it all */

size_t eval_word_count(void)
{
    return ARRAY_COUNT(functions) + ARRAY_COUNT(dsn_parts) + ARRAY_COUNT(constants);
}

struct eval_word eval_word_at(size_t index)
{
    if (index < ARRAY_COUNT(functions))
        return (struct eval_word){EVAL_WORD_FUNCTION, functions[index].signature, functions[index].about};
    index -= ARRAY_COUNT(functions);
    if (index < ARRAY_COUNT(dsn_parts))
        return (struct eval_word){EVAL_WORD_DSN_PART, dsn_parts[index].name, dsn_parts[index].about};
    index -= ARRAY_COUNT(dsn_parts);
    return (struct eval_word){EVAL_WORD_CONSTANT, constants[index].name, constants[index].about};
}
