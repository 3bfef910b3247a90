#include "deploy/command.h"

#include "deploy/launcher.h"
#include "deploy/shell.h"

size_t command_launchers(const struct command *command)
{
    size_t at = 0, taken;
    while (at < command->words.count && (taken = launcher_words(command, at)) > 0)
        at += taken;
    return at < command->words.count ? at : 0;
}

str command_program(const struct command *command)
{
    return path_base(command_text(command, command_launchers(command)));
}

struct command command_split(struct arena *arena, str text, span at, const struct value *via)
{
    struct shell_text words = {.text = text, .at = at, .via = via};
    struct commands commands = shell_split(arena, &words);
    return commands.list.count ? commands.list.items[0] : (struct command){0};
}

/* Where the line of `tini -- sh -c LINE` is; 0: it is no such thing. */
static size_t script_index(const struct command *command)
{
    return launcher_script(command, command_launchers(command));
}

/* A shell inside of a shell's line: `exec sh -c "…"`; once is what people write. */
static struct commands without_shells(struct arena *arena, struct commands commands, const struct env *env)
{
    struct commands plain = {0};
    vec_each(const struct command *, command, &commands.list) {
        size_t at = script_index(command);
        if (at == 0) {
            vec_push(arena, &plain.list, *command);
            continue;
        }
        const struct command_word *script = &command->words.items[at];
        struct shell_text line = {
            .text = script->text, .env = env, .at = script->at, .via = script->via, .is_line = true};
        struct commands inner = shell_split(arena, &line);
        vec_each(const struct command *, one, &inner.list)
            vec_push(arena, &plain.list, *one);
    }
    return plain;
}

static struct commands commands_of_line(struct arena *arena, const struct value *line, const struct env *env)
{
    struct shell_text text = {.text = line->text, .value = line, .env = env, .is_line = true};
    return without_shells(arena, shell_split(arena, &text), env);
}

command_values command_written(struct arena *arena, const struct workload *service)
{
    command_values values = {0};
    vec_each(struct value *const *, word, &service->entrypoint)
        vec_push(arena, &values, *word);
    vec_each(struct value *const *, word, &service->command)
        vec_push(arena, &values, *word);
    return values;
}

struct command command_whole(struct arena *arena, const command_values *values)
{
    struct command command = {0};
    vec_each(struct value *const *, item, values) {
        const struct value *value = *item;
        *vec_add(arena, &command.words) = (struct command_word){
            .text = value->text,
            .at = value->at,
            .via = value->text.len ? pieces_via(&value->pieces, value->text.len - 1, NULL) : NULL,
        };
    }
    return command;
}

struct commands commands_of(struct arena *arena, const struct workload *service)
{
    struct commands commands = {0};
    if (service->runs)
        return commands_of_line(arena, service->runs, &service->environment);
    command_values values = command_written(arena, service);
    struct command command = command_whole(arena, &values);
    size_t at = command.words.count ? script_index(&command) : 0;
    if (at)
        return commands_of_line(arena, values.items[at], &service->environment);
    if (command.words.count)
        vec_push(arena, &commands.list, command);
    return commands;
}

const struct command *command_last(const struct commands *commands)
{
    static const str idle[] = {STR_INIT("wait"), STR_INIT("exit"), STR_INIT("true"), STR_INIT(":"),
        STR_INIT("fi"), STR_INIT("done"), STR_INIT("esac"), STR_INIT("}"), STR_INIT("sleep"),
        STR_INIT("tail"), STR_INIT("tee"), STR_INIT("cat"), STR_INIT("echo")};
    for (size_t i = commands->list.count; i > 0; i--)
        if (!STR_IS_IN(command_program(&commands->list.items[i - 1]), idle))
            return &commands->list.items[i - 1];
    return NULL;
}

static const struct command_word *OR_NULL assignment_in(
    const struct command *command, size_t from, size_t to, str name)
{
    for (size_t i = to; i > from; i--) {
        struct str_cut cut = str_cut_byte(command->words.items[i - 1].text, '=');
        if (cut.found && str_eq(cut.head, name))
            return &command->words.items[i - 1];
    }
    return NULL;
}

const struct command_word *command_assignment(
    const struct commands *commands, const struct command *command, str name)
{
    const struct command_word *found = assignment_in(command, 0, command_launchers(command), name);
    for (const struct command *before = command; !found && before > commands->list.items; before--)
        if (str_eq(command_text(&before[-1], 0), STR("export")))
            found = assignment_in(&before[-1], 1, before[-1].words.count, name);
    return found;
}

/* Whether both are the same name when - and _ are. */
static bool same_name(str a, str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i] &&
            !((a.ptr[i] == '-' || a.ptr[i] == '_') && (b.ptr[i] == '-' || b.ptr[i] == '_')))
            return false;
    return true;
}

/* Matches one word as the option; `ret_text` is what follows in the same word. */
static bool option_matches(str word, str long_name, char short_name, str *ret_text, bool *ret_attached)
{
    if (long_name.len && str_starts(word, STR("--"))) {
        struct str_cut cut = str_cut_byte(str_skip(word, 2), '=');
        *ret_text = cut.tail;
        *ret_attached = cut.found;
        return same_name(cut.head, long_name);
    }
    if (!short_name || word.len < 2 || word.ptr[0] != '-' || word.ptr[1] != short_name)
        return false;
    *ret_text = str_skip(word, word.len > 2 && word.ptr[2] == '=' ? 3 : 2);
    *ret_attached = word.len > 2;
    return true;
}

struct command_option command_option(
    const struct command *command, size_t first, str long_name, char short_name)
{
    struct command_option option = {0};
    for (size_t i = first; i < command->words.count; i++) {
        const struct command_word *word = &command->words.items[i];
        str text;
        bool attached;
        if (str_eq(word->text, STR("--")))
            break;
        if (!option_matches(word->text, long_name, short_name, &text, &attached))
            continue;
        option = (struct command_option){
            .found = true,
            .text = text,
            .at = word->at,
            .via = word->via,
            .is_open = word->is_open,
            .spelling = str_take(word->text, word->text.len - text.len),
        };
        if (attached)
            continue;
        option.missing = i + 1 == command->words.count;
        if (!option.missing) {
            const struct command_word *next = &command->words.items[++i];
            option.text = next->text;
            option.at = next->at;
            option.via = next->via;
            option.is_open = next->is_open;
        }
    }
    option.spelling = str_trim_bytes(option.spelling, STR("="));
    return option;
}
