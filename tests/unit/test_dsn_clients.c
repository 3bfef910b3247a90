/* What one client makes of a connection string, as it was seen to do, or as its source says. */
#include "unit.h"

#include "base/buf.h"
#include "dsn/family.h"

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
    {"node-redis", "unix:///run/my%20redis.sock?db=2", "||/run/my redis.sock:0|2"},
    {"node-redis", "unix://ann:pw@/run/redis.sock", "ann|pw|/run/redis.sock:0|"},
    {"node-redis", "unix://", "fault BAD_HOST"},
    {"node-redis", "unix://h/run/redis.sock", "fault BAD_HOST"},
    {"node-redis", "redis://ann:pw@/1", "fault BAD_HOST"},
    {"node-redis", "redis:///1", "||localhost:6379|1"},
    {"node-postgres", "pg://h/d?sslmode=verify-ca&uselibpqcompat=true", "fault BAD_PARAMETER"},
    {"node-postgres", "pg://h/d?sslmode=verify-ca&uselibpqcompat=true&sslrootcert=/ca.pem", "||h:5432|d"},
    {"node-postgres", "pg://h/d?sslmode=verify-ca", "||h:5432|d"},
    {"mongodb", "mongodb://m/shop.till", "||m:27017|shop.till"},
    {"pymongo", "mongodb://m/shop.till", "||m:27017|shop"},
    {"mongodb", "mongodb://m1,m2/?directconnection=true", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m1,m2/?directConnection=false", "||m1:27017m2:27017|"},
    {"mongodb", "mongodb+srv://m.example.net/?directConnection=true", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb+srv://m.example.net/?srvMaxHosts=2&replicaSet=r", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb+srv://m.example.net/?srvMaxHosts=0&replicaSet=r", "||m.example.net:27017|"},
    {"mongodb", "mongodb://m/?srvServiceName=db", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?loadBalanced=true&replicaSet=r", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?tlsInsecure=false&tlsAllowInvalidHostnames=false", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?tlsInsecure=false&tls=true", "||m:27017|"},
    {"mongodb", "mongodb://m/?proxyUsername=u&proxyPassword=p", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?proxyHost=px&proxyUsername=u", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?proxyHost=px&proxyPort=1&proxyPort=2", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?proxyHost=px&proxyUsername=u&proxyPassword=p", "||m:27017|"},
    {"pymongo", "mongodb://m/?proxyUsername=u", "||m:27017|"}, /* an option that it does not know */
    {"mongodb", "mongodb://m/?authMechanism=SCRAM-SHA-256", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://u@m/?authMechanism=GSSAPI&authSource=shop", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://u:p@m/?authMechanism=MONGODB-X509", "fault BAD_PARAMETER"},
    {"mongodb", "mongodb://m/?authMechanism=MONGODB-X509&authSource=$external", "||m:27017|"},
    {"mongodb", "mongodb://u:p@m/shop?authSource=", "fault BAD_PARAMETER"},
    {"clickhouse", "clickhouse://h/d?secure", "||h:9440|d"},
    {"clickhouse", "clickhouse://h/d?secure=Yes", "||h:9440|d"},
    {"clickhouse", "clickhouse://h/d?secure=F", "||h:9000|d"},
    {"clickhouse", "clickhouse://h/d?secure=ture", "fault BAD_PARAMETER"},
    {"clickhouse", "clickhouse://h/d?max_open_conns=-1&compress_level=fast", "fault BAD_PARAMETER"},
    {"clickhouse", "clickhouse://h/d?tls_server_name=ch.example", "fault BAD_PARAMETER"},
    {"clickhouse", "clickhouse://h/d?secure=1&tls_server_name=ch.example", "||h:9440|d"},
    {"go-mssqldb", "sqlserver://sql?dial+timeout=3s", "fault BAD_PARAMETER"},
    {"go-mssqldb", "sqlserver://sql?encrypt=Strict&TrustServerCertificate=true", "||sql:1433|"},
    {"go-mssqldb", "sqlserver://sql?TrustServerCertificate=yes", "fault BAD_PARAMETER"},
    {"go-mssqldb", "sqlserver://sql?database=a&Database=b", "fault BAD_PARAMETER"},
    {"go-mssqldb", "odbc:server=sql;keepalive=often", "fault BAD_PARAMETER"},
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
    {"pgx after 5.10", "host=h dbname=foo  ", "||h:5432|foo"},
    {"pgx after 5.10", "host=h port=1,2 user= u", "fault BAD_PORT"},
    {"pgx after 5.10", "postgres://u:p^w@h1,h2:7/d?pool_max_conns=4", "u|p^w|h1:5432h2:7|d"},
    {"pgx after 5.10", "postgres://u:p@h/d?x=1&port=1,2", "fault BAD_PORT"},
    {"pgx after 5.10", "postgres://u:p@[::1]:7/d", "none"},
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
    {"redis-py", "rediss://h?ssl_include_verify_flags=[VERIFY_DEFAULT, VERIFY_X509_STRICT]", "||h:6379|"},
    {"redis-py", "rediss://h?ssl_exclude_verify_flags=VERIFY_ALL", "fault BAD_PARAMETER"},
    {"asyncpg", "postgres://u@h/d?gsslib=sspi", "u||h:5432|d"},
    {"asyncpg", "postgres://u@h/d?gsslib=heimdal", "fault BAD_PARAMETER"},
    {"jdbc", "jdbc:mariadb://h/d?User=u&password=p%40w+x", "u|p%40w+x|h:3306|d"}, /* nothing is decoded */
    {"jdbc", "jdbc:mariadb://u:pw@h:3306/d", "fault BAD_USERINFO"},
    {"jdbc", "jdbc:mariadb://h:1,,i/d", "fault BAD_HOST"},
    {"jdbc", "jdbc:mariadb://h:1,[::1]:2,i,?user=u", "u||h:1::1:2i:3306|"},
    {"jdbc", "jdbc:mariadb:replication://address=(host=[::1])(type=primary),i/d", "||::1:3306i:3306|d"},
    {"jdbc", "jdbc:mariadb:replica://h/d", "fault BAD_SCHEME"},
    {"jdbc", "jdbc:mariadb://address=(host=h)(type=first)/d", "fault BAD_HOST"},
    {"jdbc", "jdbc:mariadb://h,i/d?localSocket=/run/my.sock", "||/run/my.sock:0|d"},
    {"jdbc", "jdbc:mariadb://h/d?sslMode=preferred", "fault BAD_PARAMETER"},
    {"jdbc", "jdbc:mariadb://h/d?sslmode=Verify_CA&transactionIsolation=read committed", "||h:3306|d"},
    {"jdbc", "jdbc:mariadb://h/d?socketTimeout=3s", "fault BAD_PARAMETER"},
    {"jdbc", "jdbc:mariadb://h/d?socketTimeout=3s&socketTimeout=3&pool",
        "||h:3306|d"}, /* the last one counts */
    {"sqlclient", "Server=h;Encrypt=disable;TrustServerCertificate=1", "||h:1433|"},
    {"sqlclient", "Server=h;Encrypt=always", "fault BAD_PARAMETER"},
    {"sqlclient", "Server=h;Network Library=DBMSSOCN", "fault BAD_PARAMETER"},
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
                   : str_eq(client, STR("sqlclient"))       ? STR("mssql")
                                                            : STR("http");
        const struct dsn_family *family = dsn_family_find(hint);
        const struct dsn_reading *reading = find_reading(dsn_parse(&arena, text, family, STR("")), client);
        str got = reading ? render_reading(&arena, reading) : STR("none");
        assert_str(text, str_from_c(client_splits[i].wanted), got);
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_client_splits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
