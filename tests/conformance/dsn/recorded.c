/*
 * Every recorded connection string against every client that is modelled, its labels, and every recorded
 * rewrite: what the real programs made of the same strings.
 *
 * usage: recorded dsn.jsonl rewrite.jsonl
 */
#include "rewrite/parameter.h"
#include "rewrite/rewrite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct tally {
    size_t compared, wrong;
};

/* Our name of a client and the name of the recording. */
static const struct {
    const char *client, *oracle;
} oracles[] = {
    {"libpq", "libpq"},
    {"sqlalchemy", "sa20"},
    {"asyncpg", "asyncpg"},
    {"pgx", "pgx"},
    {"node-postgres", "pgcs"},
    {"pgjdbc", "jdbcpg"},
    {"go-sql-driver", "gomysql"},
    {"mysql2", "mysql2"},
    {"pymongo", "pymongo"},
    {"redis-py", "redispy"},
    {"ioredis", "ioredis"},
    {"node-redis", "noderedis"},
    {"kombu", "kombu"},
    {"amqp", "goamqp"},
    {"curl", "curl"},
    {"urllib", "urllib"},
    {"whatwg", "whatwg"},
    {"go-url", "gourl"},
    {"kafka", "kafkapy"},
    {"nodemailer", "nodemailer"},
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

/* A recorded scalar as text: redis databases are numbers in some recordings. */
static str scalar(struct arena *arena, const json_t *value)
{
    if (json_is_integer(value))
        return arena_printf(arena, "%lld", (long long)json_integer_value(value));
    return json_is_string(value) ? (str){json_string_value(value), json_string_length(value)} : STR("");
}

static void report(struct tally *tally, const json_t *row, str client, const char *what, str wanted, str got)
{
    tally->wrong++;
    printf("# %s %s: %s: input «%s» wanted «" STR_FMT "» got «" STR_FMT "»\n", text_of(row, "id"), client.ptr,
        what, text_of(row, "dsn"), STR_ARG(wanted), STR_ARG(got));
}

/* --- what a recording says, in our terms */

struct recorded {
    bool error;
    str user, password, database;
    str_vec hosts, ports;
};

static str drop_socket_name(str host)
{
    size_t at = str_find(host, STR("/.s.PGSQL."));
    return at == STR_NONE ? host : str_take(host, at);
}

/* What stands behind `key` up to the closing parenthesis. */
static str descriptor_value(str descriptor, str key)
{
    struct str_cut cut = str_cut(descriptor, key);
    return cut.found ? str_cut_byte(cut.tail, ')').head : STR("");
}

static void add_place(struct arena *arena, struct recorded *recorded, str host, str port)
{
    if (str_starts(host, STR("(DESCRIPTION="))) { /* handed on whole: Oracle's own library takes it apart */
        port = descriptor_value(host, STR("(PORT="));
        recorded->database = descriptor_value(host, STR("(SID="));
        host = descriptor_value(host, STR("(HOST="));
    }
    host = drop_socket_name(host.len > 2 ? str_trim_bytes(host, STR("[]")) : host);
    bool again = recorded->hosts.count && str_eq(*vec_last(&recorded->hosts), host) &&
                 str_eq(*vec_last(&recorded->ports), port);
    if (host.len == 0 || again) /* pgx records each host twice: with TLS and without */
        return;
    vec_push(arena, &recorded->hosts, host);
    vec_push(arena, &recorded->ports, port);
}

static void read_places(struct arena *arena, struct recorded *recorded, const json_t *oracle)
{
    const json_t *list = json_object_get(oracle, "hosts"), *place;
    size_t index;
    json_array_foreach(list, index, place) if (json_is_object(place)) add_place(arena, recorded,
        scalar(arena, json_object_get(place, "host")), scalar(arena, json_object_get(place, "port")));
    if (list == NULL)
        add_place(arena, recorded, scalar(arena, json_object_get(oracle, "host")),
            scalar(arena, json_object_get(oracle, "port")));
}

/* SQLAlchemy: what the dialect hands to its driver, where that was recorded; libpq splits its host list. */
static void use_connect_arguments(struct arena *arena, struct recorded *recorded, const json_t *oracle)
{
    const json_t *arguments = json_object_get(json_object_get(oracle, "connect_args"), "kwargs");
    const char *failed = text_of(oracle, "connect_args_error");
    recorded->error = recorded->error || str_starts(str_from_c(failed), STR("ArgumentError"));
    if (json_object_get(arguments, "user"))
        recorded->user = scalar(arena, json_object_get(arguments, "user"));
    if (json_object_get(arguments, "password"))
        recorded->password = scalar(arena, json_object_get(arguments, "password"));
    if (json_object_get(arguments, "dbname"))
        recorded->database = scalar(arena, json_object_get(arguments, "dbname"));
    str host = scalar(arena, json_object_get(arguments, "hostaddr"));
    host = host.len ? host : scalar(arena, json_object_get(arguments, "host"));
    if (host.len == 0)
        return;
    str port = scalar(arena, json_object_get(arguments, "port")), item;
    recorded->hosts.count = recorded->ports.count = 0;
    while (str_next(&host, ',', &item))
        add_place(arena, recorded, item, port);
}

static struct recorded read_recorded(struct arena *arena, const json_t *expect, const char *name)
{
    const json_t *oracle = json_object_get(expect, name);
    struct recorded recorded = {
        .error = json_object_get(oracle, "error") != NULL,
        .user = scalar(arena, json_object_get(oracle, "user")),
        .password = scalar(arena, json_object_get(oracle, "password")),
        .database = scalar(arena, json_object_get(oracle, "database")),
    };
    read_places(arena, &recorded, oracle);
    if (str_eq(str_from_c(name), STR("sa20")))
        use_connect_arguments(arena, &recorded, oracle);
    str dialed = scalar(arena, json_object_get(json_object_get(expect, "libpq_conn"), "hostaddr"));
    if (str_eq(str_from_c(name), STR("libpq")) && dialed.len && recorded.hosts.count == 1)
        recorded.hosts.items[0] = dialed; /* hostaddr= is what is dialled; a name resolves to it */
    if (str_eq(str_from_c(name), STR("asyncpg")) && recorded.hosts.count == 5)
        recorded.hosts.count = 0; /* its own defaults */
    return recorded;
}

/* --- comparing */

/* A fault that our reading names and the recording cannot: seen when connecting, or on another machine. */
static bool is_later_fault(const struct dsn_reading *reading, const json_t *row, const json_t *oracle)
{
    const json_t *connection = json_object_get(json_object_get(row, "expect"), "libpq_conn");
    bool refused = str_eq(str_from_c(text_of(connection, "status")), STR("bad"));
    return (reading->error && refused) ||
           (reading->error == DSN_BAD_SCHEME && json_object_get(oracle, "dialect_error"));
}

/* The recording machine lacked a file that the string names: says nothing of what the string means. */
static bool is_machine_fault(const json_t *oracle)
{
    static const char *const texts[] = {"No such file or directory", "no such file or directory"};
    str error = str_from_c(text_of(oracle, "error"));
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
        if (str_contains(error, str_from_c(texts[i])))
            return true;
    return false;
}

static bool host_matches(struct arena *arena, const struct dsn_host *host, str wanted)
{
    str got = host->host.text.len > 2 ? str_trim_bytes(host->host.text, STR("[]")) : host->host.text;
    if (str_eq(got, wanted))
        return true;
    if (str_eq(host_canonical(arena, got), host_canonical(arena, wanted)))
        return true;
    return host_classify(arena, got) == HOST_CLASS_LOOPBACK &&
           host_classify(arena, wanted) == HOST_CLASS_LOOPBACK;
}

static void compare_hosts(struct tally *tally, struct arena *arena, const json_t *row,
    const struct dsn_reading *reading, const struct recorded *wanted)
{
    str client = dsn_client_name(reading->client);
    size_t at = 0;
    if (reading->indirect)
        return;
    vec_each(const struct dsn_host *, it, &reading->hosts) {
        bool named = it->host.present && it->host.text.len && it->class != HOST_CLASS_FILE;
        if (!named && !(at < wanted->hosts.count && host_matches(arena, it, wanted->hosts.items[at])))
            continue;
        if (at >= wanted->hosts.count || !host_matches(arena, it, wanted->hosts.items[at])) {
            report(tally, row, client, "host",
                at < wanted->hosts.count ? wanted->hosts.items[at] : STR("none"), it->host.text);
            return;
        }
        str port = wanted->ports.items[at++];
        str got = arena_printf(arena, "%d", (int)it->port);
        bool as_written = str_eq(port, it->port_part.text); /* recorded before it became a number */
        if (port.len && it->class != HOST_CLASS_SOCKET && !str_eq(port, got) && !as_written)
            report(tally, row, client, "port", port, got);
    }
    if (at < wanted->hosts.count)
        report(tally, row, client, "host", wanted->hosts.items[at], STR("none"));
}

/* Users and databases that come from the recording machine's account are no part of the string. */
static bool is_account_default(str client, str wanted, str got)
{
    bool fills = str_eq(client, STR("asyncpg")) || str_eq(client, STR("pgx"));
    return fills && got.len == 0 && (str_eq(wanted, STR("osuser")) || str_eq(wanted, STR("root")));
}

static void compare_part(
    struct tally *tally, const json_t *row, str client, const char *what, str wanted, str got)
{
    if (!str_eq(wanted, got) && !is_account_default(client, wanted, got))
        report(tally, row, client, what, wanted, got);
}

/* Recorded is kombu's URL parser; what that calls the database is a path to its Redis transport. */
static void use_transport(struct arena *arena, struct recorded *recorded, const struct dsn_reading *reading)
{
    bool is_socket = reading->hosts.count && reading->hosts.items[0].class == HOST_CLASS_SOCKET;
    if (!is_socket || !str_eq(dsn_client_name(reading->client), STR("kombu")))
        return;
    add_place(arena, recorded, arena_printf(arena, "/" STR_FMT, STR_ARG(recorded->database)), STR(""));
    recorded->database = STR("");
}

static void compare_reading(struct tally *tally, struct arena *arena, const json_t *row,
    const struct dsn_reading *reading, const char *oracle_name)
{
    const json_t *expect = json_object_get(row, "expect"), *oracle = json_object_get(expect, oracle_name);
    str client = dsn_client_name(reading->client);
    if (oracle == NULL || is_machine_fault(oracle))
        return;
    tally->compared++;
    struct recorded wanted = read_recorded(arena, expect, oracle_name);
    use_transport(arena, &wanted, reading);
    bool third_party = json_object_get(oracle, "dialect_error") != NULL;
    if (wanted.error && !reading->error && !reading->indirect && !third_party)
        report(tally, row, client, "fault", STR("refused"), STR("accepted"));
    if (!wanted.error && reading->error && !is_later_fault(reading, row, oracle))
        report(tally, row, client, "fault", STR("accepted"), dsn_error_text(reading->error));
    if (wanted.error || reading->error)
        return;
    bool url_only = str_eq(client, STR("curl")) || str_eq(client, STR("urllib")) ||
                    str_eq(client, STR("whatwg")) || str_eq(client, STR("go-url")) ||
                    str_eq(client, STR("nodemailer"));
    compare_part(tally, row, client, "user", wanted.user, reading->user.text);
    compare_part(tally, row, client, "password", wanted.password, reading->password.text);
    if (!url_only)
        compare_part(tally, row, client, "database", wanted.database, reading->database.text);
    compare_hosts(tally, arena, row, reading, &wanted);
}

/* --- labels */

static bool list_holds(const json_t *list, str word)
{
    size_t index;
    const json_t *item;
    json_array_foreach(list, index, item) if (str_eq(str_from_c(json_string_value(item)), word)) return true;
    return false;
}

/* loopback: some host of the string is this machine; null and no opinion where the string has a fault. */
static void compare_labels(struct tally *tally, const json_t *row, const struct dsn *dsn)
{
    const json_t *loopback = json_object_get(row, "loopback"), *local = json_object_get(row, "local");
    bool here = false, wildcard = false;
    /* unlabelled where clients differ: then it must be called ambiguous */
    bool unlabelled =
        json_is_null(loopback) && dsn->ambiguous && json_is_true(json_object_get(row, "hosts_disagree"));
    vec_each(const struct dsn_host *, it, &dsn->hosts) {
        bool kind = it->class == HOST_CLASS_LOOPBACK || it->class == HOST_CLASS_SOCKET ||
                    it->class == HOST_CLASS_WILDCARD;
        here = here || kind;
        wildcard = wildcard || it->class == HOST_CLASS_WILDCARD;
        if ((kind || it->class == HOST_CLASS_FILE) && dsn->error == DSN_OK && json_is_array(local) &&
            !unlabelled && !list_holds(local, host_class_name(it->class)))
            report(tally, row, STR("label"), "local", STR("not this class"), host_class_name(it->class));
    }
    tally->compared++;
    if (dsn->error != DSN_OK && (json_is_null(loopback) || dsn->hosts.count == 0))
        return;
    if (json_is_null(loopback) ? here && !dsn->indirect && !unlabelled : here != json_is_true(loopback))
        report(tally, row, STR("label"), "loopback",
            json_is_true(loopback) ? STR("true") : STR("false or null"), here ? STR("true") : STR("false"));
    if (!json_is_null(loopback) && wildcard != json_is_true(json_object_get(row, "wildcard")))
        report(tally, row, STR("label"), "wildcard", wildcard ? STR("false") : STR("true"),
            wildcard ? STR("true") : STR("false"));
    if (dsn->ambiguous && !json_is_true(json_object_get(row, "hosts_disagree")) && dsn->hosts.count == 1 &&
        dsn->readings.count == 1)
        report(tally, row, STR("label"), "ambiguous", STR("false"), STR("true"));
}

static void check_dsn_row(struct tally *tally, struct arena *arena, const json_t *row)
{
    static const struct {
        const char *kind, *family;
    } kinds[] = {{"gomysql", "mysql"}, {"kafka", "kafka"}};
    const json_t *text = json_object_get(row, "dsn");
    const struct dsn_family *family = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (str_eq(str_from_c(text_of(row, "kind")), str_from_c(kinds[i].kind)))
            family = dsn_family_find(str_from_c(kinds[i].family));
    str input = {json_string_value(text), json_string_length(text)};
    const struct dsn *dsn = dsn_parse(arena, input, family, STR(""));
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        for (size_t i = 0; i < ARRAY_COUNT(oracles); i++)
            if (dsn_client_release(it->client).len == 0 &&
                str_eq(dsn_client_name(it->client), str_from_c(oracles[i].client)))
                compare_reading(tally, arena, row, it, oracles[i].oracle);
    compare_labels(tally, row, dsn);
    const json_t *sync = json_object_get(row, "sync_rewrite");
    if (sync) {
        struct rewrite_result got = dsn_rewrite(arena, input, STR("sync"));
        tally->compared++;
        if (!str_eq(got.text, scalar(arena, sync)))
            report(tally, row, STR("rewrite"), "sync", scalar(arena, sync), got.text);
    }
}

/* --- rewrites */

static void check_dropped(struct tally *tally, struct arena *arena, const json_t *row, const char *target,
    const struct rewrite_result *got)
{
    const json_t *list = json_object_get(json_object_get(row, "dropped"), target);
    bool equal = json_array_size(list) == got->dropped.count;
    for (size_t i = 0; equal && i < got->dropped.count; i++)
        equal = str_eq(scalar(arena, json_array_get(list, i)), got->dropped.items[i]);
    if (!equal)
        report(tally, row, STR("rewrite"), "dropped", str_from_c(target), STR("another list"));
}

static void check_rewrite_row(struct tally *tally, struct arena *arena, const json_t *row)
{
    const char *target;
    json_t *wanted;
    str input = scalar(arena, json_object_get(row, "in"));
    json_object_foreach(json_object_get(row, "expect"), target, wanted)
    {
        bool raw = str_eq(str_from_c(target), STR("asyncpg_dsn"));
        struct rewrite_result got = dsn_rewrite(arena, input, raw ? STR("asyncpg") : str_from_c(target));
        tally->compared++;
        if (json_is_null(wanted) ? got.error == REWRITE_OK : !str_eq(got.text, scalar(arena, wanted)))
            report(tally, row, STR("rewrite"), target, scalar(arena, wanted), got.text);
        else if (!json_is_null(wanted))
            check_dropped(tally, arena, row, target, &got);
    }
}

static size_t check_file(const char *path, void (*check)(struct tally *, struct arena *, const json_t *))
{
    struct tally tally = {0};
    struct arena arena = {0};
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, rows = 0;
    while (file && getline(&line, &capacity, file) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (row == NULL)
            tally.wrong++;
        else
            check(&tally, &arena, row);
        json_decref(row);
        arena_free(&arena);
        rows++;
    }
    free(line);
    if (file)
        fclose(file);
    printf("%s: %zu rows, %zu comparisons, %zu wrong\n", path, rows, tally.compared, tally.wrong);
    return tally.wrong + (rows == 0);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    size_t wrong = check_file(argv[1], check_dsn_row) + check_file(argv[2], check_rewrite_row);
    return wrong != 0;
}
