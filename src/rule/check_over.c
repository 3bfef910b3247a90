/*
 * The rules that a project declares over one kind of fact: `over: bind`, judged once for each row.
 */
#include "base/buf.h"
#include "base/limit.h"
#include "language/field.h"
#include "language/shape.h"
#include "rule/scope.h"
#include "text/mask.h"

/* One rule on one row. */
struct over {
    struct rule_scope keeper;
    const struct field_set *set;
    const void *row;
};

static bool get_field(void *self, str name, struct eval_value *ret_value)
{
    struct over *over = self;
    const struct field *field = field_find(over->set, name);
    if (field)
        *ret_value = field->get(over->keeper.run->arena, over->row);
    return field != NULL;
}

static struct eval_value get_variable(void *self, str name)
{
    struct over *over = self;
    struct eval_scope outer = rule_scope(&over->keeper);
    return outer.variable(outer.self, name);
}

static struct eval_match_result match(void *self, str pattern, str text)
{
    struct over *over = self;
    return pattern_match(over->keeper.run->patterns, pattern, text);
}

static const struct dsn *taken_apart(void *self, str text, str name)
{
    struct over *over = self;
    return facts_dsn(over->keeper.run->facts, text, name);
}

static struct eval_scope scope_of(struct over *over)
{
    struct eval_scope scope = rule_scope(&over->keeper);
    scope.self = over;
    scope.variable = get_variable;
    scope.match = match;
    scope.dsn = taken_apart;
    scope.field = get_field;
    return scope;
}

/* ---- messages */

static void put_field(struct over *over, struct buf *out, const struct field *field)
{
    struct eval_value value = field->get(over->keeper.run->arena, over->row);
    if (field->is_secret)
        buf_str(out, STR(MASK));
    else if (value.kind == EVAL_TEXT)
        buf_str(out, value.text);
    else if (value.kind == EVAL_NUMBER)
        buf_printf(out, "%lld", (long long)value.number);
    else if (value.kind == EVAL_BOOL)
        buf_str(out, value.is_true ? STR("yes") : STR("no"));
    for (size_t i = 0; value.kind == EVAL_LIST && i < value.count; i++)
        buf_printf(out, "%s" STR_FMT, i > 0 ? ", " : "", STR_ARG(value.items[i].text));
}

/* {name} in a message is a field of the row; other braces stay as they are. */
static str fill(struct over *over, str template)
{
    struct buf out = buf_new(over->keeper.run->arena, limit_value(LIMIT_VALUE_BYTES));
    while (template.len > 0) {
        size_t open = str_find_byte(template, '{');
        size_t close = open == STR_NONE ? STR_NONE : str_find_byte(str_skip(template, open), '}');
        if (close == STR_NONE)
            break;
        str name = str_slice(template, open + 1, open + close);
        const struct field *field = field_find(over->set, name);
        buf_str(&out, str_take(template, open));
        if (field)
            put_field(over, &out, field);
        else
            buf_str(&out, str_slice(template, open, open + close + 1));
        template = str_skip(template, open + close + 1);
    }
    buf_str(&out, template);
    return buf_view(&out);
}

/* ---- judgement */

static void report(struct over *over, const struct config_rule *rule, struct place place,
    const struct shape_verdict *verdict)
{
    struct check_run *run = over->keeper.run;
    enum severity severity = span_is_set(rule->severity_at) ? rule->severity : SEVERITY_ERROR;
    severity = rule_severity(run->facts->config, run->facts->mode, rule->id, severity);
    if (severity == SEVERITY_OFF)
        return;
    str message = span_is_set(rule->message.at) ? fill(over, rule->message.text) : verdict->message;
    str variable = place.variable;
    place.variable = rule->id; /* one finding per rule and place */
    struct diag *finding = finding_add_as(
        run, RULE_RULE_FAILED, severity, place, STR_FMT ": " STR_FMT, STR_ARG(rule->id), STR_ARG(message));
    if (!finding)
        return;
    finding->variable = variable;
    finding_related(run, finding, rule->id_at, "the rule");
    scope_say_demand(run, finding, rule, &verdict->variables);
    if (span_is_set(rule->help.at))
        finding_help(run, finding, STR_FMT, STR_ARG(fill(over, rule->help.text)));
}

static void judge_row(struct check_run *run, const struct config_rule *rule, const struct field_set *set,
    const void *row, struct place place)
{
    struct over over = {.keeper = {.run = run}, .set = set, .row = row};
    struct eval_scope scope = scope_of(&over);
    struct shape_verdict verdict = shape_judge(run->arena, rule, &scope);
    if (verdict.error == EVAL_LIMIT)
        diag_limit(run->diags, verdict.limit, verdict.at);
    else if (verdict.error == EVAL_TYPE)
        diag_add(
            run->diags, STR("config-syntax"), SEVERITY_ERROR, verdict.at, STR_FMT, STR_ARG(verdict.message))
            ->fatal = true;
    else if (!verdict.holds)
        report(&over, rule, place, &verdict);
}

/* Every rule of the project over this kind of fact, on one row. */
static void judge(struct check_run *run, enum fact_kind kind, const void *row, struct place place)
{
    vec_each(const struct config_rule *, rule, &run->facts->config->rules) {
        const struct field_set *set = span_is_set(rule->over.at) ? field_set_find(rule->over.text) : NULL;
        if (set && set->kind == kind)
            judge_row(run, rule, set, row, place);
    }
}

/* Nearly no project has such rules, and then no place needs to be found. */
static bool has_rules(const struct check_run *run)
{
    return run->facts->config->rules.count > 0;
}

static void judge_variable(struct check_run *run, const struct variable *variable)
{
    if (has_rules(run))
        judge(run, FACT_VARIABLE, variable, place_of_variable(variable));
}

static void judge_connection(struct check_run *run, const struct connection *connection)
{
    if (has_rules(run))
        judge(run, FACT_DSN, connection, place_of_part(connection, PART_WHOLE));
}

static void judge_bind(struct check_run *run, const struct bind *bind)
{
    judge(run, FACT_BIND, bind, (struct place){.at = bind->port->at, .service = bind->service});
}

static void judge_service(struct check_run *run, const struct service *service)
{
    judge(run, FACT_SERVICE, service, (struct place){.at = service->workload->at, .service = service});
}

static void judge_server(struct check_run *run, const struct server *server)
{
    struct place place = {.service = server->service};
    if (server->service)
        place.at = server->service->workload->at;
    else if (server->clients.count > 0)
        place = place_of_part(server->clients.items[0], PART_HOST);
    judge(run, FACT_SERVER, server, place);
}

static void judge_file(struct check_run *run, const struct input_file *file)
{
    judge(run, FACT_FILE, file, (struct place){.at = span_make(file->source->id, 0, 0)});
}

const struct check over_checks[] = {
    {FACT_VARIABLE, {.variable = judge_variable}},
    {FACT_DSN, {.connection = judge_connection}},
    {FACT_BIND, {.bind = judge_bind}},
    {FACT_SERVICE, {.service = judge_service}},
    {FACT_SERVER, {.server = judge_server}},
    {FACT_FILE, {.file = judge_file}},
    {0},
};
