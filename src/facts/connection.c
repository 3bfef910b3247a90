#include "facts/connection.h"

#include "base/number.h"
#include "base/percent.h"
#include "base/word.h"
#include "facts/variable.h"

/*
 * The last word of a prefix that names a server, and the family it implies. Brokers and mail
 * servers may well ask nobody for a password: an empty one beside their host says nothing.
 */
static const struct {
    str word;
    enum family_id family; /* NONE: any */
    bool without_login;
} store_words[] = {
    {STR_INIT("DB"), FAMILY_NONE},
    {STR_INIT("DATABASE"), FAMILY_NONE},
    {STR_INIT("SQL"), FAMILY_NONE},
    {STR_INIT("PG"), FAMILY_POSTGRESQL},
    {STR_INIT("PGSQL"), FAMILY_POSTGRESQL},
    {STR_INIT("POSTGRES"), FAMILY_POSTGRESQL},
    {STR_INIT("POSTGRESQL"), FAMILY_POSTGRESQL},
    {STR_INIT("PGVECTOR"), FAMILY_POSTGRESQL},
    {STR_INIT("TIMESCALE"), FAMILY_POSTGRESQL},
    {STR_INIT("PGBOUNCER"), FAMILY_POSTGRESQL},
    {STR_INIT("MYSQL"), FAMILY_MYSQL},
    {STR_INIT("MARIADB"), FAMILY_MYSQL},
    {STR_INIT("MSSQL"), FAMILY_MSSQL},
    {STR_INIT("ORACLE"), FAMILY_ORACLE},
    {STR_INIT("MONGO"), FAMILY_MONGODB},
    {STR_INIT("MONGODB"), FAMILY_MONGODB},
    {STR_INIT("REDIS"), FAMILY_REDIS},
    {STR_INIT("VALKEY"), FAMILY_REDIS},
    {STR_INIT("CACHE"), FAMILY_NONE},
    {STR_INIT("MEMCACHED"), FAMILY_MEMCACHED},
    {STR_INIT("RABBIT"), FAMILY_AMQP},
    {STR_INIT("RABBITMQ"), FAMILY_AMQP},
    {STR_INIT("AMQP"), FAMILY_AMQP},
    {STR_INIT("CLICKHOUSE"), FAMILY_CLICKHOUSE},
    {STR_INIT("CASSANDRA"), FAMILY_CASSANDRA},
    {STR_INIT("NEO4J"), FAMILY_NEO4J},
    {STR_INIT("INFLUXDB"), FAMILY_INFLUXDB},
    {STR_INIT("COUCHDB"), FAMILY_COUCHDB},
    {STR_INIT("ELASTIC"), FAMILY_ELASTICSEARCH},
    {STR_INIT("ELASTICSEARCH"), FAMILY_ELASTICSEARCH},
    {STR_INIT("OPENSEARCH"), FAMILY_ELASTICSEARCH},
    {STR_INIT("QDRANT"), FAMILY_NONE},
    {STR_INIT("WEAVIATE"), FAMILY_NONE},
    {STR_INIT("MILVUS"), FAMILY_NONE},
    {STR_INIT("CHROMA"), FAMILY_NONE},
    {STR_INIT("MINIO"), FAMILY_S3},
    {STR_INIT("POSTGRESDB"), FAMILY_POSTGRESQL},
    {STR_INIT("COCKROACH"), FAMILY_POSTGRESQL},
    {STR_INIT("MYSQLDB"), FAMILY_MYSQL},
    {STR_INIT("SENTINEL"), FAMILY_REDIS},
    {STR_INIT("SCYLLA"), FAMILY_CASSANDRA},
    {STR_INIT("MEMCACHE"), FAMILY_MEMCACHED},
    {STR_INIT("SOLR"), FAMILY_NONE},
    {STR_INIT("MEILI"), FAMILY_NONE},
    {STR_INIT("MEILISEARCH"), FAMILY_NONE},
    {STR_INIT("TYPESENSE"), FAMILY_NONE},
    {STR_INIT("KAFKA"), FAMILY_KAFKA, .without_login = true},
    {STR_INIT("REDPANDA"), FAMILY_KAFKA, .without_login = true},
    {STR_INIT("BROKER"), FAMILY_NONE, .without_login = true},
    {STR_INIT("ZOOKEEPER"), FAMILY_NONE, .without_login = true},
    {STR_INIT("ZK"), FAMILY_NONE, .without_login = true},
    {STR_INIT("ETCD"), FAMILY_NONE, .without_login = true},
    {STR_INIT("NATS"), FAMILY_NONE, .without_login = true},
    {STR_INIT("MQTT"), FAMILY_NONE, .without_login = true},
    {STR_INIT("LDAP"), FAMILY_NONE, .without_login = true},
    {STR_INIT("IMAP"), FAMILY_NONE, .without_login = true},
    {STR_INIT("TEMPORAL"), FAMILY_NONE, .without_login = true},
    {STR_INIT("SMTP"), FAMILY_SMTP, .without_login = true},
    {STR_INIT("MAIL"), FAMILY_SMTP, .without_login = true},
    {STR_INIT("EMAIL"), FAMILY_SMTP, .without_login = true},
    {STR_INIT("MAILER"), FAMILY_SMTP, .without_login = true},
};

/* How the variables of each part end, behind the prefix. The first that is set counts. */
static const struct {
    enum connection_part part;
    str suffix;
} part_suffixes[] = {
    {PART_PORT, STR_INIT("_PORT")},
    {PART_USER, STR_INIT("_USER")},
    {PART_USER, STR_INIT("_USERNAME")},
    {PART_USER, STR_INIT("_DB_USER")},
    {PART_PASSWORD, STR_INIT("_PASSWORD")},
    {PART_PASSWORD, STR_INIT("_PASS")},
    {PART_PASSWORD, STR_INIT("_PWD")},
    {PART_PASSWORD, STR_INIT("_DB_PASSWORD")},
    {PART_DATABASE, STR_INIT("_DB")},
    {PART_DATABASE, STR_INIT("_NAME")},
    {PART_DATABASE, STR_INIT("_DATABASE")},
    {PART_DATABASE, STR_INIT("_DBNAME")},
    {PART_DATABASE, STR_INIT("_DB_NAME")},
};

/* libpq's own variables have no underscore. */
static const struct {
    enum connection_part part;
    str name;
} libpq_variables[] = {
    {PART_PORT, STR_INIT("PGPORT")},
    {PART_USER, STR_INIT("PGUSER")},
    {PART_PASSWORD, STR_INIT("PGPASSWORD")},
    {PART_DATABASE, STR_INIT("PGDATABASE")},
};

/*
 * How the variables of a host end. The `wide` ones hold other things too: they count behind a server's name
 * alone, and only with hosts in them. An address may be one to listen on: then a wildcard is right.
 */
static const struct {
    str suffix;
    bool wide, may_listen, glued; /* glued: no underscore before it, nor before the other parts */
} host_suffixes[] = {
    {STR_INIT("_URL_HOST")}, /* KC_DB_URL_HOST */
    {STR_INIT("_SERVER_HOST")},
    {STR_INIT("_HOST")},
    {STR_INIT("_HOSTNAME")},
    {STR_INIT("_HOSTS"), .wide = true},
    {STR_INIT("_SERVER"), .wide = true},
    {STR_INIT("_SERVERS"), .wide = true},
    {STR_INIT("_ADDR"), .wide = true, .may_listen = true},
    {STR_INIT("_ADDRS"), .wide = true, .may_listen = true},
    {STR_INIT("_ADDRESS"), .wide = true, .may_listen = true},
    {STR_INIT("_ADDRESSES"), .wide = true, .may_listen = true},
    {STR_INIT("_ENDPOINT"), .wide = true, .may_listen = true},
    {STR_INIT("_ENDPOINTS"), .wide = true, .may_listen = true},
    {STR_INIT("_CONTACT_POINTS"), .wide = true},
    {STR_INIT("_CONTACTPOINTS"), .wide = true},
    {STR_INIT("_BROKER"), .wide = true},
    {STR_INIT("_BROKERS"), .wide = true},
    {STR_INIT("_NODES"), .wide = true},
    {STR_INIT("_SEEDS"), .wide = true},
    {STR_INIT("HOST"), .wide = true, .glued = true}, /* DBHOST, MYSQLHOST */
    {STR_INIT("SERVER"), .wide = true, .glued = true},
};

/* Words of a name that say "here I listen". */
static const str listener_words[] = {STR_INIT("bind"), STR_INIT("listen"), STR_INIT("listener")};
static const str listener_names[] = {STR_INIT("HOST"), STR_INIT("API_HOST"), STR_INIT("APP_HOST"),
    STR_INIT("HOSTNAME"), STR_INIT("MINIO_ADDRESS")};

/* Words behind a server's name that say which of several it is: DB_REPLICA_HOST. */
static const str role_words[] = {STR_INIT("REPLICA"), STR_INIT("PRIMARY"), STR_INIT("MASTER"),
    STR_INIT("SLAVE"), STR_INIT("READ"), STR_INIT("WRITE"), STR_INIT("READER"), STR_INIT("WRITER"),
    STR_INIT("RO"), STR_INIT("RW")};

static bool is_role(str word)
{
    for (size_t i = 0; i < ARRAY_COUNT(role_words); i++)
        if (str_eq_fold(word, role_words[i]))
            return true;
    return false;
}

/* NADOO_DB and DB_REPLICA are "DB", GITEA__database_ is "database". */
static str last_word(str prefix)
{
    for (;;) {
        while (str_ends(prefix, STR("_")))
            prefix.len--;
        struct str_cut cut = str_rcut_byte(prefix, '_');
        if (!cut.found || !is_role(cut.tail))
            return cut.found ? cut.tail : prefix;
        prefix = cut.head;
    }
}

/* The row of store_words that a prefix ends with, or STR_NONE. */
static size_t store_word(str prefix)
{
    str word = last_word(prefix);
    for (size_t i = 0; i < ARRAY_COUNT(store_words); i++)
        if (str_eq_fold(word, store_words[i].word))
            return i;
    return STR_NONE;
}

bool connection_names_store(str name)
{
    size_t row = store_word(str_rcut_byte(name, '_').head);
    return row != STR_NONE && !store_words[row].without_login;
}

bool connection_is_listener(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(listener_names); i++)
        if (str_eq_fold(name, listener_names[i]))
            return true;
    if (str_starts_fold(name, STR("SERVER_")))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(listener_words); i++)
        if (word_is_in(name, listener_words[i]))
            return true;
    return false;
}

/* "db", "db:5432", "10.0.0.5", "[::1]:5432": no number, no sentence, no mail address, no path. */
static bool is_host_text(struct arena *arena, str text, bool may_listen)
{
    str host = text;
    bool bracketed = str_starts(host, STR("["));
    struct str_cut cut = bracketed ? str_cut_byte(str_skip(host, 1), ']') : str_cut_byte(host, ':');
    str tail = bracketed && str_starts(cut.tail, STR(":")) ? str_skip(cut.tail, 1) : cut.tail;
    uint64_t port;
    if (cut.found && tail.len && !number_parse_unsigned(tail, 65535, &port))
        return false;
    bool letters = false;
    for (size_t i = 0; i < cut.head.len; i++) {
        char byte = cut.head.ptr[i];
        letters = letters || !byte_is_digit(byte);
        if (!byte_is_alnum(byte) && byte != '.' && byte != '-' && byte != '_' && !(bracketed && byte == ':'))
            return false;
    }
    return letters && !(may_listen && host_classify(arena, cut.head) == HOST_CLASS_WILDCARD);
}

bool connection_next_host(str *rest, str *ret_host)
{
    while (rest->len) {
        size_t end = str_find_any(*rest, STR(",; "));
        *ret_host = str_trim(str_take(*rest, end));
        *rest = end == STR_NONE ? STR("") : str_skip(*rest, end + 1);
        if (ret_host->len)
            return true;
    }
    return false;
}

bool connection_holds_hosts(struct arena *arena, str text, bool may_listen)
{
    str host;
    bool any = false;
    while (connection_next_host(&text, &host)) {
        if (!is_host_text(arena, host, may_listen))
            return false;
        any = true;
    }
    return any;
}

static const struct value *get_set(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value && value->set ? value : NULL;
}

/* Fills the parts that stand beside the host variable; true when it is a client's set. */
static bool collect_parts(
    struct facts *facts, struct connection *set, const struct env *env, str prefix, size_t suffix)
{
    str host_name = set->parts[PART_HOST]->name;
    bool lower = byte_lower(host_name.ptr[host_name.len - 1]) == host_name.ptr[host_name.len - 1];
    size_t row = store_word(prefix);
    bool without_login = row != STR_NONE && store_words[row].without_login;
    for (size_t i = 0; i < ARRAY_COUNT(part_suffixes); i++) {
        enum connection_part part = part_suffixes[i].part;
        if (set->parts[part] || (without_login && part != PART_PORT))
            continue;
        str name = arena_concat(
            facts->arena, prefix, str_skip(part_suffixes[i].suffix, host_suffixes[suffix].glued ? 1 : 0));
        set->parts[part] = get_set(env, lower ? arena_lower(facts->arena, name) : name);
    }
    if (row != STR_NONE)
        set->family = store_words[row].family;
    bool login = set->parts[PART_USER] || set->parts[PART_PASSWORD] || set->parts[PART_DATABASE];
    return row != STR_NONE || (set->parts[PART_PORT] && login);
}

static void take_texts(struct connection *connection)
{
    const struct value *user = connection->parts[PART_USER], *password = connection->parts[PART_PASSWORD];
    const struct value *database = connection->parts[PART_DATABASE];
    connection->has_user = user != NULL;
    connection->has_password = password != NULL;
    connection->has_database = database != NULL;
    connection->user = user ? user->text : STR("");
    connection->password = password ? password->text : STR("");
    connection->database = database ? database->text : STR("");
}

/* The same parts in the hands of one program are one connection: label and the settings behind its parts. */
static str set_key(struct arena *arena, const struct connection *set)
{
    struct buf key = buf_new(arena, SIZE_MAX / 4);
    buf_str(&key, set->label);
    buf_printf(&key, " %p", (const void *)set->service);
    for (int part = PART_USER; part < PART_COUNT; part++)
        buf_printf(&key, " %p", set->parts[part] ? (const void *)value_root(set->parts[part]) : NULL);
    return buf_view(&key);
}

static void add_set(struct facts *facts, struct connection *set)
{
    struct variable *variable = variable_find(facts, set->parts[PART_HOST]);
    str key = set_key(facts->arena, set);
    /* What programs are handed is found in their own environments. */
    bool is_handed = variable && !set->service && variable->holders.count;
    if (!variable || is_handed || map_has(&facts->set_rows, key))
        return;
    set->variable = variable;
    take_texts(set);
    struct connection *connection = arena_new(facts->arena, struct connection);
    *connection = *set;
    map_set(facts->arena, &facts->set_rows, key, connection);
    vec_push(facts->arena, &facts->connections, connection);
}

/* libpq dials PGHOSTADDR where it is set; PGHOST is then but the name in the certificate. */
static bool is_libpq_host(const struct env *env, str name)
{
    return str_eq(name, STR("PGHOSTADDR")) ||
           (str_eq(name, STR("PGHOST")) && !get_set(env, STR("PGHOSTADDR")));
}

static void add_libpq_set(
    struct facts *facts, const struct env *env, const struct service *service, const struct value *host)
{
    struct connection set = {.service = service, .family = FAMILY_POSTGRESQL, .label = STR("PG*")};
    set.parts[PART_HOST] = host;
    for (size_t i = 0; i < ARRAY_COUNT(libpq_variables); i++)
        set.parts[libpq_variables[i].part] = get_set(env, libpq_variables[i].name);
    add_set(facts, &set);
}

/* True when the variable ends like row's and holds what a client connects to. */
static bool fits_suffix(struct arena *arena, const struct value *host, size_t row, str *ret_prefix)
{
    if (!str_ends_fold(host->name, host_suffixes[row].suffix) || connection_is_listener(host->name))
        return false;
    str prefix = str_take(host->name, host->name.len - host_suffixes[row].suffix.len);
    *ret_prefix = prefix;
    bool severed = host_suffixes[row].glued && str_ends(prefix, STR("_"));
    if (prefix.len == 0 || severed || dsn_recognise(host->text, host->name))
        return false;
    return !host_suffixes[row].wide ||
           (store_word(prefix) != STR_NONE &&
               connection_holds_hosts(arena, host->text, host_suffixes[row].may_listen));
}

/* The sets of one environment: every host variable with what stands beside it. */
static void gather_sets(struct facts *facts, const struct env *env, const struct service *service)
{
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *host = entry->value;
        if (entry->removed || !host->set || host->text.len == 0)
            continue;
        if (is_libpq_host(env, host->name)) {
            add_libpq_set(facts, env, service, host);
            continue;
        }
        if (str_eq(host->name, STR("PGHOST")))
            continue;
        for (size_t i = 0; i < ARRAY_COUNT(host_suffixes); i++) {
            str prefix;
            if (!fits_suffix(facts->arena, host, i, &prefix))
                continue;
            struct connection set = {.service = service};
            set.parts[PART_HOST] = host;
            if (!collect_parts(facts, &set, env, prefix, i))
                continue;
            set.label = host_suffixes[i].wide ? host->name
                                              : arena_printf(facts->arena, STR_FMT "_*", STR_ARG(prefix));
            add_set(facts, &set);
            break;
        }
    }
}

/* The reading that speaks for the whole: the first likely one that is no error, else the family's own. */
static const struct dsn_reading *main_reading(const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->likely && reading->error == DSN_OK)
            return reading;
    return NULL;
}

static void add_dsn(
    struct facts *facts, struct variable *variable, struct dsn *dsn, const struct service *service)
{
    struct connection *connection = arena_new(facts->arena, struct connection);
    const struct dsn_reading *reading = main_reading(dsn);
    const struct dsn_part *user = reading ? &reading->user : &dsn->user;
    const struct dsn_part *password = reading ? &reading->password : &dsn->password;
    const struct dsn_part *database = reading ? &reading->database : &dsn->database;
    *connection = (struct connection){
        .variable = variable,
        .dsn = dsn,
        .service = service,
        .label = variable->value->name,
        .family = family_id_of(dsn->family),
        .user = user->text,
        .password = password->text,
        .database = database->text,
        .has_user = user->present,
        .has_password = password->present,
        .has_database = database->present,
    };
    vec_push(facts->arena, &facts->connections, connection);
}

static void gather_dsns(struct facts *facts)
{
    for (size_t i = 0; i < facts->variables.count; i++) {
        struct variable *variable = facts->variables.items[i];
        const struct value *value = variable->value;
        bool declared = variable->declared && variable->declared->type == TYPE_DSN;
        variable->is_connection = value->text.len && (declared || dsn_recognise(value->text, value->name));
        if (!variable->is_connection)
            continue;
        struct dsn *dsn = facts_dsn(facts, value->text, value->name);
        vec_each(const struct holder *, holder, &variable->holders)
            add_dsn(facts, variable, dsn, holder->service);
        if (variable->holders.count == 0)
            add_dsn(facts, variable, dsn, NULL);
    }
}

struct env_scope {
    const struct env *inner, *outer;
};

static struct template_value scope_get(void *self, str name)
{
    const struct env_scope *scope = self;
    const struct value *value = get_set(scope->inner, name);
    if (!value && scope->outer)
        value = get_set(scope->outer, name);
    if (!value)
        return (struct template_value){.found = false};
    return (struct template_value){.found = true, .text = value->text, .from = value};
}

/*
 * Parts of a derived connection string are values, never URL text: each is percent-encoded as the grammar of
 * userinfo and path needs, so that a password with `@` stays a password. Escaped parts lose byte-exact spans.
 */
struct encoding_scope {
    struct env_scope env;
    struct arena *arena;
};

static struct template_value encoded_get(void *self, str name)
{
    struct encoding_scope *scope = self;
    struct template_value value = scope_get(&scope->env, name);
    struct buf out = buf_new(scope->arena, SIZE_MAX / 4);
    percent_encode(&out, value.text, STR("/"), true);
    if (value.found)
        value.text = buf_view(&out);
    return value;
}

static void derive(struct facts *facts, struct diags *diags, const struct config_derive *row,
    const struct env *env, const struct service *service)
{
    const struct config_text *text = &row->template;
    struct env_scope inner = {.inner = env};
    struct encoding_scope scope = {.env = inner, .arena = facts->arena};
    bool is_url = str_contains(text->text, STR("://"));
    struct template_scope encoded = {.self = &scope, .get = encoded_get};
    struct template_scope plain = {.self = &inner, .get = scope_get};
    struct pieces origin = {0};
    pieces_add(facts->arena, &origin, text->text.len, text->at, NULL);
    struct template_result result =
        template_expand(facts->arena, text->text, &origin, is_url ? &encoded : &plain);
    if (result.error != TEMPLATE_OK) {
        diag_add(diags, STR("config-syntax"), SEVERITY_ERROR, result.error_at,
            "`" STR_FMT "` cannot be put together", STR_ARG(row->name))
            ->fatal = true;
        return;
    }
    struct value *value = arena_new(facts->arena, struct value);
    *value = (struct value){.name = row->name,
        .text = result.text,
        .set = true,
        .origin = ORIGIN_DERIVED,
        .at = text->at,
        .key = row->key,
        .pieces = result.pieces};
    value->uses.items = result.uses.items;
    value->uses.count = result.uses.count;
    variable_add(facts, value, service)->derived = true;
}

/* True when the environment sets one of the variables that the template asks for. */
static bool feeds(struct arena *arena, const struct env *env, str template)
{
    struct env_scope inner = {.inner = env};
    struct template_scope scope = {.self = &inner, .get = scope_get};
    struct template_result result = template_expand(arena, template, NULL, &scope);
    vec_each(const struct template_use *, use, &result.uses)
        if (get_set(env, use->name))
            return true;
    return false;
}

/* A derived value belongs to the services that are handed its parts; to the deployment where none is. */
static void gather_derived(struct facts *facts, struct diags *diags, const struct env *file_environment)
{
    vec_each(const struct config_derive *, row, &facts->config->derive) {
        bool owned = false;
        vec_each(struct service *const *, service, &facts->services) {
            const struct workload *workload = (*service)->workload;
            if (!workload->active || (*service)->image ||
                !feeds(facts->arena, &workload->environment, row->template.text))
                continue;
            derive(facts, diags, row, &workload->environment, *service);
            owned = true;
        }
        if (!owned)
            derive(facts, diags, row, file_environment, NULL);
    }
}

void connections_gather(struct facts *facts, struct diags *diags, const struct env *file_environment)
{
    gather_derived(facts, diags, file_environment);
    gather_dsns(facts);
    gather_sets(facts, file_environment, NULL);
    vec_each(struct service *const *, service, &facts->services)
        if ((*service)->workload->active)
            gather_sets(facts, &(*service)->workload->environment, *service);
}
