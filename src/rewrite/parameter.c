#include "rewrite/parameter.h"

#include "dsn/family.h"
#include "rewrite/driver.h"

/* --- faults */

static bool connector_named(str reader, enum connector *ret_connector)
{
    static const str libpq_names[] = {STR_INIT("libpq"), STR_INIT("psycopg2"), STR_INIT("psycopg"),
        STR_INIT("psycopg_async"), STR_INIT("psycopg2cffi")};
    for (size_t i = 0; i < ARRAY_COUNT(libpq_names); i++)
        if (str_eq_fold(libpq_names[i], reader)) {
            *ret_connector = CONNECTOR_LIBPQ;
            return true;
        }
    return false;
}

/* Whose rules hold: the reader's where one is given, else those of the scheme's driver. */
static bool find_connector(const struct dsn *dsn, str reader, enum connector *ret_connector)
{
    if (family_id_of(dsn->family) != FAMILY_POSTGRESQL || !dsn->scheme.present)
        return false;
    if (dsn->driver.len && (reader.len == 0 || str_eq_fold(reader, STR("sqlalchemy"))))
        reader = str_eq_fold(dsn->driver, STR("asyncpg")) ? STR("sqlalchemy-asyncpg") : dsn->driver;
    if (str_eq_fold(reader, STR("sqlalchemy-asyncpg"))) {
        *ret_connector = CONNECTOR_SA_ASYNC;
        return true;
    }
    if (str_eq_fold(reader, STR("asyncpg"))) {
        *ret_connector = dsn->driver.len ? CONNECTOR_SA_ASYNC : CONNECTOR_ASYNCPG;
        return true;
    }
    return connector_named(reader, ret_connector);
}

static void add_fault(struct arena *arena, parameter_faults *faults, const struct dsn_parameter *parameter,
    str spelling, str about)
{
    struct parameter_fault fault = {.key = parameter->key, .spelling = spelling, .about = about};
    vec_push(arena, faults, fault);
}

static void check_tls_name(struct arena *arena, parameter_faults *faults, enum connector connector,
    const struct dsn_parameter *parameter, const struct parameter_row *row)
{
    str right = connector == CONNECTOR_SA_ASYNC ? STR("ssl") : STR("sslmode");
    str word = tls_word(parameter->value.text);
    if (!str_eq(parameter->key.text, right))
        add_fault(arena, faults, parameter, right, row->about);
    else if (!str_eq(word, parameter->value.text))
        add_fault(arena, faults, parameter, STR(""),
            STR("its value must be one of disable, allow, prefer, require, verify-ca, verify-full"));
}

static void check_one(struct arena *arena, parameter_faults *faults, enum connector connector,
    const struct dsn_parameter *parameter)
{
    const struct parameter_row *row = driver_parameter_find(parameter->key.text);
    if (row == NULL) {
        if (connector != CONNECTOR_ASYNCPG) /* there it is a server setting, which may exist */
            add_fault(arena, faults, parameter, STR(""),
                STR("this driver does not know it and refuses to connect"));
        return;
    }
    switch (row->action[connector]) {
    case PARAMETER_TLS:
        check_tls_name(arena, faults, connector, parameter, row);
        break;
    case PARAMETER_SETTING:
        add_fault(arena, faults, parameter, STR("options"), row->about);
        break;
    case PARAMETER_DROP:
    case PARAMETER_REFUSE:
        add_fault(arena, faults, parameter, STR(""), row->about);
        break;
    case PARAMETER_DATABASE:
    case PARAMETER_KEEP:
        break;
    }
}

static bool is_whole_number(str text)
{
    str digits = str_starts(text, STR("-")) ? str_skip(text, 1) : text;
    return str_is_digits(digits);
}

/* What every client of a plain postgresql:// refuses, or takes for another value: a second ? among others. */
static void check_value(struct arena *arena, parameter_faults *faults, const struct dsn_parameter *parameter)
{
    str value = parameter->value.text;
    bool is_mode = str_eq(tls_word(value), value) || str_eq(value, STR("no-verify")); /* node-postgres's */
    if (str_eq(parameter->key.text, STR("sslmode")) && value.len && !is_mode)
        add_fault(arena, faults, parameter, STR(""),
            str_has_byte(value, '?')
                ? STR("a second ? does not begin another parameter: write &")
                : STR("its value must be one of disable, allow, prefer, require, verify-ca, verify-full"));
    if (str_eq(parameter->key.text, STR("connect_timeout")) && value.len && !is_whole_number(value))
        add_fault(arena, faults, parameter, STR(""), STR("its value must be a number of seconds"));
}

static bool is_plain_postgres(const struct dsn *dsn)
{
    return family_id_of(dsn->family) == FAMILY_POSTGRESQL && dsn->scheme.present && dsn->driver.len == 0;
}

/* What the client whose reading stands for the string would not connect with. */
static void check_reading(struct arena *arena, parameter_faults *faults, const struct dsn *dsn)
{
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (it->client == dsn->client && it->refused_value)
            add_fault(arena, faults, &it->parameters.items[it->refused_value - 1], STR(""),
                STR("its value is none that this driver takes"));
}

parameter_faults dsn_parameter_faults(struct arena *arena, const struct dsn *dsn, str reader)
{
    parameter_faults faults = {0};
    enum connector connector;
    bool is_known = dsn->family && find_connector(dsn, reader, &connector);
    bool is_plain = !is_known && dsn->family && is_plain_postgres(dsn);
    vec_each(const struct dsn_parameter *, it, &dsn->parameters)
        if (is_known)
            check_one(arena, &faults, connector, it);
        else if (is_plain)
            check_value(arena, &faults, it);
    check_reading(arena, &faults, dsn);
    return faults;
}

/* --- TLS */

/* Keys that switch TLS on or off; compared without case, blanks, dashes and underscores. */
static const str tls_keys[] = {STR_INIT("sslmode"), STR_INIT("ssl"), STR_INIT("tls"), STR_INIT("secure"),
    STR_INIT("encrypt"), STR_INIT("usessl"), STR_INIT("requiressl"), STR_INIT("usetls"),
    STR_INIT("sslenabled")};

static const struct {
    str word;
    enum dsn_tls tls;
} tls_values[] = {
    {STR_INIT("require"), DSN_TLS_YES},
    {STR_INIT("required"), DSN_TLS_YES},
    {STR_INIT("verify-ca"), DSN_TLS_YES},
    {STR_INIT("verify-full"), DSN_TLS_YES},
    {STR_INIT("verify_ca"), DSN_TLS_YES},
    {STR_INIT("verify_full"), DSN_TLS_YES},
    {STR_INIT("trust"), DSN_TLS_YES},
    {STR_INIT("verify_identity"), DSN_TLS_YES},
    {STR_INIT("verifyca"), DSN_TLS_YES},
    {STR_INIT("verifyfull"), DSN_TLS_YES},
    {STR_INIT("true"), DSN_TLS_YES},
    {STR_INIT("1"), DSN_TLS_YES},
    {STR_INIT("yes"), DSN_TLS_YES},
    {STR_INIT("on"), DSN_TLS_YES},
    {STR_INIT("strict"), DSN_TLS_YES},
    {STR_INIT("mandatory"), DSN_TLS_YES},
    {STR_INIT("skip-verify"), DSN_TLS_YES},
    {STR_INIT("disable"), DSN_TLS_NO},
    {STR_INIT("disabled"), DSN_TLS_NO},
    {STR_INIT("none"), DSN_TLS_NO},
    {STR_INIT("false"), DSN_TLS_NO},
    {STR_INIT("0"), DSN_TLS_NO},
    {STR_INIT("no"), DSN_TLS_NO},
    {STR_INIT("off"), DSN_TLS_NO},
    {STR_INIT("optional"), DSN_TLS_NO},
};

/* Equal but for case and the bytes that people put between words. */
static bool key_matches(str key, str word)
{
    size_t at = 0;
    for (size_t i = 0; i < key.len; i++) {
        if (str_has_byte(STR(" -_"), key.ptr[i]))
            continue;
        if (at >= word.len || byte_lower(key.ptr[i]) != word.ptr[at])
            return false;
        at++;
    }
    return at == word.len;
}

static enum dsn_tls parameter_tls(const struct dsn_parameter *parameter)
{
    bool found = false;
    for (size_t i = 0; i < ARRAY_COUNT(tls_keys); i++)
        found = found || key_matches(parameter->key.text, tls_keys[i]);
    for (size_t i = 0; found && i < ARRAY_COUNT(tls_values); i++)
        if (str_eq_fold(tls_values[i].word, parameter->value.text))
            return tls_values[i].tls;
    return DSN_TLS_UNKNOWN;
}

/* What a string without a word on TLS means: these speak plainly unless told otherwise. */
static enum dsn_tls family_tls(const struct dsn *dsn)
{
    switch (family_id_of(dsn->family)) {
    case FAMILY_REDIS:
    case FAMILY_MONGODB:
    case FAMILY_AMQP:
    case FAMILY_CLICKHOUSE:
        return DSN_TLS_NO;
    default:
        return DSN_TLS_UNKNOWN;
    }
}

enum dsn_tls dsn_uses_tls(const struct dsn *dsn)
{
    if (dsn->family == NULL)
        return DSN_TLS_UNKNOWN;
    enum dsn_tls said = DSN_TLS_UNKNOWN;
    vec_each(const struct dsn_parameter *, it, &dsn->parameters) {
        enum dsn_tls tls = parameter_tls(it);
        said = tls == DSN_TLS_UNKNOWN ? said : tls;
    }
    const struct dsn_scheme *scheme = scheme_find(dsn->scheme.text);
    if (said != DSN_TLS_UNKNOWN)
        return said;
    if (scheme && scheme->tls != TLS_BY_PARAMETER)
        return scheme->tls == TLS_YES ? DSN_TLS_YES : DSN_TLS_NO;
    return family_tls(dsn);
}
