/* Sets of HOST/PORT/USER/PASSWORD/NAME variables: facts/connection.h. */
#include "facts/connection.h"

#include "base/number.h"
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
    bool is_program; /* it holds no data: to publish it is another question */
} store_words[] = {
    {STR_INIT("DB"), FAMILY_NONE},
    {STR_INIT("DATABASE"), FAMILY_NONE},
    {STR_INIT("SQL"), FAMILY_NONE},
    {STR_INIT("DATASOURCE"), FAMILY_NONE}, /* Spring */
    {STR_INIT("TYPEORM"), FAMILY_NONE},
    {STR_INIT("SEQUELIZE"), FAMILY_NONE},
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
    {STR_INIT("ES"), FAMILY_ELASTICSEARCH},
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
    {STR_INIT("LDAP"), FAMILY_NONE, .without_login = true, .is_program = true},
    {STR_INIT("IMAP"), FAMILY_NONE, .without_login = true, .is_program = true},
    {STR_INIT("TEMPORAL"), FAMILY_NONE, .without_login = true, .is_program = true},
    {STR_INIT("SMTP"), FAMILY_SMTP, .without_login = true, .is_program = true},
    {STR_INIT("MAIL"), FAMILY_SMTP, .without_login = true, .is_program = true},
    {STR_INIT("EMAIL"), FAMILY_SMTP, .without_login = true, .is_program = true},
    {STR_INIT("MAILER"), FAMILY_SMTP, .without_login = true, .is_program = true},
};

/* How the variables of each part end, after the prefix. The first that is set counts. */
static const struct {
    enum connection_part part;
    str words;
} part_words[] = {
    {PART_PORT, STR_INIT("PORT")},
    {PART_PORT, STR_INIT("PORT_NUMBER")}, /* Bitnami */
    {PART_USER, STR_INIT("USER")},
    {PART_USER, STR_INIT("USERNAME")},
    {PART_USER, STR_INIT("DB_USER")},
    {PART_PASSWORD, STR_INIT("PASSWORD")},
    {PART_PASSWORD, STR_INIT("PASS")},
    {PART_PASSWORD, STR_INIT("PWD")},
    {PART_PASSWORD, STR_INIT("PASSWD")}, /* Gitea */
    {PART_PASSWORD, STR_INIT("DB_PASSWORD")},
    {PART_DATABASE, STR_INIT("DB")},
    {PART_DATABASE, STR_INIT("NAME")},
    {PART_DATABASE, STR_INIT("DATABASE")},
    {PART_DATABASE, STR_INIT("DBNAME")},
    {PART_DATABASE, STR_INIT("DB_NAME")},
    {PART_DATABASE, STR_INIT("DATABASE_NAME")},
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
 * How the variables of a host end. The `wide` ones hold other things too: they count after a server's name
 * alone, and only with hosts in them. An address may be one to listen on: then a wildcard is right.
 */
static const struct {
    str words;
    bool wide, may_listen, glued; /* glued: nothing parts it from what is before, nor the other parts */
    uint8_t stem;                 /* that much of it may begin the names of other parts as well */
} host_words[] = {
    {STR_INIT("URL_HOST"), .stem = 4}, /* KC_DB_URL_HOST beside KC_DB_URL_PORT and KC_DB_USERNAME */
    {STR_INIT("SERVER_HOST"), .stem = 7},
    {STR_INIT("HOST"), .stem = 4}, /* REDIS_HOST beside REDIS_HOST_PASSWORD */
    {STR_INIT("HOSTNAME")},
    {STR_INIT("HOST_NAME")},
    {STR_INIT("HOST_ADDR")}, /* Plausible */
    {STR_INIT("HOSTS"), .wide = true},
    {STR_INIT("SERVER"), .wide = true},
    {STR_INIT("SERVERS"), .wide = true},
    {STR_INIT("ADDR"), .wide = true, .may_listen = true},
    {STR_INIT("ADDRS"), .wide = true, .may_listen = true},
    {STR_INIT("ADDRESS"), .wide = true, .may_listen = true},
    {STR_INIT("ADDRESSES"), .wide = true, .may_listen = true},
    {STR_INIT("ENDPOINT"), .wide = true, .may_listen = true},
    {STR_INIT("ENDPOINTS"), .wide = true, .may_listen = true},
    {STR_INIT("CONTACT_POINTS"), .wide = true},
    {STR_INIT("CONTACTPOINTS"), .wide = true},
    {STR_INIT("BROKER"), .wide = true},
    {STR_INIT("BROKERS"), .wide = true},
    {STR_INIT("NODE"), .wide = true},
    {STR_INIT("NODES"), .wide = true},
    {STR_INIT("SEEDS"), .wide = true},
    {STR_INIT("RELAY"), .wide = true},
    {STR_INIT("SMARTHOST"), .wide = true},
    {STR_INIT("HOST"), .wide = true, .glued = true}, /* DBHOST, MYSQLHOST, dbHost */
    {STR_INIT("SERVER"), .wide = true, .glued = true},
};

/* Words of a name that say "here I listen". */
static const str listener_words[] = {STR_INIT("bind"), STR_INIT("listen"), STR_INIT("listener")};
static const str listener_names[] = {STR_INIT("HOST"), STR_INIT("API_HOST"), STR_INIT("APP_HOST"),
    STR_INIT("HOSTNAME"), STR_INIT("MINIO_ADDRESS")};

/* Words after a server's name that say which of several it is: DB_REPLICA_HOST. */
static const str role_words[] = {STR_INIT("REPLICA"), STR_INIT("PRIMARY"), STR_INIT("MASTER"),
    STR_INIT("SLAVE"), STR_INIT("READ"), STR_INIT("WRITE"), STR_INIT("READER"), STR_INIT("WRITER"),
    STR_INIT("RO"), STR_INIT("RW")};
/* … and those that say nothing more: database__connection__host. */
static const str filling_words[] = {STR_INIT("CONNECTION"), STR_INIT("CONN"), STR_INIT("RELAY")};

static bool is_separator(char byte)
{
    return byte == '_' || byte == '.' || byte == '-' || byte == ':';
}

/* NADOO_DB and DB_REPLICA are "DB", GITEA__database_ is "database". */
static str last_word(str prefix, bool *ret_has_role)
{
    *ret_has_role = false;
    for (;;) {
        while (prefix.len && is_separator(prefix.ptr[prefix.len - 1]))
            prefix.len--;
        size_t at = prefix.len;
        while (at && !is_separator(prefix.ptr[at - 1]))
            at--;
        str word = str_skip(prefix, at);
        bool has_role = STR_IS_IN_FOLD(word, role_words);
        if (at == 0 || (!has_role && !STR_IS_IN_FOLD(word, filling_words)))
            return word;
        *ret_has_role = *ret_has_role || has_role;
        prefix.len = at;
    }
}

static size_t store_row(str word)
{
    for (size_t i = 0; i < ARRAY_COUNT(store_words); i++)
        if (str_eq_fold(word, store_words[i].word))
            return i;
    return STR_NONE;
}

/* The row of store_words that a prefix ends with, or STR_NONE: RabbitMq as it is, appDb by its last hump. */
static size_t store_word(str prefix, bool *ret_has_role)
{
    str word = last_word(prefix, ret_has_role);
    struct words humps;
    size_t row = store_row(word);
    return row == STR_NONE && words_split(word, &humps) ? store_row(humps.list[humps.count - 1]) : row;
}

bool connection_names_store(str name)
{
    bool has_role;
    size_t row = store_word(str_rcut_byte(name, '_').head, &has_role);
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

/* What a switch is set to: SMTP_RELAY=yes. */
static const str switch_texts[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("yes"), STR_INIT("no"),
    STR_INIT("on"), STR_INIT("off"), STR_INIT("none"), STR_INIT("null")};

/* "db", "db:5432", "10.0.0.5", "[::1]:5432": no number, no switch, no sentence, no mail address, no path. */
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
    return letters && !STR_IS_IN_FOLD(text, switch_texts) &&
           !(may_listen && host_classify(arena, cut.head) == HOST_CLASS_WILDCARD);
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

/* A part may also be set to what cannot be seen: it is there, and that is all. */
static const struct value *get_part(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value && (value->set || value->is_hidden) ? value : NULL;
}

/* A host variable taken apart: LISTMONK_db__host is LISTMONK_db, "__" and "host". */
struct host_name {
    str prefix, separator, word;
    size_t row;   /* of host_words */
    size_t store; /* of store_words, STR_NONE */
    bool has_role;
};

static const struct value *part_beside(
    struct arena *arena, const struct env *env, const struct host_name *name, str words)
{
    str tail = arena_concat(arena, name->separator, arena_cased_like(arena, words, name->word));
    const struct value *value = get_part(env, arena_concat(arena, name->prefix, tail));
    if (value || host_words[name->row].stem == 0)
        return value;
    str stem = str_take(name->word, host_words[name->row].stem);
    str longer = arena_join(arena, name->prefix, name->separator, stem);
    if (stem.len == name->word.len)
        longer = arena_concat(arena, longer, name->separator);
    return get_part(env, arena_concat(arena, longer, arena_cased_like(arena, words, name->word)));
}

/* Fills the parts that stand beside the host variable; true when it is a client's set. */
static bool collect_parts(
    struct facts *facts, struct connection *set, const struct env *env, const struct host_name *name)
{
    bool is_store = name->store != STR_NONE;
    bool without_login = is_store && store_words[name->store].without_login;
    for (size_t i = 0; i < ARRAY_COUNT(part_words); i++)
        if (!set->parts[part_words[i].part] && (!without_login || part_words[i].part == PART_PORT))
            set->parts[part_words[i].part] = part_beside(facts->arena, env, name, part_words[i].words);
    if (is_store)
        set->family = store_words[name->store].family;
    set->to_store = is_store && !store_words[name->store].is_program;
    bool login = set->parts[PART_USER] || set->parts[PART_PASSWORD] || set->parts[PART_DATABASE];
    /* Only a store's name says that somebody meant to connect to a wildcard: others listen there. */
    bool listens = host_classify(facts->arena, set->parts[PART_HOST]->text) == HOST_CLASS_WILDCARD;
    return is_store || (set->parts[PART_PORT] && login && !listens);
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
    for (int part = PART_USER; part < PART_COUNT; part++)
        connection->hides[part] = connection->parts[part] && (connection->parts[part]->is_hidden ||
                                                                 value_hides(connection->parts[part], 0,
                                                                     connection->parts[part]->text.len));
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
    if (set->parts[PART_PASSWORD]) {
        str password = arena_key(facts->arena, value_root(set->parts[PART_PASSWORD]));
        if (!map_has(&facts->sets_by_password, password))
            map_set(facts->arena, &facts->sets_by_password, password, connection);
    }
    vec_push(facts->arena, &facts->connections, connection);
}

/* libpq dials PGHOSTADDR where it is set; PGHOST is then but the name in the certificate. */
static bool is_libpq_host(const struct env *env, str name)
{
    return str_eq(name, STR("PGHOSTADDR")) ||
           (str_eq(name, STR("PGHOST")) && !env_get_set(env, STR("PGHOSTADDR")));
}

static void add_libpq_set(
    struct facts *facts, const struct env *env, const struct service *service, const struct value *host)
{
    struct connection set = {
        .service = service, .family = FAMILY_POSTGRESQL, .to_store = true, .label = STR("PG*")};
    set.parts[PART_HOST] = host;
    for (size_t i = 0; i < ARRAY_COUNT(libpq_variables); i++)
        set.parts[libpq_variables[i].part] = get_part(env, libpq_variables[i].name);
    add_set(facts, &set);
}

/* The name, which ends like the row, taken apart; false: nothing is before that, or it is glued otherwise. */
static bool split_host(str name, size_t row, struct host_name *ret)
{
    str prefix = str_take(name, name.len - host_words[row].words.len), whole = prefix;
    while (prefix.len && is_separator(prefix.ptr[prefix.len - 1]))
        prefix.len--;
    *ret = (struct host_name){.prefix = prefix,
        .separator = str_skip(whole, prefix.len),
        .word = str_skip(name, whole.len),
        .row = row};
    bool is_split = prefix.len && (ret->separator.len == 0) == host_words[row].glued;
    ret->store = is_split ? store_word(prefix, &ret->has_role) : STR_NONE;
    return is_split;
}

/* True when the variable ends like the row and holds what a client connects to. */
static bool fits_host(struct arena *arena, const struct value *host, size_t row, struct host_name *ret)
{
    if (!str_ends_fold(host->name, host_words[row].words) || !split_host(host->name, row, ret) ||
        (host_words[row].wide && ret->store == STR_NONE))
        return false;
    if (connection_is_listener(host->name) || dsn_recognise(host->text, host->name))
        return false;
    return !host_words[row].wide || connection_holds_hosts(arena, host->text, host_words[row].may_listen);
}

/* MARIADB_HOST in MariaDB's own container: the server connects to nobody but the one that it follows. */
static bool is_own_host(const struct service *service, const struct host_name *name)
{
    return service && service->holds_data && service->image && service->image->kind != IMAGE_POOLER &&
           name->store != STR_NONE && !name->has_role && service->image->family != FAMILY_NONE &&
           store_words[name->store].family == service->image->family;
}

/* REDIS_CACHE=cache:6379, MEMCACHE=cache:11211: a store's word in the name, and its usual port. */
static void add_lone_host(struct facts *facts, const struct value *host, const struct service *service)
{
    str name = host->name, word;
    struct str_cut cut = str_rcut_byte(host->text, ':');
    uint64_t port;
    bool is_client = service ? !service->holds_data : facts->deployment == NULL;
    if (!is_client || !cut.found || !number_parse_unsigned(cut.tail, UINT16_MAX, &port) ||
        word_is_last(name, STR("port")) || str_has_any(host->text, STR(",; ")) ||
        !connection_holds_hosts(facts->arena, host->text, true) || connection_is_listener(name) ||
        dsn_recognise(host->text, name))
        return;
    while (word_next(&name, &word)) {
        size_t row = store_row(word);
        if (row == STR_NONE || family_row(store_words[row].family)->port != (int32_t)port)
            continue;
        struct connection set = {.service = service,
            .family = store_words[row].family,
            .to_store = !store_words[row].is_program,
            .label = host->name};
        set.parts[PART_HOST] = host;
        add_set(facts, &set);
        return;
    }
}

/* The sets of one environment: every host variable with what stands beside it. */
void connection_sets_gather(struct facts *facts, const struct env *env, const struct service *service)
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
        bool is_set = false;
        for (size_t i = 0; i < ARRAY_COUNT(host_words) && !is_set; i++) {
            struct host_name name;
            if (!fits_host(facts->arena, host, i, &name))
                continue;
            struct connection set = {.service = service};
            set.parts[PART_HOST] = host;
            if (is_own_host(service, &name) || !collect_parts(facts, &set, env, &name))
                continue;
            str group = arena_join(facts->arena, name.prefix, name.separator, STR("*"));
            set.label = host_words[i].wide ? host->name : group;
            add_set(facts, &set);
            is_set = true;
        }
        if (!is_set)
            add_lone_host(facts, host, service);
    }
}
