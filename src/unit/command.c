#include "unit/command.h"

#include "text/host.h"
#include "unit/word.h"

static const char unknown_specifier[] =
    "a percent sign before a letter that stands for nothing: write %% for it";

/* One ExecStart= line while it is read. */
struct exec_line {
    struct unit_service *service;
    unit_commands *list; /* of the service: what the line adds to */
    struct unit_view view;
    bool ends_whole; /* the program was refused, or the line is at its end */
};

/* A lone `;` at the view, or `\;` where `is_escaped`. */
static bool takes_semicolon(struct unit_view *view, bool is_escaped)
{
    str rest = str_skip(view->value->text, view->at);
    size_t length = is_escaped ? 2 : 1;
    if (!str_starts(rest, is_escaped ? STR("\\;") : STR(";")) ||
        (rest.len > length && !byte_is_white(rest.ptr[length])))
        return false;
    view->at += length;
    while (view->at < view->value->text.len && byte_is_white(view->value->text.ptr[view->at]))
        view->at++;
    return true;
}

/* What stands before a program's path; each may stand there once. */
struct prefixes {
    size_t length;
    bool ignores_failure, has_own_name, keeps_dollars;
};

static struct prefixes prefixes_of(str word)
{
    struct prefixes found = {0};
    bool has_plus = false;
    unsigned marks = 0;
    for (; found.length < word.len; found.length++) {
        char byte = word.ptr[found.length];
        if (byte == '-' && !found.ignores_failure)
            found.ignores_failure = true;
        else if (byte == '@' && !found.has_own_name)
            found.has_own_name = true;
        else if (byte == ':' && !found.keeps_dollars)
            found.keeps_dollars = true;
        else if (byte == '+' && !has_plus && marks == 0)
            has_plus = true;
        else if (byte == '!' && !has_plus && marks < 2)
            marks++;
        else
            break;
    }
    return found;
}

/* Why systemd does not take this for a program; NULL: it does. */
static const char *fault_of_path(str path)
{
    bool has_slash = str_has_byte(path, '/');
    if (path.len == 0)
        return "no program before its arguments";
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] < ' ' || str_has_byte(STR("\"\\'\x7F"), path.ptr[i]))
            return "a program's name with characters that systemd refuses";
    if (str_ends(path, STR("/")) || str_ends(path, STR("/.")) || str_ends(path, STR("/..")))
        return "a directory in the place of a program";
    if (has_slash && !path_is_absolute(path))
        return "neither an absolute path nor the name of a program";
    return NULL;
}

/* What makes systemd refuse the unit; a `-` before the program makes it pass over the line. */
static void fail(struct exec_line *l, const struct prefixes *prefixes, span at, const char *message)
{
    if (prefixes->ignores_failure)
        unit_service_warn(l->service, at, message);
    else
        unit_service_refuse(l->service, at, message);
    l->ends_whole = true;
}

static bool is_full(size_t words)
{
    return words >= limit_value(LIMIT_COMPOSE_WORDS);
}

/* True where another program follows on the line. */
static bool take_arguments(struct exec_line *l, const struct prefixes *prefixes, struct unit_command *command)
{
    struct unit_service *service = l->service;
    while (l->view.at < l->view.value->text.len) {
        size_t at = l->view.at;
        if (is_full(command->arguments.count)) {
            diag_limit(service->diags, LIMIT_COMPOSE_WORDS, l->view.value->at);
            service->is_refused = l->ends_whole = true;
            return false;
        }
        if (takes_semicolon(&l->view, false))
            return true;
        struct value *word;
        if (takes_semicolon(&l->view, true)) {
            word = value_slice(service->arena, l->view.value, at + 1, at + 2);
        } else if (unit_word_next(service->arena, &l->view, UNIT_WORD_COMMAND, &word) != UNIT_WORD) {
            fail(l, prefixes, l->view.value->at, "an open quote, or a backslash at the end");
            return false;
        }
        const struct value *argument = unit_specifiers(service->arena, &service->name, word);
        if (!argument) {
            fail(l, prefixes, word->at, unknown_specifier);
            return false;
        }
        vec_push(service->arena, &command->arguments, argument);
    }
    return false;
}

/* The program at the view; true where another follows. */
static bool take_program(struct exec_line *l)
{
    struct unit_service *service = l->service;
    struct value *first;
    enum unit_word kind = unit_word_next(service->arena, &l->view, UNIT_WORD_COMMAND, &first);
    if (kind != UNIT_WORD) {
        if (kind == UNIT_WORD_BAD)
            unit_service_warn(service, l->view.value->at, "an open quote: systemd passes over this line");
        return false;
    }
    if (str_eq(first->text, STR(";")))
        return true;
    struct prefixes prefixes = prefixes_of(first->text);
    struct value *path = value_slice(service->arena, first, prefixes.length, first->text.len);
    struct unit_command command = {.takes_dollars = !prefixes.keeps_dollars};
    command.program = unit_specifiers(service->arena, &service->name, path);
    const char *fault = !command.program             ? unknown_specifier
                        : command.program->is_hidden ? NULL
                                                     : fault_of_path(command.program->text);
    if (fault) {
        fail(l, &prefixes, first->at, fault);
        return false;
    }
    bool goes_on = take_arguments(l, &prefixes, &command);
    if (prefixes.has_own_name && command.arguments.count == 0)
        fail(l, &prefixes, first->at, "`@` without the name that it announces");
    if (l->ends_whole)
        return false;
    if (prefixes.has_own_name) { /* what the program is called is no argument */
        command.arguments.items++;
        command.arguments.count--;
        command.arguments.capacity = command.arguments.count;
    }
    vec_push(service->arena, l->list, command);
    return goes_on;
}

/* Each is judged as a program of its own. */
static bool has_too_many(
    struct unit_service *service, const unit_commands *list, const struct unit_line *line)
{
    if (list->count < limit_value(LIMIT_UNIT_PROGRAMS))
        return false;
    if (!service->is_refused)
        diag_limit(service->diags, LIMIT_UNIT_PROGRAMS, line->value->at);
    service->is_refused = true;
    return true;
}

void unit_commands_read(struct unit_service *service, const struct unit_line *line, unit_commands *list)
{
    struct exec_line l = {.service = service, .list = list, .view.value = line->value};
    if (line->value->text.len == 0)
        list->count = 0;
    while (l.view.at < line->value->text.len && !has_too_many(service, list, line) && take_program(&l))
        ;
}

/* ---- dollars */

/* systemd.exec(5), "Environment Variables in Spawned Processes": set by systemd when it starts the program. */
static const str own_names[] = {
    STR_INIT("PATH"),
    STR_INIT("LANG"),
    STR_INIT("USER"),
    STR_INIT("LOGNAME"),
    STR_INIT("HOME"),
    STR_INIT("SHELL"),
    STR_INIT("INVOCATION_ID"),
    STR_INIT("XDG_RUNTIME_DIR"),
    STR_INIT("RUNTIME_DIRECTORY"),
    STR_INIT("STATE_DIRECTORY"),
    STR_INIT("CACHE_DIRECTORY"),
    STR_INIT("LOGS_DIRECTORY"),
    STR_INIT("CONFIGURATION_DIRECTORY"),
    STR_INIT("CREDENTIALS_DIRECTORY"),
    STR_INIT("MAINPID"),
    STR_INIT("MANAGERPID"),
    STR_INIT("LISTEN_FDS"),
    STR_INIT("LISTEN_PID"),
    STR_INIT("LISTEN_FDNAMES"),
    STR_INIT("NOTIFY_SOCKET"),
    STR_INIT("WATCHDOG_PID"),
    STR_INIT("WATCHDOG_USEC"),
    STR_INIT("SYSTEMD_EXEC_PID"),
    STR_INIT("TERM"),
    STR_INIT("LOG_NAMESPACE"),
    STR_INIT("JOURNAL_STREAM"),
    STR_INIT("SERVICE_RESULT"),
    STR_INIT("EXIT_CODE"),
    STR_INIT("EXIT_STATUS"),
    STR_INIT("PIDFILE"),
};

static bool is_hidden_name(const struct env *environment, str name)
{
    const struct value *value = env_get(environment, name);
    return value ? value->is_hidden : STR_IS_IN(name, own_names);
}

/* Inserts what bytes [from, to) of the view name. */
static void insert(struct unit_text *made, const struct env *environment, str name, struct unit_view *view,
    size_t from, size_t to)
{
    const struct value *value = env_get(environment, name);
    bool is_set = value && value->set, is_hidden = is_hidden_name(environment, name);
    struct template_use use = {.name = name, .from = value, .found = is_set || is_hidden, .live = true};
    use.at = unit_view_span(view, from, to);
    vec_push(made->arena, &made->uses, use);
    if (is_hidden)
        unit_text_hidden(made, view, from, to);
    else if (is_set)
        unit_text_variable(made, value, view, from, to);
}

/* replace_env() without braceless names: ${NAME} anywhere in a word, $$ for a dollar. */
static struct value *replace(
    struct arena *arena, const struct value *word, const struct env *environment, struct unit_words *words)
{
    str text = word->text;
    struct unit_text made = {.arena = arena};
    struct unit_view view = {.value = word};
    size_t own = 0, at = 0;
    while (at + 1 < text.len) {
        if (text.ptr[at] != '$' || (text.ptr[at + 1] != '{' && text.ptr[at + 1] != '$')) {
            at++;
            continue;
        }
        size_t length = str_find_any(str_skip(text, at), STR("}:"));
        bool is_dollar = text.ptr[at + 1] == '$';
        if (!is_dollar && (length == STR_NONE || text.ptr[at + length] == ':')) {
            at += length == STR_NONE ? text.len : length + 1; /* ${NAME:-x} is left as it is */
            continue;
        }
        unit_text_own(&made, &view, own, is_dollar ? at + 1 : at);
        if (!is_dollar)
            insert(&made, environment, str_slice(text, at + 2, at + length), &view, at, at + length + 1);
        own = at += is_dollar ? 2 : length + 1;
    }
    unit_text_own(&made, &view, own, text.len);
    words->reached = made.out.overflow ? LIMIT_VALUE_BYTES : words->reached;
    return unit_text_value(&made, word, word->at);
}

/* A word that is $NAME alone: the words of the variable, which may be none. */
static void split(
    struct arena *arena, struct unit_words *words, const struct value *word, const struct env *environment)
{
    str name = str_skip(word->text, 1);
    const struct value *value = env_get(environment, name);
    if (is_hidden_name(environment, name)) {
        struct unit_view view = {.value = word};
        struct unit_text made = {.arena = arena};
        unit_text_hidden(&made, &view, 0, word->text.len);
        vec_push(arena, &words->list, unit_text_value(&made, word, word->at));
        return;
    }
    if (!value || !value->set)
        return;
    struct unit_view view = {.value = value};
    struct value *next;
    while (!is_full(words->list.count) && unit_word_next(arena, &view, UNIT_WORD_VALUE, &next) == UNIT_WORD)
        vec_push(arena, &words->list, next);
}

struct unit_words unit_command_words(
    struct arena *arena, const struct unit_command *command, const struct env *environment)
{
    struct unit_words words = {.reached = LIMIT_COUNT};
    vec_push(arena, &words.list, value_slice(arena, command->program, 0, command->program->text.len));
    vec_each(const struct value *const *, argument, &command->arguments) {
        str text = (*argument)->text;
        bool is_name =
            str_starts(text, STR("$")) && !str_starts(text, STR("${")) && !str_starts(text, STR("$$"));
        if (!command->takes_dollars)
            vec_push(arena, &words.list, value_slice(arena, *argument, 0, text.len));
        else if (is_name)
            split(arena, &words, *argument, environment);
        else
            vec_push(arena, &words.list, replace(arena, *argument, environment, &words));
    }
    words.reached = is_full(words.list.count) ? LIMIT_COMPOSE_WORDS : words.reached;
    return words;
}
