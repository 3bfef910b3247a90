/*
 * Any bytes as a connection string: no crash, places inside the text, passwords inside secret ranges, and a
 * rewrite that keeps user and password.
 */
#include "rewrite/parameter.h"
#include "rewrite/rewrite.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_part(str text, const struct dsn_part *part)
{
    require(!part->present || (size_t)part->offset + part->length <= text.len);
}

static bool is_covered(const struct dsn *dsn, const struct dsn_part *part)
{
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        if (it->offset <= part->offset && part->offset + part->length <= it->offset + it->length)
            return true;
    return part->length == 0 || !part->present;
}

static void check_readings(str text, const struct dsn *dsn)
{
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        check_part(text, it);
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        check_part(text, &it->user);
        check_part(text, &it->password);
        check_part(text, &it->database);
        require(is_covered(dsn, &it->password));
        vec_each(const struct dsn_host *, host, &it->hosts)
            check_part(text, &host->host);
        vec_each(const struct dsn_parameter *, parameter, &it->parameters)
            check_part(text, &parameter->value);
    }
}

static void check_rewrite(struct arena *arena, str text, const struct dsn *before, str target)
{
    struct rewrite_result result = dsn_rewrite(arena, text, target);
    if (result.error != REWRITE_OK)
        return;
    const struct dsn *after = dsn_parse(arena, result.text, NULL, STR(""));
    require(after->error == DSN_OK || after->error == DSN_BAD_ESCAPE || after->error == before->error);
    if (before->error == DSN_OK && after->error == DSN_OK)
        require(str_eq(before->user.text, after->user.text) &&
                str_eq(before->password.text, after->password.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    str text = {(const char *)data, size};
    struct dsn *dsn = dsn_parse(&arena, text, NULL, STR("DATABASE_URL"));
    check_readings(text, dsn);
    dsn_recognise(text, STR("KAFKA_BROKERS"));
    dsn_uses_tls(dsn);
    dsn_parameter_faults(&arena, dsn, STR("libpq"));
    check_rewrite(&arena, text, dsn, STR("sync"));
    check_rewrite(&arena, text, dsn, STR("async"));
    check_rewrite(&arena, text, dsn, STR("libpq"));
    arena_free(&arena);
    return 0;
}
