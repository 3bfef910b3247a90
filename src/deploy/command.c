#include "deploy/command.h"

#include "base/limit.h"
#include "deploy/launcher.h"
#include "text/cursor.h"

/* Shells, and their options that take the next word. */
static const str shells[] = {
    STR_INIT("sh"), STR_INIT("bash"), STR_INIT("ash"), STR_INIT("dash"), STR_INIT("zsh")};
static const str shell_options = STR_INIT("-o +o -O +O --rcfile --init-file");

static str word_at(const struct command *command, size_t index)
{
    return index < command->words.count ? command->words.items[index].text : STR("");
}

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
        str word = word_at(command, i);
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
    for (; str_starts(word_at(command, at), STR("-")); at++) {
        if (str_eq(word_at(command, at), STR("--")))
            return at + 1;
        at += takes_next(word_at(command, at), options);
    }
    return at;
}

/* Past the words of the launcher at `at`, when it is one of that row; `at`: it is not. */
static size_t skip_launcher(const struct command *command, size_t at, const struct launcher *launcher)
{
    bool has_subcommand = launcher->subcommand.len > 0;
    if (has_subcommand && !str_eq(word_at(command, at + 1), launcher->subcommand))
        return at;
    for (size_t i = at; launcher->dashes && i < command->words.count; i++)
        if (str_eq(word_at(command, i), STR("--")))
            return i + 1;
    if (launcher->dashes && launcher->options.len == 0)
        return at;
    return skip_options(command, at + 1 + has_subcommand, launcher->options) + launcher->arguments;
}

/* Past the launcher at `at`; `at` where there is none. */
static size_t after_launcher(const struct command *command, size_t at)
{
    str program = path_base(word_at(command, at));
    struct str_cut assignment = str_cut_byte(word_at(command, at), '=');
    if (assignment.found && str_is_name(assignment.head))
        return at + 1;
    if (is_python(program))
        return at + python_words(command, at);
    for (size_t i = 0; i < data_launchers_count; i++) {
        size_t after =
            str_eq(program, data_launchers[i].name) ? skip_launcher(command, at, &data_launchers[i]) : at;
        if (after > at)
            return after;
    }
    return at;
}

size_t command_launchers(const struct command *command)
{
    size_t at = 0, after;
    while (at < command->words.count && (after = after_launcher(command, at)) > at)
        at = after;
    return at < command->words.count ? at : 0;
}

str command_program(const struct command *command)
{
    return path_base(word_at(command, command_launchers(command)));
}

/* Splitting as a shell does, without running anything. */
struct splitter {
    struct arena *arena;
    const struct value *value; /* whose text it is; NULL: `at` as a whole */
    const struct env *env;     /* for $NAME; NULL: stays as it is */
    span at;
    const struct value *via;
    struct cursor in;
    struct buf word;
    size_t start;
    bool any;    /* the word has begun */
    bool expand; /* it holds a $ that the shell expands */
};

static struct template_value env_lookup(void *self, str name)
{
    const struct value *value = env_get(self, name);
    return (struct template_value){value && value->set, value ? value->text : STR(""), value};
}

/* What the container's shell makes of $NAME; an expansion that it would refuse stays as written. */
static str expand(struct splitter *s, str text, const struct value **via)
{
    struct env *env = (struct env *)(uintptr_t)s->env; /* the scope's self is not const; it is only read */
    struct template_scope scope = {.self = env, .get = env_lookup};
    struct template_result result = template_expand(s->arena, text, NULL, &scope);
    if (result.error != TEMPLATE_OK)
        return text;
    vec_each(const struct template_use *, use, &result.uses)
        if (use->live && use->from)
            *via = use->from;
    return result.text;
}

static void word_end(struct splitter *s, struct command *command)
{
    if (!s->any)
        return;
    struct command_word *word = vec_add(s->arena, &command->words);
    word->text = arena_copy(s->arena, buf_view(&s->word));
    word->at = s->at;
    word->via = s->via;
    if (s->value) {
        size_t length = s->in.at - s->start;
        word->at = value_locate_outer(s->value, s->start, length);
        word->via = length ? pieces_via(&s->value->pieces, s->in.at - 1, NULL) : NULL;
    }
    if (s->expand && s->env)
        word->text = expand(s, word->text, &word->via);
    s->any = s->expand = false;
    s->word.len = 0;
}

/* One quoted stretch after its opening quote; a missing end takes the rest. */
static void quoted(struct splitter *s, char quote)
{
    char byte;
    for (; !cursor_done(&s->in) && (byte = cursor_peek(&s->in)) != quote; s->in.at++) {
        if (byte == '\\' && quote == '"' && s->in.at + 1 < s->in.text.len) {
            s->in.at++;
            byte = cursor_peek(&s->in);
        } else if (byte == '$' && quote == '"') {
            s->expand = true;
        }
        buf_byte(&s->word, byte);
    }
    cursor_byte(&s->in, quote);
}

static void word_byte(struct splitter *s)
{
    char byte = cursor_peek(&s->in);
    if (!s->any) {
        s->any = true;
        s->start = s->in.at;
    }
    s->in.at++;
    if (byte == '\'' || byte == '"') {
        quoted(s, byte);
        return;
    }
    if (byte == '\\' && !cursor_done(&s->in))
        byte = s->in.text.ptr[s->in.at++];
    else if (byte == '$')
        s->expand = true;
    buf_byte(&s->word, byte);
}

static void command_end(struct splitter *s, struct commands *commands, struct command *command)
{
    word_end(s, command);
    if (command->words.count > 0)
        vec_push(s->arena, &commands->list, *command);
    *command = (struct command){0};
}

static struct commands split(struct splitter *s, bool separators)
{
    struct commands commands = {0};
    struct command command = {0};
    s->word = buf_new(s->arena, limit_value(LIMIT_VALUE_BYTES));
    while (!cursor_done(&s->in)) {
        char byte = cursor_peek(&s->in);
        if (separators && str_has_byte(STR(";&|\n()"), byte)) {
            command_end(s, &commands, &command);
            s->in.at++;
        } else if (byte_is_blank(byte)) {
            word_end(s, &command);
            s->in.at++;
        } else {
            word_byte(s);
        }
    }
    command_end(s, &commands, &command);
    return commands;
}

struct command command_split(struct arena *arena, str text, span at, const struct value *via)
{
    struct splitter s = {.arena = arena, .at = at, .via = via, .in = {text, 0}};
    struct commands commands = split(&s, false);
    return commands.list.count ? commands.list.items[0] : (struct command){0};
}

/* Where the script of `sh -c SCRIPT` is, -lc and -o pipefail -c alike; 0: it is no such thing. */
static size_t script_index(const struct command *command)
{
    size_t at = command_launchers(command);
    bool has_script = false;
    if (!STR_IS_IN(path_base(word_at(command, at)), shells))
        return 0;
    for (at++; at < command->words.count; at++) {
        str word = word_at(command, at);
        bool is_long = str_starts(word, STR("--"));
        if (!str_starts(word, STR("-")) && !str_starts(word, STR("+")))
            return has_script ? at : 0;
        has_script |= !is_long && word.ptr[0] == '-' && str_has_byte(word, 'c');
        at += takes_next(word, shell_options);
    }
    return 0;
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
        struct splitter s = {
            .arena = arena, .env = env, .at = script->at, .via = script->via, .in = {script->text, 0}};
        struct commands inner = split(&s, true);
        vec_each(const struct command *, one, &inner.list)
            vec_push(arena, &plain.list, *one);
    }
    return plain;
}

struct commands commands_of(struct arena *arena, const struct workload *service)
{
    struct command command = {0};
    VEC(const struct value *) values = {0};
    struct splitter s = {.arena = arena, .env = &service->environment};
    if (service->runs) {
        s.value = service->runs;
        s.in.text = s.value->text;
        return without_shells(arena, split(&s, true), s.env);
    }
    if (service->entrypoint_set)
        vec_each(struct value **, word, &service->entrypoint)
            vec_push(arena, &values, *word);
    if (service->command_set)
        vec_each(struct value **, word, &service->command)
            vec_push(arena, &values, *word);
    vec_each(const struct value **, item, &values) {
        const struct value *value = *item;
        *vec_add(arena, &command.words) = (struct command_word){
            .text = value->text,
            .at = value->at,
            .via = value->text.len ? pieces_via(&value->pieces, value->text.len - 1, NULL) : NULL,
        };
    }

    struct commands commands = {0};
    size_t at = command.words.count ? script_index(&command) : 0;
    if (at) {
        s.value = values.items[at];
        s.in.text = s.value->text;
        return split(&s, true);
    }
    if (command.words.count)
        vec_push(arena, &commands.list, command);
    return commands;
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
        }
    }
    option.spelling = str_trim_bytes(option.spelling, STR("="));
    return option;
}
