#include "cli/commands.h"

static const struct command *const commands[] = {
    &command_check,
    &command_exec,
    &command_env,
    &command_dsn,
    &command_budget,
    &command_graph,
    &command_fix,
    &command_rotate,
    &command_live,
    &command_wait,
    &command_hook,
    &command_rules,
    &command_init,
    &command_completions,
    &command_manual,
    &command_help,
};

size_t command_count(void)
{
    return ARRAY_COUNT(commands);
}

const struct command *command_at(size_t index)
{
    return commands[index];
}

const struct command *command_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(commands); i++)
        if (str_eq(name, str_from_c(commands[i]->name)))
            return commands[i];
    return NULL;
}

str command_choice(size_t index)
{
    return str_from_c(index < ARRAY_COUNT(commands) ? commands[index]->name : NULL);
}

static const struct option_group *const top_groups[] = {&option_group_common, NULL};

const struct command command_bootgate = {
    .name = "bootgate",
    .operands = "COMMAND [ARGUMENT...]",
    .summary =
        "Judge env files, Compose files, manifests, units and connection strings before anything is started.",
    .description =
        "bootgate reads .env files, Compose files and the Dockerfiles that they build, Kubernetes manifests, "
        "systemd units, connection strings and the process environment as the "
        "programs that will use them do, judges the effective values, and stops a bad deployment before "
        "any container starts.",
    .example = "bootgate check\n"
               "bootgate check --mode production --format sarif\n"
               "bootgate exec -- uvicorn app.main:app",
    .groups = top_groups,
    .operand_choices = command_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_max = (size_t)-1,
    .stops_at_operand = true,
};
