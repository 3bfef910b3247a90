/* What clients read alike is read once for all: each must be given what it would have read by itself. */
#include "unit.h"

#include "base/buf.h"
#include "dsn/plain.h"

#include <stdio.h>

/* --- which URLs are plain */

static const struct {
    const char *text;
    bool wanted;
} cases[] = {
    {"postgresql://app:s3cr3t@db:5432/orders", true},
    {"postgresql+asyncpg://app:s3cr3t@db/orders", true},
    {"postgres://app@db.example", true},
    {"postgres://db", true},
    {"postgres://app:P-w_1.2~3@10.0.0.5:5432/orders?sslmode=require&connect_timeout=3", true},
    {"postgres://app:p%40w%25@db/orders", true},
    {"postgres://app:p%20w@db/orders", false},
    {"postgres://app:p%7fw@db/orders", false},
    {"postgres://app:p%c3%a9w@db/orders", false},
    {"postgres://app:p%4@db/orders", false},
    {"postgres://app:p%4gw@db/orders", false},
    {"postgres://app:s3cr3t@d%62/orders", false},
    {"postgres://app:s3cr3t@db/%6frders", false},
    {"postgres://app:p+w@db/orders", false},
    {"postgres://app:p@w@db/orders", false},
    {"postgres://app:@db/orders", false},
    {"postgres://:s3cr3t@db/orders", false},
    {"postgres://@db/orders", false},
    {"postgres://app:s3cr3t@/orders", false},
    {"postgres:///orders", false},
    {"postgres://app:s3cr3t@Db/orders", false},
    {"postgres://app:s3cr3t@db:/orders", false},
    {"postgres://app:s3cr3t@db:0/orders", false},
    {"postgres://app:s3cr3t@db:05432/orders", false},
    {"postgres://app:s3cr3t@db:65536/orders", false},
    {"postgres://app:s3cr3t@a,b/orders", false},
    {"postgres://app:s3cr3t@[::1]/orders", false},
    {"postgres://app:s3cr3t@127.1/orders", false},
    {"postgres://app:s3cr3t@127.0.0.01/orders", false},
    {"postgres://app:s3cr3t@127.0.0.256/orders", false},
    {"postgres://app:s3cr3t@2130706433/orders", false},
    {"postgres://app:s3cr3t@db/", false},
    {"postgres://app:s3cr3t@db/a/b", false},
    {"postgres://app:s3cr3t@db/orders#x", false},
    {"postgres://app:s3cr3t@db/orders?", false},
    {"postgres://app:s3cr3t@db/orders?host=other", false},
    {"postgres://app:s3cr3t@db/orders?HOST=other", false},
    {"postgres://app:s3cr3t@db/orders?nosuch=1", false},
    {"postgres://app:s3cr3t@db/orders?ssl=true", false},
    {"postgres://app:s3cr3t@db/orders?sslmode=", false},
    {"postgres://app:s3cr3t@db/orders?sslmode", false},
    {"postgres://app:s3cr3t@db/orders?sslmode=require&", false},
    {" postgres://app:s3cr3t@db/orders", false},
    {"postgres://app:s3cr3t@db/orders ", false},
    {"postgres:/app:s3cr3t@db/orders", false},
    {"redis://:s3cr3t@cache:6379/0", true},
    {"redis://cache", true},
    {"redis://cache/name", false},
    {"redis://cache/0?db=1", false},
    {"http://qdrant:6333", true},
    {"https://api.example.com/v1/items/?key=abc", true},
    {"https://token@api.example.com", true},
    {"postgres://app:s3cr3t@db/orders?sslrootcert=/etc/ssl/a:b,c.pem", true},
    {"mongodb://app:s3cr3t@a:27017,b:27018,10.0.0.5/orders?replicaSet=rs0", true},
    {"mongodb://app:s3cr3t@a,/orders", false},
    {"mongodb://app:s3cr3t@a/orders.items", false},
    {"mongodb://:s3cr3t@a/orders", false},
    {"mongodb://a?tls=true&ssl=false", false},
    {"mongodb+srv://app:s3cr3t@cluster0.example.net/orders", true},
    {"mongodb+srv://app:s3cr3t@a,b/orders", false},
    {"mongodb+srv://app:s3cr3t@a:27017/orders", false},
    {"redis://a,b", false},
    {"redis+socket://cache", false},
    {"amqp://app:s3cr3t@rabbit/vhost", true},
    {"amqp://app:s3cr3t@rabbit//", false},
    {"mssql+pyodbc://app:s3cr3t@source", false},
    {"mssql+pyodbc://app:s3cr3t@db/orders", true},
    {"sqlite:///orders.db", false},
    {"s3://bucket?endpoint=http://minio:9000", false},
    {"clickhouse://db?secure=true", false},
    {"nats://a:4222,b:4222", true},
    {"mysql+pymysql://app:s3cr3t@mysql:3306/app?charset=utf8mb4", true},
    {"mysql://app:s3cr3t@mysql/app?socketPath=x", false},
};

static bool is_plain(struct arena *arena, const struct dsn *dsn)
{
    struct dsn_reading reading = {0};
    struct reader reader = {
        .arena = arena,
        .text = dsn->text,
        .family = dsn->family,
        .scheme = dsn->scheme.text,
        .reading = &reading,
    };
    return plain_read(&reader, scheme_find(dsn->scheme.text));
}

static void test_plain(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        str text = str_from_c(cases[i].text);
        bool got = is_plain(&arena, dsn_parse(&arena, text, NULL, STR("")));
        assert_str(text, cases[i].wanted ? STR("plain") : STR("not"), got ? STR("plain") : STR("not"));
    }
    arena_free(&arena);
}

/* --- what the clients make of them */

static void put_part(struct buf *out, const char *name, const struct dsn_part *part)
{
    if (part->present)
        buf_printf(out, " %s[%u+%u]=" STR_FMT, name, part->offset, part->length, STR_ARG(part->text));
}

/* A host that the string does not name is the family's, filled in later. */
static void put_host(struct buf *out, const struct dsn_host *host)
{
    bool named = host->host.present && host->host.text.len != 0;
    put_part(out, "host", named ? &host->host : &(struct dsn_part){0});
    put_part(out, "port", &host->port_part);
    buf_printf(
        out, " %d " STR_FMT, host->port, STR_ARG(named ? host_class_name(host->class) : STR("default")));
}

static str reading_text(struct arena *arena, const struct dsn_reading *reading)
{
    struct buf out = buf_new(arena, 4096);
    buf_printf(&out, STR_FMT " %d:", STR_ARG(dsn_client_name(reading->client)), (int)reading->error);
    put_part(&out, "user", &reading->user);
    put_part(&out, "password", &reading->password);
    vec_each(const struct dsn_host *, it, &reading->hosts)
        if (reading->error == DSN_OK ||
            (it->host.present && it->host.text.len)) /* a refused string leads nowhere by default */
            put_host(&out, it);
    put_part(&out, "database", &reading->database);
    vec_each(const struct dsn_parameter *, it, &reading->parameters) {
        put_part(&out, "key", &it->key);
        put_part(&out, it->secret ? "secret" : "value", &it->value);
    }
    return buf_view(&out);
}

/* A port that the client leaves open is the family's or the scheme's, filled in later. */
static void fill_ports(struct dsn_reading *reading, const dsn_hosts *from)
{
    for (size_t i = 0; i < reading->hosts.count && i < from->count; i++)
        if (reading->hosts.items[i].port == 0)
            reading->hosts.items[i].port = from->items[i].port;
}

static str read_alone(struct arena *arena, const struct dsn *dsn, const struct dsn_reading *shared)
{
    const struct dsn_client *client = shared->client;
    struct dsn_reading reading = {.client = client};
    struct reader reader = {
        .arena = arena,
        .text = dsn->text,
        .family = dsn->family,
        .rules = client->url,
        .scheme = dsn->scheme.text,
        .dialect = dsn->dialect,
        .driver = dsn->driver,
        .reading = &reading,
    };
    reading.error = client->read(&reader);
    fill_ports(&reading, &shared->hosts);
    return reading_text(arena, &reading);
}

/* Every choice of these parts is a URL; most are plain. */
static const char *const schemes[] = {"postgresql", "postgres", "postgresql+asyncpg", "POSTGRES",
    "cockroachdb", "mysql+pymysql", "mariadb", "redis", "valkey", "unix", "redis+socket", "amqp", "pyamqp",
    "http", "wss", "mongodb", "mongodb+srv", "clickhouse", "clickhouse+native", "mssql+pyodbc", "oracle",
    "trino", "smtps", "s3", "nats", "nosuch", "redis-sentinel", "kafka"};
static const char *const logins[] = {
    "", "app@", "app:s3cr3t@", ":s3cr3t@", "App-1.x:P~w_0@", "a%40b:%3A%2f%25p%5E@"};
static const char *const places[] = {"db", "db:5433", "localhost", "a-b_c.example:1", "0.0.0.0",
    "127.0.0.1:65535", "x.localhost:80", "a:1,b,10.0.0.5:65535"};
static const char *const paths[] = {"", "/", "/0", "/a/b", "/or.ders-1"};
static const char *const queries[] = {"", "?sslmode=require", "?application_name=x&token=abc",
    "?sslmode=require&sslmode=disable", "?sslpassword=/a:b,c", "?Key=a&key=b", "?tls=true", "?secure=1",
    "?options=a:b//c@d"};

static void check_text(str text)
{
    struct arena arena = {0};
    const struct dsn *dsn = dsn_parse(&arena, text, NULL, STR(""));
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (it->client->url || it->client->agrees) /* who reads by itself needs no comparison */
            assert_str(text, read_alone(&arena, dsn, it), reading_text(&arena, it));
    arena_free(&arena);
}

static void test_shared_readings(void **state)
{
    (void)state;
    for (size_t s = 0; s < ARRAY_COUNT(schemes); s++)
        for (size_t l = 0; l < ARRAY_COUNT(logins); l++)
            for (size_t p = 0; p < ARRAY_COUNT(places); p++)
                for (size_t d = 0; d < ARRAY_COUNT(paths); d++)
                    for (size_t q = 0; q < ARRAY_COUNT(queries); q++) {
                        char text[256];
                        int length = snprintf(text, sizeof text, "%s://%s%s%s%s", schemes[s], logins[l],
                            places[p], paths[d], queries[q]);
                        check_text((str){text, (size_t)length});
                    }
}

/* --- settings: what libpq has read is what pgx would */

static const char *const settings[] = {"host=db", "host=db,db2", "host=''", "host=127.1", "host=/run/pg",
    "host=[::1]", "host=::1", "hostaddr=10.0.0.5", "port=5433", "port=' 5433'", "port=", "port=0", "port=1,2",
    "user=app", "password='p w'", "password=p\\w", "password=", "dbname=orders", "dbname=a=b", "database=x",
    "service=s", "sslmode=require", "SSLMODE=x", "user=first", "options='-c a=b'"};

static void test_settings(void **state)
{
    (void)state;
    for (size_t a = 0; a < ARRAY_COUNT(settings); a++)
        for (size_t b = 0; b < ARRAY_COUNT(settings); b++)
            for (size_t c = 0; c < ARRAY_COUNT(settings); c++) {
                char text[256];
                int length = snprintf(text, sizeof text, "%s %s %s", settings[a], settings[b], settings[c]);
                check_text((str){text, (size_t)length});
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_shared_readings),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
