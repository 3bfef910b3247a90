/* `bootgate completions`: a row of cli/commands.h. */
#include "cli/commands.h"
#include "cli/session.h"
#include "report/out.h"

/* `text` as one word of a shell: in single quotes, those inside written as the shell wants them. */
static str quoted(struct arena *arena, str text, str quote_escape)
{
    struct buf buf = buf_new(arena, 64 * 1024);
    buf_byte(&buf, '\'');
    for (str piece; str_next(&text, '\'', &piece);) {
        buf_str(&buf, piece);
        if (text.ptr != NULL)
            buf_str(&buf, quote_escape);
    }
    buf_byte(&buf, '\'');
    return buf_view(&buf);
}

static str word_list(struct arena *arena, option_choices *choices)
{
    struct buf words = buf_new(arena, 64 * 1024);
    for (size_t i = 0; choices(i).len > 0; i++)
        buf_printf(&words, "%s" STR_FMT, i > 0 ? " " : "", STR_ARG(choices(i)));
    return buf_view(&words);
}

/* Calls `visit` for every option of a command. */
static void each_option(struct out *out, const struct command *command,
    void (*visit)(struct out *, const struct command *, const struct option_row *))
{
    for (const struct option_group *const *group = command->groups; *group != NULL; group++)
        for (size_t i = 0; i < (*group)->count; i++)
            visit(out, command, &(*group)->rows[i]);
}

static void bash_option_word(struct out *out, const struct command *command, const struct option_row *row)
{
    (void)command;
    out_printf(out, " --%s%s", row->name, option_is_optional(row) ? "=" : "");
    if (row->letter != 0)
        out_printf(out, " -%c", row->letter);
}

static const char *bash_argument(const struct option_row *row)
{
    static const char *const ways[] = {
        [COMPLETE_NOTHING] = "COMPREPLY=()",
        [COMPLETE_FILE] = "COMPREPLY=($(compgen -f -- \"$cur\"))",
        [COMPLETE_DIRECTORY] = "COMPREPLY=($(compgen -d -- \"$cur\"))",
    };
    return ways[row->completion];
}

static void bash_option_case(struct out *out, const struct command *command, const struct option_row *row)
{
    if (row->argument == NULL)
        return;
    out_printf(out, "    %s:--%s", command->name, row->name);
    if (row->letter != 0)
        out_printf(out, "|%s:-%c", command->name, row->letter);
    if (row->completion == COMPLETE_CHOICE)
        out_printf(out, ") COMPREPLY=($(compgen -W '" STR_FMT "' -- \"$cur\")); return ;;\n",
            STR_ARG(word_list(out->buf.arena, row->choices)));
    else
        out_printf(out, ") %s; return ;;\n", bash_argument(row));
}

static void bash_command(struct out *out, const struct command *command)
{
    out_printf(out, "    %s) words_here='", command->name);
    each_option(out, command, bash_option_word);
    if (command->operand_choices != NULL)
        out_printf(out, " " STR_FMT, STR_ARG(word_list(out->buf.arena, command->operand_choices)));
    out_printf(out, "'; files=%d ;;\n", command->operand_completion == COMPLETE_FILE);
}

static void print_bash(struct out *out)
{
    out_text(out, "# bash completion for bootgate\n"
                  "_bootgate() {\n"
                  "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                  "  local command=bootgate word words_here files=0\n"
                  "  # --name=value arrives as three words\n"
                  "  if [ \"$cur\" = = ]; then cur=\n"
                  "  elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
                  "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
                  "    case $word in -*) ;; *) command=$word; break ;; esac\n"
                  "  done\n"
                  "  case $command:$prev in\n");
    each_option(out, &command_bootgate, bash_option_case);
    for (size_t i = 0; i < command_count(); i++)
        each_option(out, command_at(i), bash_option_case);
    out_text(out, "  esac\n"
                  "  case $command in\n");
    bash_command(out, &command_bootgate);
    for (size_t i = 0; i < command_count(); i++)
        bash_command(out, command_at(i));
    out_text(out, "    *) return ;;\n"
                  "  esac\n"
                  "  COMPREPLY=($(compgen -W \"$words_here\" -- \"$cur\"))\n"
                  "  if [ \"$files\" = 1 ] && [ ${#COMPREPLY[@]} -eq 0 ]; then\n"
                  "    COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                  "  fi\n"
                  "}\n"
                  "complete -o filenames -F _bootgate bootgate\n");
}

static void zsh_option(struct out *out, const struct command *command, const struct option_row *row)
{
    static const char *const actions[] = {
        [COMPLETE_NOTHING] = " ",
        [COMPLETE_FILE] = "_files",
        [COMPLETE_DIRECTORY] = "_files -/",
    };
    struct arena *arena = out->buf.arena;
    (void)command;
    str about = arena_join(arena, STR("["), options_about(arena, row), STR("]"));
    str value = STR("");
    if (row->argument != NULL && row->completion == COMPLETE_CHOICE)
        value =
            arena_printf(arena, ":%s:(" STR_FMT ")", row->argument, STR_ARG(word_list(arena, row->choices)));
    else if (row->argument != NULL)
        value = arena_printf(arena, ":%s:%s", row->argument, actions[row->completion]);
    bool repeats = row->kind == OPTION_LIST || row->kind == OPTION_OPTIONAL_LIST || row->kind == OPTION_COUNT;
    const char *joint = row->argument == NULL ? "" : option_is_optional(row) ? "=-" : "=";
    str spec = arena_printf(arena, "%s--%s%s" STR_FMT STR_FMT, repeats ? "*" : "", row->name, joint,
        STR_ARG(about), STR_ARG(value));
    out_printf(out, "        " STR_FMT " \\\n", STR_ARG(quoted(arena, spec, STR("'\\''"))));
}

static void zsh_command(struct out *out, const struct command *command)
{
    out_printf(out, "    %s)\n      _arguments \\\n", command->name);
    each_option(out, command, zsh_option);
    if (command->operand_choices != NULL)
        out_printf(out, "        '*:argument:(" STR_FMT ")' ;;\n",
            STR_ARG(word_list(out->buf.arena, command->operand_choices)));
    else
        out_printf(out, "        '*:argument:%s' ;;\n",
            command->operand_completion == COMPLETE_FILE ? "_files" : " ");
}

static void print_zsh(struct out *out)
{
    out_text(out, "#compdef bootgate\n"
                  "_bootgate() {\n"
                  "  local -a commands\n"
                  "  commands=(\n");
    for (size_t i = 0; i < command_count(); i++) {
        str entry = arena_printf(out->buf.arena, "%s:%s", command_at(i)->name, command_at(i)->summary);
        out_printf(out, "    " STR_FMT "\n", STR_ARG(quoted(out->buf.arena, entry, STR("'\\''"))));
    }
    out_text(out, "  )\n"
                  "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
                  "  local command=$words[2]\n"
                  "  shift words; (( CURRENT-- ))\n"
                  "  case $command in\n");
    for (size_t i = 0; i < command_count(); i++)
        zsh_command(out, command_at(i));
    out_text(out, "  esac\n"
                  "}\n"
                  "_bootgate \"$@\"\n");
}

static void fish_option(struct out *out, const struct command *command, const struct option_row *row)
{
    static const char *const ways[] = {
        [COMPLETE_NOTHING] = " -x",
        [COMPLETE_FILE] = " -r -F",
        [COMPLETE_DIRECTORY] = " -x -a '(__fish_complete_directories)'",
    };
    struct arena *arena = out->buf.arena;
    out_printf(
        out, "complete -c bootgate -n '__fish_seen_subcommand_from %s' -l %s", command->name, row->name);
    if (row->letter != 0)
        out_printf(out, " -s %c", row->letter);
    if (row->argument != NULL && row->completion == COMPLETE_CHOICE)
        out_printf(out, " -x -a '" STR_FMT "'", STR_ARG(word_list(arena, row->choices)));
    else if (row->argument != NULL && !option_is_optional(row))
        out_text(out, ways[row->completion]);
    out_printf(out, " -d " STR_FMT "\n", STR_ARG(quoted(arena, options_about(arena, row), STR("\\'"))));
}

static void fish_command(struct out *out, const struct command *command)
{
    struct arena *arena = out->buf.arena;
    out_printf(out, "complete -c bootgate -n __fish_use_subcommand -f -a %s -d " STR_FMT "\n", command->name,
        STR_ARG(quoted(arena, str_from_c(command->summary), STR("\\'"))));
    if (command->operand_choices != NULL)
        out_printf(out, "complete -c bootgate -n '__fish_seen_subcommand_from %s' -f -a '" STR_FMT "'\n",
            command->name, STR_ARG(word_list(arena, command->operand_choices)));
    each_option(out, command, fish_option);
}

static void print_fish(struct out *out)
{
    out_text(out, "# fish completion for bootgate\n");
    for (size_t i = 0; i < command_count(); i++)
        fish_command(out, command_at(i));
}

static const struct shell {
    const char *name;
    void (*print)(struct out *out);
} shells[] = {
    {"bash", print_bash},
    {"zsh", print_zsh},
    {"fish", print_fish},
};

static str shell_choice(size_t index)
{
    return str_from_c(index < ARRAY_COUNT(shells) ? shells[index].name : NULL);
}

static enum outcome run(struct session *session)
{
    struct out out = out_new(session->gate, session->host, 1);
    for (size_t i = 0; i < ARRAY_COUNT(shells); i++) {
        if (!str_eq(session->operands.items[0], str_from_c(shells[i].name)))
            continue;
        shells[i].print(&out);
        out_flush(&out);
        return OUTCOME_OK;
    }
    return session_fault(session, OUTCOME_USAGE, "no completions for this shell: bash, zsh or fish");
}

static const struct option_group *const groups[] = {&option_group_common, NULL};

const struct command command_completions = {
    .name = "completions",
    .operands = "bash|zsh|fish",
    .summary = "Print the completions for a shell.",
    .example = "bootgate completions bash > /etc/bash_completion.d/bootgate",
    .groups = groups,
    .operand_choices = shell_choice,
    .operand_completion = COMPLETE_CHOICE,
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
