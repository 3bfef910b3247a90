/* `bootgate manual`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "report/out.h"

/* scdoc reads `_`, `*`, `\` and a leading `#`, `-`, `|`, `[` as marks: all of them are escaped. */
static void print_escaped(struct out *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (memchr("_*\\#-|[]<>", text.ptr[i], 10) != NULL)
            out_text(out, "\\");
        out_str(out, str_slice(text, i, i + 1));
    }
}

static void print_option(struct out *out, const struct option_row *row)
{
    if (row->letter != 0)
        out_printf(out, "*-%c*, ", row->letter);
    out_printf(out, "*--%s*", row->name);
    if (row->argument != NULL)
        out_printf(out, option_is_optional(row) ? "[=_%s_]" : " _%s_", row->argument);
    out_text(out, "\n\t");
    print_escaped(out, str_from_c(row->about));
    if (row->choices != NULL) {
        out_text(out, " Values: ");
        print_escaped(out, options_choice_list(out->buf.arena, row->choices));
        out_text(out, ".");
    }
    out_text(out, "\n\n");
}

static void print_paragraphs(struct out *out, const char *text)
{
    str rest = str_from_c(text != NULL ? text : "");
    for (str line; str_next(&rest, '\n', &line);) {
        print_escaped(out, line);
        out_text(out, "\n\n");
    }
}

static void print_options(struct out *out, const struct command *command)
{
    for (const struct option_group *const *group = command->groups; *group != NULL; group++)
        if (*group != &option_group_common)
            for (size_t i = 0; i < (*group)->count; i++)
                print_option(out, &(*group)->rows[i]);
}

static void print_command(struct out *out, const struct command *command)
{
    out_printf(out, "## bootgate %s\n\n*bootgate %s* [_OPTION_...] ", command->name, command->name);
    print_escaped(out, str_from_c(command->operands));
    out_text(out, "\n\n");
    print_paragraphs(out, command->summary);
    print_paragraphs(out, command->description);
    print_options(out, command);
}

static void print_exit_table(struct out *out, const char *title, enum exit_family family)
{
    out_printf(out, "%s\n\n", title);
    int last_code = -1;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        const struct exit_row *row = exit_row(outcome);
        if (row->code[family] < 0)
            continue;
        if (row->code[family] != last_code)
            out_printf(out, "%s*%d*\n\t", last_code < 0 ? "" : "\n\n", row->code[family]);
        else
            out_text(out, " ");
        last_code = row->code[family];
        print_escaped(out, str_from_c(row->about));
    }
    out_text(out, "\n\n");
}

static void print_examples(struct out *out)
{
    out_text(out, "# EXAMPLES\n\n```\n");
    for (size_t i = 0; i < command_count(); i++)
        if (command_at(i)->example != NULL)
            out_printf(out, "%s\n", command_at(i)->example);
    out_text(out, "```\n");
}

static enum outcome run(struct session *session)
{
    struct out out = out_new(session->gate, session->host, 1);
    out_text(&out, "bootgate(1)\n\n# NAME\n\nbootgate - ");
    print_paragraphs(&out, command_bootgate.summary);
    out_text(&out, "# SYNOPSIS\n\n*bootgate* _COMMAND_ [OPTION...] [ARGUMENT...]\n\n# DESCRIPTION\n\n");
    print_paragraphs(&out, command_bootgate.description);
    out_text(&out, "# COMMANDS\n\n");
    for (size_t i = 0; i < command_count(); i++)
        print_command(&out, command_at(i));
    out_text(&out, "# OPTIONS OF EVERY COMMAND\n\n");
    for (size_t i = 0; i < option_group_common.count; i++)
        print_option(&out, &option_group_common.rows[i]);
    out_text(&out, "# EXIT STATUS\n\n");
    print_exit_table(&out, "Commands that judge:", EXIT_FAMILY_CHECK);
    print_exit_table(&out, "bootgate exec and bootgate wait:", EXIT_FAMILY_EXEC);
    print_examples(&out);
    out_flush(&out);
    return OUTCOME_OK;
}

static const struct option_group *const groups[] = {&option_group_common, NULL};

const struct command command_manual = {
    .name = "manual",
    .operands = "",
    .summary = "Print the manual page, as scdoc source.",
    .example = "bootgate manual | scdoc > bootgate.1",
    .groups = groups,
    .run = run,
};
