/*
 * How fast the readers are by themselves, without start-up and output: prints NAME, VALUE and UNIT a line.
 */
#include "base/buf.h"
#include "dsn/dsn.h"
#include "env/dotenv.h"

#include <stdio.h>
#include <time.h>

enum { ROUNDS = 7, SMALL_LINES = 50000, LARGE_LINES = 200000 };
enum { PARSES = 20000, PARSES_PER_ROUND = 50 }; /* a round: as many as a large deployment has */

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What people write: comments, bare and quoted values. @ is the number of the line. */
static str env_text(struct arena *arena, size_t lines)
{
    static const char *const shapes[] = {
        "SERVICE_@_URL=http://service-@.internal:8080/api/v1\n",
        "SERVICE_@_TOKEN=\"b5f0c1e2d3a49687-@-0f1e2d3c4b5a6978\"\n",
        "# the settings of service @, see chapter @ of the handbook\n",
        "SERVICE_@_NAME='service number @'\n",
        "SERVICE_@_LIMIT=@\n",
    };
    struct buf out = buf_new(arena, lines * 80);
    for (size_t i = 0; i < lines; i++) {
        str number = arena_unsigned(arena, i);
        for (const char *byte = shapes[i % ARRAY_COUNT(shapes)]; *byte; byte++)
            buf_str(&out, *byte == '@' ? number : (str){byte, 1});
    }
    return buf_view(&out);
}

static struct template_value unset(void *self, str name)
{
    (void)self;
    (void)name;
    return (struct template_value){0};
}

static double read_seconds(str text, const struct dialect *dialect)
{
    static const struct template_scope outer = {.get = unset};
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
    double start = now_seconds();
    struct dotenv_result result = dotenv_read(&arena, &diags, source, dialect, &outer, ORIGIN_ENV_FILE);
    double took = now_seconds() - start;
    bool is_read = result.ok && result.env.map.entries.count > 0;
    arena_free(&arena);
    return is_read ? took : -1;
}

struct timing {
    double small,
        large; /* the fastest round of each: what the code can do, not what the machine did meanwhile */
};

static struct timing time_dialect(str small, str large, const struct dialect *dialect)
{
    struct timing best = {1e9, 1e9};
    for (int round = 0; round < ROUNDS; round++) {
        double small_took = read_seconds(small, dialect);
        double large_took = read_seconds(large, dialect);
        best.small = small_took < best.small ? small_took : best.small;
        best.large = large_took < best.large ? large_took : best.large;
    }
    return best;
}

/* --- connection strings */

/* What people write, one of each kind; in order of how much their clients have to look at. */
static const struct {
    const char *name, *text;
} dsns[] = {
    {"sqlite", "sqlite:///var/lib/app/app.db"},
    {"http", "http://qdrant:6333"},
    {"redis", "redis://:b5f0c1e2d3a49687@cache:6379/0"},
    {"amqp", "amqp://app:c0ffee5a6978b4d3@rabbit:5672/app"},
    {"postgresql", "postgresql://app:c0ffee5a6978b4d3@db:5432/app"},
    {"asyncpg", "postgresql+asyncpg://app:c0ffee5a6978b4d3@db:5432/app"},
    {"parameters", "postgres://app:c0ffee5a6978b4d3@db.example:5432/app?sslmode=require&connect_timeout=9"},
    {"mysql", "mysql+pymysql://app:c0ffee5a6978b4d3@mysql:3306/app?charset=utf8mb4"},
    {"mongodb", "mongodb://app:c0ffee5a6978b4d3@mongo-1:27017,mongo-2:27017/app?replicaSet=rs0"},
    {"escapes", "postgresql://app:c0ff%40ee5a6978b4d3@10.0.0.5/app"},
    {"conninfo", "host=db port=5432 user=app password=c0ffee5a6978b4d3 dbname=app"},
};

/* What a rule asks of a connection string: the login, where each likely client goes, whether they agree. */
static size_t ask(const struct dsn *dsn)
{
    size_t answers = dsn->user.present + dsn->password.present + dsn->database.text.len + dsn->ambiguous;
    vec_each(const struct dsn_reading *, reading, &dsn->readings) {
        if (!reading->likely)
            continue;
        answers += reading->password.text.len + (reading->error == DSN_OK);
        vec_each(const struct dsn_host *, host, &reading->hosts)
            answers += host->host.text.len + (size_t)host->port + (host->class == HOST_CLASS_LOOPBACK);
    }
    return answers;
}

/* Negative where a string says nothing at all: then there is nothing to time. */
static double parse_seconds(str text)
{
    struct arena arena = {0};
    size_t answers = 0;
    double start = now_seconds();
    for (int done = 0; done < PARSES; done += PARSES_PER_ROUND) {
        for (int i = 0; i < PARSES_PER_ROUND; i++)
            answers += ask(dsn_parse(&arena, text, NULL, STR("")));
        arena_clear(&arena);
    }
    double took = now_seconds() - start;
    arena_free(&arena);
    return answers ? took : -1;
}

/* One of each, and the mean over them all. */
static void time_dsns(void)
{
    double all = 0;
    for (size_t i = 0; i < ARRAY_COUNT(dsns); i++) {
        double best = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            double took = parse_seconds(str_from_c(dsns[i].text));
            best = took < best ? took : best;
        }
        all += best;
        printf("dsn-%s %.2f M/s\n", dsns[i].name, PARSES / best / 1e6);
    }
    printf("dsn-mean %.2f M/s\n", (double)(PARSES * ARRAY_COUNT(dsns)) / all / 1e6);
}

int main(void)
{
    struct arena arena = {0};
    time_dsns();
    str small = env_text(&arena, SMALL_LINES);
    str large = env_text(&arena, LARGE_LINES);
    for (int id = 0; id < DIALECT_COUNT; id++) {
        const struct dialect *dialect = dialect_get((enum dialect_id)id);
        struct timing best = time_dialect(small, large, dialect);
        if (best.large > 0) {
            printf("read-" STR_FMT " %.1f MB/s\n", STR_ARG(dialect_name(dialect)),
                (double)large.len / best.large / 1e6);
            double growth = best.large / best.small / ((double)large.len / (double)small.len);
            printf("growth-" STR_FMT " %.2f ×\n", STR_ARG(dialect_name(dialect)), growth);
        }
    }
    arena_free(&arena);
    return 0;
}
