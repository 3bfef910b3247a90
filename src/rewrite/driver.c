#include "rewrite/driver.h"

#include "base/named.h"
#include "dsn/family.h"

const struct driver_row *driver_find(str dialect, str name)
{
    for (size_t i = 0; i < data_drivers_count; i++)
        if (str_eq_fold(data_drivers[i].dialect, dialect) && str_eq_fold(data_drivers[i].name, name))
            return &data_drivers[i];
    return NULL;
}

str driver_nearest(str dialect, str name)
{
    for (size_t i = 0; name.len && !driver_find(dialect, name) && i < data_drivers_count; i++)
        if (str_eq_fold(data_drivers[i].dialect, dialect) && is_one_letter_off(data_drivers[i].name, name))
            return data_drivers[i].name;
    return STR("");
}

const struct dialect_row *driver_dialect_find(str name)
{
    for (size_t i = 0; i < data_dialects_count; i++)
        if (str_eq_fold(data_dialects[i].name, name))
            return &data_dialects[i];
    return NULL;
}

const struct parameter_row *driver_parameter_find(str name)
{
    return named_find(NAMED_BY(data_parameters, data_parameters_count, struct parameter_row, name), name);
}

/* Words of libpq's sslmode, and what people write in their place. */
static const struct {
    str spelling, word;
} tls_words[] = {
    {STR_INIT("disable"), STR_INIT("disable")},
    {STR_INIT("allow"), STR_INIT("allow")},
    {STR_INIT("prefer"), STR_INIT("prefer")},
    {STR_INIT("require"), STR_INIT("require")},
    {STR_INIT("verify-ca"), STR_INIT("verify-ca")},
    {STR_INIT("verify-full"), STR_INIT("verify-full")},
    {STR_INIT("true"), STR_INIT("require")},
    {STR_INIT("True"), STR_INIT("require")},
    {STR_INIT("1"), STR_INIT("require")},
    {STR_INIT("false"), STR_INIT("disable")},
    {STR_INIT("False"), STR_INIT("disable")},
    {STR_INIT("0"), STR_INIT("disable")},
};

str tls_word(str value)
{
    for (size_t i = 0; i < ARRAY_COUNT(tls_words); i++)
        if (str_eq(tls_words[i].spelling, value))
            return tls_words[i].word;
    return STR("");
}
