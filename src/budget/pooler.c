#include "budget/pooler.h"

#include "base/limit.h"
#include "base/word.h"
#include "deploy/command.h"
#include "deploy/image.h"
#include "deploy/path.h"
#include "text/reads.h"

/* PgBouncer's defaults (doc/config.md). */
#define DEFAULT_POOL_SIZE       20
#define DEFAULT_MAX_CLIENT_CONN 100
#define SERVER_PORT             5432

/* A setting and how images spell it as a variable (edoburu and its kin; Bitnami, Crunchy). */
enum field {
    FIELD_MODE,
    FIELD_POOL_SIZE,
    FIELD_RESERVE,
    FIELD_MAX_CLIENTS,
    FIELD_MAX_DATABASE,
    FIELD_HOST,
    FIELD_PORT,
    FIELD_DATABASE,
    FIELD_AUTH,
    FIELD_COUNT,
};

#define SPELLINGS_MAX 4

static const struct {
    str setting; /* in [pgbouncer]; empty: it is a part of [databases] */
    str variables[SPELLINGS_MAX];
    int64_t usual; /* of numbers */
} fields[] = {
    [FIELD_MODE] = {STR_INIT("pool_mode"), {STR_INIT("POOL_MODE"), STR_INIT("PGBOUNCER_POOL_MODE")}, 0},
    [FIELD_POOL_SIZE] = {STR_INIT("default_pool_size"),
        {STR_INIT("DEFAULT_POOL_SIZE"), STR_INIT("PGBOUNCER_DEFAULT_POOL_SIZE")}, DEFAULT_POOL_SIZE},
    [FIELD_RESERVE] = {STR_INIT("reserve_pool_size"),
        {STR_INIT("RESERVE_POOL_SIZE"), STR_INIT("PGBOUNCER_RESERVE_POOL_SIZE")}, 0},
    [FIELD_MAX_CLIENTS] = {STR_INIT("max_client_conn"),
        {STR_INIT("MAX_CLIENT_CONN"), STR_INIT("PGBOUNCER_MAX_CLIENT_CONN")}, DEFAULT_MAX_CLIENT_CONN},
    [FIELD_MAX_DATABASE] = {STR_INIT("max_db_connections"),
        {STR_INIT("MAX_DB_CONNECTIONS"), STR_INIT("PGBOUNCER_MAX_DB_CONNECTIONS")}, 0},
    [FIELD_HOST] = {STR_INIT(""),
        {STR_INIT("DB_HOST"), STR_INIT("POSTGRESQL_HOST"), STR_INIT("DATABASES_HOST"), STR_INIT("PG_HOST")},
        0},
    [FIELD_PORT] = {STR_INIT(""),
        {STR_INIT("DB_PORT"), STR_INIT("POSTGRESQL_PORT"), STR_INIT("DATABASES_PORT"), STR_INIT("PG_PORT")},
        0},
    [FIELD_DATABASE] = {STR_INIT(""),
        {STR_INIT("DB_NAME"), STR_INIT("PGBOUNCER_DATABASE"), STR_INIT("DATABASES_DBNAME"),
            STR_INIT("PG_DATABASE")},
        0},
    [FIELD_AUTH] = {STR_INIT("auth_type"), {STR_INIT("AUTH_TYPE"), STR_INIT("PGBOUNCER_AUTH_TYPE")}, 0},
};

static const str ini_paths[] = {
    STR_INIT("/etc/pgbouncer/pgbouncer.ini"),
    STR_INIT("/bitnami/pgbouncer/conf/pgbouncer.ini"),
    STR_INIT("/opt/bitnami/pgbouncer/conf/pgbouncer.ini"),
    STR_INIT("/pgbouncer/pgbouncer.ini"),
};

/* What the numbers come from: a file, or else variables. */
struct origin_of {
    const struct settings_reader *reader;
    struct settings ini;
};

static const struct value *variable(const struct origin_of *from, enum field field)
{
    for (size_t i = 0; i < SPELLINGS_MAX; i++) {
        str name = fields[field].variables[i];
        const struct value *value = name.len ? env_get(&from->reader->workload->environment, name) : NULL;
        if (value && value->set && str_trim(value->text).len)
            return value;
    }
    return NULL;
}

static str text_of(const struct origin_of *from, enum field field)
{
    const struct setting *setting = settings_get(&from->ini, STR("pgbouncer"), fields[field].setting);
    if (from->ini.any)
        return setting && fields[field].setting.len ? setting->text : STR("");
    const struct value *value = variable(from, field);
    return value ? str_trim(value->text) : STR("");
}

/* How clients prove who they are, and where that is said. */
static void take_auth(const struct origin_of *from, struct pooler *pooler)
{
    const struct setting *setting = settings_get(&from->ini, STR("pgbouncer"), fields[FIELD_AUTH].setting);
    const struct value *value = from->ini.any ? NULL : variable(from, FIELD_AUTH);
    pooler->auth_type = text_of(from, FIELD_AUTH);
    if (from->ini.any && setting) {
        pooler->auth_at = setting->at;
        pooler->auth_name = setting->name;
    } else if (value) {
        pooler->auth_at = value_locate(value, 0, value->text.len);
        pooler->auth_name = value->name;
    }
}

static struct count number_of(const struct origin_of *from, enum field field)
{
    struct count count = {0};
    const struct setting *setting = settings_get(&from->ini, STR("pgbouncer"), fields[field].setting);
    const struct value *value = from->ini.any ? NULL : variable(from, field);
    if (from->ini.any && setting)
        count = count_read(setting->text, setting->at, STR(""), setting->name);
    else if (value)
        count = count_read(value->text, value->at, value->name, value->name);
    return count.state == COUNT_ABSENT ? count_default(fields[field].usual, STR("default of PgBouncer"))
                                       : count;
}

/* One key of a [databases] line: key=value between blanks, values perhaps in quotes. */
static struct count key_number(const struct command *words, const char *key, span at, struct count otherwise)
{
    vec_each(const struct command_word *, word, &words->words) {
        struct str_cut cut = str_cut_byte(word->text, '=');
        if (str_eq(cut.head, str_from_c(key)))
            return count_read(cut.tail, at, STR(""), cut.head);
    }
    return otherwise;
}

static str key_text(const struct command *words, const char *key)
{
    vec_each(const struct command_word *, word, &words->words) {
        struct str_cut cut = str_cut_byte(word->text, '=');
        if (str_eq(cut.head, str_from_c(key)))
            return cut.tail;
    }
    return STR("");
}

static int32_t port_of(str text)
{
    uint64_t port;
    return number_parse_unsigned(text, 65535, &port) ? (int32_t)port : SERVER_PORT;
}

static struct pooler_database database_of(
    const struct origin_of *from, const struct setting *line, const struct pooler_database *usual)
{
    struct command words = command_split(from->reader->arena, line->text, line->at, NULL);
    struct pooler_database database = {
        .name = line->name,
        .host = key_text(&words, "host"),
        .port = port_of(key_text(&words, "port")),
        .user = key_text(&words, "user"),
        .pool_size = key_number(&words, "pool_size", line->at, usual->pool_size),
        .reserve_pool_size = key_number(&words, "reserve_pool", line->at, usual->reserve_pool_size),
        .max_connections = key_number(&words, "max_db_connections", line->at, usual->max_connections),
        .at = line->at,
    };
    database.reserve_pool_size =
        key_number(&words, "reserve_pool_size", line->at, database.reserve_pool_size);
    return database;
}

/* A comma-separated list of the [pgbouncer] section has the name. */
static bool is_listed(const struct origin_of *from, const char *list, str name)
{
    const struct setting *setting = settings_get(&from->ini, STR("pgbouncer"), str_from_c(list));
    str rest = setting ? setting->text : STR(""), word;
    while (str_next(&rest, ',', &word))
        if (str_eq(str_trim(word), name))
            return true;
    return false;
}

/* `"user" "password"` lines; those who only administrate or watch ask for no server connection. */
static str_vec users_of(const struct origin_of *from)
{
    const struct settings_reader *reader = from->reader;
    const struct setting *setting = settings_get(&from->ini, STR("pgbouncer"), STR("auth_file"));
    str_vec users = {0};
    struct workload_path place = {0};
    if (setting)
        place = workload_path(reader->arena, reader->deployment, reader->workload, setting->text);
    if (place.kind != PATH_FILE)
        return users;
    struct host_file file = reads_file(
        reader->sources, reader->host, reader->arena, place.file, limit_value(LIMIT_FILE_BYTES), place.at);
    str rest = file.status == HOST_OK ? file.text : STR(""), line;
    while (str_next(&rest, '\n', &line)) {
        struct str_cut cut = str_cut_byte(str_skip(str_trim(line), 1), '"');
        bool is_user = cut.found && str_starts(str_trim(line), STR("\"")) && cut.head.len > 0;
        if (is_user && !is_listed(from, "admin_users", cut.head) && !is_listed(from, "stats_users", cut.head))
            vec_push(reader->arena, &users, cut.head);
    }
    return users;
}

static bool is_pgbouncer(const struct workload *service, const struct settings *ini)
{
    struct image_reference image = image_reference(workload_reference(service));
    return ini->any || word_is_in(image.name, STR("pgbouncer")) || word_is_in(image.tag, STR("pgbouncer"));
}

/* The file that the command names, else the places of the usual images. */
struct settings pooler_settings(const struct settings_reader *reader)
{
    struct settings ini = {0};
    struct commands commands = commands_of(reader->arena, reader->workload);
    vec_each(const struct command *, command, &commands.list)
        vec_each(const struct command_word *, word, &command->words)
            if (!ini.any && str_ends(word->text, STR(".ini")))
                settings_read(reader, SETTINGS_PGBOUNCER, word->text, &ini);
    for (size_t i = 0; !ini.any && i < ARRAY_COUNT(ini_paths); i++)
        settings_read(reader, SETTINGS_PGBOUNCER, ini_paths[i], &ini);
    return ini;
}

struct pooler pooler_of_service(const struct settings_reader *reader)
{
    struct origin_of from = {.reader = reader, .ini = pooler_settings(reader)};
    struct pooler pooler = {
        .known = is_pgbouncer(reader->workload, &from.ini), .at = reader->workload->image_at};
    if (!pooler.known)
        return pooler;
    str mode = text_of(&from, FIELD_MODE);
    pooler.mode = mode.len ? mode : STR("session");
    take_auth(&from, &pooler);
    pooler.users = users_of(&from);
    pooler.max_client_conn = number_of(&from, FIELD_MAX_CLIENTS);
    if (span_is_set(pooler.max_client_conn.at))
        pooler.at = pooler.max_client_conn.at;
    struct pooler_database usual = {
        .name = STR("*"),
        .port = port_of(text_of(&from, FIELD_PORT)),
        .pool_size = number_of(&from, FIELD_POOL_SIZE),
        .reserve_pool_size = number_of(&from, FIELD_RESERVE),
        .max_connections = number_of(&from, FIELD_MAX_DATABASE),
        .at = pooler.at,
    };
    vec_each(const struct setting *, line, &from.ini.list)
        if (str_eq(line->section, STR("databases")))
            vec_push(reader->arena, &pooler.databases, database_of(&from, line, &usual));
    if (pooler.databases.count > 0)
        return pooler;
    usual.host = text_of(&from, FIELD_HOST);
    if (text_of(&from, FIELD_DATABASE).len)
        usual.name = text_of(&from, FIELD_DATABASE);
    vec_push(reader->arena, &pooler.databases, usual);
    return pooler;
}
