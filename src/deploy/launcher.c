#include "deploy/launcher.h"

#include "text/host.h"

/* python, python3, python3.12 and pypy3 alike. */
static bool is_python(str program)
{
    str name = str_starts(program, STR("pypy")) ? STR("pypy") : STR("python");
    return str_starts(program, name) &&
           str_trim_bytes(str_skip(program, name.len), STR("0123456789.")).len == 0;
}

/* `python -u -m MODULE` and `python SCRIPT.py`: the words before the module or the script; 0: neither. */
static size_t python_words(const struct command *command, size_t at)
{
    for (size_t i = at + 1; i < command->words.count; i++) {
        str word = command_text(command, i);
        if (str_eq(word, STR("-m")))
            return i + 1 - at;
        if (str_eq(word, STR("-W")) || str_eq(word, STR("-X")))
            i++;
        else if (!str_starts(word, STR("-")) || str_eq(word, STR("-c")))
            return str_ends(word, STR(".py")) ? i - at : 0;
    }
    return 0;
}

/* Whether the option `word` takes the next word: -n, --user, and the last letter of -in; -n10 does not. */
static bool takes_next(str word, str options)
{
    for (str rest = options, option; str_next(&rest, ' ', &option);) {
        if (str_eq(word, option))
            return true;
        /* A letter before it that takes a word took the rest of this one. */
        bool is_letter =
            option.len == 2 && word.len > 2 && word.ptr[0] == option.ptr[0] && word.ptr[1] != '-';
        if (is_letter && str_find_byte(str_skip(word, 1), option.ptr[1]) == word.len - 2)
            return true;
    }
    return false;
}

/* Past the options from `at` on, and a `--` that ends them. */
static size_t skip_options(const struct command *command, size_t at, str options)
{
    for (; str_starts(command_text(command, at), STR("-")); at++) {
        if (str_eq(command_text(command, at), STR("--")))
            return at + 1;
        at += takes_next(command_text(command, at), options);
    }
    return at;
}

static bool is_named(const struct launcher *launcher, str program, const struct command *command, size_t at)
{
    bool is_it = launcher->begins ? str_starts(program, launcher->name) : str_eq(program, launcher->name);
    return is_it &&
           (launcher->subcommand.len == 0 || str_eq(command_text(command, at + 1), launcher->subcommand));
}

/* The words of the launcher at `at`; 0: without a `--` it starts nothing. */
static size_t words_of(const struct launcher *launcher, const struct command *command, size_t at)
{
    size_t after = at + 1 + (launcher->subcommand.len > 0);
    for (size_t i = after; launcher->dashes && i < command->words.count; i++)
        if (str_eq(command_text(command, i), STR("--")))
            return i + 1 - at;
    if (launcher->dashes && launcher->options.len == 0)
        return 0;
    after = skip_options(command, after, launcher->options);
    for (size_t i = 0; i < launcher->arguments; i++)
        after = skip_options(command, after + 1, launcher->options);
    return after - at;
}

static const struct launcher *OR_NULL launcher_at(const struct command *command, size_t at)
{
    str program = path_base(command_text(command, at));
    for (size_t i = 0; i < data_launchers_count; i++)
        if (is_named(&data_launchers[i], program, command, at))
            return &data_launchers[i];
    return NULL;
}

bool launcher_is_shell(str word)
{
    struct command_word words = {.text = word};
    const struct command command = {.words = {.items = &words, .count = 1}};
    const struct launcher *launcher = launcher_at(&command, 0);
    return launcher && launcher->script.len > 0;
}

bool launcher_supervises(const struct command *command)
{
    const struct launcher *launcher = launcher_at(command, 0);
    return launcher && launcher->supervises;
}

size_t launcher_words(const struct command *command, size_t at)
{
    struct str_cut assignment = str_cut_byte(command_text(command, at), '=');
    if (assignment.found && str_is_name(assignment.head))
        return 1;
    if (is_python(path_base(command_text(command, at))))
        return python_words(command, at);
    const struct launcher *launcher = launcher_at(command, at);
    return launcher && launcher->script.len == 0 ? words_of(launcher, command, at) : 0;
}

size_t launcher_script(const struct command *command, size_t at)
{
    const struct launcher *launcher = launcher_at(command, at);
    size_t arguments = launcher ? launcher->arguments : 0;
    bool has_script = false;
    if (!launcher || launcher->script.len == 0)
        return 0;
    for (at++; at < command->words.count; at++) {
        str word = command_text(command, at);
        bool is_option = word.len > 1 && str_has_byte(STR("-+"), word.ptr[0]);
        bool is_letters = is_option && word.ptr[0] == '-' && word.ptr[1] != '-';
        if (!is_option && has_script)
            return at;
        if (str_eq(word, STR("--")) || (!is_option && !str_eq(word, STR("-")) && arguments-- == 0))
            return 0;
        has_script |= str_eq(word, STR("--command")) || (is_letters && str_contains(word, launcher->script));
        at += is_option && takes_next(word, launcher->options);
    }
    return 0;
}

size_t launcher_file(const struct command *command, size_t at)
{
    const struct launcher *launcher = launcher_at(command, at);
    if (!launcher || launcher->script.len == 0 || launcher->arguments || launcher_script(command, at))
        return 0;
    size_t file = skip_options(command, at + 1, launcher->options);
    return file < command->words.count ? file : 0;
}
