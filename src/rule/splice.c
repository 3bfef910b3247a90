#include "rule/splice.h"

#include "facts/variable.h"

/*
 * The variable between `:` and `@` of a URL, and its text; NULL: the password is written out, or made of
 * parts.
 */
static const struct value *inserted_password(const struct value *value, str *ret_text)
{
    size_t scheme = str_find(value->text, STR("://")), start = 0;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        size_t end = start + piece->length;
        bool is_inside = scheme != STR_NONE && start > scheme && end < value->text.len;
        if (piece->via && is_inside && value->text.ptr[start - 1] == ':' && value->text.ptr[end] == '@') {
            *ret_text = str_slice(value->text, start, end);
            return piece->via;
        }
        start = end;
    }
    return NULL;
}

const struct value *splice_find(const struct connection *connection)
{
    str text;
    const struct value *holder =
        connection->dsn ? inserted_password(value_root(connection->variable->value), &text) : NULL;
    /*
     * The delimiters of RFC 3986 that end a userinfo, brackets that some parsers take for an address, and
     * escapes.
     */
    if (!holder || !str_has_any(text, STR("@/?#[]%")))
        return NULL;
    vec_each(const struct dsn_reading *, reading, &connection->dsn->readings) {
        bool is_whole =
            reading->error == DSN_OK && reading->password.present && str_eq(reading->password.text, text);
        if (reading->likely && !is_whole)
            return value_root(holder);
    }
    return NULL;
}
