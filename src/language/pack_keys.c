#include "language/pack_keys.h"

#include "base/nearest.h"
#include "base/number.h"
#include "env/dialect.h"
#include "rewrite/driver.h"
#include "text/mask.h"

/* ---- words */

static const struct pack_word type_words[] = {
    {STR_INIT("string"), TYPE_STRING},
    {STR_INIT("int"), TYPE_INT},
    {STR_INIT("number"), TYPE_NUMBER},
    {STR_INIT("bool"), TYPE_BOOL},
    {STR_INIT("port"), TYPE_PORT},
    {STR_INIT("url"), TYPE_URL},
    {STR_INIT("dsn"), TYPE_DSN},
    {STR_INIT("host"), TYPE_HOST},
    {STR_INIT("ip"), TYPE_IP},
    {STR_INIT("path"), TYPE_PATH},
    {STR_INIT("duration"), TYPE_DURATION},
    {STR_INIT("fernet"), TYPE_FERNET},
    {STR_INIT("laravel-key"), TYPE_LARAVEL_KEY},
    {STR_INIT("hex:BYTES"), TYPE_HEX},
    {STR_INIT("base64:BYTES"), TYPE_BASE64},
    {STR_INIT("jwt"), TYPE_JWT},
};

static const struct pack_word required_words[] = {
    {STR_INIT("true"), REQUIRED_YES},
    {STR_INIT("false"), REQUIRED_NO},
    {STR_INIT("production"), REQUIRED_PRODUCTION},
};

static const struct pack_word severities[] = {
    {STR_INIT("error"), SEVERITY_ERROR},
    {STR_INIT("warning"), SEVERITY_WARNING},
    {STR_INIT("note"), SEVERITY_NOTE},
    {STR_INIT("off"), SEVERITY_OFF},
};

static const struct pack_word modes[] = {
    {STR_INIT("production"), MODE_PRODUCTION},
    {STR_INIT("development"), MODE_DEVELOPMENT},
};

const struct pack_words severity_words = {severities, ARRAY_COUNT(severities)};
const struct pack_words mode_words = {modes, ARRAY_COUNT(modes)};

static const struct pack_word host_words[] = {
    {STR_INIT("loopback"), HOST_CLASS_LOOPBACK},
    {STR_INIT("wildcard"), HOST_CLASS_WILDCARD},
    {STR_INIT("socket"), HOST_CLASS_SOCKET},
    {STR_INIT("private"), HOST_CLASS_PRIVATE},
    {STR_INIT("public"), HOST_CLASS_PUBLIC},
    {STR_INIT("dev-host"), HOST_CLASS_DEV_HOST},
    {STR_INIT("file"), HOST_CLASS_FILE},
};

static const struct pack_word pooler_words[] = {
    {STR_INIT("session"), 0},
    {STR_INIT("transaction"), 1},
    {STR_INIT("statement"), 2},
};

/* ---- names */

static str reader_name(size_t index)
{
    return index < DIALECT_COUNT ? dialect_name(dialect_get((enum dialect_id)index)) : STR("");
}

/* The rewriter and the rules of connection strings know no other drivers than these. */
static str driver_name(size_t index)
{
    if (index == 0)
        return STR("none");
    return index <= data_drivers_count ? data_drivers[index - 1].name : STR("");
}

static str rewrite_target_name(size_t index)
{
    static const str forms[] = {STR_INIT("sync"), STR_INIT("async"), STR_INIT("libpq")};
    return index < ARRAY_COUNT(forms) ? forms[index] : driver_name(index - ARRAY_COUNT(forms) + 1);
}

static const struct pack_names reader_names = {
    STR_INIT("reader"), reader_name, STR_INIT("bootgate rules --dialects")};
static const struct pack_names driver_names = {STR_INIT("driver"), driver_name};
static const struct pack_names rewrite_target_names = {STR_INIT("form or driver"), rewrite_target_name};

/* ---- rows */

/* A named row begins with its name and the places of name and value. */
#define NAMED_ADDER(function, type, list)                                                                    \
    static void *function(                                                                                   \
        struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value)                 \
    {                                                                                                        \
        type *row = vec_add(r->arena, &r->config->list);                                                     \
        row->name = named->key->text;                                                                        \
        row->key = named->key->at;                                                                           \
        row->at = value->at;                                                                                 \
        return row;                                                                                          \
    }

#define ITEM_ADDER(function, type, list)                                                                     \
    static void *function(                                                                                   \
        struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value)                 \
    {                                                                                                        \
        (void)named;                                                                                         \
        type *row = vec_add(r->arena, &r->config->list);                                                     \
        row->at = value->at;                                                                                 \
        return row;                                                                                          \
    }

NAMED_ADDER(add_var, struct config_var, vars)
NAMED_ADDER(add_derive, struct config_derive, derive)
NAMED_ADDER(add_rewrite, struct config_rewrite, rewrite)
NAMED_ADDER(add_server, struct config_server, budget.servers)
NAMED_ADDER(add_pooler, struct config_pooler, budget.poolers)
NAMED_ADDER(add_consumer, struct config_consumer, budget.consumers)
ITEM_ADDER(add_default, struct config_default, defaults)
ITEM_ADDER(add_wait, struct config_wait, wait)

static void *add_allow(struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value)
{
    (void)named;
    struct config_allow *row = vec_add(r->arena, &r->config->allow);
    row->at = value->at;
    row->until_day = INT64_MAX;
    return row;
}

/* ---- scalars in the place of a mapping */

static void mode_scalar(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_mode *mode = row;
    mode->at = node->at;
    mode->from = (struct config_text){0};
    const struct key key = {.kind = KEY_TEMPLATE, .offset = offsetof(struct config_mode, text)};
    pack_value(r, &key, node, mode);
}

static void finish_mode(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    (void)r;
    struct config_mode *mode = row;
    mode->at = node->at;
    mode->text = (struct config_text){0};
}

static void publish(struct pack_reader *r, const struct config_text *password)
{
    if (span_is_set(password->at))
        mask_add(r->diags->sources, password->at);
}

static void default_scalar(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_default *line = row;
    if (pack_text(r, node, &line->password))
        publish(r, &line->password);
}

static void finish_default(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_default *line = row;
    publish(r, &line->password);
    /* Under a misspelt key or of a wrong type it is a password all the same. */
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        if (!str_eq(pair->key->text, STR("user")))
            mask_add(r->diags->sources, pair->value->at);
    if (span_is_set(line->password.at) && line->password.text.len == 0)
        pack_fault(r, node->at, "an empty password is no default: it is reported anyway");
}

static void derive_scalar(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    const struct key key = {.kind = KEY_TEMPLATE, .offset = offsetof(struct config_derive, template)};
    pack_value(r, &key, node, row);
}

static void consumer_scalar(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    ((struct config_consumer *)row)->fixed = pack_expr(r, node, EVAL_WANT_NUMBER, NULL);
}

static void wait_scalar(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_wait *wait = row;
    if (!pack_text(r, node, &wait->target))
        return;
    wait->kind = WAIT_VARIABLE;
    if (str_starts(wait->target.text, STR("$")))
        wait->target.text = str_trim_bytes(str_skip(wait->target.text, 1), STR("{}"));
    if (!str_is_name(wait->target.text))
        pack_fault(r, wait->target.at, "expected a variable's name, or {url: …} or {tcp: host:port}");
}

static void read_wait_target(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_wait *wait = row;
    if (span_is_set(wait->target.at))
        pack_fault(r, node->at, "one target each: url or tcp");
    wait->kind = str_eq(key->name, STR("url")) ? WAIT_URL : WAIT_TCP;
    const struct key template = {.kind = KEY_TEMPLATE, .offset = offsetof(struct config_wait, target)};
    pack_value(r, &template, node, row);
}

static void finish_wait(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    if (!span_is_set(((struct config_wait *)row)->target.at))
        pack_fault(r, node->at, "expected url or tcp");
}

/* ---- lists with known members */

static void read_read_by(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct names {
        config_texts list;
    } names = {0};
    const struct key texts = {.kind = KEY_TEXTS, .offset = offsetof(struct names, list), .names = key->names};
    (void)row;
    pack_value(r, &texts, node, &names);
    r->config->read_by.count = 0; /* an extending file's list replaces the other */
    vec_each(const struct config_text *, name, &names.list) {
        const struct dialect *dialect = dialect_find(name->text);
        if (dialect)
            vec_push(r->arena, &r->config->read_by, ((struct config_reader){dialect, name->at}));
    }
}

/* `postgresql+asyncpg` is its driver here. */
static void read_rewrite_target(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    const struct key text = {.kind = KEY_TEXT, .offset = key->offset};
    struct config_rewrite *rewrite = row;
    pack_value(r, &text, node, row);
    if (!span_is_set(rewrite->to.at))
        return;
    struct str_cut cut = str_cut_byte(rewrite->to.text, '+');
    struct config_text target = rewrite->to;
    target.text = cut.found ? cut.tail : cut.head;
    pack_check_name(r, key->names, &target);
}

enum {
    KEY_BYTES_MAX = 4096, /* no key is longer */
};

/* hex:32, base64:32: how many bytes the key has once it is read. */
static void read_type(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_var *var = row;
    struct str_cut cut = str_cut_byte(node->text, ':');
    bool is_hex = str_eq(cut.head, STR("hex")), is_base64 = str_eq(cut.head, STR("base64"));
    if (node->kind == YAML_SCALAR && (is_hex || is_base64)) {
        uint64_t bytes = 0;
        if (!number_parse_unsigned(cut.tail, KEY_BYTES_MAX, &bytes) || bytes == 0) {
            pack_fault(r, node->at, "expected " STR_FMT ":BYTES, such as " STR_FMT ":32", STR_ARG(cut.head),
                STR_ARG(cut.head));
            return;
        }
        var->type = is_hex ? TYPE_HEX : TYPE_BASE64;
        var->type_bytes = bytes;
        var->type_at = node->at;
        return;
    }
    int code;
    if (!pack_word(r, key->words, node, &code))
        return;
    var->type = (enum config_type)code;
    var->type_at = node->at;
}

/* Forbidden values are published ones more often than not. */
static void read_forbid(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    const struct key texts = {.kind = KEY_TEXTS, .offset = key->offset};
    struct config_var *var = row;
    pack_value(r, &texts, node, row);
    vec_each(const struct config_text *, text, &var->forbid)
        publish(r, text);
}

static void finish_budget(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    (void)r;
    ((struct config_budget *)row)->at = node->at;
}

/* ---- severity */

static void read_severity_line(struct pack_reader *r, enum mode mode, const struct yaml_pair *pair)
{
    int code;
    if (!pack_word(r, &severity_words, pair->value, &code))
        return;
    struct config_severity *line = vec_add(r->arena, &r->config->severity);
    line->mode = mode;
    line->target = pair->key->text;
    line->severity = (enum severity)code;
    line->at = pair->key->at;
}

static void read_severities(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    (void)row;
    if (node->kind != YAML_MAPPING) {
        pack_fault(r, node->at, "expected production and development");
        return;
    }
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        int mode;
        if (!pack_word(r, &mode_words, pair->key, &mode))
            continue;
        if (pair->value->kind != YAML_MAPPING) {
            pack_fault(r, pair->value->at, "expected rules or groups with their severity");
            continue;
        }
        vec_each(struct yaml_pair *, line, &pair->value->pairs)
            read_severity_line(r, (enum mode)mode, line);
    }
}

/* ---- the keys */

/* clang-format off: one row a line reads best as a table. */
static const struct key mode_rows[] = {
    {STR_INIT("from"), KEY_TEXT, .required = true, TO(config_mode, from),
        ABOUT("the variable that says which mode it is")},
    {STR_INIT("production"), KEY_TEXTS, .required = true, TO(config_mode, production),
        ABOUT("its words that mean production; all others are development, unset is production")},
};

static const struct key default_rows[] = {
    {STR_INIT("user"), KEY_TEXT, TO(config_default, user),
        ABOUT("the user; left out, the password counts whoever the user is")},
    {STR_INIT("password"), KEY_TEXT, .required = true, TO(config_default, password), ABOUT("the password")},
};

static const struct key var_rows[] = {
    {STR_INIT("required"), KEY_WORD, TO(config_var, required), ALSO(config_var, required_at),
        .words = WORDS(required_words), ABOUT("whether it must be set: true, false, or production")},
    {STR_INIT("type"), KEY_WORD, TO(config_var, type), ALSO(config_var, type_at), .words = WORDS(type_words),
        .read = read_type, ABOUT("what its value is; keys (fernet and what follows) are secrets")},
    {STR_INIT("one-of"), KEY_TEXTS, TO(config_var, one_of), ABOUT("all that it may be")},
    {STR_INIT("pattern"), KEY_PATTERN, TO(config_var, pattern),
        ABOUT("a regular expression (PCRE2) that must match somewhere in it")},
    {STR_INIT("min"), KEY_NUMBER, TO(config_var, min), ABOUT("the least it may be")},
    {STR_INIT("max"), KEY_NUMBER, TO(config_var, max), ABOUT("the most it may be")},
    {STR_INIT("min-length"), KEY_NUMBER, TO(config_var, min_length), ABOUT("the fewest bytes it may have")},
    {STR_INIT("forbid"), KEY_TEXTS, TO(config_var, forbid), .read = read_forbid,
        ABOUT("what it must not be")},
    {STR_INIT("secret"), KEY_FLAG, TO(config_var, secret), ALSO(config_var, secret_said),
        ABOUT("whether its value is masked everywhere; else its name decides")},
    {STR_INIT("driver"), KEY_TEXT, TO(config_var, driver), .names = &driver_names,
        ABOUT("the driver that its connection string must name, or none")},
    {STR_INIT("not-host"), KEY_WORD, TO(config_var, not_host), .words = WORDS(host_words),
        .read = pack_word_text, ABOUT("a class of hosts that it must not lead to")},
    {STR_INIT("default"), KEY_TEXT, TO(config_var, default_text),
        ABOUT("what the program itself falls back to, judged when it is unset")},
};

static const struct key derive_rows[] = {
    {STR_INIT("template"), KEY_TEMPLATE, .required = true, TO(config_derive, template),
        ABOUT("the value, put together from ${NAME:-default}")},
};

static const struct key rewrite_rows[] = {
    {STR_INIT("from"), KEY_TEXT, .required = true, TO(config_rewrite, from),
        ABOUT("the variable that it is made from")},
    {STR_INIT("to"), KEY_TEXT, .required = true, TO(config_rewrite, to), .names = &rewrite_target_names,
        .read = read_rewrite_target, ABOUT("the form: sync, async, libpq, asyncpg or a driver")},
};

static const struct key server_rows[] = {
    {STR_INIT("url"), KEY_TEXT, TO(config_server, url),
        ABOUT("the variable whose connection string leads to it")},
    {STR_INIT("at"), KEY_TEXT, TO(config_server, address), ABOUT("its host and port")},
    {STR_INIT("max_connections"), KEY_COUNT, TO(config_server, max_connections),
        ABOUT("its limit, where the files do not say")},
    {STR_INIT("reserved"), KEY_COUNT, TO(config_server, reserved),
        ABOUT("connections it keeps for itself: 3 where it is left out")},
    {STR_INIT("usable"), KEY_COUNT, TO(config_server, usable),
        ABOUT("a provider's number of which nothing more comes off")},
    {STR_INIT("role-limit"), KEY_COUNT, TO(config_server, role_limit),
        ABOUT("the CONNECTION LIMIT of the role that the programs use")},
    {STR_INIT("extensions"), KEY_TEXTS, TO(config_server, extensions),
        ABOUT("extensions that the programs need, which `bootgate live` looks for")},
};

static const struct key pooler_rows[] = {
    {STR_INIT("server"), KEY_TEXT, .required = true, TO(config_pooler, server),
        ABOUT("the server behind it: a name under servers, or a variable")},
    {STR_INIT("pool_size"), KEY_COUNT, TO(config_pooler, pool_size),
        ABOUT("server connections for each pair of user and database")},
    {STR_INIT("reserve_pool_size"), KEY_COUNT, TO(config_pooler, reserve_pool_size),
        ABOUT("more of them under load")},
    {STR_INIT("pairs"), KEY_COUNT, TO(config_pooler, pairs),
        ABOUT("pairs of user and database: 1 where it is left out")},
    {STR_INIT("databases"), KEY_COUNT, TO(config_pooler, databases),
        ABOUT("databases that max_db_connections counts for")},
    {STR_INIT("instances"), KEY_COUNT, TO(config_pooler, instances),
        ABOUT("poolers side by side: 1 where it is left out")},
    {STR_INIT("max_client_conn"), KEY_COUNT, TO(config_pooler, max_client_conn),
        ABOUT("clients that it accepts")},
    {STR_INIT("max_db_connections"), KEY_COUNT, TO(config_pooler, max_db_connections),
        ABOUT("server connections for one database at most")},
    {STR_INIT("mode"), KEY_WORD, TO(config_pooler, mode), .words = WORDS(pooler_words),
        .read = pack_word_text, ABOUT("when a server connection is given back")},
};

static const struct key consumer_rows[] = {
    {STR_INIT("server"), KEY_TEXT, TO(config_consumer, server),
        ABOUT("the server it connects to: a name under servers, or a variable")},
    {STR_INIT("service"), KEY_TEXT, TO(config_consumer, service),
        ABOUT("the Compose service it is; its replicas are the count")},
    {STR_INIT("via"), KEY_TEXT, TO(config_consumer, via),
        ABOUT("the pooler between, in the place of server")},
    {STR_INIT("when"), KEY_CONDITION, TO(config_consumer, when), ABOUT("it counts only where this holds")},
    {STR_INIT("count"), KEY_COUNT, TO(config_consumer, count), ABOUT("replicas")},
    {STR_INIT("surge"), KEY_SHARE, TO(config_consumer, surge),
        ABOUT("replicas more during a deployment, or a percentage")},
    {STR_INIT("processes"), KEY_COUNT, TO(config_consumer, processes),
        ABOUT("worker processes of one replica: 1 where it is left out")},
    {STR_INIT("each"), KEY_COUNT, TO(config_consumer, each),
        ABOUT("connections of one process: pool plus overflow, or a library's name for its default")},
};

static const struct key budget_rows[] = {
    {STR_INIT("headroom"), KEY_NUMBER, TO(config_budget, headroom),
        ABOUT("a factor on the demand, such as 1.5, that must fit too")},
    {STR_INIT("servers"), KEY_NAMED, .keys = KEYS(server_rows), .add = add_server, ABOUT("servers by name")},
    {STR_INIT("poolers"), KEY_NAMED, .keys = KEYS(pooler_rows), .add = add_pooler,
        ABOUT("connection poolers by name")},
    {STR_INIT("consumers"), KEY_NAMED, .keys = KEYS(consumer_rows), .add = add_consumer,
        .scalar = consumer_scalar, ABOUT("programs that connect, or a bare number of connections")},
};

static const struct key allow_rows[] = {
    {STR_INIT("rule"), KEY_TEXT, .required = true, TO(config_allow, rule),
        ABOUT("the rule whose findings are allowed")},
    {STR_INIT("file"), KEY_TEXT, TO(config_allow, file), ABOUT("in this file alone")},
    {STR_INIT("variable"), KEY_TEXT, TO(config_allow, variable), ABOUT("about this variable alone")},
    {STR_INIT("service"), KEY_TEXT, TO(config_allow, service), ABOUT("about this service alone")},
    {STR_INIT("about"), KEY_TEXT, TO(config_allow, about),
        ABOUT("about this alone, of several: what the message names, such as a port")},
    {STR_INIT("reason"), KEY_TEXT, .required = true, TO(config_allow, reason), ABOUT("why that is right")},
    {STR_INIT("until"), KEY_DATE, TO(config_allow, until), ALSO(config_allow, until_day),
        ABOUT("the last day on which it counts")},
};

static const struct key wait_rows[] = {
    {STR_INIT("url"), KEY_TEMPLATE, .read = read_wait_target,
        ABOUT("an http or https address that must answer")},
    {STR_INIT("tcp"), KEY_TEMPLATE, .read = read_wait_target,
        ABOUT("host:port that must accept connections")},
};

static const struct key top_rows[] = {
    {STR_INIT("version"), KEY_VERSION, ABOUT("the version of this format")},
    {STR_INIT("name"), KEY_TEXT, TO(config, name), ABOUT("the project's name")},
    {STR_INIT("extends"), KEY_TEXTS, .read = pack_extends,
        ABOUT("built-in packs or files that this one goes on from")},
    {STR_INIT("mode"), KEY_STRUCT, TO(config, mode), .keys = KEYS_END(mode_rows, finish_mode),
        .scalar = mode_scalar,
        ABOUT("what says whether this is production: a template, or a variable and its words")},
    {STR_INIT("read-by"), KEY_TEXTS, .names = &reader_names, .read = read_read_by,
        ABOUT("who reads the env files: compose where it is left out")},
    {STR_INIT("defaults"), KEY_ITEMS, .keys = KEYS_END(default_rows, finish_default), .add = add_default,
        .scalar = default_scalar,
        ABOUT("this project's own published credentials: pairs, or bare passwords")},
    {STR_INIT("vars"), KEY_NAMED, .keys = KEYS_SECRET(var_rows), .add = add_var,
        ABOUT("what is known about variables")},
    {STR_INIT("derive"), KEY_NAMED, .keys = KEYS(derive_rows), .add = add_derive, .scalar = derive_scalar,
        ABOUT("values that the program puts together itself")},
    {STR_INIT("rewrite"), KEY_NAMED, .keys = KEYS(rewrite_rows), .add = add_rewrite,
        ABOUT("connection strings that are another one with a different driver")},
    {STR_INIT("rules"), KEY_ITEMS, .keys = &pack_rule_keys, .add = pack_add_rule,
        ABOUT("what must be true of every deployment")},
    {STR_INIT("budget"), KEY_STRUCT, TO(config, budget), .keys = KEYS_END(budget_rows, finish_budget),
        ABOUT("connections: servers, poolers, consumers")},
    {STR_INIT("severity"), KEY_SEVERITIES, .read = read_severities,
        ABOUT("how bad findings are, per mode, by rule or group")},
    {STR_INIT("allow"), KEY_ITEMS, .keys = KEYS(allow_rows), .add = add_allow,
        ABOUT("findings that somebody takes responsibility for")},
    {STR_INIT("baseline"), KEY_TEXT, TO(config, baseline),
        ABOUT("a list of known findings, by `check --write-baseline`, that check and the hook leave out")},
    {STR_INIT("wait"), KEY_ITEMS, .keys = KEYS_END(wait_rows, finish_wait), .add = add_wait,
        .scalar = wait_scalar, ABOUT("what must answer before the program starts")},
};
/* clang-format on */

const struct key_list pack_keys = {.rows = top_rows, .count = ARRAY_COUNT(top_rows)};
