#include "cli/findings.h"

#include "base/utf8.h"
#include "cli/live_run.h"
#include "cli/project.h"
#include "cli/session.h"
#include "facts/force.h"
#include "facts/mode.h"
#include "report/live.h"
#include "report/paint.h"
#include "rule/baseline.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

static str severity_choice(size_t index)
{
    static const enum severity severities[] = {SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE};
    return index < ARRAY_COUNT(severities) ? severity_name(severities[index]) : STR("");
}

static const struct option_row report_rows[] = {
    {.name = "format",
        .kind = OPTION_TEXT,
        .argument = "FORMAT",
        .completion = COMPLETE_CHOICE,
        .choices = report_format_choice,
        .offset = offsetof(struct cli_settings, format),
        .about = "Print findings as *; text where nothing is said."},
    {.name = "fail-on",
        .kind = OPTION_TEXT,
        .argument = "SEVERITY",
        .completion = COMPLETE_CHOICE,
        .choices = severity_choice,
        .offset = offsetof(struct cli_settings, fail_on),
        .about = "The least severity that fails the run, inclusive: error (the default), warning or "
                 "note."},
};

const struct option_group option_group_report = OPTION_GROUP("Report", report_rows);

struct check_options findings_options(const struct session *session)
{
    const struct cli_settings *settings = &session->settings;
    return (struct check_options){
        .paths = session->operands,
        .deployment =
            {
                .files = settings->files,
                .env_files = settings->env_files,
                .profiles = settings->profiles,
                .project_directory = settings->project_directory,
                .search_parents = true,
            },
        .config = settings->config,
        .live = session->live,
        .mode = settings->mode,
        .baseline = settings->baseline,
        .new_baseline = settings->write_baseline,
        .staged = settings->staged,
        .recursive = settings->recursive,
    };
}

static enum severity fail_on(const struct session *session)
{
    for (enum severity severity = SEVERITY_NOTE; severity < SEVERITY_ERROR; severity++)
        if (str_eq(session->settings.fail_on, severity_name(severity)))
            return severity;
    return SEVERITY_ERROR;
}

/* Something could not be read at all, or there was nothing to read. */
static bool is_unreadable(const struct check_result *result)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        if (diag->fatal && str_eq(diag->rule, STR("unreadable-input")))
            return true;
    return !diag_any_fatal(&result->diags);
}

size_t findings_failing(const struct session *session, const struct check_result *result)
{
    enum severity threshold = fail_on(session);
    size_t count = 0;
    vec_each(const struct diag *, diag, &result->diags.list)
        count += !diag->suppressed && diag->severity >= threshold;
    return count;
}

/* Everything could be read; a server did not answer. */
static bool only_live_is_fatal(const struct check_result *result)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        if (diag->fatal && !str_eq(diag->rule, rule_info(RULE_SERVER_UNREACHABLE)->name))
            return false;
    return diag_any_fatal(&result->diags) && !result->left_unread;
}

static enum outcome outcome_of(const struct session *session, const struct check_result *result)
{
    enum outcome live = live_outcome(result);
    if (result->cannot_judge && live != OUTCOME_OK && only_live_is_fatal(result))
        return live;
    if (result->cannot_judge)
        return is_unreadable(result) ? OUTCOME_MISSING_INPUT : OUTCOME_BAD_INPUT;
    bool is_worse = result->diags.dropped > 0 && diag_dropped_worst(&result->diags) >= fail_on(session);
    return is_worse || findings_failing(session, result) > 0 ? OUTCOME_FINDINGS : OUTCOME_OK;
}

/* A project's own rule as the formats describe rules. */
static const struct rule_info *describe(struct arena *arena, const struct config_rule *rule)
{
    struct rule_info *info = arena_new(arena, struct rule_info);
    bool is_set = span_is_set(rule->severity_at);
    *info = (struct rule_info){
        .name = rule->id,
        .group = STR("project"),
        .over = rule->over.text,
        .severity = {is_set ? rule->severity : SEVERITY_ERROR, is_set ? rule->severity : SEVERITY_WARNING},
        .summary = rule->message.text.len > 0 ? rule->message.text : STR("a rule of this project"),
        .help = rule->help.text,
    };
    return info;
}

static size_t live_rule_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < rule_count(); i++)
        count += str_eq(rule_at(i)->group, STR("live"));
    return count;
}

/* Rules about running servers where somebody asked them. */
static void add_rules(struct arena *arena, struct report *report, const struct check_result *result)
{
    for (size_t i = 0; i < rule_count(); i++)
        if (report->live != NULL || !str_eq(rule_at(i)->group, STR("live")))
            vec_push(arena, &report->rules, rule_at(i));
    vec_each(const struct check_project *, project, &result->projects)
        vec_each(const struct config_rule *, rule, &project->facts->config->rules)
            if (report_rule_index(report, rule->id) == SIZE_MAX)
                vec_push(arena, &report->rules, describe(arena, rule));
}

void findings_add_errors(struct arena *arena, struct report *report, const struct check_result *result)
{
    if (!result->cannot_judge || diag_any_fatal(&result->diags))
        return;
    str words = STR(CHECK_NOTHING);
    if (result->below.len > 0)
        words = arena_join(
            arena, words, STR(", but in "), result->below, STR(": name it, or judge all with check -r"));
    *vec_add(arena, &report->errors) = (struct report_error){.message = words};
}

static json_t *budgets_json(const struct report *report, struct gate *gate)
{
    return project_budgets_json(gate, report->budgets_of);
}

static json_t *live_documents(const struct report *report, struct gate *gate)
{
    const struct check_result *result = report->budgets_of;
    json_t *list = json_array();
    vec_each(const struct check_project *, project, &result->projects)
        json_array_append_new(list, live_json(gate, project->facts));
    return list;
}

/* The first project or program that is judged in another mode than all, and how many more are. */
static str other_mode(struct arena *arena, const struct check_result *result)
{
    str text = {0};
    size_t others = 0;
    vec_each(const struct check_project *, project, &result->projects) {
        const struct facts *facts = project->facts;
        if (facts->mode != result->mode && others++ == 0)
            text = arena_printf(
                arena, STR_FMT ": " STR_FMT, STR_ARG(mode_name(facts->mode)), STR_ARG(facts->mode_from));
        vec_each(struct service *const *, row, &facts->services) {
            const struct service *service = *row;
            if (service->mode_by && service->mode != facts->mode && others++ == 0)
                text = arena_printf(arena, STR_FMT " for `" STR_FMT "`: " STR_FMT,
                    STR_ARG(mode_name(service->mode)), STR_ARG(service_name(service)),
                    STR_ARG(mode_place(arena, facts->sources, service->mode_by)));
        }
    }
    return others > 1 ? arena_printf(arena, STR_FMT " and %zu more", STR_ARG(text), others - 1) : text;
}

/* "QDRANT_API_KEY of `app`: `qdrant` is not started", for each program that a value does not count for. */
static void add_not_in_force(struct arena *arena, str_vec *lines, const struct facts *facts)
{
    vec_each(struct variable *const *, row, &facts->variables) {
        const struct variable *variable = *row;
        vec_each(const struct holder *, holder, &variable->holders)
            if (holder->force.kind != FORCE_IN)
                vec_push(arena, lines,
                    arena_printf(arena, STR_FMT " of `" STR_FMT "`: " STR_FMT, STR_ARG(holder->value->name),
                        STR_ARG(service_name(holder->service)),
                        STR_ARG(force_sentence(arena, &holder->force))));
        bool is_mode = str_eq(variable->value->name, facts->mode_variable);
        if (variable->holders.count == 0 && variable->force.kind != FORCE_IN && !is_mode)
            vec_push(arena, lines,
                arena_printf(arena, STR_FMT ": " STR_FMT, STR_ARG(variable->value->name),
                    STR_ARG(force_sentence(arena, &variable->force))));
    }
}

static int compare_units(const void *left, const void *right)
{
    const struct report_unit *a = left, *b = right;
    return str_compare(a->label, b->label);
}

/* What was judged in a tree, project by project. */
static void add_units(struct arena *arena, struct report *report, const struct check_result *result)
{
    vec_each(const struct check_unit *, unit, &result->units) {
        bool is_judged = unit->config != NULL;
        const struct facts *facts = is_judged ? result->projects.items[unit->projects].facts : NULL;
        *vec_add(arena, &report->units) = (struct report_unit){
            .label = unit->label,
            .mode = facts ? mode_name(facts->mode) : STR(""),
            .mode_from = facts ? facts->mode_from : STR(""),
        };
    }
    vec_each(const struct diag *, diag, &result->diags.list)
        if (diag->unit > 0)
            report_tally(&report->units.items[diag->unit - 1].counts, diag);
    if (report->units.count > 1)
        qsort(report->units.items, report->units.count, sizeof *report->units.items, compare_units);
}

static void add_for_verbose(struct arena *arena, struct report *report, const struct check_result *result)
{
    struct allow_rows *rows = arena_new(arena, struct allow_rows);
    *rows = allow_rows_make(arena, &result->diags);
    report->allow_rows = rows;
    vec_each(const struct check_project *, project, &result->projects)
        add_not_in_force(arena, &report->not_in_force, project->facts);
}

/* A window that is narrower than any sentence wraps by itself. */
static size_t columns_of(const struct host *host, int stream)
{
    enum { COLUMNS_MIN = 40 };
    size_t columns = host->columns ? host->columns(host->self, stream) : 0;
    return columns >= COLUMNS_MIN ? columns : 0;
}

static struct report make_report(struct session *session, const struct check_result *result, int stream)
{
    struct arena *arena = session->arena;
    struct report report = {
        .diags = &result->diags,
        .mode = mode_name(result->mode),
        .mode_from = result->mode_assumed ? STR("") : result->mode_from,
        .mode_doubt = result->mode_doubt,
        .other_mode = other_mode(arena, result),
        .files = result->file_count,
        .rule_count = result->rule_count,
        .passed_over = result->skipped,
        .budgets = budgets_json,
        .budgets_of = result,
        .fail_on = fail_on(session),
        .is_quiet = session->settings.quiet > 0,
        .is_verbose = session->settings.verbose > 0,
        .has_color = paint_wanted(session->host, session->settings.color, stream),
        .columns = columns_of(session->host, stream),
    };
    if (result->mode_unknown_word)
        report.mode_note = STR("the mode is an unknown word: it counts as production");
    if (session->live != NULL)
        report.live = live_documents;
    else
        report.rule_count -= live_rule_count();
    vec_each(const struct check_project *, project, &result->projects)
        live_lines(arena, project->facts, &report.live_lines);
    add_rules(arena, &report, result);
    if (session->settings.recursive)
        add_units(arena, &report, result);
    if (report.is_verbose)
        add_for_verbose(arena, &report, result);
    findings_add_errors(arena, &report, result);
    vec_each(const struct check_project *, project, &result->projects)
        *vec_add(arena, &report.projects) =
            (struct graph_input){project->facts, &result->diags, project->label};
    vec_each(struct source *const *, source, &result->sources.items)
        if ((*source)->kind != SOURCE_BUILTIN)
            vec_push(arena, &report.files_read, (*source)->name);
    return report;
}

static bool names_baseline(const struct check_result *result)
{
    vec_each(const struct check_project *, project, &result->projects)
        if (project->facts->config->baseline.text.len > 0)
            return true;
    return false;
}

static void say_change(struct session *session, str path, const struct baseline_change *change, bool is_named)
{
    struct out out = out_new(session->gate, session->host, STDERR_FILENO);
    str name = gate_visible(session->gate, path);
    out_printf(&out, "bootgate: wrote " STR_FMT ": %zu finding%s (%zu new, %zu gone)", STR_ARG(name),
        change->findings, report_plural(change->findings), change->added, change->gone);
    if (change->elsewhere > 0)
        out_printf(&out, ", and %zu in files that were not read now", change->elsewhere);
    out_text(&out, "\n");
    if (!is_named)
        out_printf(&out,
            "bootgate: `baseline: " STR_FMT "` in bootgate.yaml makes check and the hook leave them out\n",
            STR_ARG(name));
    out_flush(&out);
}

/* A baseline that was asked for is written instead of failing: it says which findings are known. */
static enum outcome write_baseline(
    struct session *session, const struct check_result *result, enum outcome outcome)
{
    enum { BASELINE_BYTES = 64 * 1024 * 1024 };
    const struct host *host = session->host;
    str path = session->settings.write_baseline;
    if (path.len == 0 || result->cannot_judge || host->has_lost(host->self)) /* nobody has seen them all */
        return outcome;
    struct host_file file = host->read(host->self, session->arena, path, BASELINE_BYTES);
    if (file.status != HOST_OK && !host_is_absent(file.status)) /* what it knows would be lost */
        return session_cannot_write(session, path, file.status);
    struct baseline former = baseline_read(session->arena, &result->sources, path, file.text);
    struct baseline_change change = baseline_write(&result->diags, host, path, &former);
    enum host_status status = host->write(host->self, path, change.text, (struct host_writing){0});
    if (status != HOST_OK)
        return session_cannot_write(session, path, status);
    if (session->settings.quiet == 0)
        say_change(session, path, &change, session->settings.baseline.len > 0 || names_baseline(result));
    return OUTCOME_OK;
}

/* Carets need the widths of characters, which the C library has per locale; reading one costs a start-up. A
 * static library without locales still knows ASCII. */
static void load_widths(const struct check_result *result)
{
    vec_each(struct source *const *, source, &result->sources.items) {
        if (utf8_is_ascii((*source)->text))
            continue;
        setlocale(LC_CTYPE, "C.UTF-8");
        return;
    }
}

/* Who reads a finding is told what to do: what its rule says, where its check has nothing of its own. */
static void advise(struct session *session, const struct check_result *result)
{
    vec_each(struct diag *, diag, &result->diags.list) {
        const struct rule_info *rule = rule_find(diag->rule);
        if (diag->help.count == 0 && rule && rule->help.len > 0)
            vec_push(session->arena, &diag->help, rule->help);
    }
}

enum outcome findings_report(struct session *session, const struct check_result *result, int stream)
{
    enum outcome outcome = outcome_of(session, result);
    const struct report_format *format = report_format_find(session->settings.format);
    if (format == NULL)
        format = &report_text;
    advise(session, result);
    struct report report = make_report(session, result, stream);
    report.exit_code = exit_code(outcome, session->command->exit_family);
    if (session->settings.quiet < 2 || format->is_machine) {
        struct out out = out_new(session->gate, session->host, stream);
        if (!format->is_machine)
            load_widths(result);
        format->write(&report, &out);
        out_flush(&out);
    }
    if (!format->is_machine)
        vec_each(const struct report_error *, error, &report.errors)
            session_fault(session, OUTCOME_MISSING_INPUT, STR_FMT, STR_ARG(error->message));
    return write_baseline(session, result, outcome);
}
