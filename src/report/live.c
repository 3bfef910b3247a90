#include "report/live.h"

/* ---- lines */

static str login_line(struct arena *arena, const struct live_login *login)
{
    str where = arena_join(arena, login->label, login->asked.len > 0 ? STR(" at ") : STR(""), login->asked);
    const struct live_pooler *pooler = &login->answer.pooler;
    const struct live_state_row *row = live_state_row(login->state);
    if (pooler->is_known)
        return arena_printf(arena,
            STR_FMT ": PgBouncer, max_client_conn %lld, default_pool_size %lld, " STR_FMT
                    ", %lld clients of which %lld wait",
            STR_ARG(where), (long long)pooler->max_client_conn, (long long)pooler->default_pool_size,
            STR_ARG(pooler->mode), (long long)pooler->clients, (long long)pooler->waiting);
    if (login->answer.has_server)
        return arena_join(arena, where, STR(": "), live_answer_text(arena, &login->answer));
    if (row->kind == LIVE_KIND_LOGIN || row->kind == LIVE_KIND_ACCEPTED)
        return arena_join(arena, where, STR(" "), row->sentence, STR(": "), login->user);
    return arena_join(arena, where, STR(" "), row->sentence);
}

void live_lines(struct arena *arena, const struct facts *facts, str_vec *lines)
{
    struct map known = {0};
    if (!facts->live || facts->live->fault.len > 0)
        return;
    vec_each(const struct live_login *, login, &facts->live->logins) {
        str line = login_line(arena, login);
        bool is_of_no_use = login->is_console && !login->answer.pooler.is_known;
        if (!is_of_no_use && !map_set(arena, &known, line, &known))
            vec_push(arena, lines, line);
    }
    vec_each(const str *, unasked, &facts->live->unasked)
        vec_push(arena, lines, arena_concat(arena, STR("not asked about "), *unasked));
    if (lines->count == 0)
        vec_push(arena, lines, STR("none, for nothing here connects to PostgreSQL"));
}

/* ---- lines in a box of a picture */

str live_box(const struct live_login *login)
{
    return login->server && login->server->service ? service_name(login->server->service) : login->label;
}

static void add_numbers(struct arena *arena, const struct live_answer *answer, str_vec *lines)
{
    str version = live_version_text(arena, answer->version), part = live_part_text(arena, answer);
    str used = answer->has_sessions
                   ? arena_printf(arena, ", %lld in use", (long long)live_session_count(answer))
                   : STR("");
    vec_push(arena, lines,
        arena_printf(arena, "PostgreSQL " STR_FMT ", " STR_FMT, STR_ARG(version), STR_ARG(part)));
    vec_push(arena, lines,
        arena_printf(arena, "%lld slots, %lld reserved" STR_FMT, (long long)answer->max_connections,
            (long long)live_reserved(answer), STR_ARG(used)));
}

static void add_pooler(struct arena *arena, const struct live_pooler *pooler, str_vec *lines)
{
    vec_push(arena, lines, arena_concat(arena, STR("PgBouncer, pool_mode "), pooler->mode));
    vec_push(arena, lines,
        arena_printf(arena, "%lld of %lld clients, %lld wait", (long long)pooler->clients,
            (long long)pooler->max_client_conn, (long long)pooler->waiting));
}

static void add_box_lines(struct arena *arena, const struct live_login *login, str_vec *lines)
{
    const struct live_state_row *row = live_state_row(login->state);
    if (login->answer.pooler.is_known)
        add_pooler(arena, &login->answer.pooler, lines);
    else if (login->answer.has_server)
        add_numbers(arena, &login->answer, lines);
    else if (row->kind == LIVE_KIND_LOGIN || row->kind == LIVE_KIND_ACCEPTED)
        vec_push(arena, lines, arena_join(arena, login->user, STR(": "), row->sentence));
    else
        vec_push(arena, lines, row->sentence);
}

void live_box_lines(struct arena *arena, const struct facts *facts, str box, str_vec *lines)
{
    struct map known = {0};
    str_vec all = {0};
    for (size_t i = 0; facts->live && i < facts->live->logins.count; i++) {
        const struct live_login *login = &facts->live->logins.items[i];
        bool is_of_no_use = login->is_console && !login->answer.pooler.is_known;
        if (!is_of_no_use && str_eq(live_box(login), box))
            add_box_lines(arena, login, &all);
    }
    vec_each(const str *, line, &all)
        if (!map_set(arena, &known, *line, &known))
            vec_push(arena, lines, *line);
}

/* ---- JSON */

static json_t *number_json(int64_t number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

static json_t *sessions_json(struct gate *gate, const struct live_answer *answer)
{
    json_t *list = json_array();
    vec_each(const struct live_sessions *, sessions, &answer->sessions)
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:I}", "role", json_text(gate, sessions->role), "database",
                      json_text(gate, sessions->database), "count", (json_int_t)sessions->count));
    return list;
}

static json_t *extensions_json(struct gate *gate, const struct live_answer *answer)
{
    json_t *list = json_array();
    vec_each(const struct live_extension *, extension, &answer->extensions)
        json_array_append_new(list, json_pack("{s:o, s:b}", "name", json_text(gate, extension->name),
                                        "created", extension->is_created));
    return list;
}

/* null: no limit, or no such name. */
static json_t *limit_json(const struct live_limit *limits, size_t count, str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(limits[i].name, name))
            return number_json(limits[i].limit);
    return json_null();
}

static json_t *pooler_json(struct gate *gate, const struct live_pooler *pooler)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "max_client_conn",
        number_json(pooler->max_client_conn), "default_pool_size", number_json(pooler->default_pool_size),
        "reserve_pool_size", number_json(pooler->reserve_pool_size), "max_db_connections",
        number_json(pooler->max_db_connections), "pool_mode", json_text_or_null(gate, pooler->mode),
        "clients", (json_int_t)pooler->clients, "waiting", (json_int_t)pooler->waiting);
}

static void add_answer(struct gate *gate, json_t *object, const struct live_login *login)
{
    const struct live_answer *answer = &login->answer;
    if (answer->has_server) {
        str version = live_version_text(gate->arena, answer->version);
        json_object_set_new(object, "version", json_text(gate, version));
        json_object_set_new(object, "max_connections", number_json(answer->max_connections));
        json_object_set_new(object, "superuser_reserved", number_json(answer->superuser_reserved));
        json_object_set_new(object, "reserved", number_json(answer->reserved));
        json_object_set_new(object, "standby", json_boolean(answer->is_standby));
        json_object_set_new(object, "replicas", number_json(answer->replicas));
        json_object_set_new(
            object, "role_limit", limit_json(answer->roles.items, answer->roles.count, login->user));
        json_object_set_new(object, "database_limit",
            limit_json(answer->databases.items, answer->databases.count, login->database));
        json_object_set_new(object, "sessions", sessions_json(gate, answer));
        json_object_set_new(object, "extensions", extensions_json(gate, answer));
    }
    if (answer->pooler.is_known)
        json_object_set_new(object, "pooler", pooler_json(gate, &answer->pooler));
}

static json_t *login_json(struct gate *gate, const struct live_login *login)
{
    json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "server", json_text(gate, login->label),
        "asked_at", json_text_or_null(gate, login->asked), "user", json_text(gate, login->user), "database",
        json_text(gate, login->database), "state", json_text(gate, live_state_row(login->state)->word),
        "sqlstate", json_text_or_null(gate, login->sqlstate));
    add_answer(gate, object, login);
    return object;
}

json_t *live_json(struct gate *gate, const struct facts *facts)
{
    json_t *logins = json_array(), *unasked = json_array();
    for (size_t i = 0; facts->live && i < facts->live->logins.count; i++)
        json_array_append_new(logins, login_json(gate, &facts->live->logins.items[i]));
    for (size_t i = 0; facts->live && i < facts->live->unasked.count; i++)
        json_array_append_new(unasked, json_text(gate, facts->live->unasked.items[i]));
    return json_pack("{s:o, s:o}", "logins", logins, "unasked", unasked);
}

json_t *live_server_json(struct gate *gate, const struct facts *facts, const struct server *server)
{
    for (size_t i = 0; facts->live && i < facts->live->logins.count; i++) {
        const struct live_login *login = &facts->live->logins.items[i];
        if (login->server == server && !login->is_console)
            return login_json(gate, login);
    }
    return NULL;
}
