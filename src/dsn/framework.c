#include "dsn/framework.h"

#include "dsn/family.h"
#include "dsn/url.h"
#include "dsn/value.h"

static const str host_keys[] = {STR_INIT("host"), {0}};
static const str port_keys[] = {STR_INIT("port"), {0}};
static const str user_keys[] = {STR_INIT("user"), {0}};
static const str password_keys[] = {STR_INIT("password"), {0}};
static const str dbname_keys[] = {STR_INIT("dbname"), {0}};

/* The query's socket is where the server is spoken to, whatever host is named. */
static enum dsn_error use_socket(struct reader *reader, str name)
{
    const struct dsn_parameter *found = url_parameter(reader, name);
    if (found == NULL || found->value.text.len == 0)
        return DSN_OK;
    reader->reading->hosts.count = 0;
    return reader_add_host(reader, found->value, (struct dsn_part){0}, 0);
}

/* --- Doctrine, Laravel */

static const struct override_keys doctrine_keys = {
    .host = host_keys,
    .port = port_keys,
    .user = user_keys,
    .password = password_keys,
    .database = dbname_keys,
};

/* A file's name is the path without its first slash, whatever host is before it. */
static enum dsn_error doctrine_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
    if (!reader->family->file)
        return use_socket(reader, STR("unix_socket"));
    reader->reading->hosts.count = 0;
    enum dsn_error error = reader_add_host(reader, reader->reading->database, (struct dsn_part){0}, 0);
    if (!error)
        vec_last(&reader->reading->hosts)->class = HOST_CLASS_FILE;
    return error;
}

const struct url_rules doctrine_rules = {
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_FORM,
    .override = OVERRIDE_QUERY,
    .keys = &doctrine_keys,
    .finish = doctrine_finish,
};

bool doctrine_has_host_of_file(str text)
{
    size_t scheme = str_find(text, STR("://"));
    str rest = str_skip(text, scheme == STR_NONE ? text.len : scheme + 3);
    return str_starts(rest, STR("localhost/"));
}

/* --- Ecto */

static const struct value_rule ecto_values[] = {
    {STR_INIT("timeout,pool_size,idle_interval"), value_is_integer},
};

static enum dsn_error ecto_finish(struct reader *reader, const struct url_parts *parts)
{
    str name = str_skip(parts->path, 1);
    if (name.len == 0 || str_has_byte(name, '/'))
        return reader_fail(reader, parts->path.ptr ? parts->path.ptr : reader->text.ptr, DSN_BAD_DATABASE);
    enum dsn_error error = values_check(reader, ecto_values, ARRAY_COUNT(ecto_values), false);
    if (!error)
        error = use_socket(reader, STR("socket_dir"));
    if (error || reader->reading->hosts.count)
        return error;
    return reader_add_host(reader, part_default(STR("localhost")), (struct dsn_part){0}, 0);
}

const struct url_rules ecto_rules = {
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_STRICT, ESCAPES_STRICT, ESCAPES_STRICT, ESCAPES_LENIENT},
    .fragment = true,
    .query = QUERY_FORM,
    .finish = ecto_finish,
};

/* --- sqlx, Prisma */

static enum dsn_error sqlx_finish(struct reader *reader, const struct url_parts *parts)
{
    (void)parts;
    return use_socket(reader, STR("socket"));
}

const struct url_rules sqlx_rules = {
    .library = LIBRARY_WHATWG,
    .userinfo = USERINFO_LAST_AT,
    .escapes = {ESCAPES_LENIENT, ESCAPES_LITERAL, ESCAPES_LENIENT, ESCAPES_LENIENT},
    .fragment = true,
    .finish = sqlx_finish,
};

bool sqlx_has_socket(str text)
{
    return str_contains(text, STR("?socket=")) || str_contains(text, STR("&socket="));
}
