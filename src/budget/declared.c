/* Consumers of bootgate.yaml: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "base/limit.h"
#include "base/nearest.h"
#include "budget/consumer.h"
#include "budget/pools.h"

/* ---- the scope: variables of the deployment, pool defaults, the deployment */

/* Of the service that a consumer names, which the program there sees; else of the project, which may have
 * put it on the service's command. */
static const struct value *setting_of(const struct budget_builder *b, str name)
{
    const struct value *value =
        b->declared_for ? env_get(&b->declared_for->workload->environment, name) : NULL;
    return value && value->set ? value : env_get(&b->facts->environment, name);
}

static struct eval_value scope_variable(void *self, str name)
{
    const struct budget_builder *b = self;
    const struct value *value = setting_of(b, name);
    if (!value || !value->set)
        return (struct eval_value){.kind = EVAL_UNSET, .variable = name};
    return (struct eval_value){.kind = EVAL_TEXT, .text = value->text, .variable = name, .from = value};
}

static bool scope_constant(void *self, str name, struct eval_value *ret_value)
{
    const struct budget_builder *b = self;
    const struct pool_library *library = pool_library_find(name);
    struct count each = library ? pool_library_each(library, b->cpus) : (struct count){0};
    if (!count_is_known(each))
        return false;
    *ret_value = (struct eval_value){.kind = EVAL_NUMBER, .number = each.value, .divisor = 1};
    return true;
}

static struct eval_scope scope_of(struct budget_builder *b)
{
    return (struct eval_scope){
        .self = b,
        .variable = scope_variable,
        .constant = scope_constant,
        .deployment = b->facts->deployment,
        .mode = mode_name(b->facts->mode),
        .cpus = b->cpus,
        .counting = true,
    };
}

/* ---- faults */

void declared_fault(struct budget_builder *b, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(b->arena, format, arguments);
    va_end(arguments);
    diag_add(b->diags, STR("config-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message))->fatal = true;
}

/* Libraries are called in lower case, and what stands in braces can only be a variable. */
static bool is_pool_name(struct budget_builder *b, struct eval_result result)
{
    str name = result.variable;
    bool bare = str_eq(span_text(b->facts->sources, result.at), name);
    for (size_t i = 0; i < name.len; i++)
        bare &= name.ptr[i] < 'A' || name.ptr[i] > 'Z';
    return bare && name.len > 0;
}

static void unknown_pool(struct budget_builder *b, struct eval_result result)
{
    struct nearest nearest = {.word = result.variable};
    for (size_t i = 0; i < pool_library_count(); i++)
        nearest_offer(&nearest, pool_library_at(i)->name);
    declared_fault(b, result.at, "no library or variable is called `" STR_FMT "`%s" STR_FMT "%s",
        STR_ARG(result.variable), nearest.best.len ? ": did you mean `" : "", STR_ARG(nearest.best),
        nearest.best.len ? "`?" : "");
}

/* A variable's content that does not fit is a number that cannot be read, at the variable. */
static struct count fault_of(struct budget_builder *b, const struct expr *expr, struct eval_result result)
{
    if (result.error == EVAL_LIMIT)
        diag_limit(b->diags, result.limit, result.at);
    else if (result.error == EVAL_TYPE)
        declared_fault(b, result.at, STR_FMT, STR_ARG(result.message));
    const struct value *value = setting_of(b, result.variable);
    if (!value && is_pool_name(b, result))
        unknown_pool(b, result);
    span at = value && span_is_set(value->at) ? value->at : expr->at;
    return count_bad(at, result.variable, span_text(b->facts->sources, expr->at), result.message);
}

/* Where the variables of an expression are set: "WORKERS at .env:11", "WORKERS unset". */
static str variables_note(struct budget_builder *b, const struct expr *expr)
{
    str_vec names = eval_variables(b->arena, expr);
    struct buf note = buf_new(b->arena, limit_value(LIMIT_VALUE_BYTES));
    vec_each(const str *, name, &names) {
        const struct value *value = setting_of(b, *name);
        if (!value && pool_library_find(*name))
            continue;
        str place = value ? count_place(b->arena, b->facts->sources, value_locate(value, 0, value->text.len))
                          : STR("");
        buf_printf(&note, "%s" STR_FMT "%s" STR_FMT, note.len ? ", " : "", STR_ARG(*name),
            !value || !value->set ? " unset"
            : place.len           ? " at "
                                  : " of the environment",
            STR_ARG(place));
    }
    return buf_view(&note);
}

static struct count count_of(struct budget_builder *b, const struct expr *expr, struct eval_result result)
{
    if (result.error != EVAL_OK)
        return fault_of(b, expr, result);
    return (struct count){
        .state = COUNT_READ,
        .value = result.value.number,
        .at = expr->at,
        .variable = result.value.variable,
        .from = span_text(b->facts->sources, expr->at),
        .note = variables_note(b, expr),
    };
}

struct count declared_count(struct budget_builder *b, const struct expr *expr)
{
    if (expr->kind == EXPR_PLACE)
        return placed_count(b, expr);
    struct eval_scope scope = scope_of(b);
    return count_of(b, expr, eval_count(b->arena, expr, &scope));
}

bool declared_headroom(struct budget_builder *b, struct eval_value *ret_factor)
{
    struct expr *headroom = b->facts->config->budget.headroom;
    if (!headroom)
        return false;
    /* Times one: a variable's text becomes a number, or a fault. */
    struct expr one = {.kind = EXPR_NUMBER, .at = headroom->at, .number = 1, .divisor = 1};
    struct expr product = {.kind = EXPR_BINARY,
        .operation = OPERATOR_MULTIPLY,
        .at = headroom->at,
        .left = headroom,
        .right = &one};
    struct eval_scope scope = scope_of(b);
    struct eval_result result = eval(b->arena, &product, &scope);
    if (result.error == EVAL_OK && result.value.number > 0) {
        *ret_factor = result.value;
        return true;
    }
    if (result.error == EVAL_OK)
        declared_fault(b, headroom->at, "headroom is a factor above 0");
    else
        declared_fault(b, result.at, STR_FMT, STR_ARG(result.message));
    return false;
}

/* A sum with the numbers that it came to, "20 + 40"; empty when it is no sum. */
static str sum_text(struct budget_builder *b, const struct expr *expr)
{
    VEC(const struct expr *) operands = {0};
    const struct expr *rest = expr;
    while (rest && rest->kind == EXPR_BINARY && rest->operation == OPERATOR_ADD) {
        vec_push(b->arena, &operands, rest->right);
        rest = rest->left;
    }
    if (operands.count == 0)
        return STR("");
    vec_push(b->arena, &operands, rest);
    struct eval_scope scope = scope_of(b);
    struct buf text = buf_new(b->arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = operands.count; i-- > 0;) {
        struct eval_result result = eval_count(b->arena, operands.items[i], &scope);
        if (result.error != EVAL_OK)
            return STR("");
        buf_printf(&text, "%s" STR_FMT, i + 1 < operands.count ? " + " : "",
            STR_ARG(count_text(b->arena, result.value.number)));
    }
    return buf_view(&text);
}

/* ---- consumers */

static const struct service *service_of(struct budget_builder *b, const struct config_consumer *consumer)
{
    if (consumer->service.text.len == 0)
        return NULL;
    const struct service *service = facts_called(b->facts, consumer->service.text);
    if (service || !b->facts->deployment ||
        !b->facts->deployment->ok) /* of a refused project services are missing */
        return service;
    struct nearest nearest = {.word = consumer->service.text};
    vec_each(struct service *const *, candidate, &b->facts->services)
        nearest_offer(&nearest, (*candidate)->workload->name);
    declared_fault(b, consumer->service.at, "there is no service `" STR_FMT "`%s" STR_FMT "%s",
        STR_ARG(consumer->service.text), nearest.best.len ? ": did you mean `" : "", STR_ARG(nearest.best),
        nearest.best.len ? "`?" : "");
    return NULL;
}

static struct count instances_of(
    struct budget_builder *b, const struct config_consumer *consumer, const struct service *service)
{
    bool is_asked = service && service->workload->replicas.is_asked;
    if (consumer->count && !is_asked)
        return declared_count(b, consumer->count);
    return service ? term_instances(service->workload) : count_default(1, STR(""));
}

/* As many as the service's own update brings on top, unless the declaration says how many run. */
static struct count surge_of(struct budget_builder *b, const struct config_consumer *consumer,
    const struct service *service, int64_t instances)
{
    bool is_own =
        service && service->workload->active && (!consumer->count || service->workload->replicas.is_asked);
    if (!consumer->surge && is_own)
        return term_surge(service->workload);
    if (!consumer->surge)
        return count_default(0, STR(""));
    struct eval_scope scope = scope_of(b);
    return count_of(b, consumer->surge, eval_share(b->arena, consumer->surge, &scope, instances));
}

static str path_key(struct budget_builder *b, str service, const struct budget_row *row)
{
    return arena_join(b->arena, service, STR("\n"), row->server);
}

/* The first connection of a service to each row. */
static void note_paths(struct budget_builder *b, const struct connection_list *connections, str service)
{
    vec_each(const struct connection *const *, connection, &connections->items)
        vec_each(const struct target *, target, &(*connection)->targets) {
            const struct budget_row *row = row_of_target(b, target, (*connection)->family);
            if (row && !map_has(&b->paths, path_key(b, service, row)))
                map_set(b->arena, &b->paths, path_key(b, service, row), (void *)(uintptr_t)*connection);
        }
}

/* The connection of the service that leads to the row; NULL: none. */
static const struct connection *connection_to(
    struct budget_builder *b, const struct service *service, const struct budget_row *row)
{
    if (!service)
        return NULL;
    str name = service_name(service);
    if (!map_has(&b->paths, name)) {
        map_set(b->arena, &b->paths, name, b);
        note_paths(b, connections_of(b, service), name);
    }
    return map_get(&b->paths, path_key(b, name, row));
}

/* `each`, or what the service's own files say where it is not given. */
static struct count each_of(struct budget_builder *b, const struct config_consumer *consumer,
    const struct service *service, const struct budget_row *row)
{
    if (consumer->each)
        return declared_count(b, consumer->each);
    const struct connection *connection = connection_to(b, service, row);
    if (!connection) {
        declared_fault(b, consumer->key, "consumer `" STR_FMT "` needs `each`: connections of one process",
            STR_ARG(consumer->name));
        return (struct count){.state = COUNT_BAD, .from = STR("each")};
    }
    struct consumer_input input = {
        .arena = b->arena,
        .running = &b->running,
        .service = service->workload,
        .environment = &service->workload->environment,
        .sizing = sizing_of(b, service),
        .cpus = b->cpus,
    };
    return consumer_of(consumer_program(&input), connection).each;
}

/* Whether `when` holds; one that cannot be read counts as true and is reported. */
static bool holds(struct budget_builder *b, const struct config_consumer *consumer)
{
    if (!consumer->when)
        return true;
    struct eval_scope scope = scope_of(b);
    struct eval_result result = eval_condition(b->arena, consumer->when, &scope);
    if (result.error == EVAL_OK)
        return result.value.is_true;
    fault_of(b, consumer->when, result);
    return true;
}

static void declare_term(
    struct budget_builder *b, const struct config_consumer *consumer, struct budget_row *row)
{
    const struct service *service = service_of(b, consumer);
    b->declared_for = service;
    struct budget_term term = {
        .consumer = consumer->name,
        .declared = true,
        .at = consumer->key,
        .service = service,
        .each_expr = consumer->each ? consumer->each : consumer->fixed,
        .variable = row->variable,
    };
    if (consumer->fixed) {
        term.instances = term.processes = count_default(1, STR(""));
        term.surge = count_default(0, STR(""));
        term.each = declared_count(b, consumer->fixed);
    } else {
        term.instances = instances_of(b, consumer, service);
        term.surge = surge_of(b, consumer, service, term.instances.value);
        term.processes =
            consumer->processes ? declared_count(b, consumer->processes) : count_default(1, STR(""));
        term.each = each_of(b, consumer, service, row);
    }
    bool is_declared = consumer->each || consumer->fixed;
    term.basis = is_declared ? BASIS_DECLARED : term.each.state == COUNT_READ ? BASIS_READ : BASIS_ASSUMED;
    if (!holds(b, consumer))
        term.instances = (struct count){
            .state = COUNT_READ, .value = 0, .at = consumer->when->at, .from = STR("`when` does not hold")};
    term.each_sum = term.each.sum.len ? term.each.sum : sum_text(b, term.each_expr);
    b->declared_for = NULL;
    term_add(b, row, term);
}

/* The only server that these connections lead to; NULL: none, or several. */
static struct budget_row *only_target(struct budget_builder *b, const struct connection_list *connections)
{
    struct budget_row *only = NULL;
    vec_each(const struct connection *const *, connection, &connections->items) {
        vec_each(const struct target *, target, &(*connection)->targets) {
            struct budget_row *row = row_of_target(b, target, (*connection)->family);
            if (!row || !family_row(row->family)->pooled)
                continue;
            if (only && only != row)
                return NULL;
            only = row;
        }
    }
    return only;
}

/* Without `server` and `via`: the only declared server, else the only one that the service connects to, else
 * the only one there is. */
static struct budget_row *only_row(struct budget_builder *b, const struct config_consumer *consumer)
{
    const struct config_budget *budget = &b->facts->config->budget;
    if (budget->servers.count == 1)
        return map_get(&b->named, budget->servers.items[0].name);
    const struct service *service =
        consumer->service.text.len ? facts_called(b->facts, consumer->service.text) : NULL;
    struct budget_row *row = service ? only_target(b, connections_of(b, service)) : NULL;
    if (row || b->budgets->rows.count != 1)
        return row;
    return b->budgets->rows.items[0];
}

static void unknown_reference(struct budget_builder *b, const struct config_text *name)
{
    struct nearest nearest = {.word = name->text};
    vec_each(const struct map_entry *, entry, &b->named.entries)
        nearest_offer(&nearest, entry->key);
    vec_each(const struct map_entry *, entry, &b->facts->environment.map.entries)
        nearest_offer(&nearest, entry->key);
    declared_fault(b, name->at, "no server, pooler or variable is called `" STR_FMT "`%s" STR_FMT "%s",
        STR_ARG(name->text), nearest.best.len ? ": did you mean `" : "", STR_ARG(nearest.best),
        nearest.best.len ? "`?" : "");
}

void declared_consumers(struct budget_builder *b)
{
    vec_each(const struct config_consumer *, consumer, &b->facts->config->budget.consumers) {
        /* A file beside a deployment is nobody's environment that the deployment starts. */
        if (b->facts->is_beside && consumer->service.text.len)
            continue;
        const struct config_text *name = consumer->via.text.len ? &consumer->via : &consumer->server;
        struct budget_row *row = NULL;
        enum reference reference = REFERENCE_ROW;
        if (name->text.len)
            reference = row_of_reference(b, name->text, &row);
        else
            row = only_row(b, consumer);
        if (reference == REFERENCE_UNKNOWN)
            unknown_reference(b, name);
        else if (reference == REFERENCE_ROW && !row)
            declared_fault(b, consumer->key, "consumer `" STR_FMT "` needs `server`: which one is not clear",
                STR_ARG(consumer->name));
        else if (row)
            declare_term(b, consumer, row);
    }
}
