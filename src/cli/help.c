#include "cli/help.h"

#include "cli/commands.h"
#include "cli/session.h"

#include <unistd.h>

enum {
    WIDTH = 80,
    OPTION_COLUMN = 28,
    COMMAND_COLUMN = 16,
    CODE_COLUMN = 7,
};

static bool is_program(const struct command *command)
{
    return command == &command_bootgate;
}

/* "bootgate check [OPTION...] [PATH...]" */
static void print_synopsis(struct out *out, const struct command *command)
{
    out_text(out, "bootgate ");
    if (!is_program(command))
        out_printf(out, "%s ", command->name);
    out_text(out, "[OPTION...]");
    if (command->operands[0] != '\0')
        out_printf(out, " %s", command->operands);
    out_text(out, "\n");
}

/* Fills up to `column`, on a line of its own where the head is longer than that. */
static void pad_to(struct out *out, size_t at, size_t column)
{
    if (at + 2 > column) {
        out_text(out, "\n");
        at = 0;
    }
    out_repeat(out, ' ', column - at);
}

static str option_head(struct arena *arena, const struct option_row *row)
{
    str letter = row->letter != 0 ? arena_printf(arena, "-%c,", row->letter) : STR("   ");
    str head = arena_printf(arena, "  " STR_FMT " --%s", STR_ARG(letter), row->name);
    if (row->argument == NULL)
        return head;
    if (option_is_optional(row))
        return arena_printf(arena, STR_FMT "[=%s]", STR_ARG(head), row->argument);
    return arena_printf(arena, STR_FMT " %s", STR_ARG(head), row->argument);
}

static void print_group(struct out *out, const struct option_group *group)
{
    out_printf(out, "\n%s:\n", group->title);
    for (size_t i = 0; i < group->count; i++) {
        str head = option_head(out->buf.arena, &group->rows[i]);
        out_str(out, head);
        pad_to(out, head.len, OPTION_COLUMN);
        out_wrapped(out, options_about(out->buf.arena, &group->rows[i]), OPTION_COLUMN, OPTION_COLUMN, WIDTH);
        out_text(out, "\n");
    }
}

static void print_commands(struct out *out)
{
    out_text(out, "\nCommands:\n");
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        out_printf(out, "  %s", command->name);
        pad_to(out, 2 + strlen(command->name), COMMAND_COLUMN);
        out_wrapped(out, str_from_c(command->summary), COMMAND_COLUMN, COMMAND_COLUMN, WIDTH);
        out_text(out, "\n");
    }
    out_text(out, "\nbootgate COMMAND --help says more about each.\n");
}

static void print_exit_codes(struct out *out, enum exit_family family)
{
    out_text(out, "\nExit codes:\n");
    int last_code = -1;
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
        const struct exit_row *row = exit_row(outcome);
        if (row->code[family] < 0)
            continue;
        if (row->code[family] == last_code)
            out_repeat(out, ' ', CODE_COLUMN);
        else
            out_printf(out, "  %-3d  ", row->code[family]);
        last_code = row->code[family];
        out_wrapped(out, str_from_c(row->about), CODE_COLUMN, CODE_COLUMN, WIDTH);
        out_text(out, "\n");
    }
}

static void print_example(struct out *out, str example)
{
    out_text(out, "\nExamples:\n");
    for (str line; str_next(&example, '\n', &line);)
        out_printf(out, "  " STR_FMT "\n", STR_ARG(line));
}

static void print_description(struct out *out, str description)
{
    for (str paragraph; str_next(&description, '\n', &paragraph);) {
        out_text(out, "\n");
        out_wrapped(out, paragraph, 0, 0, WIDTH);
        out_text(out, "\n");
    }
}

void help_print(struct out *out, const struct command *command)
{
    out_text(out, "usage: ");
    print_synopsis(out, command);
    out_text(out, "\n");
    out_wrapped(out, str_from_c(command->summary), 0, 0, WIDTH);
    out_text(out, "\n");
    if (command->description != NULL)
        print_description(out, str_from_c(command->description));
    if (is_program(command))
        print_commands(out);
    for (const struct option_group *const *group = command->groups; *group != NULL; group++)
        print_group(out, *group);
    if (!is_program(command))
        print_exit_codes(out, command->exit_family);
    if (command->example != NULL)
        print_example(out, str_from_c(command->example));
}

static enum outcome run(struct session *session)
{
    const struct command *command = &command_bootgate;
    if (session->operands.count > 0)
        command = command_find(session->operands.items[0]);
    if (command == NULL)
        return session_unknown(session, OUTCOME_USAGE, "no such command",
            options_nearest(session->operands.items[0], command_choice));
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    help_print(&out, command);
    out_flush(&out);
    return OUTCOME_OK;
}

static const struct option_group *const groups[] = {&option_group_common, NULL};

const struct command command_help = {
    .name = "help",
    .operands = "[COMMAND]",
    .summary = "Print the help of a command, or of the program.",
    .example = "bootgate help check",
    .groups = groups,
    .operand_choices = command_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_max = 1,
    .is_alone = true,
    .run = run,
};
