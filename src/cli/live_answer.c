/* What bootgate-live wrote, read as the words of a stranger: cli/live_parts.h. */
#include "cli/live_parts.h"

#include "base/number.h"
#include "live/wire.h"

enum { CONNECTIONS_MOST = 10000000 };

/* Numbers of an object by key; what is missing, null or senseless is -1. */
static int64_t number_of(const json_t *object, const char *key)
{
    int64_t number;
    return wire_read_number(json_object_get(object, key), 0, CONNECTIONS_MOST, &number) ? number : -1;
}

static void read_server(const json_t *object, struct live_answer *answer)
{
    if (!json_is_object(object))
        return;
    answer->version = number_of(object, "version");
    answer->max_connections = number_of(object, "max_connections");
    answer->superuser_reserved = number_of(object, "superuser_reserved");
    answer->reserved = number_of(object, "reserved");
    answer->replicas = number_of(object, "replicas");
    answer->is_standby = json_is_true(json_object_get(object, "standby"));
    answer->has_server = answer->version > 0 && answer->max_connections > 0;
}

static void read_sessions(struct arena *arena, const json_t *rows, struct live_answer *answer)
{
    const json_t *row;
    size_t i;
    answer->has_sessions = json_is_array(rows);
    json_array_foreach(rows, i, row)
    {
        struct live_sessions sessions;
        if (i < LIVE_ROWS && wire_read_text(arena, json_array_get(row, 0), &sessions.role) &&
            wire_read_text(arena, json_array_get(row, 1), &sessions.database) &&
            wire_read_number(json_array_get(row, 2), 0, CONNECTIONS_MOST, &sessions.count))
            vec_push(arena, &answer->sessions, sessions);
    }
}

static bool read_limit(struct arena *arena, const json_t *row, struct live_limit *limit)
{
    return wire_read_text(arena, json_array_get(row, 0), &limit->name) &&
           wire_read_number(json_array_get(row, 1), -2, CONNECTIONS_MOST, &limit->limit);
}

static void read_limits(struct arena *arena, const json_t *object, struct live_answer *answer)
{
    const json_t *roles = json_object_get(object, "roles"), *row;
    const json_t *databases = json_object_get(object, "databases");
    size_t i;
    struct live_limit limit;
    answer->has_roles = json_is_array(roles);
    json_array_foreach(roles, i, row) if (i < LIVE_ROWS && read_limit(arena, row, &limit))
        vec_push(arena, &answer->roles, limit);
    json_array_foreach(databases, i, row) if (i < LIVE_ROWS && read_limit(arena, row, &limit))
        vec_push(arena, &answer->databases, limit);
}

static void read_extensions(struct arena *arena, const json_t *rows, struct live_answer *answer)
{
    const json_t *row;
    size_t i;
    answer->has_extensions = json_is_array(rows);
    json_array_foreach(rows, i, row)
    {
        struct live_extension extension = {.is_created = json_is_true(json_array_get(row, 1))};
        if (i < LIVE_ROWS && wire_read_text(arena, json_array_get(row, 0), &extension.name))
            vec_push(arena, &answer->extensions, extension);
    }
}

static void read_setting(struct arena *arena, const json_t *row, struct live_pooler *pooler)
{
    const struct {
        str name;
        int64_t *number;
    } numbers[] = {
        {STR_INIT("max_client_conn"), &pooler->max_client_conn},
        {STR_INIT("default_pool_size"), &pooler->default_pool_size},
        {STR_INIT("reserve_pool_size"), &pooler->reserve_pool_size},
        {STR_INIT("max_db_connections"), &pooler->max_db_connections},
    };
    str name, text;
    if (!wire_read_text(arena, json_array_get(row, 0), &name) ||
        !wire_read_text(arena, json_array_get(row, 1), &text))
        return;
    uint64_t number;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++)
        if (str_eq(name, numbers[i].name) && number_parse_unsigned(text, CONNECTIONS_MOST, &number))
            *numbers[i].number = (int64_t)number;
    if (str_eq(name, STR("pool_mode")))
        pooler->mode = text;
}

/* The pool of the console itself is none. */
static void read_pool(struct arena *arena, const json_t *row, struct live_pooler *pooler)
{
    str database;
    int64_t active, waiting;
    if (!wire_read_text(arena, json_array_get(row, 0), &database) || str_eq(database, STR("pgbouncer")) ||
        !wire_read_number(json_array_get(row, 2), 0, CONNECTIONS_MOST, &active) ||
        !wire_read_number(json_array_get(row, 3), 0, CONNECTIONS_MOST, &waiting))
        return;
    pooler->clients += active + waiting;
    pooler->waiting += waiting;
}

static void read_pooler(struct arena *arena, const json_t *object, struct live_pooler *pooler)
{
    const json_t *row;
    size_t i;
    *pooler = (struct live_pooler){
        .max_client_conn = -1, .default_pool_size = -1, .reserve_pool_size = -1, .max_db_connections = -1};
    json_array_foreach(json_object_get(object, "config"), i, row) read_setting(arena, row, pooler);
    json_array_foreach(json_object_get(object, "pools"), i, row) if (i < LIVE_ROWS)
        read_pool(arena, row, pooler);
    pooler->is_known = pooler->max_client_conn >= 0;
}

static str read_sqlstate(struct arena *arena, const json_t *value)
{
    str text;
    bool is_one = wire_read_text(arena, value, &text) && text.len == 5 && str_is_all(text, byte_is_alnum);
    return is_one ? text : STR("");
}

static void read_answer(struct facts *facts, const json_t *object)
{
    struct live *live = facts->live;
    struct arena *arena = facts->arena;
    int64_t id;
    str word;
    enum live_state state;
    if (!wire_read_number(json_object_get(object, "id"), 0, (int64_t)live->logins.count - 1, &id) ||
        !wire_read_text(arena, json_object_get(object, "state"), &word) || !live_state_find(word, &state) ||
        live->logins.items[id].is_answered)
        return;
    struct live_login *login = &live->logins.items[id];
    login->is_answered = true;
    login->state = state;
    login->sqlstate = read_sqlstate(arena, json_object_get(object, "sqlstate"));
    if (state != LIVE_ACCEPTED)
        return;
    read_server(json_object_get(object, "server"), &login->answer);
    read_sessions(arena, json_object_get(object, "sessions"), &login->answer);
    read_limits(arena, object, &login->answer);
    read_extensions(arena, json_object_get(object, "extensions"), &login->answer);
    read_pooler(arena, object, &login->answer.pooler);
}

static str asked_place(const struct live_login *login)
{
    return login->asked.len > 0 ? login->asked : login->label;
}

/* A server that answered no login was asked for the first alone. */
static void settle_unanswered(struct live *live)
{
    vec_each(struct live_login *, login, &live->logins) {
        if (login->is_answered)
            continue;
        login->state = LIVE_SILENT;
        vec_each(const struct live_login *, other, &live->logins) {
            bool is_same = str_eq(asked_place(other), asked_place(login));
            if (is_same && other->is_answered && live_state_row(other->state)->kind == LIVE_KIND_AGAIN)
                login->state = other->state;
        }
    }
}

void live_read_answers(struct facts *facts, str text)
{
    str line;
    while (str_next(&text, '\n', &line)) {
        json_t *object = line.len > 0 ? wire_read_line(line) : NULL;
        if (object && facts->live->logins.count > 0)
            read_answer(facts, object);
        json_decref(object);
    }
    settle_unanswered(facts->live);
}
