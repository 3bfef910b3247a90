#include "dsn/sqlserver.h"

#include "dsn/value.h"

struct dsn_part sqlserver_host(struct dsn_part place)
{
    size_t instance = str_find_byte(place.text, '\\');
    return instance == STR_NONE || instance == 0 ? place : part_slice(place, 0, instance);
}

void sqlserver_settle_host(struct reader *reader, struct dsn_host *host)
{
    struct dsn_part place = sqlserver_host(host->host);
    if (place.text.len == host->host.text.len)
        return;
    host->host = place;
    host->class = host_classify(reader->arena, place.text);
}

static bool is_encryption(str value)
{
    static const str words[] = {STR_INIT("mandatory"), STR_INIT("yes"), STR_INIT("1"), STR_INIT("t"),
        STR_INIT("true"), STR_INIT("disable"), STR_INIT("strict"), STR_INIT("optional"), STR_INIT("no"),
        STR_INIT("0"), STR_INIT("f"), STR_INIT("false")};
    return STR_IS_IN_FOLD(value, words);
}

static const struct value_rule go_mssqldb_values[] = {
    {STR_INIT("port,log,packet size,connection timeout,dial timeout,keepalive,failoverport"), str_is_digits},
    {STR_INIT("encrypt"), is_encryption},
    {STR_INIT("trustservercertificate,disableretry,multisubnetfailover,columnencryption,epa enabled"),
        value_is_go_bool},
};

enum dsn_error go_mssqldb_check(struct reader *reader)
{
    return values_check(reader, go_mssqldb_values, ARRAY_COUNT(go_mssqldb_values), true);
}

/* A key twice, in whatever case. */
static const struct dsn_parameter *OR_NULL repeated_key(const struct reader *reader)
{
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        const str names[] = {it->key.text, {0}};
        if (it->key.text.len && reader_parameter_fold(reader, names) != it)
            return it;
    }
    return NULL;
}

enum dsn_error go_mssqldb_finish(struct reader *reader, const struct url_parts *parts)
{
    static const str databases[] = {STR_INIT("database"), STR_INIT("initial catalog"), {0}};
    static const str users[] = {STR_INIT("user id"), STR_INIT("user"), STR_INIT("uid"), {0}};
    static const str passwords[] = {STR_INIT("password"), STR_INIT("pwd"), {0}};
    struct dsn_reading *reading = reader->reading;
    const struct dsn_parameter *database = reader_parameter_fold(reader, databases);
    const struct dsn_parameter *user = reader_parameter_fold(reader, users);
    const struct dsn_parameter *password = reader_parameter_fold(reader, passwords);
    (void)parts;
    reading->database = database ? database->value : (struct dsn_part){0}; /* the path is an instance */
    if (user)
        reading->user = user->value;
    if (password)
        reading->password = password->value;
    const struct dsn_parameter *again = repeated_key(reader);
    if (again)
        return reader_fail_part(reader, &again->key, DSN_BAD_PARAMETER);
    enum dsn_error error = go_mssqldb_check(reader);
    bool is_open = !error && reading->hosts.count == 0;
    return is_open ? reader_add_host(reader, part_default(STR("localhost")), (struct dsn_part){0}, 0) : error;
}

bool sqlserver_has_pairs(str text)
{
    size_t semicolon = str_find_byte(text, ';');
    if (semicolon == STR_NONE)
        return false;
    struct str_cut pair = str_cut_byte(str_skip(text, semicolon + 1), '=');
    return pair.found && find_any(pair.head, STR("@?/;&")) == STR_NONE &&
           find_any(str_take(text, semicolon), STR("@?")) == STR_NONE;
}
