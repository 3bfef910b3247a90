/* bootgate(1). */
#include "cli/commands.h"
#include "cli/manual_markup.h"
#include "cli/manual_pages.h"

/* What is read and written, and which variables of its own environment the program listens to. */
static const struct note {
    const char *name, *about;
} files[] =
    {
        {"compose.yaml, compose.yml, docker-compose.yaml, docker-compose.yml",
            "The project, found as docker compose finds it: here, then upward; an override file beside it "
            "too."},
        {".env", "What interpolation takes, beside the Compose file; alone where there is none."},
        {".env.example, .env.sample, .env.template, .env.dist",
            "Examples: what they hold is published, and never judged as live."},
        {"bootgate.yaml",
            "What the project says about itself: bootgate.yaml(5). Beside the Compose file, else "
            "upward to the top of the git repository."},
        {"Dockerfile", "Of a service that is built here: its environment, command, user and ports."},
        {".git/hooks/pre-commit", "Written by bootgate hook install, where git looks for it."},
},
  variables[] = {
      {"BOOTGATE_CONFIG", "The configuration that bootgate exec reads where --config is not given."},
      {"COMPOSE_FILE, COMPOSE_PATH_SEPARATOR, COMPOSE_ENV_FILES, COMPOSE_DISABLE_ENV_FILE, COMPOSE_PROFILES, "
       "COMPOSE_PROJECT_NAME",
          "As docker compose takes them."},
      {"NO_COLOR, FORCE_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM", "Whether text is coloured; --color wins."},
      {"PATH", "Where git is looked for, and the command of bootgate exec."},
      {"GIT_INDEX_FILE, GIT_DIR", "With --tracked, --staged and hook run: the repository, as git sets them."},
      {"SSL_CERT_FILE", "The certificates that bootgate-wait trusts."},
};

static void print_option(struct out *out, const struct option_row *row)
{
    if (row->letter != 0)
        out_printf(out, "*-%c*, ", row->letter);
    out_printf(out, "*--%s*", row->name);
    if (row->argument != NULL)
        out_printf(out, option_is_optional(row) ? "[=_%s_]" : " _%s_", row->argument);
    out_text(out, "\n\t");
    markup_escaped(out, options_about(out->buf.arena, row));
    if (row->choices != NULL && strchr(row->about, '*') == NULL) {
        out_text(out, " Values: ");
        markup_escaped(out, options_choice_list(out->buf.arena, row->choices));
        out_text(out, ".");
    }
    out_text(out, "\n\n");
}

static void print_command(struct out *out, const struct command *command)
{
    out_printf(out, "## bootgate %s\n\n*bootgate %s* [_OPTION_...] ", command->name, command->name);
    markup_escaped(out, str_from_c(command->operands));
    out_text(out, "\n\n");
    markup_paragraphs(out, command->summary);
    markup_paragraphs(out, command->description);
    for (const struct option_group *const *group = command->groups; *group != NULL; group++)
        if (*group != &option_group_common)
            for (size_t i = 0; i < (*group)->count; i++)
                print_option(out, &(*group)->rows[i]);
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
        markup_escaped(out, str_from_c(row->about));
    }
    out_text(out, "\n\n");
}

static void print_notes(struct out *out, const char *heading, const struct note *notes, size_t count)
{
    out_printf(out, "# %s\n\n", heading);
    for (size_t i = 0; i < count; i++)
        markup_entry(out, str_from_c(notes[i].name), NULL, str_from_c(notes[i].about));
}

static void print_examples(struct out *out)
{
    struct buf lines = buf_new(out->buf.arena, SIZE_MAX / 4);
    for (size_t i = 0; i < command_count(); i++)
        if (command_at(i)->example != NULL)
            buf_printf(&lines, "%s\n", command_at(i)->example);
    out_text(out, "# EXAMPLES\n\n");
    markup_literal(out, buf_view(&lines));
}

void manual_program(struct out *out)
{
    out_text(out, "bootgate(1) \"bootgate " BOOTGATE_VERSION "\"\n\n# NAME\n\nbootgate - ");
    markup_paragraphs(out, command_bootgate.summary);
    out_text(out, "# SYNOPSIS\n\n*bootgate* _COMMAND_ [OPTION...] [ARGUMENT...]\n\n# DESCRIPTION\n\n");
    markup_paragraphs(out, command_bootgate.description);
    out_text(out, "# COMMANDS\n\n");
    for (size_t i = 0; i < command_count(); i++)
        print_command(out, command_at(i));
    out_text(out, "# OPTIONS OF EVERY COMMAND\n\n");
    for (size_t i = 0; i < option_group_common.count; i++)
        print_option(out, &option_group_common.rows[i]);
    out_text(out, "# EXIT STATUS\n\n");
    print_exit_table(out, "Commands that judge:", EXIT_FAMILY_CHECK);
    print_exit_table(out, "bootgate exec and bootgate wait:", EXIT_FAMILY_EXEC);
    print_notes(out, "FILES", files, ARRAY_COUNT(files));
    print_notes(out, "ENVIRONMENT", variables, ARRAY_COUNT(variables));
    print_examples(out);
    out_text(out,
        "# SEE ALSO\n\n*bootgate.yaml*(5), *bootgate-rules*(7), *bootgate-wait*(1), *bootgate-live*(1)\n");
}
