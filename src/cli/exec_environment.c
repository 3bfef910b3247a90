#include "cli/exec_environment.h"

#include "base/limit.h"
#include "env/file_form.h"
#include "facts/secret_file.h"
#include "language/pack.h"
#include "rewrite/rewrite.h"
#include "rule/credential.h"
#include "text/mask.h"

/* Names that sound like a secret's, whose X_FILE is meant to be a path: the program opens the file itself. */
static const str path_names[] = {
    STR_INIT("CREDENTIALS"), STR_INIT("FEDERATED_TOKEN"), /* azure-identity */
    STR_INIT("HTPASSWD"), STR_INIT("KEYSTORE"), STR_INIT("PEM"), STR_INIT("SSL_KEY"), STR_INIT("TLS_KEY"),
    STR_INIT("WEB_IDENTITY_TOKEN"), /* AWS SDKs */
};

/* Names of connection strings, which carry passwords; before URL and URI a store's name. */
static const str connection_names[] = {STR_INIT("DSN"), STR_INIT("CONNECTION_STRING")};
static const str store_names[] = {STR_INIT("AMQP"), STR_INIT("BROKER"), STR_INIT("DATABASE"), STR_INIT("DB"),
    STR_INIT("MARIADB"), STR_INIT("MONGO"), STR_INIT("MONGODB"), STR_INIT("MYSQL"), STR_INIT("POSTGRES"),
    STR_INIT("POSTGRESQL"), STR_INIT("RABBITMQ"), STR_INIT("REDIS"), STR_INIT("VALKEY")};

static void add_fault(struct exec_environment *self, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_fault(struct exec_environment *self, enum outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(self->arena, format, arguments);
    va_end(arguments);
    vec_push(self->arena, &self->faults, ((struct exec_fault){outcome, message}));
}

/* The value's bytes; empty where it is unset, as in a shell's ${NAME:-}. */
static str text_of(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value != NULL && value->set ? value->text : STR("");
}

/* `name` ends with one of `words`, all of it or after an underscore. */
static bool ends_with_word(str name, const str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        str word = words[i];
        bool whole_words =
            name.len == word.len || (name.len > word.len && name.ptr[name.len - word.len - 1] == '_');
        if (whole_words && str_ends(name, word))
            return true;
    }
    return false;
}

static bool is_connection_name(str name)
{
    bool is_url = str_ends(name, STR("_URL")) || str_ends(name, STR("_URI"));
    str store = str_take(name, is_url ? name.len - STR("_URL").len : 0);
    return ends_with_word(name, connection_names, ARRAY_COUNT(connection_names)) ||
           ends_with_word(store, store_names, ARRAY_COUNT(store_names));
}

/* X_FILE is a secret's file only where X is a secret's name: a keystore or a log stays where it is. */
static bool is_secret_name(const struct config *config, str name)
{
    const struct config_var *declared = config_var(config, name);
    if (declared != NULL &&
        (declared->secret || declared->type == TYPE_DSN || config_type_is_key(declared->type)))
        return true;
    bool is_path = ends_with_word(name, path_names, ARRAY_COUNT(path_names));
    return !is_path && (credential_is_secret_name(name) || is_connection_name(name));
}

/* The file that X_FILE names, from the directory in which the command will look for it, too. */
static struct host_file read_pointed(struct exec_environment *self, str path)
{
    if (str_eq(path, STR("-"))) /* a file of that name: standard input belongs to the command */
        path = STR("./-");
    return self->host->read(self->host->self, self->arena, path, limit_value(LIMIT_VALUE_BYTES));
}

static void fault_unreadable(struct exec_environment *self, str pointer, enum host_status status)
{
    add_fault(self, OUTCOME_MISSING_INPUT, "the file that " STR_FMT " names cannot be read: " STR_FMT,
        STR_ARG(pointer), STR_ARG(host_status_text(status)));
}

/* X_FILE → X. Both set is refused, as those images do. */
static void expand(struct exec_environment *self, struct sources *sources, str pointer)
{
    str name = file_form_base(pointer);
    str path = text_of(&self->environment, pointer);
    if (path.len == 0) {
        if (text_of(&self->environment, name).len == 0)
            vec_push(self->arena, &self->remarks,
                arena_printf(self->arena, STR_FMT " is not set, nor is " STR_FMT ": nothing is expanded",
                    STR_ARG(pointer), STR_ARG(name)));
        return;
    }
    map_set(self->arena, &self->expanded, pointer, self);
    if (text_of(&self->environment, name).len > 0) {
        add_fault(self, OUTCOME_FINDINGS, STR_FMT " and " STR_FMT " are exclusive, and both are set",
            STR_ARG(name), STR_ARG(pointer));
        return;
    }
    struct host_file file = read_pointed(self, path);
    if (file.status != HOST_OK) {
        fault_unreadable(self, pointer, file.status);
        return;
    }
    struct secret_text text = {.shown = path, .path = path, .text = file.text, .keeps_returns = true};
    env_put(&self->environment, secret_file_read(self->arena, sources, name, &text));
    map_remove(&self->environment.map, pointer);
    map_set(self->arena, &self->removed, pointer, self);
}

/* X_FILE names that are set and no empty text, of secrets. */
static str_vec secret_pointers(struct exec_environment *self, const struct config *config)
{
    str_vec found = {0};
    vec_each(const struct map_entry *, entry, &self->environment.map.entries) {
        str base = file_form_base(entry->key);
        if (!entry->removed && base.len > 0 && text_of(&self->environment, entry->key).len > 0 &&
            is_secret_name(config, base))
            vec_push(self->arena, &found, entry->key);
    }
    return found;
}

/* VAR and VAR_FILE name the same in --expand-files=VAR,… */
static str_vec pointers_named(struct exec_environment *self, str list)
{
    str_vec found = {0};
    for (str name; str_next(&list, ',', &name);) {
        name = str_trim(name);
        if (name.len > 0)
            vec_push(
                self->arena, &found, file_form_base(name).len > 0 ? name : file_form_of(self->arena, name));
    }
    return found;
}

static void report_conflict(struct diags *diags, const struct value *pointer, str name)
{
    struct diag *diag = diag_add(diags, rule_info(RULE_SECRET_FILE_CONFLICT)->name, SEVERITY_ERROR,
        pointer->at, STR_FMT " and " STR_FMT " are both set", STR_ARG(name), STR_ARG(pointer->name));
    diag->variable = pointer->name;
    diag_help(diags, diag, "set one of them");
}

static void report_missing(struct diags *diags, const struct value *pointer, enum host_status status)
{
    struct diag *diag = diag_add(diags, rule_info(RULE_SECRET_FILE_MISSING)->name, SEVERITY_ERROR,
        pointer->at, "the file that " STR_FMT " names cannot be read: " STR_FMT, STR_ARG(pointer->name),
        STR_ARG(host_status_text(status)));
    diag->variable = pointer->name;
    diag_help(diags, diag, "mount the file");
}

/*
 * The program will open the file itself: what it will find there is judged as if it stood in X. A file that
 * is there and cannot be read leaves the judgement open, which is no pass in any mode.
 */
static void judge_file(struct exec_environment *self, struct diags *diags, const struct value *pointer)
{
    str name = file_form_base(pointer->name);
    if (text_of(&self->environment, name).len > 0) {
        report_conflict(diags, pointer, name);
        return;
    }
    struct host_file file = read_pointed(self, pointer->text);
    if (file.status == HOST_OK) {
        struct secret_text text = {.shown = pointer->text, .path = pointer->text, .text = file.text};
        env_put(&self->environment, secret_file_read(self->arena, diags->sources, name, &text));
        map_set(self->arena, &self->judged_only, name, self);
    } else if (file.status == HOST_MISSING) {
        report_missing(diags, pointer, file.status);
    } else {
        fault_unreadable(self, pointer->name, file.status);
    }
}

static void judge_files(struct exec_environment *self, const struct config *config, struct diags *diags)
{
    str_vec pointers = secret_pointers(self, config);
    vec_each(const str *, pointer, &pointers)
        if (!map_has(&self->expanded, *pointer))
            judge_file(self, diags, env_get(&self->environment, *pointer));
}

/* Said with -v: the file stays a file, and how to ask for more. */
static void remark_unexpanded(struct exec_environment *self)
{
    vec_each(const struct map_entry *, entry, &self->environment.map.entries) {
        str base = file_form_base(entry->key);
        bool stays = !entry->removed && base.len > 0 && !map_has(&self->expanded, entry->key);
        if (stays && text_of(&self->environment, entry->key).len > 0)
            vec_push(self->arena, &self->remarks,
                arena_printf(self->arena,
                    STR_FMT " stays: no secret's name; --expand-files=" STR_FMT " expands it",
                    STR_ARG(entry->key), STR_ARG(base)));
    }
}

static void expand_files(struct exec_environment *self, const struct config *config, struct sources *sources)
{
    str list = self->settings->expand_files;
    str_vec pointers = list.len > 0 ? pointers_named(self, list) : secret_pointers(self, config);
    vec_each(const str *, pointer, &pointers)
        expand(self, sources, *pointer);
    if (list.len == 0)
        remark_unexpanded(self);
}

/*
 * Of two entries with one name the C library reads the first and many shells and languages the last: what is
 * judged could be what nobody reads. The same text twice is no matter.
 */
static void refuse_duplicates(struct exec_environment *self)
{
    struct map seen = {0};
    const char *const *given = self->host->environment(self->host->self);
    for (; given != NULL && *given != NULL; given++) {
        struct str_cut cut = str_cut_byte(str_from_c(*given), '=');
        if (!cut.found || cut.head.len == 0) /* nobody can ask for it by name: passed on as it is */
            continue;
        const char *other = map_get(&seen, cut.head);
        if (other == NULL)
            map_set(self->arena, &seen, cut.head, (void *)(uintptr_t)*given);
        else if (!str_eq(str_from_c(other), str_from_c(*given)))
            add_fault(self, OUTCOME_BAD_INPUT,
                STR_FMT " is in the environment twice, with different values: programs read the one or the "
                        "other",
                STR_ARG(cut.head));
    }
}

/* One rewritten connection string for the command, or a fault. */
static void rewrite(struct exec_environment *self, str name, str target, str from)
{
    struct rewrite_result result = dsn_rewrite(self->arena, text_of(&self->environment, from), target);
    if (result.error != REWRITE_OK) {
        bool is_usage = result.error == REWRITE_UNKNOWN_TARGET;
        add_fault(self, is_usage ? OUTCOME_USAGE : OUTCOME_FINDINGS,
            STR_FMT " cannot be made from " STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(from),
            STR_ARG(result.reason));
        return;
    }
    struct value *value = arena_new(self->arena, struct value);
    *value = (struct value){.name = name, .text = result.text, .set = true, .origin = ORIGIN_REWRITTEN};
    env_put(&self->environment, value);
    vec_each(const str *, dropped, &result.dropped)
        vec_push(self->arena, &self->remarks,
            arena_printf(self->arena, STR_FMT ": without the parameter " STR_FMT ", which its driver refuses",
                STR_ARG(name), STR_ARG(*dropped)));
    vec_each(const str *, warning, &result.warnings)
        vec_push(self->arena, &self->remarks,
            arena_printf(self->arena, STR_FMT ": " STR_FMT, STR_ARG(name), STR_ARG(*warning)));
}

/* NAME=TARGET:VARIABLE in its parts. */
struct setting {
    str name, target, from;
};

static struct setting setting_of(str item)
{
    struct str_cut name = str_cut_byte(item, '=');
    struct str_cut target = str_cut_byte(name.tail, ':');
    return (struct setting){name.head, target.head, target.tail};
}

bool exec_set_is_sound(str item)
{
    struct setting setting = setting_of(item);
    return str_is_name(setting.name) && setting.target.len > 0 && str_is_name(setting.from);
}

static void set_from_options(struct exec_environment *self)
{
    vec_each(const str *, item, &self->settings->set) {
        struct setting setting = setting_of(*item);
        if (text_of(&self->environment, setting.from).len == 0)
            add_fault(self, OUTCOME_FINDINGS, STR_FMT " cannot be made: " STR_FMT " is not set",
                STR_ARG(setting.name), STR_ARG(setting.from));
        else
            rewrite(self, setting.name, setting.target, setting.from);
    }
}

/* `rewrite:` only fills in what is missing; what is there is compared by a rule. */
static void set_from_config(struct exec_environment *self, const struct config *config)
{
    vec_each(const struct config_rewrite *, row, &config->rewrite) {
        bool is_missing = text_of(&self->environment, row->name).len == 0;
        if (is_missing && text_of(&self->environment, row->from.text).len > 0)
            rewrite(self, row->name, row->to.text, row->from.text);
    }
}

void exec_environment_amend(
    void *pointer, struct env *environment, const struct config *config, struct diags *diags)
{
    struct exec_environment *self = pointer;
    self->environment = *environment;
    refuse_duplicates(self);
    if (self->settings->expand_files_given)
        expand_files(self, config, diags->sources);
    judge_files(self, config, diags);
    set_from_options(self);
    set_from_config(self, config);
    *environment = self->environment;
}

/* What the process was not given as it is: name → entry. */
static struct map changed_entries(struct exec_environment *self)
{
    struct map changed = {0};
    vec_each(const struct map_entry *, entry, &self->environment.map.entries) {
        const struct value *value = entry->value;
        bool is_given = entry->removed || !value->set || value->origin == ORIGIN_PROCESS;
        if (is_given || map_has(&self->judged_only, entry->key))
            continue;
        if (str_has_byte(value->text, '\0') || str_has_byte(value->name, '\0'))
            add_fault(self, OUTCOME_BAD_INPUT, STR_FMT " holds a NUL byte, which no environment can carry",
                STR_ARG(value->name));
        str text = arena_printf(self->arena, STR_FMT "=" STR_FMT, STR_ARG(value->name), STR_ARG(value->text));
        map_set(self->arena, &changed, entry->key, (void *)(uintptr_t)text.ptr);
    }
    return changed;
}

typedef VEC(const char *) entry_vec;

static void copy_given(struct exec_environment *self, struct map *changed, entry_vec *entries)
{
    const char *const *given = self->host->environment(self->host->self);
    for (; given != NULL && *given != NULL; given++) {
        struct str_cut cut = str_cut_byte(str_from_c(*given), '=');
        if (cut.found && map_has(&self->removed, cut.head))
            continue;
        if (!cut.found || !map_has(changed, cut.head)) {
            vec_push(self->arena, entries, *given);
            continue;
        }
        const char *text = map_set(self->arena, changed, cut.head, NULL); /* later duplicates find NULL */
        if (text != NULL)
            vec_push(self->arena, entries, text);
    }
}

const char *const *exec_environment_entries(struct exec_environment *self)
{
    struct map changed = changed_entries(self);
    if (changed.live == 0 && self->removed.live == 0)
        return self->host->environment(self->host->self);
    entry_vec entries = {0};
    copy_given(self, &changed, &entries);
    vec_each(const struct map_entry *, entry, &changed.entries)
        if (entry->value != NULL)
            vec_push(self->arena, &entries, (const char *)entry->value);
    vec_add(self->arena, &entries);
    return entries.items;
}
