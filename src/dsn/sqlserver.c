#include "dsn/sqlserver.h"

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
    if (reading->hosts.count == 0)
        return reader_add_host(reader, part_default(STR("localhost")), (struct dsn_part){0}, 0);
    return DSN_OK;
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
