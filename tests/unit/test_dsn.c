/* Recognising, taking apart and places of connection strings, beyond the recorded cases. */
#include "unit.h"

#include "base/buf.h"
#include "base/limit.h"
#include "dsn/family.h"
#include "rewrite/parameter.h"

/* --- recognition */

static const struct {
    const char *name, *text;
    bool wanted;
} recognitions[] = {
    {"DATABASE_URL", "postgresql://app:pw@db/app", true},
    {"X", "postgresql://app:p w@db/app", true},
    {"X", "postgresql+asyncpg://app:pw@db/app", true},
    {"X", "redis://cache:6379/0", true},
    {"X", "http://qdrant:6333", true},
    {"X", "jdbc:postgresql://db/app", true},
    {"X", "host=db user=app dbname=app", true},
    {"X", "Server=db;Database=app;User Id=sa", true},
    {"X", "UseDevelopmentStorage=true", true},
    {"X", "app:pw@tcp(db:3306)/app", true},
    {"X", "sqlite:////data/app.db", true},
    {"DATABASE_URL", "file:./dev.db", true},
    {"KAFKA_BROKERS", "a:9092,b:9092", true},
    {"KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", true},
    {"ELASTICSEARCH_HOSTS", "http://es1:9200,http://es2:9200", true},
    {"BROKER_URL", "myqueue://u:p@h", true},
    {"NOTE", "see http://x for help", false},
    {"NOTE", "http://x for help", false},
    {"PATH", "/usr/bin:/bin", false},
    {"DATA_DIR", "/var/lib/app", false},
    {"NAME", "plain words", false},
    {"VERSION", "1.2.3", false},
    {"JAVA_OPTS", "-Dkey=value -Xmx1g", false},
    {"HOST_PORT", "a:9092", false},
    {"CORS_ORIGINS", "http://localhost:3000", false},
    {"ALLOWED_HOSTS", "localhost,example.com", false},
    {"BIND_URL", "tcp://0.0.0.0:8000", false},
    {"KAFKA_LISTENERS", "PLAINTEXT://0.0.0.0:9092", false},
    {"EMPTY", "", false},
    {"TIME", "12:30", false},
    {"APP_KEY", "base64:abcd=", false},
};

static void test_recognition(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(recognitions); i++) {
        bool got = dsn_recognise(str_from_c(recognitions[i].text), str_from_c(recognitions[i].name));
        assert_str(str_from_c(recognitions[i].text), recognitions[i].wanted ? STR("yes") : STR("no"),
            got ? STR("yes") : STR("no"));
    }
}

/* --- parts: "family client user|password|host:port,…|database" or the fault */

static const struct {
    const char *text, *wanted;
} splits[] = {
    {"postgresql://app:pw@db:5433/app", "postgresql app|pw|db:5433|app"},
    {"postgres://app@db", "postgresql app||db:5432|"},
    {"postgresql+asyncpg://app:pw@db/app", "postgresql app|pw|db:5432|app"},
    {"cockroachdb://root@crdb/bank", "postgresql root||crdb:5432|bank"},
    {"mysql+pymysql://u:p@/app?unix_socket=/run/mysqld.sock", "mysql u|p|/run/mysqld.sock:0|app"},
    {"mongodb://a,b:27018/app?replicaSet=r", "mongodb ||a:27017,b:27018|app"},
    {"rediss://:pw@cache", "redis |pw|cache:6379|"},
    {"redis+sentinel://s1,s2:26380/mymaster", "redis ||s1:26379,s2:26380|mymaster"},
    {"amqps://u:p@mq/%2f", "amqp u|p|mq:5671|/"},
    {"https://api.example", "http ||api.example:443|"},
    {"https://u:p@api.example:8443/x?y#z", "http u|p|api.example:8443|"},
    {"sqlite:///app.db", "sqlite ||app.db:0|app.db"},
    {"clickhouse://default:pw@ch/db?secure=true", "clickhouse default|pw|ch:9440|db"},
    {"jdbc:mysql://u:p@h1:3307,h2/app?useSSL=false", "mysql u|p|h1:3307,h2:3306|app"},
    {"jdbc:mysql://address=(host=h1)(port=3308),(host=h2,port=3309)/app", "mysql ||h1:3308,h2:3309|app"},
    {"jdbc:sqlserver://sql:1434;databaseName=app;user=sa;password={p;w}", "mssql sa|p;w|sql:1434|app"},
    {"jdbc:sqlserver://sql\\INST;encrypt=true", "mssql ||sql:1433|"},
    {"jdbc:oracle:thin:scott/tiger@//ora:1522/ORCL", "oracle scott|tiger|ora:1522|ORCL"},
    {"jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=o1)(PORT=1525))(ADDRESS=(HOST=o2)))",
        "oracle ||o1:1525,o2:1521|"},
    {"jdbc:h2:mem:test", "sqlite ||mem:test:0|"},
    {"Server=tcp:sql,1444;Initial Catalog=app;User Id=sa;Password=\"a;\"\"b\"",
        "mssql sa|a;\"b|sql:1444|app"},
    {"Server=my;Port=3306;Uid=u;Pwd=p;Database=d", "mysql u|p|my:3306|d"},
    {"Host=h1:5433,h2;Username=u", "postgresql u||h1:5433,h2:5432|"},
    {"Driver={ODBC Driver 18};Server=sql,1433;UID=sa;PWD={a}}b}", "mssql sa|a}b|sql:1433|"},
    {"mssql+pyodbc:///?odbc_connect=DRIVER%3D%7BX%7D%3BSERVER%3Dlocalhost%3BUID%3Dsa%3BPWD%3Dpw",
        "mssql sa|pw|localhost:1433|"},
    {"Endpoint=sb://ns.example/;SharedAccessKeyName=k;SharedAccessKey=s=", "azure k|s=|ns.example:5671|"},
    {"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=k==",
        "azure acc|k==|acc.blob.core.windows.net:443|"},
    {"user:pw@tcp([::1]:3307)/db?tls=true", "mysql user|pw|::1:3307|db"},
    {"s3://bucket/key?endpoint=http://minio:9000", "s3 ||minio:9000|key"},
    {"nats://u:p@n1:4222,nats://n2", "url u|p|n1:4222,n2:4222|"},
    {"smtps://u:p@mail", "smtp u|p|mail:465|"},
    {"psql://app:pw@db:5433/shop", "postgresql app|pw|db:5433|shop"},
    {"mysqli://app:pw@db/shop", "mysql app|pw|db:3306|shop"},
    {"trilogy://app:pw@db/shop", "mysql app|pw|db:3306|shop"},
    {"mysql://app:pw@tcp(db:3307)/shop", "mysql app|pw|db:3307|shop"},
    {"rqlite://db", "url ||db:4001|"},
    {"sqlite3:shop.db", "sqlite ||shop.db:0|shop.db"},
    {"sqlite3:///srv/shop.db?mode=ro", "sqlite ||/srv/shop.db:0|/srv/shop.db"},
    {"sqlite://:memory:", "sqlite ||:memory::0|:memory:"},
    {"sqlserver://sql:1434;initial catalog=shop;user=sa;password={p;w}", "mssql sa|p;w|sql:1434|shop"},
    {"sqlserver://sa:p;w@sql/INST?database=shop&encrypt=true", "mssql sa|p;w|sql:1433|shop"},
    {"sqlserver://sql\\INST:1434;database=shop", "mssql ||sql:1434|shop"},
    {"odbc:server=sql\\INST;user id=sa;password={p}}w};app name", "mssql sa|p}w|sql:1433|"},
    {"odbc:Driver={PostgreSQL};Server=db;Uid=app;Pwd=pw", "postgresql app|pw|db:5432|"},
    {"Server=tcp:sql\\INST,1434;User Id=sa;Password=pw", "mssql sa|pw|sql:1434|"},
    {"redis://pw@/run/redis.sock/1", "redis |pw|/run/redis.sock:0|1"},
    {"redis:///run/redis.sock", "redis ||/run/redis.sock:0|"},
    {"redis:///1", "redis ||localhost:6379|1"},
    {"jdbc:oracle:thin:@ora:1522:SID", "oracle ||ora:1522|SID"},
    {"User Id=u;Password=p;Data Source=//h:1/svc", "oracle u|p|h:1|svc"},
    {"Data Source=tcp:h,1;User Id=u", "mssql u||h:1|"},
    {"Host=a, b:7 ;Database=d", "postgresql ||a:5432,b:7|d"},
    {"oraclegis://u:p@h/d", "oracle u|p|h:1521|d"},
    {"cache:6379,password=pw,abortConnect=false", "redis |pw|cache:6379|"},
    {"unix:/run/redis.sock", "redis ||/run/redis.sock:0|"},
    {"jdbc:mariadb://address=(localSocket=/run/m.sock),db:3307/shop", "mysql ||/run/m.sock:0,db:3307|shop"},
    {"jdbc:mysql://u:p@[h1:1,(host=h2,port=2),address=(host=[::1])]/a%2Fb",
        "mysql u|p|h1:1,h2:2,::1:3306|a/b"},
    {"jdbc:mysql://u:p@h1:,u2@:3307,()", "mysql u|p|h1:3306,localhost:3307,localhost:3306|"},
    {"jdbc:mysql://ann:a@h1,(host=h2)/shop?user=bob&PASSWORD=b&port=3310&dbname=till",
        "mysql ann|a|h1:3310,h2:3310|till"},
    {"jdbc:mysql:///shop?User=bob&password=b&host=sql", "mysql bob|b|sql:3306|shop"},
    {"jdbc:mysql:/shop?user=bob", "mysql bob||localhost:3306|shop"},
    {"jdbc:mysql:loadbalance:?password=b", "mysql |b|localhost:3306|"},
    {"jdbc:mysql+srv://_sql.example.net/shop", "mysql ||_sql.example.net:3306|shop"},
    {"jdbc:mysql+srv:replication://a.example.net,b.example.net/shop",
        "mysql ||a.example.net:3306,b.example.net:3306|shop"},
    {"jdbc:mysql+srv://sql.example.net:3307/shop", "fault BAD_PORT"},
    {"jdbc:mysql://a.example.net,b.example.net/shop?dnsSrv=true", "fault BAD_HOST"},
    {"jdbc:mysql+srv://sql.example.net/shop?dnsSrv=false", "fault BAD_PARAMETER"},
    {"jdbc:mysql+srv://sql.example.net/shop?protocol=PIPE", "fault BAD_PARAMETER"},
    {"jdbc:mysql://u:p@h1@h2/d", "fault BAD_USERINFO"},
    {"jdbc:mysql://h//d", "fault MALFORMED"},
    {"jdbc:mysql://h/d??k=v", "fault MALFORMED"},
    {"jdbc:mysql://h/d?=v", "fault BAD_PARAMETER"},
    {"jdbc:mysql:other://h/d", "fault BAD_SCHEME"},
    {"jdbc:loadbalance://h/d", "fault BAD_SCHEME"},
    {"mongodb://u:p@h/?w", "fault BAD_PARAMETER"},
    {"postgresql://u:p@h:0/d", "fault BAD_PORT"},
    {"postgre://u:p@h/d", "fault BAD_SCHEME"},
    {"words", "fault NOT_A_DSN"},
};

static const char *const fault_names[] = {
    "OK",
    "NOT_A_DSN",
    "TOO_LARGE",
    "BAD_SCHEME",
    "BAD_ESCAPE",
    "BAD_PORT",
    "BAD_HOST",
    "BAD_USERINFO",
    "BAD_PARAMETER",
    "BAD_DATABASE",
    "BAD_QUOTING",
    "MALFORMED",
};

static str render(struct arena *arena, const struct dsn *dsn)
{
    struct buf buf = buf_new(arena, 4096);
    if (dsn->error) {
        buf_printf(&buf, "fault %s", fault_names[dsn->error]);
        return buf_view(&buf);
    }
    buf_printf(&buf, STR_FMT " " STR_FMT "|" STR_FMT "|", STR_ARG(dsn_family_name(dsn->family)),
        STR_ARG(dsn->user.text), STR_ARG(dsn->password.text));
    for (size_t i = 0; i < dsn->hosts.count; i++)
        buf_printf(&buf, "%s" STR_FMT ":%d", i ? "," : "", STR_ARG(dsn->hosts.items[i].host.text),
            (int)dsn->hosts.items[i].port);
    buf_printf(&buf, "|" STR_FMT, STR_ARG(dsn->database.text));
    return buf_view(&buf);
}

static void test_splits(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(splits); i++) {
        str text = str_from_c(splits[i].text);
        assert_str(
            text, str_from_c(splits[i].wanted), render(&arena, dsn_parse(&arena, text, NULL, STR(""))));
    }
    arena_free(&arena);
}

/* A part's bytes are where it says: decoding them gives its text. */
static void test_places(void **state)
{
    static const struct {
        const char *text, *user, *password, *host, *port, *database;
    } places[] = {
        {"postgresql://app:p%40w@db:5433/my%20db?x", "app", "p%40w", "db", "5433", "my%20db"},
        {"postgresql+asyncpg://app:pw@db:5433/app", "app", "pw", "db", "5433", "app"},
        {"postgresql://[::1]:5433/app", "", "", "::1", "5433", "app"},
        {"redis://:pw@cache:1/2", "", "pw", "cache", "1", "2"},
        {"host=db port=1 user=app password='p w' dbname=d", "app", "p w", "db", "1", "d"},
        {"Host=db;Port=1;Username=app;Password=\"p;w\";Database=d", "app", "p;w", "db", "1", "d"},
        {"app:pw@tcp(db:1)/d", "app", "pw", "db", "1", "d"},
        {"jdbc:postgresql://db:1/d?user=app&password=pw", "app", "pw", "db", "1", "d"},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        str text = str_from_c(places[i].text);
        const struct dsn *dsn = dsn_parse(&arena, text, NULL, STR(""));
        const struct dsn_part parts[] = {
            dsn->user, dsn->password, dsn->hosts.items[0].host, dsn->hosts.items[0].port_part, dsn->database};
        const char *const wanted[] = {
            places[i].user, places[i].password, places[i].host, places[i].port, places[i].database};
        for (size_t p = 0; p < ARRAY_COUNT(parts); p++)
            assert_str(text, str_from_c(wanted[p]),
                str_slice(text, parts[p].offset, parts[p].offset + parts[p].length));
    }
    arena_free(&arena);
}

/* --- agreement, TLS, parameters, limits */

static void test_ambiguity(void **state)
{
    static const struct {
        const char *text;
        bool wanted;
    } cases[] = {
        {"redis://:pa%ss@cache:6379/0", true}, /* Node's clients refuse it */
        {"redis://:pa%25ss@cache:6379/0", false},
        {"postgresql://app:pw@db/app", false},
        {"postgresql://app:pw@db/app?host=other", true},
        {"postgresql://app:pw@db/app?hostaddr=127.0.0.1", true},
        {"postgresql://app:p@w@db/app", true},
        {"postgresql://app:p#w@db/app", true},
        {"postgresql://h1,h2:5433/app", true},
        {"postgresql://h1:1,h2:2/app", false},
        {"postgresql:///app", false},
        {"postgresql:///app?host=/run/postgresql", false},
        {"postgresql://app:pw@[0:0::1]/app", false},
        {"postgresql+asyncpg://app:pw@db/app?ssl=require", false},
        {"http://127.1:80", false},
        {"http://good\\@localhost/", true},
        {"redis://cache/0", false},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        str text = str_from_c(cases[i].text);
        bool got = dsn_parse(&arena, text, NULL, STR(""))->ambiguous;
        assert_str(
            text, cases[i].wanted ? STR("ambiguous") : STR("clear"), got ? STR("ambiguous") : STR("clear"));
    }
    arena_free(&arena);
}

static void test_tls(void **state)
{
    static const struct {
        const char *text;
        enum dsn_tls wanted;
    } cases[] = {
        {"postgresql://db/app", DSN_TLS_UNKNOWN},
        {"postgresql://db/app?sslmode=verify-full", DSN_TLS_YES},
        {"postgresql://db/app?sslmode=disable", DSN_TLS_NO},
        {"postgresql+asyncpg://db/app?ssl=require", DSN_TLS_YES},
        {"rediss://cache", DSN_TLS_YES},
        {"redis://cache", DSN_TLS_NO},
        {"mongodb://m/?tls=true", DSN_TLS_YES},
        {"mongodb+srv://c.example.net/", DSN_TLS_YES},
        {"http://x", DSN_TLS_NO},
        {"https://x", DSN_TLS_YES},
        {"Host=db;Username=u;SSL Mode=VerifyFull", DSN_TLS_YES},
        {"Server=db;Encrypt=False;Database=d", DSN_TLS_NO},
        {"u:p@tcp(db)/d?tls=skip-verify", DSN_TLS_YES},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        str text = str_from_c(cases[i].text);
        assert_int_equal(dsn_uses_tls(dsn_parse(&arena, text, NULL, STR(""))), cases[i].wanted);
    }
    arena_free(&arena);
}

/* The faulty keys, each with the right spelling where there is one. */
static void test_parameter_faults(void **state)
{
    static const struct {
        const char *text, *reader, *wanted;
    } cases[] = {
        {"postgresql+asyncpg://db/a?sslmode=require", "", "sslmode>ssl "},
        {"postgresql+asyncpg://db/a?ssl=require", "", ""},
        {"postgresql+asyncpg://db/a?ssl=true", "", "ssl> "},
        {"postgresql+psycopg2://db/a?ssl=require", "", "ssl>sslmode "},
        {"postgresql+psycopg2://db/a?sslmode=require&connect_timeout=3", "", ""},
        {"postgresql+psycopg2://db/a?pgbouncer=true", "", "pgbouncer> "},
        {"postgresql://db/a?pgbouncer=true", "", ""},
        {"postgresql://db/a?pgbouncer=true", "libpq", "pgbouncer> "},
        {"postgresql://db/a?sslmode=require&channel_binding=require", "asyncpg", "channel_binding> "},
        {"postgresql://db/a?search_path=x", "asyncpg", ""},
        {"redis://cache/0?foo=1", "", ""},
    };
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        str text = str_from_c(cases[i].text);
        parameter_faults faults =
            dsn_parameter_faults(&arena, dsn_parse(&arena, text, NULL, STR("")), str_from_c(cases[i].reader));
        struct buf got = buf_new(&arena, 1024);
        vec_each(const struct parameter_fault *, it, &faults)
            buf_printf(&got, STR_FMT ">" STR_FMT " ", STR_ARG(it->key.text), STR_ARG(it->spelling));
        assert_str(text, str_from_c(cases[i].wanted), buf_view(&got));
    }
    arena_free(&arena);
}

/* `count` times `piece` behind `head`. */
static str repeated(struct arena *arena, const char *head, const char *piece, size_t count)
{
    struct buf buf = buf_new(arena, 4u << 20);
    buf_str(&buf, str_from_c(head));
    for (size_t i = 0; i < count; i++)
        buf_str(&buf, str_from_c(piece));
    return buf_view(&buf);
}

static void test_limits(void **state)
{
    struct arena arena = {0};
    (void)state;
    assert_int_equal(
        dsn_parse(&arena, repeated(&arena, "postgresql://", "a", 1u << 20), NULL, STR(""))->error,
        DSN_TOO_LARGE);
    assert_int_equal(
        dsn_parse(&arena, repeated(&arena, "mongodb://h", ",h", limit_value(LIMIT_DSN_HOSTS)), NULL, STR(""))
            ->error,
        DSN_TOO_LARGE);
    assert_int_equal(
        dsn_parse(&arena, repeated(&arena, "redis://h?a=1", "&a=1", limit_value(LIMIT_DSN_PARAMETERS)), NULL,
            STR(""))
            ->error,
        DSN_TOO_LARGE);
    arena_free(&arena);
}

/* The look-up halves the table: it must be in order. */
static void test_schemes(void **state)
{
    (void)state;
    const struct dsn_scheme *row, *former = NULL;
    for (size_t i = 0; (row = scheme_at(i)) != NULL; former = row, i++) {
        assert_true(former == NULL || str_compare(former->name, row->name) < 0);
        assert_ptr_equal(scheme_find(row->name), row);
    }
    assert_ptr_equal(scheme_find(STR("POSTGRESQL+asyncpg")), scheme_find(STR("postgresql")));
    assert_null(scheme_find(STR("postgre")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recognition),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_splits),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_ambiguity),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_parameter_faults),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
