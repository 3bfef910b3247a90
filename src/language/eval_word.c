/* The functions and words of the language: language/eval.h. */
#include "base/named.h"
#include "language/eval_parts.h"
#include "language/part.h"

#define ARGUMENTS_ANY 32

/* ---- constants */

/* A getter of one expression over what it is given. */
#define CONSTANT(function, expression)                                                                       \
    static struct eval_value function(const struct eval_scope *scope)                                        \
    {                                                                                                        \
        (void)scope;                                                                                         \
        return expression;                                                                                   \
    }
#define DSN_PART(function, expression)                                                                       \
    static struct eval_value function(struct evaluator *e, const struct dsn *dsn)                            \
    {                                                                                                        \
        (void)e;                                                                                             \
        return expression;                                                                                   \
    }

CONSTANT(get_unbounded, eval_number_if(true, NUMBER_UNBOUNDED))
CONSTANT(get_mode, eval_text(scope->mode))
CONSTANT(get_services, part_services(scope->deployment))
CONSTANT(get_true, eval_truth(true))
CONSTANT(get_false, eval_truth(false))
CONSTANT(get_unset, (struct eval_value){0})

static struct eval_value get_cpus(const struct eval_scope *scope)
{
    struct eval_value cpus = eval_number_if(scope->cpus != 0, scope->cpus);
    cpus.variable = cpus.kind == EVAL_UNSET ? STR("cpus") : STR(""); /* what a message calls it */
    return cpus;
}

static const struct eval_constant constants[] = {
    {STR_INIT("unbounded"), STR_INIT("no limit; stays so in sums and products"), EVAL_NUMBER, get_unbounded},
    {STR_INIT("cpus"), STR_INIT("processors that the deployment may use"), EVAL_NUMBER, get_cpus},
    {STR_INIT("mode"), STR_INIT("production or development; a variable of that name is $mode"), EVAL_TEXT,
        get_mode},
    {STR_INIT("compose"), STR_INIT("the services of the Compose model: compose.SERVICE.image"), EVAL_NODE,
        get_services},
    {STR_INIT("unset"), STR_INIT("what a variable is that nobody sets: X == unset"), EVAL_UNSET, get_unset},
    {STR_INIT("true"), STR_INIT("yes"), EVAL_BOOL, get_true},
    {STR_INIT("false"), STR_INIT("no"), EVAL_BOOL, get_false},
};

const struct eval_constant *eval_constant_find(str name)
{
    return named_find(NAMED(constants, struct eval_constant), name);
}

/* ---- parts of a connection string */

static struct eval_value text_or_unset(struct dsn_part part)
{
    return eval_text_if(part.present, part.text);
}

static const struct dsn_host *first_host(const struct dsn *dsn)
{
    static const struct dsn_host none = {0};
    return dsn->hosts.count > 0 ? &dsn->hosts.items[0] : &none;
}

static struct eval_value get_hosts(struct evaluator *e, const struct dsn *dsn)
{
    struct eval_value list = {
        .kind = EVAL_LIST, .items = arena_array(e->arena, struct eval_value, dsn->hosts.count)};
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        list.items[list.count++] = text_or_unset(host->host);
    return list;
}

DSN_PART(get_user, text_or_unset(dsn->user))
DSN_PART(get_password, text_or_unset(dsn->password))
DSN_PART(get_database, text_or_unset(dsn->database))
DSN_PART(get_host, text_or_unset(first_host(dsn)->host))
DSN_PART(get_port, eval_number_if(first_host(dsn)->port > 0, first_host(dsn)->port))
DSN_PART(get_host_class, eval_text_if(dsn->hosts.count > 0, host_class_name(first_host(dsn)->class)))
DSN_PART(get_driver, eval_text(dsn->driver))
DSN_PART(get_dialect, eval_text(dsn->dialect))
DSN_PART(get_scheme, text_or_unset(dsn->scheme))
DSN_PART(get_family, eval_text(dsn_family_name(dsn->family)))

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
    return named_find(NAMED(dsn_parts, struct eval_dsn_part), name);
}

str eval_dsn_part_nearest(str name)
{
    return named_nearest(NAMED(dsn_parts, struct eval_dsn_part), name);
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
    const struct eval_value *text = &arguments[0];
    const struct dsn *dsn = e->scope->dsn ? e->scope->dsn(e->scope->self, text->text, text->variable)
                                          : dsn_parse(e->arena, text->text, NULL, text->variable);
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
    bool is_list = arguments[0].kind == EVAL_LIST, found = is_loopback(e->arena, &arguments[0]);
    for (size_t i = 0; is_list && i < arguments[0].count; i++)
        found |= is_loopback(e->arena, &arguments[0].items[i]);
    return eval_of(eval_truth(found));
}

static struct eval_result call_set(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)e;
    (void)expr;
    return eval_of(eval_truth(arguments[0].kind != EVAL_UNSET));
}

static struct eval_result call_length(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    (void)e;
    (void)expr;
    size_t length = arguments[0].kind == EVAL_LIST   ? arguments[0].count
                    : arguments[0].kind == EVAL_TEXT ? arguments[0].text.len
                                                     : 0;
    return eval_of(eval_number_if(true, (int64_t)length));
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

/* min and max. */
static struct eval_result call_extreme(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    int sign = str_eq(expr->text, STR("min")) ? -1 : 1;
    struct eval_result best = eval_to_number(e, arguments[0], expr->items.items[0]->at);
    for (size_t i = 1; best.error == EVAL_OK && i < expr->items.count; i++) {
        struct eval_result next = eval_to_number(e, arguments[i], expr->items.items[i]->at);
        if (next.error != EVAL_OK || eval_compare_numbers(&next.value, &best.value) * sign > 0)
            best = next;
    }
    return best;
}

static struct eval_result call_round(
    struct evaluator *e, const struct expr *expr, const struct eval_value *arguments)
{
    struct eval_result number = eval_to_number(e, arguments[0], expr->at);
    if (number.error != EVAL_OK)
        return number;
    return eval_of(eval_number_if(true, eval_round(&number.value, str_eq(expr->text, STR("ceil")))));
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
        KINDS_NUMBER, KIND(NUMBER), call_extreme},
    {STR_INIT("max"), STR_INIT("max(A, B, …)"), STR_INIT("the greatest of some numbers"), 1, ARGUMENTS_ANY,
        KINDS_NUMBER, KIND(NUMBER), call_extreme},
    {STR_INIT("ceil"), STR_INIT("ceil(X)"), STR_INIT("X rounded up to a whole number"), 1, 1, KINDS_NUMBER,
        KIND(NUMBER), call_round},
    {STR_INIT("floor"), STR_INIT("floor(X)"), STR_INIT("X rounded down to a whole number"), 1, 1,
        KINDS_NUMBER, KIND(NUMBER), call_round},
};

const struct eval_function *eval_function_find(str name)
{
    return named_find(NAMED(functions, struct eval_function), name);
}

str eval_function_nearest(str name)
{
    return named_nearest(NAMED(functions, struct eval_function), name);
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
