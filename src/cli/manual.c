/* `bootgate manual`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/manual_pages.h"
#include "cli/session.h"

#include <unistd.h>

static const struct page {
    str name;
    void (*print)(struct out *out);
} pages[] = {
    {STR_INIT("bootgate"), manual_program},
    {STR_INIT("bootgate.yaml"), manual_config},
    {STR_INIT("bootgate-rules"), manual_rules},
};

static str page_choice(size_t index)
{
    return index < ARRAY_COUNT(pages) ? pages[index].name : STR("");
}

static enum outcome run(struct session *session)
{
    const str_vec *operands = &session->operands;
    str wanted = operands->count > 0 ? operands->items[0] : pages[0].name;
    for (size_t i = 0; i < ARRAY_COUNT(pages); i++) {
        if (!str_eq(wanted, pages[i].name))
            continue;
        struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
        pages[i].print(&out);
        out_flush(&out);
        return OUTCOME_OK;
    }
    str known = options_choice_list(session->arena, page_choice);
    return session_fault(session, OUTCOME_USAGE, "no such page: there are " STR_FMT, STR_ARG(known));
}

static const struct option_group *const groups[] = {&option_group_common, NULL};

const struct command command_manual = {
    .name = "manual",
    .operands = "[PAGE]",
    .summary = "Print a manual page, as scdoc source.",
    .description = "PAGE is bootgate, which is meant where none is given, bootgate.yaml or bootgate-rules.",
    .example = "bootgate manual | scdoc > bootgate.1\n"
               "bootgate manual bootgate.yaml | scdoc > bootgate.yaml.5",
    .groups = groups,
    .operand_choices = page_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_max = 1,
    .run = run,
};
