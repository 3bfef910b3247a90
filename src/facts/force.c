#include "facts/force.h"

#include "base/word.h"
#include "facts/connection.h"
#include "facts/variable.h"

#include <stdlib.h>

/* ---- words of names */

static bool is_separator(char byte)
{
    return byte == '_' || byte == '-' || byte == '.';
}

/* True where the name begins with these words and ends there or goes on with another word. */
static bool begins_with(str name, str words)
{
    return words.len && str_starts_fold(name, words) &&
           (name.len == words.len || is_separator(name.ptr[words.len]));
}

static bool is_among(str word, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_fold(word, list[i]))
            return true;
    return false;
}

#define IS_AMONG(word, list) is_among((word), (list), ARRAY_COUNT(list))

/* One of the words that `list` holds, parted by blanks. */
static bool is_listed(str word, str list)
{
    str piece;
    while (str_next(&list, ' ', &piece))
        if (piece.len && str_eq_fold(piece, word))
            return true;
    return false;
}

/* The name is in the text as a whole word. A line `=x` has a name of no bytes, which nobody mentions. */
static bool mentions(str text, str name)
{
    while (name.len && text.len) {
        size_t at = str_find(text, name);
        if (at == STR_NONE)
            return false;
        bool is_start = at == 0 || !byte_is_name(text.ptr[at - 1]);
        bool is_end = at + name.len == text.len || !byte_is_name(text.ptr[at + name.len]);
        if (is_start && is_end)
            return true;
        text = str_skip(text, at + name.len);
    }
    return false;
}

/* ---- what one environment switches off and chooses */

/* Names that begin with `prefix` belong to something that is off. */
struct switched_off {
    str prefix;
    const struct value *by;
};

/* A setting that chooses a backend; `lead` stands before its kind's words: NADOO_ of NADOO_VECTOR_STORE. */
struct choice {
    str lead;
    const struct backend_info *chosen;
    const struct value *by;
};

struct settings_in_force {
    VEC(struct switched_off) off;
    VEC(struct choice) choices;
};

static const str off_words[] = {
    STR_INIT("false"), STR_INIT("0"), STR_INIT("no"), STR_INIT("off"), STR_INIT("disabled")};
static const str on_words[] = {STR_INIT("true"), STR_INIT("1"), STR_INIT("yes"), STR_INIT("on")};
static const str enabling_words[] = {STR_INIT("ENABLED"), STR_INIT("ENABLE")};
static const str disabling_words[] = {STR_INIT("DISABLED"), STR_INIT("DISABLE")};
/* What the settings that choose end with. */
static const str choosing_words[] = {STR_INIT("STORE"), STR_INIT("BACKEND"), STR_INIT("TYPE"),
    STR_INIT("DRIVER"), STR_INIT("PROVIDER"), STR_INIT("ENGINE"), STR_INIT("MAILER"), STR_INIT("CONNECTION"),
    STR_INIT("DISK"), STR_INIT("SERVICE"), STR_INIT("CLIENT"), STR_INIT("TRANSPORT"), STR_INIT("ADAPTER")};

/* X_ENABLED, ENABLE_X, LOG_ENABLE_X, USE_X switch off by a no, X_DISABLED and DISABLE_X by a yes. */
static void note_switch(struct arena *arena, struct settings_in_force *settings, const struct value *value)
{
    bool says_no = IS_AMONG(str_trim(value->text), off_words);
    bool says_yes = !says_no && IS_AMONG(str_trim(value->text), on_words);
    str rest = value->name, word;
    for (bool is_first = true; (says_no || says_yes) && word_next(&rest, &word); is_first = false) {
        bool is_use = is_first && str_eq_fold(word, STR("USE"));
        bool is_off = (says_no && (is_use || IS_AMONG(word, enabling_words))) ||
                      (says_yes && IS_AMONG(word, disabling_words));
        if (!is_off)
            continue;
        while (rest.len && is_separator(rest.ptr[0]))
            rest = str_skip(rest, 1);
        size_t before = (size_t)(word.ptr - value->name.ptr);
        while (before && is_separator(value->name.ptr[before - 1]))
            before--;
        str prefix = rest.len ? rest : str_take(value->name, before);
        if (prefix.len)
            vec_push(arena, &settings->off, ((struct switched_off){prefix, value}));
        return;
    }
}

/* The backend of a kind that the text names, as a whole or as one of its words; NULL: none that is known. */
static const struct backend_info *backend_named(str kind, str text)
{
    for (size_t i = 0; i < backend_count(); i++) {
        const struct backend_info *backend = backend_at(i);
        if (!str_eq(backend->kind, kind))
            continue;
        str rest = text;
        if (is_listed(text, backend->value))
            return backend;
        while (rest.len) {
            size_t end = str_find_any(rest, STR(".,:/+_ "));
            if (is_listed(str_take(rest, end), backend->value))
                return backend;
            rest = end == STR_NONE ? STR("") : str_skip(rest, end + 1);
        }
    }
    return NULL;
}

/* True where the name, without its last word, ends with a kind's words; `ret_lead` is what is before. */
static bool asks_for(str name, str words, str *ret_lead)
{
    str word;
    while (str_next(&words, ' ', &word)) {
        if (!str_ends_fold(name, word))
            continue;
        str lead = str_take(name, name.len - word.len);
        if (lead.len && !is_separator(lead.ptr[lead.len - 1]))
            continue;
        *ret_lead = lead;
        return true;
    }
    return false;
}

/* "VECTOR_STORE" and "STORAGE_TYPE" are one word longer than what they choose, "VECTOR_DB" is not. */
static void note_choice(struct arena *arena, struct settings_in_force *settings, const struct value *value)
{
    str name = value->name, text = str_trim(value->text), last = name, lead;
    for (size_t i = name.len; i > 0 && last.len == name.len; i--)
        if (is_separator(name.ptr[i - 1]))
            last = str_skip(name, i);
    bool chooses = IS_AMONG(last, choosing_words);
    if (text.len == 0 || last.len == name.len || (!chooses && !str_eq_fold(last, STR("DB"))))
        return;
    str subject = chooses ? str_take(name, name.len - last.len - 1) : name;
    for (size_t i = 0; i < backend_count(); i++) {
        const struct backend_info *first = backend_at(i);
        bool is_asked = first->chooses.len && asks_for(subject, first->chooses, &lead);
        /* POSTGRES_DB is a database's name: a bare DB chooses only where its kind's words say so in full. */
        if (!is_asked || (!chooses && subject.len - lead.len == last.len))
            continue;
        const struct backend_info *chosen = backend_named(first->kind, text);
        if (chosen)
            vec_push(arena, &settings->choices, ((struct choice){lead, chosen, value}));
    }
}

static const struct settings_in_force *settings_of(struct arena *arena, const struct env *env)
{
    struct settings_in_force *settings = arena_new(arena, struct settings_in_force);
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set)
            continue;
        note_switch(arena, settings, value);
        note_choice(arena, settings, value);
    }
    return settings;
}

/* ---- verdicts */

static bool is_in_group(str name, str lead, str groups)
{
    str group;
    while (str_next(&groups, ' ', &group)) {
        if (begins_with(name, group))
            return true;
        if (lead.len && str_starts_fold(name, lead) && begins_with(str_skip(name, lead.len), group))
            return true;
    }
    return false;
}

/* The choice that passes over the backend whose setting this is; NULL: one takes it, or none is about it. */
static const struct value *passed_over(const struct settings_in_force *settings, str name)
{
    const struct value *by = NULL;
    vec_each(const struct choice *, choice, &settings->choices) {
        if (str_eq(choice->by->name, name))
            return NULL;
        for (size_t i = 0; i < backend_count(); i++) {
            const struct backend_info *backend = backend_at(i);
            if (!str_eq(backend->kind, choice->chosen->kind) ||
                !is_in_group(name, choice->lead, backend->groups))
                continue;
            if (is_in_group(name, choice->lead, choice->chosen->groups))
                return NULL;
            by = choice->by;
        }
    }
    return by;
}

static struct force force_of_settings(const struct settings_in_force *settings, str name)
{
    vec_each(const struct switched_off *, off, &settings->off)
        if (begins_with(name, off->prefix) && !str_eq(off->by->name, name))
            return (struct force){.kind = FORCE_SWITCHED_OFF, .by = off->by};
    const struct value *by = passed_over(settings, name);
    return by ? (struct force){.kind = FORCE_NOT_CHOSEN, .by = by} : (struct force){.kind = FORCE_IN};
}

static str first_word(str name)
{
    str word = {0};
    word_next(&name, &word);
    return word;
}

/* A store's image reads its own variables, and others that begin like them or like its own name. */
static bool image_reads(const struct image_info *image, str name)
{
    const str own[] = {image->user_variable, image->password_variable, image->database_variable,
        image->admin_password_variable, image->open_variable, family_name(image->family)};
    str word = first_word(name), rest = image->repository;
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (own[i].len && str_eq_fold(first_word(own[i]), word))
            return true;
    while (rest.len) {
        size_t end = str_find_any(rest, STR("/-_"));
        if (str_eq_fold(str_take(rest, end), word))
            return true;
        rest = end == STR_NONE ? STR("") : str_skip(rest, end + 1);
    }
    return image_kin(image) && image_reads(image_kin(image), name);
}

/* A command may hand a variable on to the program: redis-server --requirepass "$PW". */
static bool command_names(const struct workload *workload, str name)
{
    vec_each(struct value *const *, word, &workload->entrypoint)
        if (mentions((*word)->text, name))
            return true;
    vec_each(struct value *const *, word, &workload->command)
        if (mentions((*word)->text, name))
            return true;
    return false;
}

static bool is_foreign(const struct service *service, str name)
{
    const struct image_info *image = service->image;
    bool is_store = image && (image->kind == IMAGE_DATA_STORE || image->kind == IMAGE_BROKER);
    return is_store && !service->is_client && !service->workload->build && !image_reads(image, name) &&
           !command_names(service->workload, name);
}

/* ---- the first step */

/* Someone else than Compose reads the env files, or a configuration speaks of the name. */
static bool is_read_elsewhere(const struct facts *facts, const struct variable *variable)
{
    str own = facts->deployment->own_prefix;
    bool is_own = own.len && str_starts(variable->value->name, own);
    if (variable->declared || variable->derived || variable->is_reached || is_own)
        return true;
    vec_each(const struct config_reader *, reader, &facts->config->read_by)
        if (!dialect_starts_programs(reader->dialect))
            return true;
    vec_each(struct source *const *, source, &facts->sources->items)
        if ((*source)->kind == SOURCE_CONFIG && mentions((*source)->text, variable->value->name))
            return true;
    return false;
}

static int compare_holders(const void *left, const void *right)
{
    const struct holder *a = left, *b = right;
    bool a_out = a->force.kind != FORCE_IN, b_out = b->force.kind != FORCE_IN;
    if (a_out != b_out)
        return a_out - b_out;
    if (a->service->mode != b->service->mode) /* what any program has in production is judged so */
        return a->service->mode == MODE_PRODUCTION ? -1 : 1;
    bool a_known = a->service->image != NULL, b_known = b->service->image != NULL;
    return a_known != b_known ? a_known - b_known
                              : str_compare(service_name(a->service), service_name(b->service));
}

/* The variable speaks for the first of its holders, and counts where that one does. */
static void settle_variable(struct variable *variable)
{
    if (variable->holders.count == 0)
        return;
    qsort(variable->holders.items, variable->holders.count, sizeof *variable->holders.items, compare_holders);
    const struct holder *first = &variable->holders.items[0];
    variable->service = first->service;
    if (variable->value != variable->root) /* the setting itself speaks best for what is handed on as it is */
        variable->value = first->value;
    variable->force = first->force;
}

/* Of the project's own environment for NULL. Worked out once. */
static const struct settings_in_force *settings_for(struct facts *facts, const struct service *service)
{
    str name = service_name(service);
    const struct settings_in_force *settings = map_get(&facts->force_settings, name);
    if (settings)
        return settings;
    settings = settings_of(facts->arena, service ? &service->workload->environment : &facts->environment);
    map_set(facts->arena, &facts->force_settings, name, (void *)(uintptr_t)settings);
    return settings;
}

void force_settle_variables(struct facts *facts)
{
    vec_each(struct variable *const *, row, &facts->variables) {
        struct variable *variable = *row;
        str name = variable->value->name;
        vec_each(struct holder *, holder, &variable->holders) {
            const struct service *service = holder->service;
            holder->force = force_of_settings(settings_for(facts, service), holder->value->name);
            if (holder->force.kind == FORCE_IN && is_foreign(service, holder->value->name))
                holder->force = (struct force){.kind = FORCE_FOREIGN, .service = service};
        }
        if (variable->holders.count == 0) {
            variable->force = force_of_settings(settings_for(facts, NULL), name);
        }
        settle_variable(variable);
    }
}

/* ---- the second step */

/* Last words of names that lead to a server; the settings beside it begin with what is before them. */
static const str leading_words[] = {STR_INIT("URL"), STR_INIT("URI"), STR_INIT("DSN"), STR_INIT("HOST"),
    STR_INIT("HOSTNAME"), STR_INIT("ENDPOINT"), STR_INIT("ADDR"), STR_INIT("ADDRESS"), STR_INIT("SERVER"),
    STR_INIT("BROKER"), STR_INIT("BROKERS"), STR_INIT("HOSTS"), STR_INIT("SERVERS")};

/* "QDRANT" of QDRANT_URL; empty where the name has no other word. */
static str group_of(str name)
{
    for (size_t i = name.len; i > 0; i--) {
        if (!is_separator(name.ptr[i - 1]))
            continue;
        str group = str_take(name, i - 1);
        return IS_AMONG(str_skip(name, i), leading_words) ? group : STR("");
    }
    return STR("");
}

/* The service that all hosts of a connection name and that does not start; NULL: some host is another. */
static const struct service *inactive_behind(const struct connection *connection)
{
    vec_each(const struct target *, target, &connection->targets)
        if (target->kind != TARGET_INACTIVE)
            return NULL;
    return connection->targets.count ? connection->targets.items[0].inactive : NULL;
}

struct inactive_group {
    str prefix;
    const struct service *client, *inactive;
};

static bool is_of_group(const struct inactive_group *group, const struct service *client, str name)
{
    return group->client == client && begins_with(name, group->prefix);
}

/* The setting that chooses this very backend: that its service is off is then the fault. NULL: none. */
static const struct value *chosen_by(const struct settings_in_force *settings, str name)
{
    vec_each(const struct choice *, choice, &settings->choices)
        if (is_in_group(name, choice->lead, choice->chosen->groups))
            return choice->by;
    return NULL;
}

static void count_again(struct force *force, const struct value *by)
{
    if (force->kind == FORCE_NOT_CHOSEN && force->by == by)
        *force = (struct force){.kind = FORCE_IN};
}

/* A choice of what does not run is in doubt, and so is what it passes over: all of it counts. */
static void doubt_choices(struct facts *facts)
{
    vec_each(struct connection *const *, connection, &facts->connections) {
        str name = (*connection)->variable->value->name;
        const struct value *by = inactive_behind(*connection)
                                     ? chosen_by(settings_for(facts, (*connection)->service), name)
                                     : NULL;
        if (!by)
            continue;
        vec_each(struct variable *const *, variable, &facts->variables) {
            count_again(&(*variable)->force, by);
            vec_each(struct holder *, holder, &(*variable)->holders)
                count_again(&holder->force, by);
            settle_variable(*variable);
        }
    }
}

static struct force force_of_connection(struct facts *facts, const struct connection *connection)
{
    const struct service *inactive = inactive_behind(connection);
    if (inactive && !chosen_by(settings_for(facts, connection->service), connection->variable->value->name))
        return (struct force){.kind = FORCE_INACTIVE, .service = inactive};
    vec_each(const struct holder *, holder, &connection->variable->holders)
        if (holder->service == connection->service)
            return holder->force;
    return connection->variable->force;
}

/* Some active service is a program of the project, and no store that it uses. */
static bool has_programs(const struct facts *facts)
{
    vec_each(struct service *const *, service, &facts->services) {
        bool is_own = !(*service)->image || (*service)->workload->build;
        if ((*service)->workload->active && is_own && !(*service)->server)
            return true;
    }
    return false;
}

static void note_parts(struct facts *facts, struct map *parts)
{
    vec_each(struct connection *const *, row, &facts->connections) {
        map_set(facts->arena, parts, arena_key(facts->arena, (*row)->variable->root), facts);
        for (int part = 0; part < PART_COUNT; part++)
            if ((*row)->parts[part])
                map_set(facts->arena, parts, arena_key(facts->arena, value_root((*row)->parts[part])), facts);
    }
}

/*
 * What no container gets, nobody uses. But a deployment of nothing but stores serves programs elsewhere, and
 * they read the env files: their connections count.
 */
static void settle_unread(struct facts *facts)
{
    struct map parts = {0};
    if (!has_programs(facts))
        note_parts(facts, &parts);
    vec_each(struct variable *const *, row, &facts->variables)
        if ((*row)->holders.count == 0 && (*row)->force.kind == FORCE_IN &&
            !map_has(&parts, arena_key(facts->arena, (*row)->root)) && !is_read_elsewhere(facts, *row))
            (*row)->force = (struct force){.kind = FORCE_UNREAD};
}

struct ranked {
    struct variable *variable;
    size_t index;
};

/* 0: nobody's, 1: of a program of the project, 2: of a known image. */
static int rank_of(const struct service *service)
{
    return !service ? 0 : service->image ? 2 : 1;
}

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    const struct service *first = a->variable->service, *second = b->variable->service;
    if (rank_of(first) != rank_of(second))
        return rank_of(first) - rank_of(second);
    int order = str_compare(service_name(first), service_name(second));
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* Where several variables hold one setting the first one speaks for it: not the order of services decides. */
static void order_variables(struct facts *facts)
{
    size_t count = facts->variables.count;
    struct ranked *ranked = arena_array(facts->arena, struct ranked, count);
    for (size_t i = 0; i < count; i++)
        ranked[i] = (struct ranked){facts->variables.items[i], i};
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    for (size_t i = 0; i < count; i++)
        facts->variables.items[i] = ranked[i].variable;
}

void force_settle_connections(struct facts *facts)
{
    if (facts->deployment)
        settle_unread(facts);
    VEC(struct inactive_group) groups = {0};
    doubt_choices(facts);
    vec_each(struct connection *const *, row, &facts->connections) {
        struct connection *connection = *row;
        connection->force = force_of_connection(facts, connection);
        if (connection->force.kind != FORCE_INACTIVE)
            continue;
        str name = connection->variable->value->name, prefix = group_of(name);
        vec_push(facts->arena, &groups,
            ((struct inactive_group){
                prefix.len ? prefix : name, connection->service, connection->force.service}));
        vec_push(facts->arena, &groups,
            ((struct inactive_group){name, connection->service, connection->force.service}));
    }
    /* A group that leads elsewhere too is in doubt. */
    vec_each(struct inactive_group *, group, &groups)
        vec_each(struct connection *const *, row, &facts->connections)
            if ((*row)->force.kind == FORCE_IN &&
                is_of_group(group, (*row)->service, (*row)->variable->value->name))
                group->prefix = STR("");
    vec_each(struct variable *const *, row, &facts->variables) {
        struct variable *variable = *row;
        vec_each(const struct inactive_group *, group, &groups) {
            struct force inactive = {.kind = FORCE_INACTIVE, .service = group->inactive};
            vec_each(struct holder *, holder, &variable->holders)
                if (holder->force.kind == FORCE_IN &&
                    is_of_group(group, holder->service, holder->value->name))
                    holder->force = inactive;
            if (variable->holders.count == 0 && variable->force.kind == FORCE_IN &&
                is_of_group(group, NULL, variable->value->name))
                variable->force = inactive;
        }
        if (groups.count)
            settle_variable(variable);
    }
    if (facts->services.count > 1)
        order_variables(facts);
}

str force_sentence(struct arena *arena, const struct force *force)
{
    switch (force->kind) {
    case FORCE_SWITCHED_OFF:
        return arena_printf(arena, STR_FMT " switches it off", STR_ARG(force->by->name));
    case FORCE_NOT_CHOSEN:
        return arena_printf(arena, STR_FMT " chooses another backend", STR_ARG(force->by->name));
    case FORCE_INACTIVE:
        return arena_printf(arena, "`" STR_FMT "` is not started", STR_ARG(service_name(force->service)));
    case FORCE_FOREIGN:
        return arena_printf(
            arena, "the image of `" STR_FMT "` does not read it", STR_ARG(service_name(force->service)));
    case FORCE_UNREAD:
        return STR("no program gets it");
    case FORCE_IN:
        break;
    }
    return STR("");
}
