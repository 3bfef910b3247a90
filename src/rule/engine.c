#include "rule/engine.h"

#include "facts/live.h"
#include "rule/check_table.h"
#include "rule/secret.h"

/* Calls a check for every row of its kind. */
typedef void sweep(struct check_run *run, const struct check *check);

static void sweep_environment(struct check_run *run, const struct check *check)
{
    check->judge.environment(run);
}

/* What nobody uses is judged by nobody, but for checks that are about just that. */
static void sweep_variables(struct check_run *run, const struct check *check)
{
    vec_each(struct variable *const *, row, &run->facts->variables)
        if ((*row)->force.kind == check->force)
            check->judge.variable(run, *row);
}

static void sweep_connections(struct check_run *run, const struct check *check)
{
    vec_each(struct connection *const *, row, &run->facts->connections)
        if ((*row)->force.kind == check->force)
            check->judge.connection(run, *row);
}

static void sweep_binds(struct check_run *run, const struct check *check)
{
    vec_each(struct bind *const *, row, &run->facts->binds)
        check->judge.bind(run, *row);
}

static void sweep_services(struct check_run *run, const struct check *check)
{
    vec_each(struct service *const *, row, &run->facts->services)
        if ((*row)->workload->active)
            check->judge.service(run, *row);
}

static void sweep_servers(struct check_run *run, const struct check *check)
{
    vec_each(struct server *const *, row, &run->facts->servers)
        check->judge.server(run, *row);
}

static void sweep_files(struct check_run *run, const struct check *check)
{
    vec_each(const struct input_file *, row, &run->facts->files)
        check->judge.file(run, row);
}

/* Budgets are judged as a whole by their own check, over the environment. */
static sweep *const sweeps[FACT_KIND_COUNT] = {
    [FACT_ENVIRONMENT] = sweep_environment,
    [FACT_VARIABLE] = sweep_variables,
    [FACT_DSN] = sweep_connections,
    [FACT_BIND] = sweep_binds,
    [FACT_SERVICE] = sweep_services,
    [FACT_SERVER] = sweep_servers,
    [FACT_BUDGET] = sweep_environment,
    [FACT_FILE] = sweep_files,
};

void engine_run(struct arena *arena, struct diags *diags, struct facts *facts)
{
    struct patterns patterns = {.arena = arena};
    struct check_run run = {.arena = arena, .facts = facts, .diags = diags, .patterns = &patterns};
    /* Before the first finding: what is secret must be known when a message is made of it. */
    secret_mark(arena, facts);
    if (facts->asker)
        facts->asker->ask(facts->asker->self, facts);
    for (size_t list = 0; check_lists[list]; list++)
        for (const struct check *check = check_lists[list]; check->judge.environment; check++)
            sweeps[check->over](&run, check);
}
