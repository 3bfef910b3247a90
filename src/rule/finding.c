/* How a check reports: rule/check.h. */
#include "rule/check.h"

#include "facts/variable.h"

/* The severity after mode and configuration; `wanted` is the one in production. */
static enum severity severity_of(
    const struct check_run *run, const struct rule_info *info, enum severity wanted, enum mode mode)
{
    /* A severity of its own is lowered in development as far as the rule's is. */
    enum severity usual = wanted;
    if (mode == MODE_DEVELOPMENT && info->severity[mode] < info->severity[MODE_PRODUCTION] &&
        info->severity[mode] < usual)
        usual = info->severity[mode];
    /* A developer's own file beside a deployment warns nobody who deploys. */
    if (run->facts->is_beside && mode == MODE_DEVELOPMENT && usual == SEVERITY_WARNING)
        usual = SEVERITY_NOTE;
    return rule_severity(run->facts->config, mode, info->name, usual);
}

/* What is wrong with a secret is wrong with its bytes, under whatever names programs are handed them. */
static bool is_about_bytes(const struct rule_info *rule)
{
    return str_eq(rule->group, STR("credentials"));
}

/* One finding per rule, place and variable; without a place, per rule, variable and service. */
static str place_key(struct arena *arena, const struct rule_info *rule, const struct place *place)
{
    if (span_is_set(place->at))
        return arena_printf(arena, STR_FMT " %u:%u+%u " STR_FMT, STR_ARG(rule->name), place->at.source,
            place->at.offset, place->at.length, STR_ARG(is_about_bytes(rule) ? STR("") : place->variable));
    str service = service_name(place->service);
    return arena_printf(arena, STR_FMT " " STR_FMT "@" STR_FMT, STR_ARG(rule->name), STR_ARG(place->variable),
        STR_ARG(service));
}

enum { NOT_KEPT = -1 }; /* in place of a number: reported, and only counted */

static struct diag *numbered(const struct check_run *run, intptr_t number)
{
    return number > 0 ? &run->diags->list.items[number - 1] : NULL;
}

static void own_by(struct check_run *run, struct diag *finding, str key, struct place place)
{
    finding->variable = place.variable;
    if (place.service) {
        finding->service = workload_label(place.service->workload);
        finding->zone = place.service->workload->zone;
    }
    map_set(run->arena, &run->owners, key, (void *)(uintptr_t)place.service);
}

/* Declared for its attribute alone. */
static struct diag *add(struct check_run *run, const struct rule_info *rule, enum severity wanted,
    struct place place, const char *format, va_list arguments) __attribute__((format(printf, 5, 0)));

static struct diag *add(struct check_run *run, const struct rule_info *rule, enum severity wanted,
    struct place place, const char *format, va_list arguments)
{
    enum mode mode = facts_mode(run->facts, place.service);
    enum severity severity = severity_of(run, rule, wanted, mode);
    str key = place_key(run->arena, rule, &place);
    intptr_t number = (intptr_t)map_get(&run->places, key);
    struct diag *known = numbered(run, number);
    bool is_kept = diag_is_kept(run->diags, severity);
    /* The same bytes are handed to many services: the first of those to whom they do most harm is told. */
    if (severity == SEVERITY_OFF || (known ? severity <= known->severity : number && !is_kept))
        return NULL;
    /* One program in production is enough, whoever was asked first. */
    if (known && facts_mode(run->facts, map_get(&run->owners, key)) != mode) {
        known->severity = severity;
        return NULL;
    }
    str message = arena_vprintf(run->arena, format, arguments);
    struct diag *finding = known;
    if (known) {
        *known = (struct diag){.rule = rule->name, .severity = severity, .at = place.at, .message = message};
    } else {
        number = is_kept ? (intptr_t)run->diags->list.count + 1 : NOT_KEPT;
        map_set(run->arena, &run->places, key, (void *)number);
        finding = diag_add(run->diags, rule->name, severity, place.at, STR_FMT, STR_ARG(message));
    }
    own_by(run, finding, key, place);
    return finding;
}

struct diag *finding_replace(
    struct check_run *run, struct diag *finding, enum rule_id rule, struct place place, str message)
{
    const struct rule_info *info = rule_info(rule);
    str key = place_key(run->arena, info, &place);
    *finding =
        (struct diag){.rule = info->name, .severity = finding->severity, .at = place.at, .message = message};
    map_set(run->arena, &run->places, key, (void *)(intptr_t)(finding - run->diags->list.items + 1));
    own_by(run, finding, key, place);
    return finding;
}

struct diag *finding_at(struct check_run *run, enum rule_id rule, struct place place)
{
    str key = place_key(run->arena, rule_info(rule), &place);
    return numbered(run, (intptr_t)map_get(&run->places, key));
}

struct diag *finding_add(
    struct check_run *run, enum rule_id rule, struct place place, const char *format, ...)
{
    const struct rule_info *info = rule_info(rule);
    va_list arguments;
    va_start(arguments, format);
    struct diag *finding = add(run, info, info->severity[MODE_PRODUCTION], place, format, arguments);
    va_end(arguments);
    return finding;
}

struct diag *finding_add_as(struct check_run *run, enum rule_id rule, enum severity severity,
    struct place place, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct diag *finding = add(run, rule_info(rule), severity, place, format, arguments);
    va_end(arguments);
    return finding;
}

void finding_label(struct check_run *run, struct diag *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (finding)
        finding->label = arena_vprintf(run->arena, format, arguments);
    va_end(arguments);
}

void finding_why(struct check_run *run, struct diag *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (finding)
        finding->why = arena_vprintf(run->arena, format, arguments);
    va_end(arguments);
}

void finding_help(struct check_run *run, struct diag *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (finding)
        vec_push(run->arena, &finding->help, arena_vprintf(run->arena, format, arguments));
    va_end(arguments);
}

void finding_related(struct check_run *run, struct diag *finding, span at, const char *format, ...)
{
    if (!finding || !span_is_set(at))
        return;
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(run->arena, format, arguments);
    va_end(arguments);
    diag_related(run->diags, finding, at, STR_FMT, STR_ARG(message));
}

/* An exported value is in no file: the line that it hides may be right, and be the one that is looked at. */
static void relate_hidden(struct check_run *run, struct diag *finding, const struct value *root)
{
    if (root->origin != ORIGIN_PROCESS)
        return;
    for (const struct value *hidden = root->shadows; hidden; hidden = hidden->shadows)
        if (hidden->origin != ORIGIN_PROCESS && span_is_set(hidden->key))
            finding_related(run, finding, hidden->key, "hidden: the process environment's " STR_FMT " wins",
                STR_ARG(root->name));
}

void finding_holders(struct check_run *run, struct diag *finding, const struct variable *variable)
{
    if (!finding || !variable)
        return;
    relate_hidden(run, finding, variable->root);
    vec_each(const struct holder *, holder, &variable->holders) {
        str service = holder->service ? workload_label(holder->service->workload) : STR("");
        span value = holder->value->at;
        /* An entry of two lines is known by the one that says the value. */
        bool has_line =
            !span_is_set(holder->value->key) || (holder->service && holder->service->workload->unit.len);
        span at = has_line ? value : holder->value->key;
        /* A holder that is the place of the finding itself would be said twice. */
        bool is_here = value.source == finding->at.source && value.offset <= finding->at.offset &&
                       finding->at.offset <= value.offset + value.length;
        if (!is_here)
            finding_related(run, finding, at, "passed to service `" STR_FMT "` here", STR_ARG(service));
    }
}

/* The name where the bytes are written: that of the env file's variable when they come from there. */
static str name_at(const struct value *outer, const struct value *root)
{
    bool is_variable = root && root->origin != ORIGIN_PROCESS && !value_is_of_object(root);
    return is_variable && root->name.len ? root->name : outer->name;
}

struct place place_of_variable(const struct variable *variable)
{
    const struct value *value = variable->value;
    span at = value_locate(value, 0, value->text.len);
    /* An empty value has no byte to follow; what another one or an object holds is at that one's line. */
    if (value->text.len == 0 && variable->root != value && variable->root->uses.count == 0)
        at = variable->root->at;
    if (value->text.len == 0 && value_is_of_object(variable->root))
        at = span_is_set(variable->root->at) && variable->root->at.length ? variable->root->at
                                                                          : variable->root->key;
    if (!span_is_set(at))
        at = value->at;
    bool whole = variable->root != value;
    return (struct place){
        .at = at,
        .variable = whole ? name_at(value, variable->root) : value->name,
        .service = variable->service,
    };
}

struct place place_of_part(const struct connection *connection, enum connection_part part)
{
    const struct value *value = connection_part_value(connection, part);
    span at = connection_locate(connection, part);
    const struct value *outer = connection->variable->value;
    /* A part that no byte spells, such as a default port, is shown as the whole string. */
    if (!span_is_set(at))
        at = connection_locate(connection, PART_WHOLE);
    return (struct place){
        .at = at,
        .variable = value ? name_at(outer, value_root(value)) : outer->name,
        .service = connection->service,
    };
}
