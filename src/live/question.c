#include "live/question.h"

#include "base/number.h"
#include "live/wire.h"

#include <stdio.h>

struct question {
    const char *key; /* in the answer */
    const char *statement;
    str names;         /* of columns, parted by blanks: the answer is an object, not a list of rows */
    const char *types; /* of columns, a letter each: n a number, t a text, f a flag */
    str only;          /* rows whose first column is one of these, between blanks; empty: all */
    str (*argument)(const struct login *); /* its $1; NULL: none */
};

static str roles_of(const struct login *login)
{
    return login->roles;
}

static str databases_of(const struct login *login)
{
    return login->databases;
}

static str extensions_of(const struct login *login)
{
    return login->extensions;
}

/*
 * Settings that a version does not have are NULL. Sessions: what counts against max_connections, but
 * ours; what kind of session another role has is hidden from those who are not told everything.
 */
static const struct question questions[] = {
    {
        .key = "server",
        .statement = "SELECT current_setting('server_version_num', true),"
                     " current_setting('max_connections', true),"
                     " current_setting('superuser_reserved_connections', true),"
                     " current_setting('reserved_connections', true),"
                     " pg_catalog.pg_is_in_recovery(),"
                     " (SELECT count(*) FROM pg_catalog.pg_stat_replication)",
        .names = STR_INIT("version max_connections superuser_reserved reserved standby replicas"),
        .types = "nnnnfn",
    },
    {
        .key = "sessions",
        .statement = "SELECT coalesce(usename, ''), coalesce(datname, ''), count(*)"
                     " FROM pg_catalog.pg_stat_activity"
                     " WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND"
                     " coalesce(backend_type, 'client backend') = 'client backend' AND pid <> "
                     "pg_catalog.pg_backend_pid()"
                     " GROUP BY 1, 2 ORDER BY 1, 2",
        .types = "ttn",
    },
    {
        .key = "roles",
        .statement = "SELECT rolname, rolconnlimit FROM pg_catalog.pg_roles"
                     " WHERE rolname = ANY (string_to_array($1, E'\\x1f')) ORDER BY 1",
        .types = "tn",
        .argument = roles_of,
    },
    {
        .key = "databases",
        .statement = "SELECT datname, datconnlimit FROM pg_catalog.pg_database"
                     " WHERE datname = ANY (string_to_array($1, E'\\x1f')) ORDER BY 1",
        .types = "tn",
        .argument = databases_of,
    },
    {
        .key = "extensions",
        .statement = "SELECT name, installed_version IS NOT NULL FROM pg_catalog.pg_available_extensions"
                     " WHERE name = ANY (string_to_array($1, E'\\x1f'))"
                     " UNION SELECT extname, true FROM pg_catalog.pg_extension"
                     " WHERE extname = ANY (string_to_array($1, E'\\x1f')) ORDER BY 1",
        .types = "tf",
        .argument = extensions_of,
    },
};

/* PgBouncer's console knows the simple protocol and its own words alone. */
static const struct question console_questions[] = {
    {
        .key = "config",
        .statement = "SHOW CONFIG",
        .types = "tt",
        .only =
            STR_INIT(" default_pool_size max_client_conn max_db_connections pool_mode reserve_pool_size "),
    },
    {.key = "pools", .statement = "SHOW POOLS", .types = "ttnn"},
};

/* ---- rows */

struct asked {
    struct arena *arena;
    PGconn *connection;
    int64_t deadline;
    const struct question *question;
    json_t *rows;
    bool is_refused;
    enum live_state state;
};

static json_t *cell(struct asked *asked, const PGresult *result, int column)
{
    str text = {PQgetvalue(result, 0, column), (size_t)PQgetlength(result, 0, column)};
    int64_t number;
    if (PQgetisnull(result, 0, column))
        return json_null();
    switch (asked->question->types[column]) {
    case 'f':
        return json_boolean(str_eq(text, STR("t")));
    case 'n':
        return number_parse(text, &number) ? json_integer(number) : NULL;
    default:
        return text.len <= LIVE_TEXT_BYTES ? wire_text(asked->arena, text) : NULL;
    }
}

static bool is_wanted(struct asked *asked, const PGresult *result)
{
    str only = asked->question->only, text = str_from_c(PQgetvalue(result, 0, 0));
    return only.len == 0 || str_contains(only, arena_join(asked->arena, STR(" "), text, STR(" ")));
}

/* False: a row that the question cannot have. */
static bool take_row(struct asked *asked, const PGresult *result)
{
    int count = (int)strlen(asked->question->types);
    if (PQnfields(result) < count || json_array_size(asked->rows) == LIVE_ROWS)
        return false;
    if (!is_wanted(asked, result))
        return true;
    json_t *row = json_array();
    for (int i = 0; i < count; i++) {
        if (json_array_append_new(row, cell(asked, result, i)) != 0) {
            json_decref(row);
            return false;
        }
    }
    return json_array_append_new(asked->rows, row) == 0;
}

/* Waits until a result is whole. */
static bool is_ready(struct asked *asked)
{
    while (PQisBusy(asked->connection)) {
        if (!login_wait(asked->connection, false, asked->deadline))
            asked->state = LIVE_SILENT;
        else if (!PQconsumeInput(asked->connection))
            asked->state = LIVE_CLOSED;
        if (asked->state != LIVE_ACCEPTED)
            return false;
    }
    return true;
}

static void take_result(struct asked *asked, const PGresult *result)
{
    switch (PQresultStatus(result)) {
    case PGRES_SINGLE_TUPLE:
        if (!take_row(asked, result))
            asked->state = LIVE_STRANGE;
        break;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        break;
    case PGRES_FATAL_ERROR:
        asked->is_refused = true;
        if (PQstatus(asked->connection) == CONNECTION_BAD)
            asked->state = LIVE_CLOSED;
        break;
    default: /* COPY, a pipeline: nothing that was asked for */
        asked->state = LIVE_STRANGE;
    }
}

/* Runs one statement row by row; results past LIVE_ROWS are no answer either. */
static void run(struct asked *asked, const char *statement, const char *argument)
{
    const char *const values[] = {argument};
    bool is_sent = argument ? PQsendQueryParams(asked->connection, statement, 1, NULL, values, NULL, NULL, 0)
                            : PQsendQuery(asked->connection, statement);
    if (!is_sent || (asked->question && !PQsetSingleRowMode(asked->connection)))
        asked->state = LIVE_CLOSED;
    for (int results = 0; asked->state == LIVE_ACCEPTED; results++) {
        PGresult *result = is_ready(asked) ? PQgetResult(asked->connection) : NULL;
        if (!result)
            return;
        if (results > LIVE_ROWS + 1)
            asked->state = LIVE_STRANGE;
        else
            take_result(asked, result);
        PQclear(result);
    }
}

/* One row as an object; its keys are the question's. */
static json_t *as_object(const struct question *question, const json_t *rows)
{
    json_t *object = json_object();
    str rest = question->names, name;
    for (size_t i = 0; str_next(&rest, ' ', &name); i++)
        json_object_setn_new(
            object, name.ptr, name.len, json_incref(json_array_get(json_array_get(rows, 0), i)));
    return object;
}

static void keep(struct asked *asked, json_t *object)
{
    const struct question *question = asked->question;
    if (asked->is_refused || (question->names.len > 0 && json_array_size(asked->rows) != 1))
        return;
    json_object_set_new(object, question->key,
        question->names.len > 0 ? as_object(question, asked->rows) : json_incref(asked->rows));
}

static enum live_state ask(struct arena *arena, PGconn *connection, const struct question *question,
    const struct login *login, int64_t deadline, json_t *object)
{
    struct asked asked = {.arena = arena,
        .connection = connection,
        .deadline = deadline,
        .question = question,
        .state = LIVE_ACCEPTED};
    str argument = question->argument ? question->argument(login) : STR("");
    if (question->argument && argument.len == 0)
        return LIVE_ACCEPTED;
    asked.rows = json_array();
    run(&asked, question->statement, question->argument ? argument.ptr : NULL);
    if (asked.state == LIVE_ACCEPTED)
        keep(&asked, object);
    json_decref(asked.rows);
    return asked.state;
}

/* A command; false where the server refuses it. */
static bool command(struct asked *asked, const char *statement)
{
    run(asked, statement, NULL);
    return !asked->is_refused;
}

/* A failed statement ends its transaction: each question has one. False: there are none here. */
static bool ask_apart(struct arena *arena, PGconn *connection, const struct question *question,
    const struct login *login, int64_t deadline, json_t *object, enum live_state *state)
{
    char begin[120];
    int64_t left = deadline - login_clock();
    struct asked asked = {
        .arena = arena, .connection = connection, .deadline = deadline, .state = LIVE_ACCEPTED};
    snprintf(
        begin, sizeof begin, "BEGIN READ ONLY; SET LOCAL statement_timeout = %d", left > 1 ? (int)left : 1);
    bool is_begun = command(&asked, begin);
    *state = asked.state;
    if (*state == LIVE_ACCEPTED && is_begun)
        *state = ask(arena, connection, question, login, deadline, object);
    if (*state == LIVE_ACCEPTED && PQtransactionStatus(connection) != PQTRANS_IDLE) {
        command(&asked, "ROLLBACK");
        *state = asked.state;
    }
    return is_begun;
}

static enum live_state ask_console(
    struct arena *arena, PGconn *connection, const struct login *login, int64_t deadline, json_t *object)
{
    enum live_state state = LIVE_ACCEPTED;
    for (size_t i = 0; i < ARRAY_COUNT(console_questions) && state == LIVE_ACCEPTED; i++)
        state = ask(arena, connection, &console_questions[i], login, deadline, object);
    return state;
}

enum live_state question_ask(
    struct arena *arena, PGconn *connection, const struct login *login, int64_t deadline, json_t *object)
{
    enum live_state state = LIVE_ACCEPTED;
    if (login->is_console)
        return ask_console(arena, connection, login, deadline, object);
    for (size_t i = 0; i < ARRAY_COUNT(questions) && state == LIVE_ACCEPTED; i++)
        /* A pooler in statement mode refuses transactions, and may hang up: the login was accepted. */
        if (!ask_apart(arena, connection, &questions[i], login, deadline, object, &state))
            return state == LIVE_CLOSED ? LIVE_ACCEPTED : state;
    return state;
}
