/* `bootgate budget`: a row of cli/commands.h. */
#include "budget/budget.h"

#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/live_run.h"
#include "cli/origin.h"
#include "cli/project.h"
#include "report/budget_svg.h"
#include "text/mask.h"

#include <unistd.h>

/* null for what is not known and for what has no bound. */
static json_t *amount_json(int64_t value, bool is_known)
{
    return is_known && value != NUMBER_UNBOUNDED ? json_integer(value) : json_null();
}

static json_t *count_json(struct count count)
{
    return amount_json(count.value, count_is_known(count));
}

static json_t *lines_json(struct gate *gate, const str_vec *lines)
{
    json_t *list = json_array();
    vec_each(const str *, line, lines)
        json_array_append_new(list, json_text(gate, *line));
    return list;
}

static json_t *basis_json(struct gate *gate, enum budget_basis basis)
{
    return basis < BASIS_COUNT ? json_text(gate, budget_basis_name(basis)) : json_null();
}

/* Of those of its numbers that the image says. */
static json_t *origins_json(struct gate *gate, const struct sources *sources, const struct budget_term *term)
{
    const struct {
        const char *key;
        struct count count;
    } numbers[] = {{"processes", term->processes}, {"each", term->each}};
    json_t *object = json_object();
    for (size_t i = 0; term->service && i < ARRAY_COUNT(numbers); i++) {
        json_t *origin = origin_json(gate, sources, term->service->workload, numbers[i].count.at);
        if (origin != NULL)
            json_object_set_new(object, numbers[i].key, origin);
    }
    return object;
}

static json_t *term_json(struct gate *gate, const struct sources *sources, const struct budget_term *term)
{
    str_vec from = budget_term_from(gate->arena, sources, term);
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "consumer",
        json_text(gate, term->consumer), "count",
        amount_json(term->count, term->known || count_is_known(term->instances)), "processes",
        count_json(term->processes), "each", count_json(term->each), "total",
        amount_json(term->total, term->known), "basis", basis_json(gate, term->basis), "steady",
        amount_json(term->steady, term->known), "worst", amount_json(term->total, term->known), "from",
        lines_json(gate, &from));
    json_t *origins = origins_json(gate, sources, term);
    if (json_object_size(origins) > 0)
        json_object_set_new(object, "origins", origins);
    else
        json_decref(origins);
    return object;
}

/* Sessions of programs outside the budget are known where the running server was asked. */
static json_t *add_outside(json_t *object, const struct budget_row *row)
{
    if (count_is_known(row->capacity.outside))
        json_object_set_new(object, "outside", count_json(row->capacity.outside));
    return object;
}

static json_t *row_json(struct gate *gate, const struct sources *sources, const struct budget_row *row)
{
    json_t *terms = json_array(), *problems = json_array();
    vec_each(const struct budget_term *, term, &row->terms)
        json_array_append_new(terms, term_json(gate, sources, term));
    vec_each(const struct budget_problem *, problem, &row->problems)
        json_array_append_new(problems, json_text(gate, problem->message));
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "server",
        json_text(gate, row->server), "demand", amount_json(row->demand, row->demand_known), "basis",
        basis_json(gate, row->basis), "steady", amount_json(row->steady, row->demand_known), "worst",
        amount_json(row->demand, row->demand_known), "capacity",
        amount_json(row->capacity.usable, row->capacity.known), "max_connections",
        count_json(row->capacity.max_connections), "verdict",
        json_text(gate, budget_verdict_name(row->verdict)), "terms", terms, "problems", problems, "fixes",
        lines_json(gate, &row->fixes));
    return add_outside(object, row);
}

/* The budgets of one project. What is wrong with its declarations was reported when it was judged. */
static struct budgets *budgets_of(struct arena *arena, const struct facts *facts)
{
    struct diags unheard = {.arena = arena, .sources = facts->sources};
    return budget_compute(arena, &unheard, facts, 0);
}

json_t *project_budgets_json(struct gate *gate, const struct check_result *result)
{
    json_t *servers = json_array();
    vec_each(const struct check_project *, project, &result->projects) {
        struct budgets *budgets = budgets_of(gate->arena, project->facts);
        vec_each(struct budget_row *const *, row, &budgets->rows)
            json_array_append_new(servers, row_json(gate, project->facts->sources, *row));
    }
    return servers;
}

static void print_json(struct session *session, const struct check_result *result)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    json_t *document =
        json_pack("{s:i, s:o}", "version", 1, "servers", project_budgets_json(session->gate, result));
    json_t *errors = project_errors_json(session->gate, result);
    if (errors != NULL)
        json_object_set_new(document, "errors", errors);
    json_out(&out, document);
    out_text(&out, "\n");
    out_flush(&out);
}

static void print_lines(struct out *out, const char *head, const str_vec *lines)
{
    vec_each(const str *, line, lines)
        out_printf(out, "%s" STR_FMT "\n", head, STR_ARG(gate_visible(out->gate, *line)));
}

static void print_row(
    struct out *out, const struct facts *facts, const struct budgets *budgets, const struct budget_row *row)
{
    str_vec table = budget_table(out->buf.arena, facts->sources, row);
    out_printf(out, STR_FMT ": ", STR_ARG(budget_row_headline(row)));
    print_lines(out, "", &table);
    vec_each(const struct budget_problem *, problem, &row->problems)
        out_printf(out, "  = problem: " STR_FMT "\n", STR_ARG(gate_visible(out->gate, problem->message)));
    print_lines(out, "  = fix: ", &row->fixes);
    str_vec declarations = budget_row_declarations(out->buf.arena, budgets, row);
    print_lines(out, "  = declare: ", &declarations);
    out_text(out, "\n");
}

static void print_text(struct session *session, const struct check_result *result)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    size_t rows = 0;
    vec_each(const struct check_project *, project, &result->projects) {
        struct budgets *budgets = budgets_of(session->arena, project->facts);
        rows += budgets->rows.count;
        vec_each(struct budget_row *const *, row, &budgets->rows)
            print_row(&out, project->facts, budgets, *row);
    }
    if (rows == 0)
        out_text(&out, "no database server with a limit on connections is used here\n");
    out_flush(&out);
}

static void print_svg(struct session *session, const struct check_result *result)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    vec_each(const struct check_project *, project, &result->projects)
        out_passed(&out,
            budget_svg(project->facts, budgets_of(session->arena, project->facts), project->label, true));
    out_flush(&out);
}

static enum outcome verdict_of(struct session *session, const struct check_result *result)
{
    vec_each(const struct check_project *, project, &result->projects)
        if (budget_worst(budgets_of(session->arena, project->facts)) == BUDGET_FAIL)
            return OUTCOME_FINDINGS;
    return OUTCOME_OK;
}

static enum outcome run(struct session *session)
{
    if (!project_supposes(session))
        return OUTCOME_USAGE;
    enum outcome prepared = live_prepare(session);
    if (prepared != OUTCOME_OK)
        return prepared;
    const struct check_result *result = project_read(session);
    bool is_json = session_is_json(session);
    if (is_json)
        print_json(session, result);
    else if (str_eq(session->settings.format, STR("svg")))
        print_svg(session, result);
    else if (!result->cannot_judge || result->projects.count > 0)
        print_text(session, result);
    if (result->cannot_judge)
        return is_json ? OUTCOME_BAD_INPUT : project_faults(session, result);
    return verdict_of(session, result);
}

static str format_choice(size_t index)
{
    static const str formats[] = {STR_INIT("text"), STR_INIT("json"), STR_INIT("svg")};
    return index < ARRAY_COUNT(formats) ? formats[index] : STR("");
}

static const struct option_row budget_rows[] = {
    {.name = "format",
        .kind = OPTION_TEXT,
        .argument = "FORMAT",
        .completion = COMPLETE_CHOICE,
        .choices = format_choice,
        .offset = offsetof(struct cli_settings, format),
        .about = "Print text (the default), json, or svg: each server's slots as a bar."},
};

static const struct option_group budget_group = OPTION_GROUP("Output", budget_rows);

static const struct option_group *const groups[] = {
    &option_group_asking,
    &option_group_judging,
    &option_group_project,
    &budget_group,
    &option_group_may_live,
    &option_group_common,
    NULL,
};

const struct command command_budget = {
    .name = "budget",
    .operands = "[PATH...]",
    .summary = "Show the connection budget of each database server, also when it fits.",
    .description =
        "Adds up, per server, what every service may open at worst: replicas, worker processes and pools, "
        "each with the line that it was read from; compares that with what the server can give. ok: it "
        "fits. not known: it fits by defaults and guesses, which a declaration in bootgate.yaml replaces. "
        "warn: it fits, but the headroom is missed, or the limit is not known or holds only from the first "
        "start. fail: it does not fit, has no bound, or cannot be read; the exit code is then 1.",
    .example = "bootgate budget\n"
               "bootgate budget -f compose.yml --format json\n"
               "bootgate budget --format svg > budget.svg",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1,
    .is_alone = true,
    .run = run,
};
