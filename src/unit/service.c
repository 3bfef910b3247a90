#include "unit/service.h"

#include "base/utf8.h"
#include "text/host.h"
#include "text/mask.h"
#include "unit/command.h"
#include "unit/word.h"

static void tell(struct unit_service *service, enum severity severity, span at, const char *message)
{
    struct sources *sources = service->diags->sources;
    mask_line(sources, at.source, source_position(sources, at.source, at.offset).line);
    diag_add(service->diags, STR("unit-syntax"), severity, at, "%s", message);
}

void unit_service_refuse(struct unit_service *service, span at, const char *message)
{
    tell(service, service->is_dropin ? SEVERITY_WARNING : SEVERITY_ERROR, at, message);
    service->is_stopped = true;
    service->is_refused |= !service->is_dropin;
}

void unit_service_warn(struct unit_service *service, span at, const char *message)
{
    tell(service, SEVERITY_WARNING, at, message);
}

/* ---- what may stand in an assignment */

static bool has_control(str text, str allowed)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if ((byte < ' ' || byte == 0x7F) && !str_has_byte(allowed, text.ptr[i]))
            return true;
    }
    return false;
}

static const char unknown_specifier[] =
    "a percent sign before a letter that stands for nothing: write %% for it";

/* The text of an assignment with its specifiers resolved; false: systemd passes over it, which was said. */
static bool text_of(struct unit_service *service, const struct unit_line *line, str *ret_text)
{
    const struct value *value = unit_specifiers(service->arena, &service->name, line->value);
    if (!value) {
        unit_service_warn(service, line->value->at, unknown_specifier);
        return false;
    }
    *ret_text = value->is_hidden ? STR(UNIT_HIDDEN) : value->text;
    return true;
}

static bool is_true(str text)
{
    static const str words[] = {
        STR_INIT("1"), STR_INIT("yes"), STR_INIT("y"), STR_INIT("true"), STR_INIT("t"), STR_INIT("on")};
    return STR_IS_IN_FOLD(text, words);
}

/* ---- the settings */

/* NAME=VALUE as config_parse_environ() takes it. */
static void put_variable(struct unit_service *service, const struct value *word)
{
    const struct value *whole = unit_specifiers(service->arena, &service->name, word);
    if (!whole) {
        unit_service_warn(service, word->at, unknown_specifier);
        return;
    }
    size_t equals = str_find_byte(whole->text, '=');
    str name = str_take(whole->text, equals == STR_NONE ? 0 : equals);
    str text = str_skip(whole->text, equals == STR_NONE ? 0 : equals + 1);
    if (!str_is_name(name) || !utf8_valid(text) || has_control(text, STR("\t\n"))) {
        unit_service_warn(
            service, word->at, "no NAME=VALUE that a program can be handed: systemd passes it over");
        return;
    }
    struct value *variable = value_slice(service->arena, whole, equals + 1, whole->text.len);
    variable->name = name;
    variable->key = value_locate_outer(whole, 0, equals);
    variable->origin = ORIGIN_SERVICE;
    if (str_eq(text, STR(UNIT_HIDDEN)) && !str_contains(word->text, STR(UNIT_HIDDEN))) {
        variable->is_hidden = true;
        variable->set = false;
        variable->text = STR("");
        variable->pieces = (struct pieces){0};
    }
    env_put(&service->environment, variable);
}

static void take_environment(struct unit_service *service, const struct unit_line *line)
{
    struct unit_view view = {.value = line->value};
    struct value *word;
    enum unit_word kind;
    if (line->value->text.len == 0)
        service->environment.map = (struct map){0};
    while ((kind = unit_word_next(service->arena, &view, UNIT_WORD_STRICT, &word)) == UNIT_WORD)
        put_variable(service, word);
    if (kind == UNIT_WORD_BAD)
        unit_service_warn(service, line->value->at,
            "an open quote or an unknown escape: systemd passes over what follows on this line");
}

static void take_env_file(struct unit_service *service, const struct unit_line *line)
{
    str path;
    if (!text_of(service, line, &path))
        return;
    bool is_optional = str_starts(path, STR("-"));
    path = is_optional ? str_skip(path, 1) : path;
    if (line->value->text.len == 0)
        service->env_files.count = 0;
    else if (!path_is_absolute(path))
        unit_service_warn(service, line->value->at, "no absolute path: systemd passes over this file");
    else
        vec_push(service->arena, &service->env_files,
            ((struct unit_env_file){path_clean(service->arena, path), is_optional, line->value->at}));
}

/* Names, a list of them: PassEnvironment= and UnsetEnvironment=. */
static void add_words(struct unit_service *service, const struct unit_line *line, str_vec *list)
{
    struct unit_view view = {.value = line->value};
    struct value *word;
    if (line->value->text.len == 0)
        list->count = 0;
    while (unit_word_next(service->arena, &view, UNIT_WORD_STRICT, &word) == UNIT_WORD) {
        const struct value *name = unit_specifiers(service->arena, &service->name, word);
        if (name)
            vec_push(service->arena, list, name->text);
    }
}

static void take_pass(struct unit_service *service, const struct unit_line *line)
{
    add_words(service, line, &service->passed);
}

static void take_unset(struct unit_service *service, const struct unit_line *line)
{
    add_words(service, line, &service->removed);
}

static void take_start(struct unit_service *service, const struct unit_line *line)
{
    unit_commands_read(service, line, &service->start);
}

static void take_before(struct unit_service *service, const struct unit_line *line)
{
    unit_commands_read(service, line, &service->before);
}

static void take_after(struct unit_service *service, const struct unit_line *line)
{
    unit_commands_read(service, line, &service->after);
}

static void take_stop(struct unit_service *service, const struct unit_line *line)
{
    service->has_stop = line->value->text.len > 0;
}

static void take_remain(struct unit_service *service, const struct unit_line *line)
{
    service->stays = is_true(line->value->text);
}

static void take_type(struct unit_service *service, const struct unit_line *line)
{
    service->type = line->value->text;
}

/* VALID_USER_RELAX: what cannot be a name at all. */
static void take_user(struct unit_service *service, const struct unit_line *line)
{
    str user;
    if (!text_of(service, line, &user))
        return;
    if (str_has_any(user, STR(":/")) || has_control(user, STR("")) || str_eq(user, STR("."))) {
        unit_service_refuse(service, line->value->at, "no name of a user");
        return;
    }
    service->user = user;
}

static void take_directory(struct unit_service *service, const struct unit_line *line)
{
    str path;
    if (!text_of(service, line, &path))
        return;
    bool is_optional = str_starts(path, STR("-"));
    path = is_optional ? str_skip(path, 1) : path;
    bool is_home = str_eq(path, STR("~"));
    if (path.len && !is_home && !path_is_absolute(path) && !is_optional) {
        unit_service_refuse(service, line->value->at, "no absolute path");
        return;
    }
    bool is_known = path_is_absolute(path) && !str_contains(path, STR(UNIT_HIDDEN));
    service->working_directory = is_known ? path_clean(service->arena, path) : STR("");
}

static void take_root(struct unit_service *service, const struct unit_line *line)
{
    service->has_other_root = line->value->text.len > 0 && !str_eq(line->value->text, STR("/"));
}

static void take_network(struct unit_service *service, const struct unit_line *line)
{
    service->has_own_network = is_true(line->value->text);
}

static const struct {
    str name;
    void (*take)(struct unit_service *service, const struct unit_line *line);
} settings[] = {
    {STR_INIT("Environment"), take_environment},
    {STR_INIT("EnvironmentFile"), take_env_file},
    {STR_INIT("PassEnvironment"), take_pass},
    {STR_INIT("UnsetEnvironment"), take_unset},
    {STR_INIT("ExecStart"), take_start},
    {STR_INIT("ExecCondition"), take_before},
    {STR_INIT("ExecStartPre"), take_before},
    {STR_INIT("ExecStartPost"), take_after},
    {STR_INIT("ExecStop"), take_stop},
    {STR_INIT("RemainAfterExit"), take_remain},
    {STR_INIT("Type"), take_type},
    {STR_INIT("User"), take_user},
    {STR_INIT("WorkingDirectory"), take_directory},
    {STR_INIT("RootDirectory"), take_root},
    {STR_INIT("RootImage"), take_root},
    {STR_INIT("PrivateNetwork"), take_network},
};

static void take_line(struct unit_service *service, const struct unit_line *line)
{
    if (!str_eq(line->section, STR("Service"))) {
        service->has_success_action |= str_eq(line->name, STR("SuccessAction"));
        return;
    }
    service->is_service = true;
    if (!span_is_set(service->at))
        service->at = line->at;
    for (size_t i = 0; i < ARRAY_COUNT(settings); i++)
        if (str_eq(settings[i].name, line->name))
            settings[i].take(service, line);
}

void unit_service_read(struct unit_service *service, const struct source *source, bool is_dropin)
{
    service->is_dropin = is_dropin;
    service->is_stopped = false;
    struct unit_file file = unit_file_read(service->arena, service->diags, source);
    vec_each(const struct unit_line *, line, &file.lines)
        if (!service->is_stopped)
            take_line(service, line);
    service->is_refused |= !file.ok && !is_dropin;
    service->is_dropin = false;
}

void unit_service_verify(struct unit_service *service)
{
    bool is_oneshot = str_eq(service->type, STR("oneshot"));
    bool may_lack_start = (service->type.len == 0 || is_oneshot) &&
                          (service->has_success_action || (service->has_stop && service->stays));
    if (service->is_refused)
        return;
    if (service->start.count == 0 && !may_lack_start)
        unit_service_refuse(service, service->at, "no ExecStart=: systemd does not load this unit");
    else if (service->start.count > 1 && !is_oneshot)
        unit_service_refuse(service, vec_last(&service->start)->program->at,
            "more than one ExecStart=, which only Type=oneshot may have");
}
