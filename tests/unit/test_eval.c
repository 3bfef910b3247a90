#include "unit.h"

#include "base/buf.h"
#include "check/check.h"
#include "host/memory.h"
#include "language/pattern.h"

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* The deployment that every case looks at. */
static const struct {
    const char *name, *text;
} variables[] = {
    {"WORKERS", "4"},
    {"EMPTY", ""},
    {"MINUS", "-1"},
    {"MINUS_TWO", "-2"},
    {"WORDS", "four"},
    {"TRAILING", "4 "},
    {"PERCENT", "25%"},
    {"DB_BACKEND", "postgres"},
    {"COMPOSE_PROFILES", "pgvector, qdrant,"},
    {"DEBUG", "False"},
    {"POSTGRES_PASSWORD", "a@b"},
    {"POSTGRES_PORT", "5432"},
    {"URL", "postgresql+asyncpg://shop:a%40b@db:5432/shop?ssl=require"},
    {"LOCAL_URL", "postgresql://shop:x@127.0.0.1/shop"},
    {"BAD_URL", "postgresql://shop:x@db:99999999/shop"},
};

static const char compose_text[] = "services:\n"
                                   "  db-1:\n"
                                   "    image: pgvector/pgvector:pg16\n"
                                   "    command: [postgres, -c, max_connections=100, --work-mem, 8MB]\n"
                                   "    environment: {POSTGRES_DB: shop}\n"
                                   "    ports: [{host_ip: 127.0.0.1, target: 5432}, {target: 5433}]\n"
                                   "  app:\n"
                                   "    image: app:1\n"
                                   "    environment: [DB=shop, DB=store]\n"
                                   "    env_file: [app.env]\n"
                                   "    command: serve -c max_connections=7\n"
                                   "    volumes: ['./data:/data']\n"
                                   "    depends_on: {db-1: {condition: service_started}}\n"
                                   "    deploy: {replicas: 3}\n";

static struct eval_value get_variable(void *self, str name)
{
    (void)self;
    for (size_t i = 0; i < ARRAY_COUNT(variables); i++)
        if (str_eq(str_from_c(variables[i].name), name))
            return (struct eval_value){.kind = EVAL_TEXT, .text = str_from_c(variables[i].text)};
    return (struct eval_value){.kind = EVAL_UNSET};
}

static bool get_constant(void *self, str name, struct eval_value *ret_value)
{
    (void)self;
    *ret_value = (struct eval_value){.kind = EVAL_NUMBER, .number = 15, .divisor = 1};
    return str_eq(name, STR("sqlalchemy")) || str_eq(name, STR("node-postgres"));
}

struct world {
    struct sources sources;
    struct diags diags;
    struct patterns patterns;
    struct eval_scope scope;
};

static struct eval_match_result match(void *self, str pattern, str text)
{
    return pattern_match(self, pattern, text);
}

static void make_world(struct world *world)
{
    *world = (struct world){.sources.arena = &arena, .patterns.arena = &arena};
    world->diags = (struct diags){.arena = &arena, .sources = &world->sources};
    const struct memory_file files[] = {
        {"/app/compose.yaml", compose_text}, {"/app/app.env", "FROM_FILE=yes\n"}, {0}};
    struct host host = memory_host(files);
    struct check_options options = {.mode = STR("production")};
    const struct check_result *result = check_files(&arena, &host, &options);
    assert_int_equal(result->projects.count, 1);
    world->scope = (struct eval_scope){
        .self = &world->patterns,
        .variable = get_variable,
        .constant = get_constant,
        .match = match,
        .deployment = result->projects.items[0].facts->deployment,
        .mode = STR("production"),
    };
}

static void put_value(struct buf *out, const struct eval_value *value)
{
    static const char *const names[] = {[EVAL_UNSET] = "unset", [EVAL_DSN] = "dsn", [EVAL_NODE] = "node"};
    switch (value->kind) {
    case EVAL_TEXT:
        buf_printf(out, "'" STR_FMT "'", STR_ARG(value->text));
        return;
    case EVAL_NUMBER:
    case EVAL_PERCENT:
        if (value->number == NUMBER_UNBOUNDED)
            buf_str(out, STR("unbounded"));
        else
            buf_printf(out, "%lld", (long long)value->number);
        if (value->divisor != 1)
            buf_printf(out, "/%lld", (long long)value->divisor);
        buf_str(out, value->kind == EVAL_PERCENT ? STR("%") : STR(""));
        return;
    case EVAL_BOOL:
        buf_str(out, value->is_true ? STR("true") : STR("false"));
        return;
    case EVAL_LIST:
        buf_byte(out, '[');
        for (size_t i = 0; i < value->count; i++) {
            buf_str(out, i > 0 ? STR(" ") : STR(""));
            put_value(out, &value->items[i]);
        }
        buf_byte(out, ']');
        return;
    default:
        buf_str(out, str_from_c(names[value->kind]));
    }
}

static str render(const struct eval_result *result)
{
    struct buf out = buf_new(&arena, 1 << 16);
    if (result->error == EVAL_OK)
        put_value(&out, &result->value);
    else
        buf_printf(&out, "%s " STR_FMT ": " STR_FMT, result->error == EVAL_TYPE ? "type" : "value",
            STR_ARG(result->variable), STR_ARG(result->message));
    return buf_view(&out);
}

static struct expr *parse(struct world *world, str text)
{
    struct source *source =
        source_add(&world->sources, SOURCE_CONFIG, STR("bootgate.yaml"), STR("bootgate.yaml"), text);
    return expr_parse(
        &arena, &world->diags, STR("config-syntax"), text, span_make(source->id, 0, text.len), true);
}

struct row {
    str text, wanted;
};

static const struct row value_rows[] = {
    {STR_INIT("20 + 40"), STR_INIT("60")},
    {STR_INIT("1 + 2 * 3"), STR_INIT("7")},
    {STR_INIT("7 / 2"), STR_INIT("7/2")},
    {STR_INIT("ceil(7 / 2)"), STR_INIT("4")},
    {STR_INIT("floor(-7 / 2)"), STR_INIT("-4")},
    {STR_INIT("1.5 * 2"), STR_INIT("3")},
    {STR_INIT("0.1 + 0.2 == 0.3"), STR_INIT("true")},
    {STR_INIT("min(3, WORKERS, 9)"), STR_INIT("3")},
    {STR_INIT("max(3, WORKERS)"), STR_INIT("4")},
    {STR_INIT("9223372036854775806 + 9"), STR_INIT("unbounded")},
    {STR_INIT("unbounded * 0"), STR_INIT("0")},
    {STR_INIT("unbounded - 5"), STR_INIT("unbounded")},
    {STR_INIT("5 / unbounded"), STR_INIT("0")},
    {STR_INIT("unbounded > 9223372036854775806"), STR_INIT("true")},
    {STR_INIT("1 / 0"), STR_INIT("value : division by zero")},
    {STR_INIT("WORKERS <= 4 && WORKERS >= 4"), STR_INIT("true")},
    {STR_INIT("WORKERS <= 3"), STR_INIT("false")},
    {STR_INIT("WORKERS >= 5"), STR_INIT("false")},
    {STR_INIT("WORKERS + 1"), STR_INIT("5")},
    {STR_INIT("${WORKERS:-2} * 2"), STR_INIT("8")},
    {STR_INIT("${NONE:-2} * 2"), STR_INIT("4")},
    {STR_INIT("${EMPTY:-2}"), STR_INIT("'2'")},
    {STR_INIT("${NONE}"), STR_INIT("unset")},
    {STR_INIT("$WORKERS"), STR_INIT("'4'")},
    {STR_INIT("a"), STR_INIT("unset")},
    {STR_INIT("sqlalchemy + 10"), STR_INIT("25")},
    {STR_INIT("node-postgres"), STR_INIT("15")},
    {STR_INIT("WORDS + 1"), STR_INIT("value WORDS: WORDS is not a number")},
    {STR_INIT("TRAILING + 1"), STR_INIT("value TRAILING: TRAILING is not a number")},
    {STR_INIT("EMPTY + 1"), STR_INIT("value EMPTY: EMPTY is empty, not a number")},
    {STR_INIT("NONE + 1"), STR_INIT("value NONE: NONE is not set: give it a default, ${NONE:-…}")},
    {STR_INIT("DB_BACKEND == 'postgres'"), STR_INIT("true")},
    {STR_INIT("NONE == ''"), STR_INIT("false")},
    {STR_INIT("EMPTY == ''"), STR_INIT("true")},
    {STR_INIT("NONE == unset"), STR_INIT("true")},
    {STR_INIT("set(EMPTY) && !set(NONE)"), STR_INIT("true")},
    {STR_INIT("NONE != 'x'"), STR_INIT("true")},
    {STR_INIT("NONE > 3"), STR_INIT("false")},
    {STR_INIT("DEBUG == false"), STR_INIT("true")},
    {STR_INIT("DEBUG == true"), STR_INIT("false")},
    {STR_INIT("POSTGRES_PORT == 5432"), STR_INIT("true")},
    {STR_INIT("dsn(URL).port == POSTGRES_PORT"), STR_INIT("true")},
    {STR_INIT("'pgvector' in list(COMPOSE_PROFILES)"), STR_INIT("true")},
    {STR_INIT("'vector' in list(COMPOSE_PROFILES)"), STR_INIT("false")},
    {STR_INIT("list(NONE)"), STR_INIT("[]")},
    {STR_INIT("list(COMPOSE_PROFILES)"), STR_INIT("['pgvector' 'qdrant']")},
    {STR_INIT("length(list(COMPOSE_PROFILES))"), STR_INIT("2")},
    {STR_INIT("DB_BACKEND in ['mongo', 'postgres']"), STR_INIT("true")},
    {STR_INIT("['a'] in ['a', 'b'] && !(['a', 'c'] in ['a', 'b'])"), STR_INIT("true")},
    {STR_INIT("dsn(URL).password == POSTGRES_PASSWORD"), STR_INIT("true")},
    {STR_INIT("dsn(URL).driver"), STR_INIT("'asyncpg'")},
    {STR_INIT("dsn(URL).without_driver"), STR_INIT("'postgresql://shop:a%40b@db:5432/shop?ssl=require'")},
    {STR_INIT("dsn(URL)['ssl']"), STR_INIT("'require'")},
    {STR_INIT("dsn(NONE).password"), STR_INIT("unset")},
    {STR_INIT("dsn(BAD_URL).host"), STR_INIT("value BAD_URL: BAD_URL is no connection string")},
    {STR_INIT("loopback(dsn(LOCAL_URL).host)"), STR_INIT("true")},
    {STR_INIT("loopback(dsn(URL).hosts)"), STR_INIT("false")},
    {STR_INIT("compose.db-1.image =~ '^pgvector/'"), STR_INIT("true")},
    {STR_INIT("compose.db-1.command['max_connections']"), STR_INIT("'100'")},
    {STR_INIT("compose.db-1.command['work_mem']"), STR_INIT("'8MB'")},
    {STR_INIT("compose.db-1.command[0]"), STR_INIT("'postgres'")},
    {STR_INIT("compose.db-1.command[99]"), STR_INIT("unset")},
    {STR_INIT("compose.db-1.environment.POSTGRES_DB"), STR_INIT("'shop'")},
    {STR_INIT("compose.app.environment.DB"), STR_INIT("'store'")},
    {STR_INIT("compose.*.image"), STR_INIT("['pgvector/pgvector:pg16' 'app:1']")},
    {STR_INIT("compose.*.ports.host_ip"), STR_INIT("['127.0.0.1']")},
    {STR_INIT("compose.nobody.image"), STR_INIT("unset")},
    {STR_INIT("compose.db-1"), STR_INIT("node")},
    {STR_INIT("compose.db-1.ports.target"), STR_INIT("['5432' '5433']")},
    {STR_INIT("compose.app.command['max_connections']"), STR_INIT("'7'")},
    {STR_INIT("compose.app.environment.FROM_FILE"), STR_INIT("'yes'")},
    {STR_INIT("compose.app.environment.*"), STR_INIT("['yes' 'store']")},
    {STR_INIT("compose.app.volumes.target"), STR_INIT("['/data']")},
    {STR_INIT("compose.app.deploy.replicas == 3"), STR_INIT("true")},
    {STR_INIT("'db-1' in compose.app.depends_on"), STR_INIT("true")},
    {STR_INIT("compose.app.deploy.limits"),
        STR_INIT("type : there is no `limits` here; there are: replicas")},
    {STR_INIT("compose.*.ports.host"),
        STR_INIT("type : there is no `host` here; there are: host_ip, published, target, protocol")},
    {STR_INIT("mode == 'production'"), STR_INIT("true")},
    {STR_INIT("lower('ÄB')"), STR_INIT("'Äb'")},
    {STR_INIT("cpus + 1"), STR_INIT("value cpus: cpus is not set: give it a default, ${cpus:-…}")},
    {STR_INIT("DEBUG && true"),
        STR_INIT("type DEBUG: expected a yes or no, this is a text: compare it with something")},
    {STR_INIT("false && DEBUG"), STR_INIT("false")},
    {STR_INIT("DB_BACKEND in 'postgres'"),
        STR_INIT("type : `in` wants a list, this is a text: list(X) makes one of a text with commas")},
    {STR_INIT("f(1)"), STR_INIT("type : there is no function f")},
    {STR_INIT("DB_BACKEND =~ '('"), STR_INIT("type : bad pattern: missing closing parenthesis")},
};

static void test_values(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    for (size_t i = 0; i < ARRAY_COUNT(value_rows); i++) {
        struct expr *expr = parse(&world, value_rows[i].text);
        assert_non_null(expr);
        struct eval_result result = eval(&arena, expr, &world.scope);
        assert_str(value_rows[i].text, value_rows[i].wanted, render(&result));
    }
}

static void test_counts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {STR_INIT("${WORKERS:-2}"), STR_INIT("4")},
        {STR_INIT("MINUS"), STR_INIT("unbounded")},
        {STR_INIT("5 + ${MINUS:-10}"), STR_INIT("unbounded")},
        {STR_INIT("MINUS_TWO"), STR_INIT("value MINUS_TWO: MINUS_TWO is negative")},
        {STR_INIT("1.5"), STR_INIT("value : not a whole number: use ceil(…)")},
        {STR_INIT("2 - 5"), STR_INIT("value : a count cannot be negative")},
        {STR_INIT("25%"), STR_INIT("2")},
        {STR_INIT("${PERCENT}"), STR_INIT("2")},
        {STR_INIT("0.5%"), STR_INIT("1")},
        {STR_INIT("3"), STR_INIT("3")},
    };
    struct world world;
    make_world(&world);
    world.scope.counting = true;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct eval_result result = eval_share(&arena, parse(&world, rows[i].text), &world.scope, 5);
        assert_str(rows[i].text, rows[i].wanted, render(&result));
    }
    struct eval_value factor = {.kind = EVAL_NUMBER, .number = 15, .divisor = 10};
    assert_int_equal(eval_scale(67, &factor), 101);
    assert_int_equal(eval_scale(NUMBER_UNBOUNDED, &factor), NUMBER_UNBOUNDED);
}

/* What is wrong whatever the variables hold. */
static void test_checks(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {STR_INIT("DB_BACKEND == 'postgres'"), STR_INIT("")},
        {STR_INIT("'x' in list(A) && length(B) > 2"), STR_INIT("")},
        {STR_INIT("compose.db.command['max_connections'] > 3"), STR_INIT("")},
        {STR_INIT("dsn(A).hots == 'x'"), STR_INIT("a connection string has no part `hots`")},
        {STR_INIT("lits(A) == 'x'"), STR_INIT("there is no function `lits`")},
        {STR_INIT("list(A, B) == 'x'"), STR_INIT("wrong number of arguments: it is `list(X)`")},
        {STR_INIT("list(list(A)) == 'x'"), STR_INIT("`list(X)` does not take a list")},
        {STR_INIT("A"), STR_INIT("expected a comparison, this is a text")},
        {STR_INIT("A && B == 'x'"), STR_INIT("expected a comparison, this is a text")},
        {STR_INIT("A in 'x'"),
            STR_INIT("expected a list: list(X) makes one of a text with commas, this is a text")},
        {STR_INIT("A =~ '[' "), STR_INIT("bad pattern: missing terminating ] for character class")},
        {STR_INIT("A + (B == 'x') > 2"), STR_INIT("expected a number, this is a yes or no")},
        {STR_INIT("'x'.y == 'z'"), STR_INIT("a text has no fields")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct world world;
        make_world(&world);
        struct expr *expr = parse(&world, rows[i].text);
        bool ok =
            eval_check(&arena, &world.diags, STR("config-syntax"), expr, &world.scope, EVAL_WANT_CONDITION);
        assert_int_equal(ok, rows[i].wanted.len == 0);
        str got = world.diags.list.count > 0 ? world.diags.list.items[0].message : STR("");
        assert_str(rows[i].text, rows[i].wanted, got);
    }
}

static void test_variables(void **state)
{
    (void)state;
    struct world world;
    make_world(&world);
    str text = STR("A == dsn(B).host && ${C:-${D}} > A + max(1, cpus) && 'x' in [E]");
    str_vec names = eval_variables(&arena, parse(&world, text));
    struct buf out = buf_new(&arena, 1 << 16);
    vec_each(const str *, name, &names)
        buf_str(&out, *name);
    assert_str(text, STR("ABCDE"), buf_view(&out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_checks),
        cmocka_unit_test(test_variables),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
