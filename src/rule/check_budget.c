/*
 * The connection budgets as findings: each problem of a row at its place, with the sum and the ways out.
 */
#include "rule/check.h"

#include "budget/budget.h"

#define RELATED_MAX 20 /* consumers that are pointed at; the table shows them all */

/* What of a problem becomes a finding, and how loud it is. */
enum voice {
    VOICE_RULE,    /* the rule's own severity */
    VOICE_GUESSED, /* … a warning where a number was guessed, a note where defaults alone make it */
    VOICE_NOTE,
    VOICE_SILENT, /* `bootgate budget` shows it */
};

static const enum voice voices[BUDGET_PROBLEM_COUNT] = {
    [BUDGET_OVER] = VOICE_GUESSED,
    [BUDGET_CLIENTS_OVER] = VOICE_GUESSED,
    [BUDGET_FIRST_START_ONLY] = VOICE_SILENT, /* the limit's own note says it */
    [BUDGET_LIMIT_FIRST_START] = VOICE_NOTE,
    [BUDGET_OPEN_COUNT] = VOICE_NOTE,
    [BUDGET_UNDECLARED] = VOICE_SILENT,
};

/* Whether the sum belongs to the problem. */
static bool is_about_sum(enum budget_problem_kind kind)
{
    return kind != BUDGET_LIMIT_INEFFECTIVE && kind != BUDGET_LIMIT_FIRST_START && kind != BUDGET_DRIFT &&
           kind != BUDGET_STARVED && kind != BUDGET_LIVE_LIMIT && kind != BUDGET_MEMORY;
}

static void add_sum(struct check_run *run, struct diag *finding, const struct budget_row *row)
{
    str_vec lines = budget_table(run->arena, run->facts->sources, row);
    vec_each(const str *, line, &lines)
        diag_note(run->diags, finding, STR_FMT, STR_ARG(*line));
    if (row->fixes.count > 1)
        diag_help(run->diags, finding, "any one of these is enough:");
    vec_each(const str *, fix, &row->fixes)
        diag_help(run->diags, finding, STR_FMT, STR_ARG(*fix));
    size_t count = 0;
    vec_each(const struct budget_term *, term, &row->terms) {
        if (!span_is_set(term->at) || count++ >= RELATED_MAX)
            continue;
        str total = term->known ? count_text(run->arena, term->total) : STR("an unknown number");
        finding_related(
            run, finding, term->at, STR_FMT " may open " STR_FMT, STR_ARG(term->consumer), STR_ARG(total));
    }
}

static struct diag *add_finding(struct check_run *run, const struct budget_problem *problem)
{
    struct place place = {
        .at = problem->at,
        .variable = problem->variable,
        .service = problem->service.len ? facts_service(run->facts, problem->service) : NULL,
    };
    enum rule_id rule = budget_problem_rule(problem->kind);
    bool guessed = voices[problem->kind] == VOICE_GUESSED && problem->guessed;
    if (voices[problem->kind] == VOICE_NOTE || guessed)
        return finding_add_as(run, rule, guessed && !problem->assumed ? SEVERITY_WARNING : SEVERITY_NOTE,
            place, STR_FMT, STR_ARG(problem->message));
    return finding_add(run, rule, place, STR_FMT, STR_ARG(problem->message));
}

/* The number is a word that the configuration was refused for already. */
static bool is_refused(const struct check_run *run, const struct budget_problem *problem)
{
    if (problem->kind != BUDGET_BAD_NUMBER)
        return false;
    vec_each(const struct diag *, diag, &run->diags->list)
        if (diag->fatal && span_starts_at(diag->at, problem->at))
            return true;
    return false;
}

static void report(struct check_run *run, const struct budget_row *row, const struct budget_problem *problem)
{
    if (voices[problem->kind] == VOICE_SILENT || is_refused(run, problem))
        return;
    struct diag *finding = add_finding(run, problem);
    if (!finding)
        return;
    if (problem->label.len)
        finding_label(run, finding, STR_FMT, STR_ARG(problem->label));
    if (problem->help.len)
        finding_help(run, finding, STR_FMT, STR_ARG(problem->help));
    if (span_is_set(problem->other))
        finding_related(run, finding, problem->other, STR_FMT, STR_ARG(problem->other_text));
    if (is_about_sum(problem->kind))
        add_sum(run, finding, row);
}

static void judge_budgets(struct check_run *run)
{
    struct budgets *budgets = budget_compute(run->arena, run->diags, run->facts, 0);
    vec_each(struct budget_row *const *, row, &budgets->rows)
        vec_each(const struct budget_problem *, problem, &(*row)->problems)
            report(run, *row, problem);
}

const struct check budget_checks[] = {
    {FACT_BUDGET, {.environment = judge_budgets}},
    {0},
};
