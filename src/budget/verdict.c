/* What is wrong with a row, and how wrong: budget/budget_parts.h and budget/budget.h. */
#include "budget/budget_parts.h"

/* What each kind of problem does to the verdict, and which rule reports it. */
static const struct {
    enum budget_verdict verdict;
    enum rule_id rule;
} problems[BUDGET_PROBLEM_COUNT] = {
    [BUDGET_OVER] = {BUDGET_FAIL, RULE_POOL_OVER_BUDGET},
    [BUDGET_CLIENTS_OVER] = {BUDGET_FAIL, RULE_POOL_OVER_BUDGET},
    [BUDGET_UNBOUNDED] = {BUDGET_FAIL, RULE_POOL_UNBOUNDED},
    [BUDGET_BAD_NUMBER] = {BUDGET_FAIL, RULE_POOL_BAD_NUMBER},
    [BUDGET_HEADROOM] = {BUDGET_WARN, RULE_POOL_HEADROOM},
    [BUDGET_SESSIONS_WAIT] = {BUDGET_WARN, RULE_POOL_HEADROOM},
    [BUDGET_CAPACITY_UNKNOWN] = {BUDGET_WARN, RULE_POOL_CAPACITY_UNKNOWN},
    [BUDGET_FIRST_START_ONLY] = {BUDGET_WARN, RULE_LIMIT_INEFFECTIVE},
    [BUDGET_LIMIT_INEFFECTIVE] = {BUDGET_OK, RULE_LIMIT_INEFFECTIVE},
    [BUDGET_LIMIT_FIRST_START] = {BUDGET_OK, RULE_LIMIT_INEFFECTIVE},
    [BUDGET_STARVED] = {BUDGET_OK, RULE_POOL_STARVED},
    [BUDGET_DRIFT] = {BUDGET_OK, RULE_BUDGET_DRIFT},
    [BUDGET_OPEN_COUNT] = {BUDGET_WARN, RULE_POOL_CAPACITY_UNKNOWN},
    [BUDGET_LIVE_LIMIT] = {BUDGET_OK, RULE_LIVE_LIMIT},
    [BUDGET_MEMORY] = {BUDGET_OK, RULE_MEMORY_OVER_LIMIT},
    [BUDGET_UNDECLARED] = {BUDGET_OK, RULE_POOL_CAPACITY_UNKNOWN},
};

static const enum budget_problem_kind remark_kinds[] = {
    [REMARK_NEVER_EFFECTIVE] = BUDGET_LIMIT_INEFFECTIVE,
    [REMARK_FIRST_START] = BUDGET_LIMIT_FIRST_START,
    [REMARK_REFUSED] = BUDGET_BAD_NUMBER,
    [REMARK_UNREADABLE] = BUDGET_CAPACITY_UNKNOWN,
};

static const str verdict_names[BUDGET_VERDICT_COUNT] = {
    [BUDGET_OK] = STR_INIT("ok"),
    [BUDGET_WARN] = STR_INIT("warn"),
    [BUDGET_FAIL] = STR_INIT("fail"),
};

str budget_verdict_name(enum budget_verdict verdict)
{
    return verdict_names[verdict];
}

bool budget_row_is_known(const struct budget_row *row)
{
    return row->verdict != BUDGET_OK || (row->basis != BASIS_ASSUMED && row->terms.count > 0);
}

str budget_row_headline(const struct budget_row *row)
{
    return budget_row_is_known(row) ? verdict_names[row->verdict] : STR("not known");
}

enum rule_id budget_problem_rule(enum budget_problem_kind kind)
{
    return problems[kind].rule;
}

struct budget_problem *row_problem(struct budget_builder *b, struct budget_row *row,
    enum budget_problem_kind kind, span at, const char *format, ...)
{
    struct budget_problem *problem = vec_add(b->arena, &row->problems);
    va_list arguments;
    va_start(arguments, format);
    problem->message = arena_vprintf(b->arena, format, arguments);
    va_end(arguments);
    problem->kind = kind;
    problem->at = span_is_set(at) ? at : row->at;
    problem->variable = row->variable;
    problem->guessed = row->guessed;
    if (problems[kind].verdict > row->verdict)
        row->verdict = problems[kind].verdict;
    return problem;
}

/* ---- numbers that cannot be read */

static void judge_count(struct budget_builder *b, struct budget_row *row, str consumer, struct count count)
{
    if (count.state != COUNT_BAD)
        return;
    str subject = count.variable.len ? count.variable : count.from;
    str fault = count.fault;
    if (subject.len && !str_starts(fault, subject))
        fault = arena_printf(b->arena, STR_FMT " " STR_FMT, STR_ARG(subject), STR_ARG(fault));
    struct budget_problem *problem = row_problem(b, row, BUDGET_BAD_NUMBER, count.at, STR_FMT "%s" STR_FMT,
        STR_ARG(fault), consumer.len ? ": the budget needs it for " : "", STR_ARG(consumer));
    problem->variable = count.variable;
    problem->guessed = false;
}

/* The file has another number than its declaration: the file's is the one that counts. */
static void judge_drift(
    struct budget_builder *b, struct budget_row *row, const struct service *service, struct count count)
{
    if (!count.drifts)
        return;
    struct budget_problem *problem = row_problem(b, row, BUDGET_DRIFT, count.at,
        "the budget says " STR_FMT ", this file " STR_FMT ": the file's number counts",
        STR_ARG(count_text(b->arena, count.declared)), STR_ARG(count_text(b->arena, count.value)));
    problem->variable = count.variable;
    problem->service = service_name(service);
    problem->guessed = false;
    problem->other = count.declared_at;
    problem->other_text = STR("declared here");
    problem->help = arena_printf(b->arena, "value: " STR_FMT, STR_ARG(count_text(b->arena, count.value)));
}

/* Threads beyond the pool wait for a connection, and give up after some seconds. A pool that nobody says
 * the size of may well be set in the program. */
static void judge_sharing(struct budget_builder *b, struct budget_row *row, const struct budget_term *term)
{
    bool is_known = term->sharing.state == COUNT_READ && term->each.state == COUNT_READ;
    if (!is_known || term->sharing.value <= term->each.value || term->total == 0)
        return;
    str threads = count_text(b->arena, term->sharing.value), each = count_text(b->arena, term->each.value);
    struct budget_problem *problem = row_problem(b, row, BUDGET_STARVED, term->sharing.at,
        STR_FMT " threads of " STR_FMT " share a pool of " STR_FMT, STR_ARG(threads), STR_ARG(term->consumer),
        STR_ARG(each));
    problem->variable = term->sharing.variable;
    problem->service = service_name(term->service);
    problem->guessed = false;
    problem->other = term->each.at;
    problem->other_text = STR("the pool");
    problem->help = arena_printf(
        b->arena, "a pool of " STR_FMT ", or " STR_FMT " threads", STR_ARG(threads), STR_ARG(each));
}

static void judge_numbers(struct budget_builder *b, struct budget_row *row)
{
    vec_each(const struct budget_term *, term, &row->terms) {
        judge_count(b, row, term->consumer, term->instances);
        judge_count(b, row, term->consumer, term->surge);
        judge_count(b, row, term->consumer, term->processes);
        judge_count(b, row, term->consumer, term->each);
        judge_drift(b, row, term->service, term->instances);
        judge_drift(b, row, term->service, term->processes);
        judge_drift(b, row, term->service, term->each);
        judge_sharing(b, row, term);
    }
    judge_drift(b, row, NULL, row->capacity.max_connections);
    judge_drift(b, row, NULL, row->capacity.superuser_reserved);
    judge_drift(b, row, NULL, row->capacity.role_limit);
    if (!row->capacity.cannot_start)
        judge_count(b, row, STR(""), row->capacity.max_connections);
    judge_count(b, row, STR(""), row->capacity.superuser_reserved);
    judge_count(b, row, STR(""), row->capacity.role_limit);
}

static void judge_remarks(struct budget_builder *b, struct budget_row *row)
{
    vec_each(const struct capacity_remark *, remark, &row->capacity.remarks) {
        struct budget_problem *problem =
            row_problem(b, row, remark_kinds[remark->kind], remark->at, STR_FMT, STR_ARG(remark->message));
        problem->variable = remark->variable;
        problem->service = row->service ? service_name(row->service) : STR("");
        problem->help = remark->help;
        problem->guessed = false;
    }
}

/* ---- the sum */

static void add_up(struct budget_row *row)
{
    row->demand = row->steady = 0;
    row->demand_known = row->terms.count > 0;
    row->basis = row->terms.count > 0 ? BASIS_DECLARED : BASIS_COUNT;
    vec_each(const struct budget_term *, term, &row->terms) {
        row->demand = number_add(row->demand, term->total);
        row->steady = number_add(row->steady, term->steady);
        if (term->basis > row->basis && term->total > 0)
            row->basis = term->basis;
        row->demand_known &= term->known;
        row->guessed |= term->guessed && term->total > 0;
    }
}

/* The part of the demand that rests on numbers somebody wrote, and a single connection of each other one. */
static int64_t certain_demand(const struct budget_row *row)
{
    int64_t demand = 0;
    vec_each(const struct budget_term *, term, &row->terms)
        demand = number_add(demand, !term->guessed || term->total < term->count ? term->total : term->count);
    return demand;
}

/* Somebody wrote the number, though who reads it may be a guess: GUNICORN_WORKERS for a start.sh. */
static bool is_stated(const struct count *count)
{
    return count->state == COUNT_READ || count->variable.len > 0;
}

/* No file says more of it than that the program is there: its own default, of one process that runs once. */
static bool is_default_alone(const struct budget_term *term)
{
    bool has_replicas = is_stated(&term->instances) && term->count > 1;
    bool has_processes = is_stated(&term->processes) && term->processes.value > 1;
    return term->guessed && !is_stated(&term->each) && !has_replicas && !has_processes;
}

/* … and a single connection of each program of which only its default is known: few fill that. */
static int64_t attested_demand(const struct budget_row *row)
{
    int64_t demand = 0;
    vec_each(const struct budget_term *, term, &row->terms)
        demand = number_add(
            demand, !is_default_alone(term) || term->total < term->count ? term->total : term->count);
    return demand;
}

static void judge_unbounded(struct budget_builder *b, struct budget_row *row)
{
    bool at_server = b->facts->deployment && b->facts->deployment->budget_at_server;
    vec_each(const struct budget_term *, term, &row->terms) {
        if (!term->known || term->total != NUMBER_UNBOUNDED)
            continue;
        bool is_written = !at_server && !term->declared && term->each.value == NUMBER_UNBOUNDED &&
                          term->each.state == COUNT_READ;
        struct budget_problem *problem = row_problem(b, row, BUDGET_UNBOUNDED,
            is_written ? term->each.at : row->at, STR_FMT " may open any number of connections to " STR_FMT,
            STR_ARG(term->consumer), STR_ARG(row->server));
        problem->guessed = term->guessed;
        if (is_written && term->each.variable.len > 0)
            problem->variable = term->each.variable;
        problem->label = STR("no worst case exists, so none fits");
        return;
    }
}

static str limit_text(struct budget_builder *b, const struct budget_row *row)
{
    const struct capacity *capacity = &row->capacity;
    str limit = count_text(b->arena, capacity->max_connections.value);
    str usable = count_text(b->arena, capacity->usable);
    if (capacity->usable == capacity->max_connections.value)
        return arena_printf(
            b->arena, STR_FMT " %s", STR_ARG(usable), row->pooler ? "are admitted" : "are usable");
    if (count_is_known(capacity->role_limit) && capacity->usable == capacity->role_limit.value)
        return arena_printf(b->arena, "the role may hold " STR_FMT, STR_ARG(usable));
    return arena_printf(
        b->arena, STR_FMT " of max_connections " STR_FMT " are usable", STR_ARG(usable), STR_ARG(limit));
}

static void judge_over(struct budget_builder *b, struct budget_row *row)
{
    struct budget_problem *problem = row_problem(b, row, row->pooler ? BUDGET_CLIENTS_OVER : BUDGET_OVER,
        row->at, "the consumers of " STR_FMT " may ask for " STR_FMT " connections, " STR_FMT,
        STR_ARG(row->server), STR_ARG(count_text(b->arena, row->demand)), STR_ARG(limit_text(b, row)));
    problem->label = arena_printf(
        b->arena, "%lld too many", (long long)number_subtract(row->demand, row->capacity.usable));
    problem->guessed = row->guessed && certain_demand(row) <= row->capacity.usable;
    problem->assumed = problem->guessed && attested_demand(row) <= row->capacity.usable;
}

/* The part of the demand of which nobody knows whether there is any. */
static int64_t doubtful_demand(const struct budget_row *row)
{
    int64_t demand = 0;
    vec_each(const struct budget_term *, term, &row->terms)
        if (term->open.len > 0 && term->service->workload->replicas.may_be_none)
            demand = number_add(demand, term->total);
    return demand;
}

static void judge_fit(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor)
{
    const struct capacity *capacity = &row->capacity;
    if (number_subtract(row->demand, doubtful_demand(row)) > capacity->usable) {
        judge_over(b, row);
        return;
    }
    if (row->demand > capacity->certain)
        row_problem(b, row, BUDGET_FIRST_START_ONLY, row->at,
            "the budget of " STR_FMT " fits only where the volume is new: " STR_FMT
            " connections, %lld usable on an older one",
            STR_ARG(row->server), STR_ARG(count_text(b->arena, row->demand)), (long long)capacity->certain);
    int64_t wanted = factor && !row->pooler ? eval_scale(row->demand, factor) : 0;
    if (wanted > capacity->max_connections.value)
        row_problem(b, row, BUDGET_HEADROOM, row->at,
            STR_FMT
            " is short of headroom: %lld connections with the margin asked for, max_connections is %lld",
            STR_ARG(row->server), (long long)wanted, (long long)capacity->max_connections.value);
}

/* In session mode a client keeps its server connection: the clients beyond wait for query_wait_timeout. */
static void judge_sessions(struct budget_builder *b, struct budget_row *row)
{
    vec_each(const struct budget_term *, term, &row->terms) {
        const struct budget_row *pooler = term->pooler;
        if (!pooler || !pooler->demand_known || !str_eq_fold(pooler->pooler->mode, STR("session")) ||
            pooler->demand <= pooler->pooler->sessions)
            continue;
        struct budget_problem *problem = row_problem(b, row, BUDGET_SESSIONS_WAIT, pooler->at,
            "clients of " STR_FMT " wait: session mode has %lld server connections for " STR_FMT " clients",
            STR_ARG(pooler->server), (long long)pooler->pooler->sessions,
            STR_ARG(count_text(b->arena, pooler->demand)));
        if (pooler->variable.len > 0)
            problem->variable = pooler->variable;
    }
}

static bool has_problem(const struct budget_row *row, enum budget_problem_kind kind)
{
    vec_each(const struct budget_problem *, problem, &row->problems)
        if (problem->kind == kind)
            return true;
    return false;
}

static void judge_unknown(struct budget_builder *b, struct budget_row *row)
{
    if (row->verdict == BUDGET_FAIL || has_problem(row, BUDGET_CAPACITY_UNKNOWN) || row->demand == 0)
        return;
    span at = span_is_set(row->variable_at) ? row->variable_at
              : row->terms.count            ? row->terms.items[0].at
                                            : row->at;
    struct budget_problem *problem = row_problem(b, row, BUDGET_CAPACITY_UNKNOWN, at,
        "nothing says how many connections " STR_FMT " takes, " STR_FMT " may be asked for",
        STR_ARG(row->server), STR_ARG(count_text(b->arena, row->demand)));
    problem->help = arena_printf(b->arena,
        "in bootgate.yaml: budget: {servers: {main: {at: '" STR_FMT "', max_connections: N}}}",
        STR_ARG(row->server));
    if (row->capacity.hint.len)
        problem->help =
            arena_printf(b->arena, "its provider documents: " STR_FMT, STR_ARG(row->capacity.hint));
}

/* How many run is said by nobody, so that the sum is one of at least. */
static void judge_open(struct budget_builder *b, struct budget_row *row)
{
    vec_each(const struct budget_term *, term, &row->terms) {
        if (term->open.len == 0 || term->total == 0)
            continue;
        struct budget_problem *problem = row_problem(b, row, BUDGET_OPEN_COUNT, term->at,
            "how many of " STR_FMT " use " STR_FMT " at once is not known: " STR_FMT, STR_ARG(term->consumer),
            STR_ARG(row->server), STR_ARG(term->open));
        problem->help = arena_printf(b->arena,
            "say it in the budget: consumers: {NAME: {server: …, service: " STR_FMT ", count: N, each: %s}}",
            STR_ARG(service_name(term->service)), "N");
    }
}

/* ---- memory */

/* In the largest unit that it is a whole number of; large ones to the megabyte. */
static str size_text(struct budget_builder *b, int64_t bytes)
{
    static const struct {
        int64_t bytes;
        const char *name;
    } units[] = {{1 << 30, "GB"}, {1 << 20, "MB"}, {1 << 10, "kB"}, {1, "B"}};
    size_t unit = 0;
    while (bytes % units[unit].bytes != 0)
        unit++;
    if (unit > 1 && bytes > 10 * units[1].bytes)
        unit = 1;
    return arena_printf(b->arena, "%lld %s", (long long)(bytes / units[unit].bytes), units[unit].name);
}

/* "max_connections 200 x work_mem 8 MB, shared_buffers 256 MB" */
static str memory_sum(struct budget_builder *b, const struct capacity *capacity, int64_t sessions)
{
    str each = STR(""), shared = STR("");
    if (sessions > 0)
        each = arena_printf(b->arena, "max_connections %lld x work_mem " STR_FMT,
            (long long)capacity->max_connections.value, STR_ARG(size_text(b, capacity->work_mem.value)));
    if (capacity->shared_buffers.state == COUNT_READ)
        shared = arena_printf(b->arena, "%sshared_buffers " STR_FMT, each.len ? " and " : "",
            STR_ARG(size_text(b, capacity->shared_buffers.value)));
    return arena_concat(b->arena, each, shared);
}

/*
 * Whether the server's own settings are more than its memory: by numbers that somebody wrote down alone. A
 * sort takes work_mem, a query may hold several, most sessions hold none: so it is a note.
 */
static void judge_memory(struct budget_builder *b, struct budget_row *row)
{
    const struct capacity *capacity = &row->capacity;
    const struct workload_memory *limit = row->service ? &row->service->workload->memory : NULL;
    bool is_per_session =
        capacity->work_mem.state == COUNT_READ && capacity->max_connections.state == COUNT_READ;
    int64_t sessions =
        is_per_session ? number_multiply(capacity->max_connections.value, capacity->work_mem.value) : 0;
    int64_t sum = number_add(sessions, capacity->shared_buffers.value);
    if (!limit || limit->bytes <= 0 || sum <= limit->bytes || capacity->cannot_start)
        return;
    struct count first = sessions > 0 ? capacity->work_mem : capacity->shared_buffers;
    struct budget_problem *problem = row_problem(b, row, BUDGET_MEMORY, first.at,
        STR_FMT " come to " STR_FMT ", and " STR_FMT " may take " STR_FMT,
        STR_ARG(memory_sum(b, capacity, sessions)), STR_ARG(size_text(b, sum)), STR_ARG(row->server),
        STR_ARG(size_text(b, limit->bytes)));
    problem->variable = first.variable;
    problem->service = service_name(row->service);
    problem->guessed = false;
    problem->other = limit->at;
    problem->other_text = STR("its memory limit");
    problem->help = STR("more memory, a smaller work_mem, or fewer connections behind a pooler");
}

void row_judge(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor)
{
    row_settle_turns(row);
    add_up(row);
    if (b->facts->live)
        row_live(b, row);
    judge_remarks(b, row);
    judge_numbers(b, row);
    judge_unbounded(b, row);
    if (row->demand_known && row->demand != NUMBER_UNBOUNDED && row->capacity.known)
        judge_fit(b, row, factor);
    if (!row->capacity.known)
        judge_unknown(b, row);
    judge_memory(b, row);
    judge_open(b, row);
    judge_sessions(b, row);
    row_fixes(b, row, factor);
}

enum budget_verdict budget_worst(const struct budgets *budgets)
{
    enum budget_verdict worst = BUDGET_OK;
    vec_each(struct budget_row *const *, row, &budgets->rows)
        if ((*row)->verdict > worst)
            worst = (*row)->verdict;
    return worst;
}
