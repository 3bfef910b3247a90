#include "facts/force.h"

#include "base/word.h"
#include "deploy/image.h"
#include "facts/choice.h"
#include "facts/connection.h"
#include "facts/graph.h"
#include "facts/mail.h"
#include "facts/variable.h"

#include <stdlib.h>

/* ---- words of names */

static bool is_separator(char byte)
{
    return byte == '_' || byte == '-' || byte == '.';
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

/* ---- verdicts */

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
    str word = first_word(name);
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (own[i].len && str_eq_fold(first_word(own[i]), word))
            return true;
    if (word_is_in(image->repository, word))
        return true;
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

static bool is_store(const struct service *service)
{
    const struct image_info *image = service->image;
    return image && (image->kind == IMAGE_DATA_STORE || image->kind == IMAGE_BROKER);
}

/*
 * The image reads what is called like it, whatever another program's settings beside it choose: a store's
 * password in a shared env file counts for the store that runs.
 */
static bool reads_anyway(const struct service *service, str name, const struct value *by)
{
    str word = first_word(name);
    if (is_store(service))
        return !service->is_client && image_reads(service->image, name);
    return !str_eq_fold(first_word(by->name), word) &&
           word_is_in(image_reference(service->workload->image).repository, word);
}

/*
 * Images that are no stores and whose configuration cannot speak of a variable, started as they are. nginx
 * puts variables into its templates alone; what Caddy, HAProxy, Traefik or httpd are handed, their files may
 * name.
 */
static bool is_deaf(const struct service *service)
{
    static const str deaf[] = {STR_INIT("nginx"), STR_INIT("nginx-unprivileged"), STR_INIT("prometheus"),
        STR_INIT("alertmanager"), STR_INIT("node-exporter"), STR_INIT("cadvisor")};
    const struct workload *workload = service->workload;
    vec_each(const struct workload_mount *, mount, &workload->mounts)
        if (str_starts(mount->target, STR("/etc/nginx/templates")))
            return false;
    return service->image && STR_IS_IN(service->image->repository, deaf);
}

static bool is_foreign(const struct service *service, str name)
{
    const struct image_info *image = service->image;
    return (is_store(service) || is_deaf(service)) && !service->is_client && !service->workload->build &&
           !image_reads(image, name) && !command_names(service->workload, name);
}

/* ---- the first step */

/* Someone else than who starts the programs reads the env files, or a configuration speaks of the name. */
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
static const struct choices *choices_for(struct facts *facts, const struct service *service)
{
    str name = service_name(service);
    const struct choices *choices = map_get(&facts->force_choices, name);
    if (choices)
        return choices;
    choices = service ? choices_of(facts->arena, &service->workload->environment, service->workload->image)
                      : choices_of(facts->arena, &facts->environment, STR(""));
    map_set(facts->arena, &facts->force_choices, name, (void *)(uintptr_t)choices);
    return choices;
}

void force_settle_variables(struct facts *facts)
{
    vec_each(struct variable *const *, row, &facts->variables) {
        struct variable *variable = *row;
        str name = variable->value->name;
        vec_each(struct holder *, holder, &variable->holders) {
            const struct service *service = holder->service;
            holder->force = choices_judge(choices_for(facts, service), holder->value->name);
            if (holder->force.kind != FORCE_IN &&
                reads_anyway(service, holder->value->name, holder->force.by))
                holder->force = (struct force){.kind = FORCE_IN};
            if (holder->force.kind == FORCE_IN && is_foreign(service, holder->value->name))
                holder->force = (struct force){.kind = FORCE_FOREIGN, .service = service};
        }
        if (variable->holders.count == 0) {
            variable->force = choices_judge(choices_for(facts, NULL), name);
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
        return STR_IS_IN_FOLD(str_skip(name, i), leading_words) ? group : STR("");
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

/*
 * What the settings of one program begin with that share a fate. They are looked up word by word: a
 * deployment may have as many of them as it has settings.
 */
struct group {
    size_t index; /* of several that a name belongs to, the first one counts */
    struct force force;
    bool is_whole;    /* it is one setting's name, and no beginning */
    bool is_doubtful; /* it leads elsewhere, too */
};

/* Words of a name that are looked at: what has more belongs to no group, and counts. */
enum { GROUP_WORDS_MAX = 32 };

/* The next beginning of a name that ends where a word does; `at` is 0 at first. */
static bool next_beginning(str name, size_t *at, size_t *words, str *ret_beginning)
{
    while (*at < name.len && *words < GROUP_WORDS_MAX) {
        ++*at;
        if (*at < name.len && !is_separator(name.ptr[*at]))
            continue;
        ++*words;
        *ret_beginning = str_take(name, *at);
        return true;
    }
    return false;
}

/* The groups of a program by their beginnings in lower case. */
static struct map *groups_of(struct arena *arena, struct map *programs, const struct service *client)
{
    str key = arena_key(arena, client);
    struct map *groups = map_get(programs, key);
    if (!groups) {
        groups = arena_new(arena, struct map);
        map_set(arena, programs, key, groups);
    }
    return groups;
}

static void put_group(struct arena *arena, struct map *groups, str beginning, struct group group)
{
    str key = arena_lower(arena, beginning);
    struct group *own = map_get(groups, key);
    if (own) {
        own->is_whole &= group.is_whole;
        return;
    }
    own = arena_new(arena, struct group);
    *own = group;
    own->index = groups->live;
    map_set(arena, groups, key, own);
}

/* The first group that a program's name belongs to, or NULL. With `doubts` all of them are in doubt now. */
static struct group *find_group(
    struct arena *arena, struct map *programs, const struct service *client, str name, bool doubts)
{
    struct map *groups = map_get(programs, (str){(const char *)&client, sizeof client});
    if (!groups)
        return NULL;
    struct group *first = NULL;
    str lower = arena_lower(arena, name), beginning;
    for (size_t at = 0, words = 0; next_beginning(lower, &at, &words, &beginning);) {
        struct group *group = map_get(groups, beginning);
        if (!group || (group->is_whole && beginning.len < name.len) || group->is_doubtful)
            continue;
        group->is_doubtful = doubts;
        if (!first || group->index < first->index)
            first = group;
    }
    return first;
}

static void count_again(struct force *force, const struct map *choices)
{
    str key = {(const char *)&force->by, sizeof force->by};
    if (force->kind == FORCE_NOT_CHOSEN && map_has(choices, key))
        *force = (struct force){.kind = FORCE_IN};
}

/* A choice of what does not run is in doubt, and so is what it passes over: all of it counts. */
static void doubt_choices(struct facts *facts)
{
    struct map doubted = {0};
    vec_each(struct connection *const *, connection, &facts->connections) {
        str name = (*connection)->variable->value->name;
        const struct value *by = inactive_behind(*connection)
                                     ? choices_taking(choices_for(facts, (*connection)->service), name)
                                     : NULL;
        if (by)
            map_set(facts->arena, &doubted, arena_key(facts->arena, by), facts);
    }
    if (doubted.live == 0)
        return;
    vec_each(struct variable *const *, variable, &facts->variables) {
        count_again(&(*variable)->force, &doubted);
        vec_each(struct holder *, holder, &(*variable)->holders)
            count_again(&holder->force, &doubted);
        settle_variable(*variable);
    }
}

static struct force force_of_holder(const struct connection *connection)
{
    vec_each(const struct holder *, holder, &connection->variable->holders)
        if (holder->service == connection->service)
            return holder->force;
    return connection->variable->force;
}

/* What leads to a server that runs here is used by somebody, whatever one setting chooses. */
static void count_where_the_server_runs(struct facts *facts)
{
    struct map programs = {0};
    vec_each(struct connection *const *, row, &facts->connections) {
        const struct connection *connection = *row;
        bool runs = false;
        vec_each(const struct target *, target, &connection->targets)
            runs |= target->kind == TARGET_SERVER && target->server && target->server->service;
        if (!runs || force_of_holder(connection).kind != FORCE_NOT_CHOSEN)
            continue;
        str name = connection->variable->value->name, prefix = group_of(name);
        put_group(facts->arena, groups_of(facts->arena, &programs, connection->service),
            prefix.len ? prefix : name, (struct group){.is_whole = !prefix.len});
    }
    if (programs.live == 0)
        return;
    vec_each(struct variable *const *, variable, &facts->variables) {
        vec_each(struct holder *, holder, &(*variable)->holders)
            if (holder->force.kind == FORCE_NOT_CHOSEN &&
                find_group(facts->arena, &programs, holder->service, holder->value->name, false))
                holder->force = (struct force){.kind = FORCE_IN};
        settle_variable(*variable);
    }
}

static struct force force_of_connection(struct facts *facts, const struct connection *connection)
{
    const struct service *inactive = inactive_behind(connection);
    bool is_mail = connection->family == FAMILY_SMTP, is_chosen = false;
    if (inactive || is_mail)
        is_chosen = choices_taking(
                        choices_for(facts, connection->service), connection->variable->value->name) != NULL;
    if (inactive && !is_chosen)
        return (struct force){.kind = FORCE_INACTIVE, .service = inactive};
    struct force force = force_of_holder(connection);
    if (is_mail && force.kind == FORCE_IN && mail_is_left_over(facts, connection, is_chosen))
        return (struct force){.kind = FORCE_LEFT_OVER};
    return force;
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
 * they read the env files: their connections count, but for what a program of its own gets that is asleep.
 */
static void settle_unread(struct facts *facts)
{
    struct map parts = {0};
    if (!graph_has_programs(facts))
        note_parts(facts, &parts);
    vec_each(struct variable *const *, row, &facts->variables)
        if ((*row)->holders.count == 0 && (*row)->force.kind == FORCE_IN &&
            ((*row)->asleep || !map_has(&parts, arena_key(facts->arena, (*row)->root))) &&
            !is_read_elsewhere(facts, *row))
            (*row)->force = (struct force){
                .kind = (*row)->asleep ? FORCE_INACTIVE : FORCE_UNREAD, .service = (*row)->asleep};
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

/* Connections first, then what is called like those that do not count. */
static void settle_groups(struct facts *facts)
{
    struct arena *arena = facts->arena;
    struct map programs = {0};
    vec_each(struct connection *const *, row, &facts->connections) {
        struct connection *connection = *row;
        struct force force = connection->force = force_of_connection(facts, connection);
        if (force.kind != FORCE_INACTIVE && force.kind != FORCE_LEFT_OVER)
            continue;
        struct map *groups = groups_of(arena, &programs, connection->service);
        str name = connection->variable->value->name, prefix = group_of(name);
        if (force.kind == FORCE_INACTIVE && prefix.len)
            put_group(arena, groups, prefix, (struct group){.force = force});
        put_group(arena, groups, name, (struct group){.force = force});
    }
    if (programs.live == 0)
        return;
    /* A group that leads elsewhere too is in doubt. */
    vec_each(struct connection *const *, row, &facts->connections)
        if ((*row)->force.kind == FORCE_IN)
            find_group(arena, &programs, (*row)->service, (*row)->variable->value->name, true);
    vec_each(struct variable *const *, row, &facts->variables) {
        struct variable *variable = *row;
        const struct group *group;
        vec_each(struct holder *, holder, &variable->holders)
            if (holder->force.kind == FORCE_IN &&
                (group = find_group(arena, &programs, holder->service, holder->value->name, false)))
                holder->force = group->force;
        if (variable->holders.count == 0 && variable->force.kind == FORCE_IN &&
            (group = find_group(arena, &programs, NULL, variable->value->name, false)))
            variable->force = group->force;
        settle_variable(variable);
    }
}

void force_settle_connections(struct facts *facts)
{
    if (facts->deployment)
        settle_unread(facts);
    doubt_choices(facts);
    count_where_the_server_runs(facts);
    settle_groups(facts);
    if (facts->services.count > 1)
        order_variables(facts);
}

str force_sentence(struct arena *arena, const struct force *force)
{
    str by = force->by ? force->by->name : STR("");
    const char *left_out = force->by && force->by->origin == ORIGIN_DEFAULT ? " where it is not set" : "";
    switch (force->kind) {
    case FORCE_SWITCHED_OFF:
        return arena_printf(arena, STR_FMT " switches it off%s", STR_ARG(by), left_out);
    case FORCE_NOT_CHOSEN:
        return arena_printf(arena, STR_FMT " chooses another backend%s", STR_ARG(by), left_out);
    case FORCE_INACTIVE:
        return arena_printf(arena, "`" STR_FMT "` is not started", STR_ARG(service_name(force->service)));
    case FORCE_FOREIGN:
        return arena_printf(
            arena, "the image of `" STR_FMT "` does not read it", STR_ARG(service_name(force->service)));
    case FORCE_UNREAD:
        return STR("no program gets it");
    case FORCE_LEFT_OVER:
        return STR("a template brought it, and nothing asks for mail");
    case FORCE_IN:
        break;
    }
    return STR("");
}
