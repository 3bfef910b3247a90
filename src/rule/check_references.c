/*
 * References to nothing: ${NAME} that nothing sets, judged by what it is a part of.
 *
 * Their reader puts the empty text in their place and goes on with a warning. What a secret, a connection,
 * a host or a port loses by it is a fault; text that it is glued to is damaged; a whole plain setting may be
 * meant.
 */
#include "base/nearest.h"
#include "base/word.h"
#include "deploy/launcher.h"
#include "facts/connection.h"
#include "facts/variable.h"
#include "rule/check.h"
#include "rule/command_secret.h"
#include "rule/comment.h"
#include "rule/credential.h"
#include "rule/dollar.h"
#include "rule/left_out.h"
#include "rule/purpose.h"
#include "rule/scope.h"
#include "text/host.h"
#include "text/mask.h"

#include <stdlib.h>

/* ---- how much hangs on it */

/*
 * A whole secret that is nothing but a reference: another service's key may be left out, the project's not.
 */
static enum severity severity_of_secret(const struct check_run *run, const struct variable *variable)
{
    str name = variable->value->name;
    switch (purpose_of(run, variable)) {
    case PURPOSE_SERVER:
    case PURPOSE_KEY:
        return SEVERITY_ERROR;
    case PURPOSE_OPEN_SERVER:
        return SEVERITY_WARNING;
    default:
        return credential_is_own(name) || connection_names_store(name) ? SEVERITY_ERROR : SEVERITY_WARNING;
    }
}

/* DB_HOST, REDIS_PORT, DATABASE_URL. */
static bool leads_to_store(str name)
{
    static const str ends[] = {STR_INIT("host"), STR_INIT("hostname"), STR_INIT("port"), STR_INIT("url"),
        STR_INIT("uri"), STR_INIT("dsn")};
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (word_is_last(name, ends[i]))
            return connection_names_store(name);
    return false;
}

static enum severity severity_of(const struct check_run *run, const struct variable *variable,
    const struct dollar *dollar, enum secrecy secrecy)
{
    if (variable->is_connection || (dollar->in_secret && dollar->is_glued))
        return SEVERITY_ERROR;
    if (secrecy == SECRECY_JUDGED)
        return severity_of_secret(run, variable);
    if (leads_to_store(variable->value->name))
        return SEVERITY_ERROR;
    return dollar->is_glued ? SEVERITY_WARNING : SEVERITY_NOTE;
}

/* ---- saying it */

/* Where a service's env_file sets the name: for its container alone: it fills no ${NAME} from it. */
static const struct value *set_for_a_container(const struct facts *facts, str name)
{
    for (size_t i = 0; facts->deployment && i < facts->deployment->workloads.count; i++) {
        const struct workload *workload = facts->deployment->workloads.items[i];
        const struct value *value = workload->active ? env_get(&workload->environment, name) : NULL;
        for (; value; value = value->shadows)
            if (value->origin == ORIGIN_SERVICE_FILE && value->set)
                return value;
    }
    return NULL;
}

/*
 * The finding that has named this variable already, if that is no milder; what follows from one cause is
 * told there.
 */
static bool is_said(struct check_run *run, const struct template_use *use, enum severity severity)
{
    size_t number = (size_t)(uintptr_t)map_get(&run->lost, use->name);
    if (number == 0 || number > run->diags->list.count)
        return false;
    struct diag *finding = &run->diags->list.items[number - 1];
    if (finding->severity < severity)
        return false;
    vec_each(const struct related *, related, &finding->related)
        if (span_starts_at(related->at, use->at))
            return true;
    if (!span_starts_at(finding->at, use->at))
        finding_related(run, finding, use->at, "used here as well");
    return true;
}

/* `subject`: what uses it, as the message begins. */
static struct diag *report_lost(struct check_run *run, const struct template_use *use, enum severity severity,
    struct place place, str subject)
{
    if (is_said(run, use, severity) || map_has(&run->facts->asked_for, use->name))
        return NULL;
    str says = str_eq(subject, use->name)
                   ? STR("is handed on, and nothing sets it")
                   : arena_printf(run->arena, "uses " STR_FMT ", which is set nowhere", STR_ARG(use->name));
    struct diag *finding = finding_add_as(
        run, RULE_UNRESOLVED_VARIABLE, severity, place, STR_FMT " " STR_FMT, STR_ARG(subject), STR_ARG(says));
    if (!finding)
        return NULL;
    map_set(run->arena, &run->lost, use->name, (void *)(uintptr_t)run->diags->list.count);
    finding_label(run, finding, "becomes empty");
    const struct value *elsewhere = set_for_a_container(run->facts, use->name);
    if (elsewhere) {
        finding_why(run, finding, "an env_file fills the container's environment, never ${" STR_FMT "}",
            STR_ARG(use->name));
        finding_related(run, finding, elsewhere->key, "set without effect on it here");
        finding_help(run, finding, "set " STR_FMT " in .env", STR_ARG(use->name));
        return finding;
    }
    finding_help(run, finding, "set " STR_FMT ", or use ${" STR_FMT ":?} to be told", STR_ARG(use->name),
        STR_ARG(use->name));
    return finding;
}

/* ---- variables */

/* The rest of a secret that its reader takes for a name: neither shown nor asked for. */
static void report_tail(
    struct check_run *run, const struct value *value, const struct template_use *use, struct place place)
{
    str advice = dollar_advice(run->facts, value);
    enum severity severity = use->found ? SEVERITY_WARNING : SEVERITY_ERROR;
    struct diag *finding = finding_add_as(run, RULE_UNRESOLVED_VARIABLE, severity, place,
        STR_FMT " loses what follows a dollar in it", STR_ARG(value->name));
    finding_label(run, finding, use->found ? "replaced by a variable of whoever deploys" : "becomes empty");
    finding_why(run, finding, "its reader takes what follows the dollar for the name of a variable%s",
        use->found ? "" : ", and nothing sets one");
    finding_help(run, finding, "where the dollar belongs to the value, write " STR_FMT, STR_ARG(advice));
}

/* https://${DOMAIN}/ with a DOMAIN that is empty, or has an empty fallback. */
static void report_blank_host(
    struct check_run *run, const struct variable *variable, const struct template_use *use)
{
    struct place place = place_of_variable(variable);
    place.at = use->at;
    if (is_said(run, use, SEVERITY_ERROR))
        return;
    struct diag *finding = finding_add(run, RULE_UNRESOLVED_VARIABLE, place,
        STR_FMT " has no host: " STR_FMT " is empty", STR_ARG(variable->value->name), STR_ARG(use->name));
    finding_label(run, finding, "becomes empty");
    finding_related(run, finding, use->from ? use->from->key : (span){0}, "set to nothing here");
    finding_help(run, finding, "set " STR_FMT, STR_ARG(use->name));
}

/* An optional setting that is handed on and commented out: what a server or the own key needs is none. */
static enum severity milder(struct check_run *run, const struct variable *variable,
    const struct dollar *dollar, const struct template_use *use, enum severity severity)
{
    if (dollar->is_glued || credential_is_own_key(variable->value->name))
        return severity;
    if (severity == SEVERITY_WARNING && left_out_with_its_group(run->arena, variable))
        return SEVERITY_NOTE;
    vec_each(const struct holder *, holder, &variable->holders)
        if (holder->service->server)
            return severity;
    enum left_out how = left_out(run, variable, use->name);
    if (how == LEFT_OUT_NOT)
        return severity;
    return how == LEFT_OUT_ALONE && severity == SEVERITY_ERROR ? SEVERITY_WARNING : SEVERITY_NOTE;
}

/* A reference that a value loses text by: unset, or another's variable in the middle of a secret. */
static bool judge_use(struct check_run *run, const struct variable *variable,
    const struct dollar_value *written, const struct template_use *use)
{
    const struct value *value = variable->value;
    struct dollar dollar = dollar_look(written, use);
    struct place place = place_of_variable(variable);
    place.at = use->at;
    bool is_replaced = use->found && dollar.is_tail && !run->facts->is_process;
    if (dollar.is_tail && (is_replaced || dollar_is_lost(use))) {
        report_tail(run, value, use, place);
        return true; /* its other dollars go the same way */
    }
    if (!dollar_is_lost(use))
        return false;
    enum secrecy secrecy = variable->secret ? SECRECY_JUDGED : credential_secrecy(value->name);
    enum severity severity = severity_of(run, variable, &dollar, secrecy);
    severity = milder(run, variable, &dollar, use, severity);
    report_lost(run, use, severity, place, value->name);
    return false;
}

static void judge_literal(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    struct variable_reference reference;
    /* Few values hold a reference: what their names say is asked last. */
    if (!scope_literal_variable(run->facts, value->text, &reference) ||
        (!variable->secret && !variable->is_connection && credential_secrecy(value->name) == SECRECY_NONE))
        return;
    struct place place = place_of_variable(variable);
    place.at = value_locate(value, reference.offset, reference.length);
    struct diag *finding = finding_add(run, RULE_UNRESOLVED_VARIABLE, place,
        STR_FMT " reaches the program with a literal ${…} in it", STR_ARG(value->name));
    finding_why(run, finding, "its reader does not interpolate, so the text stays as it is");
}

/* Whether what stays in a value is a fault of it, and no text that is meant to be there. */
static enum severity severity_of_left(const struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    bool is_judged =
        variable->secret || variable->is_connection || credential_secrecy(value->name) != SECRECY_NONE;
    vec_each(struct connection *const *, row, &run->facts->connections)
        if (!(*row)->dsn)
            for (int part = PART_USER; part < PART_COUNT; part++)
                is_judged |= (*row)->parts[part] && value_root((*row)->parts[part]) == variable->root;
    return is_judged || leads_to_store(value->name) ? SEVERITY_ERROR : SEVERITY_OFF;
}

/* A set name that is nearly the one that is asked for. */
static str nearest_name(const struct env *env, str name)
{
    struct nearest nearest = {.word = name};
    vec_each(const struct map_entry *, entry, &env->map.entries)
        if (!entry->removed)
            nearest_offer(&nearest, entry->key);
    return nearest.best;
}

static void explain_left(struct check_run *run, struct diag *finding, const struct left_reference *left,
    const struct service *service)
{
    str name = left->name, nearest;
    switch (left->reason) {
    case LEFT_LATER:
        finding_why(run, finding, "it is set further down: a value sees only what is set before it");
        finding_related(run, finding, left->set_at, STR_FMT " is set here", STR_ARG(name));
        finding_help(run, finding, "move " STR_FMT " before it", STR_ARG(name));
        break;
    case LEFT_IMAGE:
        finding_why(run, finding, "the image sets it, and references do not see what an image sets");
        finding_help(run, finding, "set " STR_FMT " in env", STR_ARG(name));
        break;
    case LEFT_FINAL:
        finding_why(run, finding, "what comes out of an object is taken as it is: only `value:` is expanded");
        finding_help(run, finding, "put it together in a `value:` of the container");
        break;
    case LEFT_UNKNOWN:
        nearest = service ? nearest_name(&service->workload->environment, name) : STR("");
        finding_why(run, finding, "nothing sets " STR_FMT ", and no error says so", STR_ARG(name));
        if (nearest.len && !str_eq(nearest, name))
            finding_help(run, finding, "did you mean $(" STR_FMT ")?", STR_ARG(nearest));
        break;
    }
}

/* A reference that reaches the program as it is written. False: none of it is a fault. */
static bool judge_left(
    struct check_run *run, const struct value *value, struct place place, enum severity severity, str subject)
{
    const struct left_reference *left = &value->left->list.items[0];
    if (severity == SEVERITY_OFF)
        return false;
    place.at = value_locate(value, left->offset, left->length);
    struct diag *finding = finding_add_as(run, RULE_UNRESOLVED_VARIABLE, severity, place,
        STR_FMT " reaches the program with $(" STR_FMT ") in it", STR_ARG(subject), STR_ARG(left->name));
    finding_label(run, finding, "stays as it is");
    explain_left(run, finding, left, place.service);
    return true;
}

static void judge_variable(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    if (comment_is_value(run->facts->sources, variable->root))
        return; /* env-syntax says so */
    if (value->left &&
        judge_left(run, value, place_of_variable(variable), severity_of_left(run, variable), value->name))
        return;
    bool lost = false;
    vec_each(const struct template_use *, use, &value->uses)
        lost |= dollar_is_lost(use) || (use->found && use->from && use->from->origin == ORIGIN_PROCESS);
    if (lost) {
        enum secrecy secrecy = variable->secret ? SECRECY_JUDGED : credential_secrecy(value->name);
        struct dollar_value written = dollar_value(run->arena, run->facts->sources, value, secrecy);
        vec_each(const struct template_use *, use, &value->uses)
            if (judge_use(run, variable, &written, use))
                return;
    }
    const struct template_use *blank =
        variable->is_connection ? dollar_blank_host(run->facts->sources, value) : NULL;
    if (blank && !dollar_is_lost(blank))
        report_blank_host(run, variable, blank);
    judge_literal(run, variable);
}

/* ---- words of commands */

/* A line for a shell: what is between $( and ) is a command of its own. The entrypoint that an image brings
 * may start what `command` begins with. */
static bool runs_shell(const struct check_run *run, const struct workload *workload)
{
    command_values values = command_written(run->arena, workload);
    struct command command = command_whole(run->arena, &values);
    size_t program = workload->entrypoint.count, taken;
    while (program < values.count && (taken = launcher_words(&command, program)) > 0)
        program += taken;
    for (size_t i = 0; i < values.count && i <= program; i++)
        if (launcher_is_shell(values.items[i]->text))
            return true;
    return false;
}

/* --dsn=…, --password …, postgres://…: a connection, a secret, where to connect to. */
static bool is_told(str option, str word)
{
    static const str ends[] = {STR_INIT("host"), STR_INIT("port"), STR_INIT("url"), STR_INIT("uri"),
        STR_INIT("dsn"), STR_INIT("user"), STR_INIT("requirepass")};
    struct str_cut cut = str_cut_byte(word, '=');
    str name = str_trim_bytes(cut.found && str_starts(word, STR("-")) ? cut.head : option, STR("-"));
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++)
        if (word_is_last(name, ends[i]))
            return true;
    return str_contains(word, STR("://")) || (name.len && credential_secrecy(name) != SECRECY_NONE);
}

static void judge_word_list(
    struct check_run *run, const struct service *service, struct value *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str option = i > 0 && str_starts(words[i - 1]->text, STR("-")) ? words[i - 1]->text : STR("");
        if (words[i]->left && is_told(option, words[i]->text))
            judge_left(run, words[i], (struct place){.service = service}, SEVERITY_ERROR,
                arena_join(
                    run->arena, STR("the `command` of `"), workload_label(service->workload), STR("`")));
    }
}

static void judge_words(struct check_run *run, const struct service *service)
{
    const struct workload *workload = service->workload;
    if (!workload->active || runs_shell(run, workload))
        return;
    judge_word_list(run, service, workload->entrypoint.items, workload->entrypoint.count);
    judge_word_list(run, service, workload->command.items, workload->command.count);
}

/* ---- everything else that a service says: images, commands, labels, ports */

/* "${ADDRESS}:5432:5432": without its address the port is open to all, and wildcard-bind says so. */
static bool is_address_of_port(const struct workload_setting *setting, const struct template_use *use)
{
    str text = setting->value->text;
    return use->at.offset == setting->value->at.offset && str_starts(text, STR(":")) &&
           str_has_byte(str_skip(text, 1), ':');
}

/* All of the value, or of what a list item assigns: `- VERSION=${VERSION}`. */
static bool is_whole_setting(const struct check_run *run, span at, const struct template_use *use)
{
    if (use->at.source != at.source || use->at.offset < at.offset ||
        use->at.offset + use->at.length != at.offset + at.length)
        return false;
    str before = str_take(span_text(run->facts->sources, at), use->at.offset - at.offset);
    return before.len == 0 || (str_ends(before, STR("=")) && str_is_name(str_take(before, before.len - 1)));
}

static enum severity severity_of_setting(
    const struct check_run *run, const struct workload_setting *setting, const struct template_use *use)
{
    bool is_command = str_eq(setting->key, STR("command")) || str_eq(setting->key, STR("entrypoint"));
    if (is_command && dollar_is_of_secret(run->facts->sources, setting->value->at, use))
        return SEVERITY_ERROR;
    if (str_eq(setting->key, STR("ports")))
        return is_address_of_port(setting, use) ? SEVERITY_OFF : SEVERITY_ERROR;
    return is_command || !is_whole_setting(run, setting->value->at, use) ? SEVERITY_WARNING : SEVERITY_NOTE;
}

static void judge_setting(
    struct check_run *run, const struct service *service, const struct workload_setting *setting)
{
    const struct value *value = setting->value;
    str name = service_name(service);
    vec_each(const struct template_use *, use, &value->uses) {
        enum severity severity = severity_of_setting(run, setting, use);
        if (!dollar_is_lost(use) || severity == SEVERITY_OFF)
            continue;
        struct place place = {.at = use->at, .service = service};
        str subject = arena_printf(
            run->arena, "`" STR_FMT "` of service `" STR_FMT "`", STR_ARG(setting->key), STR_ARG(name));
        if (dollar_may_be_of_secret(setting->key) &&
            dollar_is_rest(&service->workload->environment, run->facts->sources, value->at, use)) {
            struct diag *finding = finding_add_as(run, RULE_UNRESOLVED_VARIABLE, SEVERITY_WARNING, place,
                STR_FMT " loses what follows a dollar in it", STR_ARG(subject));
            finding_label(run, finding, "becomes empty");
            finding_why(run, finding, STR_FMT " takes what follows the dollar for the name of a variable",
                STR_ARG(deployment_words(run->facts->deployment)->reader));
            finding_help(run, finding,
                "where the dollar belongs to the text, or the container is to replace it, write $$ for it");
            return;
        }
        place.variable = use->name;
        struct diag *finding = report_lost(run, use, severity, place, subject);
        bool is_bare = use->at.length > 1 && span_text(run->facts->sources, use->at).ptr[1] != '{';
        if (is_bare)
            finding_help(
                run, finding, "where the container is to replace it, write $$" STR_FMT, STR_ARG(use->name));
    }
}

static int compare_services(const void *left, const void *right)
{
    const struct service *const *a = left, *const *b = right;
    return str_compare(service_name(*a), service_name(*b));
}

/* By name: which of several places a variable is reported at must not hang on the order of the services. */
static void judge_settings(struct check_run *run)
{
    const struct facts *facts = run->facts;
    size_t count = facts->services.count;
    const struct service **services = arena_array(run->arena, const struct service *, count + 1);
    for (size_t i = 0; i < count; i++)
        services[i] = facts->services.items[i];
    qsort(services, count, sizeof *services, compare_services);
    for (size_t i = 0; i < count; i++)
        if (services[i]->workload->active)
            vec_each(const struct workload_setting *, setting, &services[i]->workload->settings)
                judge_setting(run, services[i], setting);
}

const struct check reference_checks[] = {
    {FACT_VARIABLE, {.variable = judge_variable}},
    {FACT_SERVICE, {.service = judge_words}},
    {FACT_ENVIRONMENT, {.environment = judge_settings}},
    {0},
};
