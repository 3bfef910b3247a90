#include "unit.h"

#include "host/memory.h"
#include "language/pack_keys.h"
#include "operators.h"

/* Every key of bootgate.yaml: what is written, and what the program then holds, rendered to one line. */

static struct arena arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void put_word(struct buf *out, const char *key, str text)
{
    if (text.len > 0)
        buf_printf(out, " %s=" STR_FMT, key, STR_ARG(text));
}

static void put_text(struct buf *out, const char *key, const struct config_text *text)
{
    if (span_is_set(text->at))
        buf_printf(out, " %s=<" STR_FMT ">", key, STR_ARG(text->text));
}

static void put_texts(struct buf *out, const char *key, const config_texts *texts)
{
    if (texts->count > 0)
        buf_printf(out, " %s=", key);
    vec_each(const struct config_text *, text, texts)
        buf_printf(out, "<" STR_FMT ">", STR_ARG(text->text));
}

/* Prefix form, so that the tree shows: (+ 20 40). */
static void put_tree(struct buf *out, const struct expr *expr)
{
    static const char *const heads[] = {
        [EXPR_LIST] = "list",
        [EXPR_INDEX] = "at",
        [EXPR_PERCENT] = "percent",
        [EXPR_NEGATE] = "minus",
        [EXPR_NOT] = "not",
    };
    if (expr->kind == EXPR_NUMBER && expr->divisor > 1)
        buf_printf(out, "%lld/%lld", (long long)expr->number, (long long)expr->divisor);
    else if (expr->kind == EXPR_NUMBER)
        buf_printf(out, "%lld", (long long)expr->number);
    else if (expr->kind == EXPR_STRING)
        buf_printf(out, "'" STR_FMT "'", STR_ARG(expr->text));
    else if (expr->kind == EXPR_NAME || expr->kind == EXPR_TEMPLATE)
        buf_str(out, expr->text);
    else {
        str head = expr->kind == EXPR_BINARY  ? str_from_c(operator_texts[expr->operation])
                   : expr->kind == EXPR_CALL  ? expr->text
                   : expr->kind == EXPR_FIELD ? arena_concat(&arena, STR("."), expr->text)
                                              : str_from_c(heads[expr->kind]);
        buf_printf(out, "(" STR_FMT, STR_ARG(head));
        const struct expr *sides[] = {expr->left, expr->right};
        for (size_t i = 0; i < ARRAY_COUNT(sides); i++)
            if (sides[i]) {
                buf_byte(out, ' ');
                put_tree(out, sides[i]);
            }
        vec_each(struct expr *const *, item, &expr->items) {
            buf_byte(out, ' ');
            put_tree(out, *item);
        }
        buf_byte(out, ')');
    }
}

static void put_expr(struct buf *out, const char *key, const struct expr *expr)
{
    if (!expr)
        return;
    buf_printf(out, " %s=", key);
    put_tree(out, expr);
}

/* ---- one function for each part of a configuration */

static void put_head(struct buf *out, const struct config *config)
{
    put_text(out, "name", &config->name);
    put_text(out, "mode", &config->mode.text);
    put_text(out, "mode-from", &config->mode.from);
    put_texts(out, "production", &config->mode.production);
    if (config->read_by.count != 1 || span_is_set(config->read_by.items[0].at)) {
        buf_str(out, STR(" read-by="));
        vec_each(const struct config_reader *, reader, &config->read_by)
            buf_printf(out, "<" STR_FMT ">", STR_ARG(dialect_name(reader->dialect)));
    }
    vec_each(const struct config_default *, row, &config->defaults) {
        buf_str(out, STR(" default"));
        put_text(out, "user", &row->user);
        put_text(out, "password", &row->password);
    }
}

static void put_var(struct buf *out, const struct config_var *var)
{
    static const char *const required[] = {[REQUIRED_UNSAID] = "",
        [REQUIRED_NO] = "no",
        [REQUIRED_YES] = "yes",
        [REQUIRED_PRODUCTION] = "production"};
    static const char *const types[TYPE_COUNT] = {"", "string", "int", "number", "bool", "port", "url", "dsn",
        "host", "ip", "path", "duration", "fernet", "laravel-key", "hex", "base64", "jwt"};
    buf_printf(out, " var " STR_FMT, STR_ARG(var->name));
    put_word(out, "required", str_from_c(required[var->required]));
    put_word(out, "type", str_from_c(span_is_set(var->type_at) ? types[var->type] : ""));
    put_texts(out, "one-of", &var->one_of);
    put_text(out, "pattern", &var->pattern);
    put_expr(out, "min", var->min);
    put_expr(out, "max", var->max);
    put_expr(out, "min-length", var->min_length);
    put_texts(out, "forbid", &var->forbid);
    put_word(out, "secret", !var->secret_said ? STR("") : var->secret ? STR("yes") : STR("no"));
    put_text(out, "driver", &var->driver);
    put_text(out, "not-host", &var->not_host);
    put_text(out, "default", &var->default_text);
}

static void put_vars(struct buf *out, const struct config *config)
{
    vec_each(const struct config_var *, var, &config->vars) {
        put_var(out, var);
        if (config_var(config, var->name) != var)
            buf_str(out, STR(" (overruled)"));
    }
    vec_each(const struct config_derive *, row, &config->derive) {
        buf_printf(out, " derive " STR_FMT, STR_ARG(row->name));
        put_text(out, "template", &row->template);
    }
    vec_each(const struct config_rewrite *, row, &config->rewrite) {
        buf_printf(out, " rewrite " STR_FMT, STR_ARG(row->name));
        put_text(out, "from", &row->from);
        put_text(out, "to", &row->to);
    }
}

static void put_sample(struct buf *out, const char *kind, const struct config_sample *sample)
{
    if (!span_is_set(sample->at))
        return;
    buf_printf(out, " %s", kind);
    vec_each(const struct config_sample_file *, file, &sample->files)
        put_text(out, arena_c_string(&arena, file->path), &file->text);
    put_text(out, "mode", &sample->mode);
    if (sample->permissions)
        buf_printf(out, " permissions=%04o", sample->permissions);
}

static void put_rules(struct buf *out, const struct config *config)
{
    static const char *const shapes[] = {
        [RULE_AGREE] = "agree", [RULE_IFF] = "iff", [RULE_WHEN] = "when", [RULE_ASSERT] = "assert"};
    vec_each(const struct config_rule *, rule, &config->rules) {
        buf_printf(out, " rule " STR_FMT " %s", STR_ARG(rule->id), shapes[rule->shape]);
        vec_each(struct expr *const *, expr, &rule->expressions)
            put_expr(out, "", *expr);
        put_text(out, "over", &rule->over);
        put_word(out, "severity", span_is_set(rule->severity_at) ? severity_name(rule->severity) : STR(""));
        put_text(out, "message", &rule->message);
        put_text(out, "help", &rule->help);
        put_sample(out, "good", &rule->good);
        put_sample(out, "bad", &rule->bad);
    }
}

static void put_servers(struct buf *out, const struct config_budget *budget)
{
    put_expr(out, "headroom", budget->headroom);
    vec_each(const struct config_server *, server, &budget->servers) {
        buf_printf(out, " server " STR_FMT, STR_ARG(server->name));
        put_text(out, "url", &server->url);
        put_text(out, "at", &server->address);
        put_expr(out, "max_connections", server->max_connections);
        put_expr(out, "reserved", server->reserved);
        put_expr(out, "usable", server->usable);
        put_expr(out, "role-limit", server->role_limit);
        put_texts(out, "extensions", &server->extensions);
    }
    vec_each(const struct config_pooler *, pooler, &budget->poolers) {
        buf_printf(out, " pooler " STR_FMT, STR_ARG(pooler->name));
        put_text(out, "server", &pooler->server);
        put_text(out, "mode", &pooler->mode);
        put_expr(out, "pool_size", pooler->pool_size);
        put_expr(out, "reserve_pool_size", pooler->reserve_pool_size);
        put_expr(out, "pairs", pooler->pairs);
        put_expr(out, "databases", pooler->databases);
        put_expr(out, "instances", pooler->instances);
        put_expr(out, "max_client_conn", pooler->max_client_conn);
        put_expr(out, "max_db_connections", pooler->max_db_connections);
    }
}

static void put_consumers(struct buf *out, const struct config_budget *budget)
{
    vec_each(const struct config_consumer *, consumer, &budget->consumers) {
        buf_printf(out, " consumer " STR_FMT, STR_ARG(consumer->name));
        put_text(out, "server", &consumer->server);
        put_text(out, "service", &consumer->service);
        put_text(out, "via", &consumer->via);
        put_expr(out, "when", consumer->when);
        put_expr(out, "count", consumer->count);
        put_expr(out, "surge", consumer->surge);
        put_expr(out, "processes", consumer->processes);
        put_expr(out, "each", consumer->each);
        put_expr(out, "fixed", consumer->fixed);
    }
}

static void put_rest(struct buf *out, const struct config *config)
{
    static const char *const kinds[] = {[WAIT_VARIABLE] = "variable", [WAIT_URL] = "url", [WAIT_TCP] = "tcp"};
    vec_each(const struct config_severity *, line, &config->severity) {
        str mode = mode_name(line->mode), word = severity_name(line->severity);
        buf_printf(out, " severity " STR_FMT " " STR_FMT "=" STR_FMT, STR_ARG(mode), STR_ARG(line->target),
            STR_ARG(word));
    }
    vec_each(const struct config_allow *, allow, &config->allow) {
        buf_str(out, STR(" allow"));
        put_text(out, "rule", &allow->rule);
        put_text(out, "file", &allow->file);
        put_text(out, "variable", &allow->variable);
        put_text(out, "service", &allow->service);
        put_text(out, "about", &allow->about);
        put_text(out, "reason", &allow->reason);
        if (allow->until_day != INT64_MAX)
            buf_printf(out, " until-day=%lld", (long long)allow->until_day);
    }
    put_text(out, "baseline", &config->baseline);
    vec_each(const struct config_wait *, wait, &config->wait) {
        buf_str(out, STR(" wait"));
        put_text(out, kinds[wait->kind], &wait->target);
    }
}

static const struct memory_file beside[] = {
    {"/app/base.yaml",
        "{name: base, mode: m, defaults: [x], vars: {A: {type: int}}, rules: [{id: a, assert: A < 1}]}"},
    {0},
};

/* What was read, or the first fault. */
static str render(str text)
{
    struct sources *sources = arena_new(&arena, struct sources);
    struct diags *diags = arena_new(&arena, struct diags);
    sources->arena = diags->arena = &arena;
    diags->sources = sources;
    struct source *source =
        source_add(sources, SOURCE_CONFIG, STR("bootgate.yaml"), STR("/app/bootgate.yaml"), text);
    struct host host = memory_host(beside);
    const struct config *config = pack_read(&arena, diags, &host, source);
    if (diags->list.count > 0)
        return arena_concat(&arena, STR("fault: "), diags->list.items[0].message);
    struct buf out = buf_new(&arena, 1 << 16);
    put_head(&out, config);
    put_vars(&out, config);
    put_rules(&out, config);
    put_servers(&out, &config->budget);
    put_consumers(&out, &config->budget);
    put_rest(&out, config);
    return str_trim(buf_view(&out));
}

/* ---- the cases */

static const struct {
    str text, wanted;
} rows[] = {
    {STR_INIT("{version: 1, name: shop}"), STR_INIT("name=<shop>")},
    {STR_INIT("{name: 'a ''b'' c'}"), STR_INIT("name=<a 'b' c>")},
    {STR_INIT("{name: shop, defaults: [y], vars: {A: {type: port}}, extends: ./base.yaml, mode: n}"),
        STR_INIT("name=<shop> mode=<n> default password=<x> default password=<y> var A type=int (overruled) "
                 "var A type=port rule a assert =(< A 1)")},
    {STR_INIT("mode: ${APP_ENV:-production}"), STR_INIT("mode=<${APP_ENV:-production}>")},
    {STR_INIT("mode: {from: APP_ENV, production: [production, live]}"),
        STR_INIT("mode-from=<APP_ENV> production=<production><live>")},
    {STR_INIT("mode: {from: APP_ENV, production: live}"), STR_INIT("mode-from=<APP_ENV> production=<live>")},
    {STR_INIT("read-by: [docker, node-expand]"), STR_INIT("read-by=<docker><node-expand>")},
    {STR_INIT("read-by: systemd"), STR_INIT("read-by=<systemd>")},
    {STR_INIT("defaults: [{user: shop, password: shop-1}, {password: lone}, bare]"),
        STR_INIT("default user=<shop> password=<shop-1> default password=<lone> default password=<bare>")},
    {STR_INIT("vars: {A: , B: {}}"), STR_INIT("var A var B")},
    {STR_INIT("vars: {A: {required: true}, B: {required: false}, C: {required: production}}"),
        STR_INIT("var A required=yes var B required=no var C required=production")},
    {STR_INIT("vars: {A: {type: string}, B: {type: int}, C: {type: number}, D: {type: bool}}"),
        STR_INIT("var A type=string var B type=int var C type=number var D type=bool")},
    {STR_INIT("vars: {A: {type: port}, B: {type: url}, C: {type: dsn}, D: {type: host}}"),
        STR_INIT("var A type=port var B type=url var C type=dsn var D type=host")},
    {STR_INIT("vars: {A: {type: ip}, B: {type: path}, C: {type: duration}}"),
        STR_INIT("var A type=ip var B type=path var C type=duration")},
    {STR_INIT("vars: {A: {type: fernet}, B: {type: \"hex:32\"}, C: {type: \"base64:16\"}}"),
        STR_INIT("var A type=fernet var B type=hex var C type=base64")},
    {STR_INIT("vars: {A: {one-of: [debug, 'info', 3, true]}, B: {one-of: only}}"),
        STR_INIT("var A one-of=<debug><info><3><true> var B one-of=<only>")},
    {STR_INIT("vars: {A: {pattern: '^[a-z]+$'}}"), STR_INIT("var A pattern=<^[a-z]+$>")},
    {STR_INIT("vars: {A: {min: 1, max: 2 * 8, min-length: 32}, B: {min: -1, max: 1.5}}"),
        STR_INIT("var A min=1 max=(* 2 8) min-length=32 var B min=(minus 1) max=15/10")},
    {STR_INIT("vars: {A: {forbid: [x, y]}, B: {forbid: z}}"),
        STR_INIT("var A forbid=<x><y> var B forbid=<z>")},
    {STR_INIT("vars: {A: {secret: true}, B: {secret: false}}"), STR_INIT("var A secret=yes var B secret=no")},
    {STR_INIT("vars: {A: {driver: asyncpg}, B: {driver: none}, C: {not-host: loopback}}"),
        STR_INIT("var A driver=<asyncpg> var B driver=<none> var C not-host=<loopback>")},
    {STR_INIT("vars: {A: {default: ''}, B: {default: 'redis://localhost:6379'}}"),
        STR_INIT("var A default=<> var B default=<redis://localhost:6379>")},
    {STR_INIT("derive: {A: 'x://${H:-h}/', B: {template: '${C}'}}"),
        STR_INIT("derive A template=<x://${H:-h}/> derive B template=<${C}>")},
    {STR_INIT("rewrite: {A: {from: B, to: sync}}"), STR_INIT("rewrite A from=<B> to=<sync>")},
    {STR_INIT("rules: [{id: a, agree: [A, dsn(B).password, C]}]"),
        STR_INIT("rule a agree =A =(.password (dsn B)) =C")},
    {STR_INIT("rules: [{id: a, iff: [A == 'x', \"'y' in list(B)\"]}]"),
        STR_INIT("rule a iff =(== A 'x') =(in 'y' (list B))")},
    {STR_INIT("rules: [{id: a, when: A == 'x', then: B != C}, {id: b, then: D > 1, when: E < 2}]"),
        STR_INIT("rule a when =(== A 'x') =(!= B C) rule b when =(< E 2) =(> D 1)")},
    {STR_INIT("rules: [{id: a/b.c-1, assert: \"!(A =~ '^x') || B >= 1 + 2 * 3\"}]"),
        STR_INIT("rule a/b.c-1 assert =(|| (not (=~ A '^x')) (>= B (+ 1 (* 2 3))))")},
    {STR_INIT("rules: [{id: a, assert: port > 1024, over: bind, severity: note, message: m, help: h}]"),
        STR_INIT("rule a assert =(> port 1024) over=<bind> severity=note message=<m> help=<h>")},
    {STR_INIT("rules: [{id: a, assert: A == 'x', good: {env: A=x, example: A=, mode: development}}]"),
        STR_INIT("rule a assert =(== A 'x') good .env=<A=x> .env.example=<A=> mode=<development>")},
    {STR_INIT("rules: [{id: a, assert: A == 'x', bad: {compose: c, files: {d/./e: f}, permissions: 640}}]"),
        STR_INIT("rule a assert =(== A 'x') bad compose.yaml=<c> d/e=<f> permissions=0640")},
    {STR_INIT("budget: {headroom: 1.5}"), STR_INIT("headroom=15/10")},
    {STR_INIT("budget: {servers: {main: {url: DB, max_connections: 200, reserved: 3, role-limit: 50}}}"),
        STR_INIT("server main url=<DB> max_connections=200 reserved=3 role-limit=50")},
    {STR_INIT("budget: {servers: {main: {url: DB, extensions: [vector, pg_trgm]}}}"),
        STR_INIT("server main url=<DB> extensions=<vector><pg_trgm>")},
    {STR_INIT("budget: {servers: {main: {at: 'db:5432', usable: 60}}}"),
        STR_INIT("server main at=<db:5432> usable=60")},
    {STR_INIT("budget: {poolers: {p: {server: main, mode: transaction, pool_size: 20, reserve_pool_size: 5, "
              "pairs: 2, databases: 3, instances: 4, max_client_conn: 100, max_db_connections: 50}}}"),
        STR_INIT("pooler p server=<main> mode=<transaction> pool_size=20 reserve_pool_size=5 pairs=2 "
                 "databases=3 instances=4 max_client_conn=100 max_db_connections=50")},
    {STR_INIT("budget: {consumers: {a: 5, b: {server: DB, processes: '${W:-2}', each: 20 + 40}}}"),
        STR_INIT("consumer a fixed=5 consumer b server=<DB> processes=${W:-2} each=(+ 20 40)")},
    {STR_INIT("budget: {poolers: {p: {server: DB}}, consumers: {a: {service: api, via: p, when: M == 'x', "
              "count: 3, surge: 25%, each: asyncpg}}}"),
        STR_INIT("pooler p server=<DB> consumer a service=<api> via=<p> when=(== M 'x') count=3 "
                 "surge=(percent 25) each=asyncpg")},
    {STR_INIT("severity: {production: {file-permissions: error, network: 'off'}, development: {dsn: note}}"),
        STR_INIT("severity production file-permissions=error severity production network=off severity "
                 "development dsn=note")},
    {STR_INIT("allow: [{rule: wildcard-bind, file: c.yml, service: proxy, about: 80, reason: public, until: "
              "1970-01-31}, "
              "{rule: dev-host, variable: A, reason: r}]"),
        STR_INIT("allow rule=<wildcard-bind> file=<c.yml> service=<proxy> about=<80> reason=<public> "
                 "until-day=30 allow "
                 "rule=<dev-host> variable=<A> reason=<r>")},
    {STR_INIT("baseline: .known"), STR_INIT("baseline=<.known>")},
    {STR_INIT("wait: [A, $B, '${C}', {url: '$D/readyz'}, {tcp: 'db:5432'}]"),
        STR_INIT(
            "wait variable=<A> wait variable=<B> wait variable=<C> wait url=<$D/readyz> wait tcp=<db:5432>")},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        assert_str(rows[i].text, rows[i].wanted, render(rows[i].text));
}

static bool is_written(str key)
{
    str written = arena_concat(&arena, key, STR(":"));
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (str_contains(rows[i].text, written))
            return true;
    return false;
}

/* A key that no case writes is one whose value nobody has looked at. */
static void check_written(const struct key_list *list, unsigned depth)
{
    assert_true(depth < 8);
    for (size_t i = 0; i < list->count; i++) {
        if (!is_written(list->rows[i].name))
            fail_msg("no case has the key `" STR_FMT "`", STR_ARG(list->rows[i].name));
        if (list->rows[i].keys)
            check_written(list->rows[i].keys, depth + 1);
    }
}

static void test_every_key(void **state)
{
    (void)state;
    check_written(&pack_keys, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_every_key),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
