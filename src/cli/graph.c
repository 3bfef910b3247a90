/* `bootgate graph`: a row of cli/commands.h. */
#include "report/graph.h"

#include "cli/commands.h"
#include "cli/live_run.h"
#include "cli/project.h"

#include <unistd.h>

static enum outcome run(struct session *session)
{
    enum outcome prepared = live_prepare(session);
    if (prepared != OUTCOME_OK)
        return prepared;
    const struct check_result *result = project_read(session);
    const struct graph_format *format = graph_format_find(session->settings.format);
    if (format == NULL)
        format = graph_format_default();
    VEC(struct graph_input) graphs = {0};
    vec_each(const struct check_project *, project, &result->projects)
        *vec_add(session->arena, &graphs) =
            (struct graph_input){project->facts, &result->diags, project->label};
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    format->write(&out, graphs.items, graphs.count);
    out_flush(&out);
    return project_faults(session, result);
}

static const struct option_row graph_rows[] = {
    {.name = "format",
        .kind = OPTION_TEXT,
        .argument = "FORMAT",
        .completion = COMPLETE_CHOICE,
        .choices = graph_format_choice,
        .offset = offsetof(struct cli_settings, format),
        .about = "Print text (the default), svg, mermaid, dot (for Graphviz) or json."},
};

static const struct option_group graph_group = OPTION_GROUP("Output", graph_rows);

static const struct option_group *const groups[] = {
    &option_group_judging,
    &option_group_project,
    &option_group_may_live,
    &graph_group,
    &option_group_common,
    NULL,
};

const struct command command_graph = {
    .name = "graph",
    .operands = "[PATH...]",
    .summary = "Show who talks to whom: services, servers, connections, published ports.",
    .description =
        "Every connection with the host that its client will read, and the rules that have something to "
        "say about it. Passwords are not part of it.",
    .example = "bootgate graph\n"
               "bootgate graph --format svg > graph.svg\n"
               "bootgate graph --format mermaid",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = (size_t)-1,
    .is_alone = true,
    .run = run,
};
