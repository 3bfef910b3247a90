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
    {"odbc:server=sql\\INST;user id=sa;password={p}}w};encrypt", "mssql sa|p}w|sql:1433|"},
    {"odbc:Driver={PostgreSQL};Server=db;Uid=app;Pwd=pw", "postgresql app|pw|db:5432|"},
    {"Server=tcp:sql\\INST,1434;User Id=sa;Password=pw", "mssql sa|pw|sql:1434|"},
    {"redis://pw@/run/redis.sock/1", "redis |pw|/run/redis.sock:0|1"},
    {"redis:///run/redis.sock", "redis ||/run/redis.sock:0|"},
    {"redis:///1", "redis ||localhost:6379|1"},
    {"jdbc:oracle:thin:@ora:1522:SID", "oracle ||ora:1522|SID"},
    {"jdbc:mariadb://address=(localSocket=/run/m.sock),db:3307/shop", "mysql ||/run/m.sock:0,db:3307|shop"},
    {"jdbc:mysql://u:p@[h1:1,(host=h2,port=2),address=(host=[::1])]/a%2Fb",
        "mysql u|p|h1:1,h2:2,::1:3306|a/b"},
    {"jdbc:mysql://u:p@h1:,u2@:3307,()", "mysql u|p|h1:3306,localhost:3307,localhost:3306|"},
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

/* --- what one client makes of a string, as it was seen to do */

static const struct {
    const char *client, *text, *wanted;
} client_splits[] = {
    {"go-sql-driver", "app:pw@tcp(db)/d", "app|pw|db:3306|d"},
    {"go-sql-driver", "app:pw@tcp(::1)/d", "app|pw|::1:3306|d"},
    {"go-sql-driver", "app:pw@tcp([::1]:3307)/d", "app|pw|::1:3307|d"},
    {"go-sql-driver", "app:pw@tcp([::1])/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp(db:)/d", "fault BAD_PORT"},
    {"go-sql-driver", "app:pw@tcp(a]b:1)/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp6(db)/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp6(db:1)/d", "app|pw|db:1|d"},
    {"go-sql-driver", "app:pw@unix()/d", "app|pw|/tmp/mysql.sock:0|d"},
    {"go-sql-driver", "app:pw@unix(mysql.sock)/d", "app|pw|mysql.sock:0|d"},
    {"go-sql-driver", "app:pw@cloudsql()/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@cloudsql/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp(:3307)/d", "app|pw|127.0.0.1:3307|d"},
    {"go-sql-driver", "app:pw@tcp()/d", "app|pw|127.0.0.1:3306|d"},
    {"go-sql-driver", "app:pw@/d", "app|pw|127.0.0.1:3306|d"},
    {"go-sql-driver", "app:pw@(db:1)/d", "app|pw|db:1|d"},
    {"go-sql-driver", "app:pw@tcp4(db:1)/d", "app|pw|db:1|d"},
    {"go-sql-driver", "app:pw@tcp4()/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp6([::1]:1)/d", "app|pw|::1:1|d"},
    {"go-sql-driver", "app:pw@tcp([db])/d", "app|pw|db:3306|d"},
    {"go-sql-driver", "app:pw@tcp([db)/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@tcp(a:b:1)/d", "app|pw|a:b:1:3306|d"},
    {"go-sql-driver", "app:pw@tcp(db:99999)/d", "fault BAD_PORT"},
    {"go-sql-driver", "app:pw@tcp(db:3306/d", "fault BAD_HOST"},
    {"go-sql-driver", "app:pw@unix/d", "app|pw|/tmp/mysql.sock:0|d"},
    {"nocodb", "pg://db:5432?u=app&p=p%2Fw&d=shop", "app|p/w|db:5432|shop"},
    {"nocodb", "mysql2://db:3306?u=app&password=p+w&database=shop", "app|p w|db:3306|shop"},
    {"nocodb", "postgresql://db?p=pw", "|pw|db:5432|"},
    {"mongodb", "mongodb://a:p+w@Db/d", "a|p+w|db:27017|d"},
    {"pymongo", "mongodb://a:p+w@Db/d", "a|p w|db:27017|d"},
    {"mongodb", "mongodb://%2Frun%2FM.sock", "||/run/M.sock:0|"},
    {"go-mssqldb", "sqlserver://sa@sql/INST?database=d", "sa||sql:1433|d"},
    {"go-mssqldb", "sqlserver://sql?user+id=sa&password=p%3Bw", "sa|p;w|sql:1433|"},
    {"lib/pq", "host=a,,b port=1,,2", "||a:1localhost:5432b:2|"},
    {"lib/pq", "host=a,,b port=1,2", "fault BAD_PORT"},
    {"lib/pq", "host=a hostaddr=1.1.1.1,2.2.2.2", "fault BAD_PORT"},
    {"lib/pq", "host=a,b hostaddr=1.1.1.1,", "||1.1.1.1:5432b:5432|"},
    {"lib/pq", "hostaddr=db dbname=d", "fault BAD_HOST"},
    {"lib/pq", "postgres://u:p@db:1/d", "u|p|db:1|d"},
    {"lib/pq", "postgres://u@a,b/d?port=1,2", "u||a:1b:2|d"},
    {"lib/pq", "postgres://u@a,b:1,2/d", "fault BAD_PORT"},
    {"lib/pq", "postgres://u@a,,b:1/d?hostaddr=1.1.1.1,,2.2.2.2", "u||1.1.1.1:1localhost:12.2.2.2:1|d"},
    {"lib/pq", "postgres://u@b/d?host=a&user=v&password=", "v||b:5432|d"},
    {"lib/pq", "postgres://[::1]:1234/d", "||::1:1234|d"},
    {"lib/pq", "postgres://", "||localhost:5432|"},
    {"lib/pq", "postgresql://%2Fvar%2Frun/d", "fault BAD_ESCAPE"},
    {"django-environ", "postgres:////run/postgresql/d", "||/run/postgresql:5432|d"},
    {"django-environ", "psql://u:p%2Fw@db:1/d", "u|p/w|db:1|d"},
    {"django-environ", "psql://u:p%40w@db", "u|p%40w|db:5432|"}, /* quoted once more */
    {"django-environ", "psql://u:p@a:1,b:2,c/d+e", "fault BAD_PORT"},
    {"django-environ", "psql://u:p@a:1,b:2/d+e", "u|p|a:1b:2|d e"},
    {"django-environ", "psql://u:p@Db/d?host=x&port=7", "u|p|db:7|d"},
    {"django-environ", "psql:///d?host=/run/pg&user=u", "u||/run/pg:5432|d"},
    {"django-environ", "postgresql+asyncpg://u:p@db/d", "fault BAD_SCHEME"},
    {"django-environ", "mysql://u:><{~!@#$%^&*}[]@db:1/d", "u|><{~!@#$%^&*}[]|db:1|d"},
    {"django-environ", "mysql://u:p@/d?unix_socket=/run/my.sock", "u|p|/run/my.sock:0|d"},
    {"django-environ", "mysql:////cloudsql/p:r:i/d", "||/cloudsql/p:r:i:0|d"},
    {"libpq 17 and later", "postgresql:// u : p @ h : 1 / d ? application_name = x ", "u|p|h:1|d"},
    {"libpq 17 and later", "postgresql://u:p@h/my db", "fault BAD_ESCAPE"},
    {"libpq", "postgresql://u:p@h/my db", "u|p|h:5432|my db"},
    {"asyncpg 0.31 and later", "postgres:///d?host=a,b&port=5433&user=u", "u||a:5433b:5433|d"},
    {"asyncpg 0.31 and later", "postgres://u@h/d?x=1", "none"}, /* as the releases before it */
    {"pgx 5.10 and later", "host=h dbname=foo  ", "||h:5432|foo"},
    {"pgx 5.10 and later", "host=h port=1,2 user= u", "fault BAD_PORT"},
    {"pgx 5.10 and later", "postgres://u:p^w@h1,h2:7/d?pool_max_conns=4", "u|p^w|h1:5432h2:7|d"},
    {"pgx 5.10 and later", "postgres://u:p@h/d?x=1&port=1,2", "fault BAD_PORT"},
    {"pgx 5.10 and later", "postgres://u:p@[::1]:7/d", "none"},
    {"pgx", "postgres://u:p@h1,h2:7/d", "u|p|h1:7h2:7|d"},
    {"go-sql-driver", "mysql://u:p@tcp(db)/d", "u|p|db:3306|d"},
    {"go-sql-driver", "p://@unix()/d", "p|//|/tmp/mysql.sock:0|d"},
    {"go-sql-driver 1.8 and later", "u:p@/d%2Fe", "u|p|127.0.0.1:3306|d/e"},
    {"go-sql-driver 1.8 and later", "u:p@/100%", "fault BAD_ESCAPE"},
    {"kombu", "redis+socket:///run/redis.sock?virtual_host=2", "||/run/redis.sock:0|2"},
    {"redis-py", "redis://h/2?socket_timeout=1.5e1&max_connections=1_0", "||h:6379|2"},
    {"redis-py", "redis://h/2?socket_timeout=_", "fault BAD_PARAMETER"},
    {"redis-py", "redis://h/2?timeout=.", "fault BAD_PARAMETER"},
    {"redis-py", "redis://h/2?health_check_interval=1.5", "fault BAD_PARAMETER"},
    {"sqlalchemy", "db+postgresql+psycopg2://u:p%40w@h:1/d", "u|p@w|h:1|d"},
    {"sqlalchemy", "sqla+mysql://u:p@/d?unix_socket=/run/my.sock", "u|p|/run/my.sock:0|d"},
    {"go-url", "http://\xef\xbd\x8cocalhost/",
        "||\xef\xbd\x8cocalhost:80|"}, /* bytes above 0x80 are no control bytes */
    {"pgx", "postgres://u:p@h/\xc3\x9f\xc2\x81", "u|p|h:5432|\xc3\x9f\xc2\x81"},
    {"django-environ", "redshift://u:p@h:5439/d", "u|p|h:5439|d"},
    {"redis-py", "unix:///run%2Fredis.sock", "||/run/redis.sock:0|"},
    {"node-postgres", "socket://app:pw@/run/postgresql?db=a%2Bb", "app|pw|/run/postgresql:5432|a+b"},
    {"node-postgres", "pg://app:pw@%2Frun/d?host=db", "app|pw|db:5432|%2Frun/d"},
    {"sqlalchemy", "postgresql+asyncpg://u:p@/d?host=a&host=b:2", "fault BAD_PARAMETER"},
    {"sqlalchemy", "postgresql+asyncpg://u:p@/d?host=a,b&port=7", "u|p|a:7b:7|d"},
    {"sqlalchemy", "postgresql+pg8000://u:p@/d", "u|p|localhost:5432|d"},
    {"sqlalchemy", "postgresql+pg8000://u:p@/d?unix_sock=/run/.s.PGSQL.5433", "u|p|/run:5432|d"},
    {"node-postgres", "postgresql://app:p%2Fw@db/a%2Fb", "app|p/w|db:5432|a%2Fb"},
    {"node-postgres", "postgresql://app:p%2Fw@db/a%20b", "app|p/w|db:5432|a b"},
    {"node-postgres", "postgresql://app:p%2Fw%40@db/a b", "app|p%2Fw@|db:5432|a b"},
    {"node-postgres", "postgresql://app:100%x@db/a", "app|100%x|db:5432|a"},
    {"node-postgres", "postgresql://app:pw@[::1]/a b", "fault BAD_PORT"},
    {"node-postgres", "postgresql://app:pw@db/100%", "fault BAD_ESCAPE"},
    {"node-postgres", "postgresql://app:%ff@db/a", "fault BAD_ESCAPE"},
    {"node-postgres", "postgresql://app:pw@/a", "app|pw|localhost:5432|a"},
    {"node-postgres", "postgresql://app:pw@", "fault BAD_HOST"},
    {"node-postgres", "postgresql://app:pw@?", "fault BAD_HOST"},
    {"node-postgres", "postgresql://app:pw@/", "app|pw|localhost:5432|"},
    {"node-postgres", "postgresql://app:p%c3%a9@db/%c3%a9", "app|p\xc3\xa9|db:5432|\xc3\xa9"},
    {"node-postgres", "postgresql://app:p%C3%A9@db/a b", "app|p%C3%A9|db:5432|a b"},
    {"node-postgres", "postgresql://app:%4@db/a", "app|%4|db:5432|a"},
    {"node-postgres", "postgresql://app:a%25b@db/x y", "app|a%b|db:5432|x y"},
    {"node-postgres", "postgresql://app:\"@db/a b", "app|\"|db:5432|a b"},
    {"node-postgres", "postgresql://app:pw@db/%ff", "fault BAD_ESCAPE"},
    {"node-postgres", "postgresql://app:pw@d%62/a", "app|pw|db:5432|a"},
    {"node-postgres", "postgresql://app:pw@d%ff/a", "fault BAD_HOST"},
    {"node-postgres", "postgresql://app:pw@db:5433/a?port=1,2", "app|pw|db:1|a"},
    {"node-postgres", "postgresql://app:pw@db/a?port=x", "app|pw|db:0|a"},
    {"sqlalchemy", "postgresql://app:pw@db:0/a", "app|pw|db:5432|a"},
    {"asyncpg", "postgresql://app:pw@db", "app|pw|db:5432|app"},
    {"ioredis", "unix:///run/redis.sock?db=2", "||///run/redis.sock:0|2"},
    {"ioredis", "redis+socket:///run/redis.sock", "||///run/redis.sock:0|"},
    {"ioredis", "valkey://cache:6379/0", "fault BAD_SCHEME"},
    {"curl", "http:/db", "||db:80|"},
    {"curl", "http:///db", "||db:80|"},
    {"curl", "http:////db", "fault BAD_SCHEME"},
    {"curl", "http://d%zzb", "||d%zzb:80|"},
    {"curl", "http://d%62", "||db:80|"},
    {"curl", "http://db%0A", "fault BAD_HOST"},
    {"curl", "http://u@v@db", "fault BAD_HOST"},
    {"curl", "http://a&b", "fault BAD_HOST"},
    {"curl", "http://[fe80::1%25eth0]", "||fe80::1:80|"},
    {"curl", "http://[fe80::1%]", "fault BAD_HOST"},
    {"curl", "http://u:%00@db", "fault BAD_ESCAPE"},
    {"curl", "http://u:%1f@db", "fault BAD_ESCAPE"},
    {"curl", "http://u:%7f@db", "u|\x7f|db:80|"},
    {"curl", "http://u:%zz@db", "u|%zz|db:80|"},
    {"curl", "http://d%00b", "fault BAD_HOST"},
    {"curl", "http://d%20b", "fault BAD_HOST"},
    {"curl", "http://a{b}", "fault BAD_HOST"},
    {"curl", "http://[db]", "fault BAD_HOST"},
    {"curl", "http://[::1%25]", "||::1:80|"},
    {"curl", "http://127.1", "||127.0.0.1:80|"},
    {"curl", "http://%31%32%37.1", "||127.1:80|"},
    {"whatwg", "http:////db", "||db:80|"},
    {"whatwg", "http:/\\db", "||db:80|"},
    {"whatwg", "http://a\\b", "||a:80|"},
    {"whatwg", "wss:/db", "||db:443|"},
    {"whatwg", "http://a%25b", "fault BAD_HOST"},
    {"whatwg", "http://a%2fb", "fault BAD_HOST"},
    {"whatwg", "http://\xef\xbc\x85", "fault BAD_HOST"}, /* fullwidth % */
    {"whatwg", "http://d%b1", "fault BAD_HOST"},
    {"whatwg", "http://db.1", "fault BAD_HOST"},
    {"whatwg", "http://1.2.3.4.5", "fault BAD_HOST"},
    {"whatwg", "http://127.1.", "||127.0.0.1:80|"},
    {"go-url", "http://db/%", "fault BAD_ESCAPE"},
    {"go-url", "http://db/#%", "fault BAD_ESCAPE"},
    {"mysql2", "mysql://app:p%w@db/d", "fault BAD_ESCAPE"},
    {"mysql2", "mysql://app:pw@db/d?host=other&user=root&port=1", "app|pw|db:3306|d"},
    {"ioredis", "redis://:p%w@db", "fault BAD_ESCAPE"},
    {"ioredis", "redis://?host=db&port=1&password=pw", "|pw|db:1|"},
    {"ioredis", "redis://app@db?password=pw&port=1", "app||db:1|"},
    {"node-redis", "redis://:p%w@db", "fault BAD_ESCAPE"},
    {"node-redis", "redis://db?db=3", "||db:6379|"},
    {"node-redis", "unix:///run/redis.sock?db=3", "||/run/redis.sock:0|3"},
    {"redis-py", "redis://db?db=x", "fault BAD_DATABASE"},
    {"redis-py", "redis://db?port=1&port=2", "||db:1|"},
    {"redis-py", "redis://db//1/2", "||db:6379|12"},
    {"redis-py", "redis://db/07?db=", "||db:6379|7"},
    {"redis-py", "redis://db?db=/3", "fault BAD_DATABASE"},
    {"node-redis", "redis://db/06", "||db:6379|6"},
    {"amqp", "amqp://app@mq", "app|guest|mq:5672|/"},
    {"amqp", "amqp://app:pw@mq/a b", "fault MALFORMED"},
    {"pgjdbc", "jdbc:postgresql://db?user=app", "fault BAD_DATABASE"},
    {"pgjdbc", "jdbc:postgresql://db/?user=app", "app||db:5432|app"},
    {"pgjdbc", "jdbc:postgresql://db:x/d?host=other&port=1&dbname=e", "||other:1|e"},
    {"pgjdbc", "jdbc:postgresql://a,b:2/d?PGPORT=7,8", "||a:7b:8|d"},
    {"pgjdbc", "jdbc:postgresql://a,b/d?port=7", "fault BAD_PORT"},
    {"pgjdbc", "jdbc:postgresql://[::1]/d?port=7", "||::1:7|d"},
    {"pgjdbc", "jdbc:postgresql://a,/d?USER=app", "||a:5432|d"},
    {"nodemailer", "smtp://app:pw@2130706433", "app|pw|127.0.0.1:25|"},
    {"nodemailer", "smtp://app:pw@Mail%2Fx", "fault BAD_HOST"},
    {"pgx", "postgres://app:pw@db/d?user=", "|pw|db:5432|d"},
    {"pgx", "postgres://db/d?database=other", "||db:5432|other"},
    {"pgx", "postgres://db/d?port=", "fault BAD_PORT"},
    {"pgx", "postgres:///d?host=", "||localhost:5432|d"},
    {"pgx", "postgres://app@db/d?password=%&user=a;b", "app||db:5432|d"},
    {"pgx", "postgres://a:1:,b/d", "fault BAD_PORT"},
    {"pgx", "postgres://a:b:1/d", "fault BAD_HOST"},
    {"pgx", "host=db password='pw' ", "fault MALFORMED"},
    {"pgx", "host=db password=a\\b\\\\c\\'d", "|a\\b\\c'd|db:5432|"},
};

static str render_reading(struct arena *arena, const struct dsn_reading *reading)
{
    if (reading->error)
        return arena_printf(arena, "fault %s", fault_names[reading->error]);
    struct buf buf = buf_new(arena, 4096);
    buf_printf(&buf, STR_FMT "|" STR_FMT "|", STR_ARG(reading->user.text), STR_ARG(reading->password.text));
    vec_each(const struct dsn_host *, it, &reading->hosts)
        buf_printf(&buf, STR_FMT ":%d", STR_ARG(it->host.text), (int)it->port);
    buf_printf(&buf, "|" STR_FMT, STR_ARG(reading->database.text));
    return buf_view(&buf);
}

/* "libpq", or with the release that reads the string otherwise: "libpq 17 and later". NULL: no such reading. */
static const struct dsn_reading *find_reading(const struct dsn *dsn, str client)
{
    struct str_cut cut = str_cut_byte(client, ' ');
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (str_eq(dsn_client_name(it->client), cut.head) && str_eq(dsn_client_release(it->client), cut.tail))
            return it;
    return NULL;
}

static void test_client_splits(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(client_splits); i++) {
        str text = str_from_c(client_splits[i].text), client = str_from_c(client_splits[i].client);
        str hint = str_starts(client, STR("go-sql-driver")) ? STR("mysql")
                   : str_eq(client, STR("node-postgres"))   ? STR("postgresql")
                                                            : STR("http");
        const struct dsn_family *family = dsn_family_find(hint);
        const struct dsn_reading *reading = find_reading(dsn_parse(&arena, text, family, STR("")), client);
        str got = reading ? render_reading(&arena, reading) : STR("none");
        assert_str(text, str_from_c(client_splits[i].wanted), got);
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
        cmocka_unit_test(test_client_splits),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_ambiguity),
        cmocka_unit_test(test_tls),
        cmocka_unit_test(test_parameter_faults),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
