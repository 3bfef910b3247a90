#include "dsn/doubt.h"

/*
 * Where userinfo begins: after the slashes that follow a scheme, else at the start. A colon is part of a
 * scheme only after the word of an interface; in u:SECRET://@host it ends the user.
 */
static size_t login_start(str text)
{
    size_t slashes = str_find(text, STR("//"));
    size_t colon = str_find_byte(text, ':');
    str trimmed = str_trim_start(text);
    bool is_of_interface = str_starts(trimmed, STR("jdbc:")) || str_starts(trimmed, STR("r2dbc:"));
    if (slashes != STR_NONE && colon + 1 < slashes && !is_of_interface)
        return 0;
    for (size_t i = 0; slashes != STR_NONE && i < slashes; i++)
        if (!byte_is_name(text.ptr[i]) && !str_has_byte(STR(" +-.:"), text.ptr[i]))
            return 0;
    return slashes == STR_NONE ? 0 : slashes + 2;
}

/* Pairs from the start on: `host=h password=x`, `Server=h;…`. */
static bool is_pairs(str text)
{
    size_t first = str_find_any(text, STR("=:@/("));
    return first != STR_NONE && text.ptr[first] == '=';
}

/* What ends the userinfo for good: /, ? or #; the end of the text where there is none. */
static size_t authority_end(str text, size_t from)
{
    size_t end = str_find_any(str_skip(text, from), STR("/?#"));
    return end == STR_NONE ? text.len : from + end;
}

/* u:SECRET without a host: what follows the colon is no port. */
static bool lacks_host(str text, size_t start, size_t *ret_from)
{
    size_t bracket = str_find_byte(str_skip(text, start), ']');
    size_t from = bracket == STR_NONE ? start : start + bracket;
    size_t colon = str_find_byte(str_skip(text, from), ':');
    if (start == 0 || colon == STR_NONE || from + colon > authority_end(text, start))
        return false;
    *ret_from = from + colon + 1;
    str rest = str_skip(text, *ret_from);
    size_t end = str_find_any(rest, STR("/?#,;"));
    str port = end == STR_NONE ? rest : str_take(rest, end);
    return !str_is_digits(port);
}

/* Servers in a list, each with a login of its own or none: every @ ends one user:password. */
static bool is_list(str text)
{
    size_t start = login_start(text), count = 0;
    for (size_t i = start; i < text.len; i++) {
        bool ends = text.ptr[i] == ',' || text.ptr[i] == ';';
        if (text.ptr[i] == '@') {
            str login = str_slice(text, start, i);
            size_t slashes = str_find(login, STR("//"));
            login = slashes == STR_NONE ? login : str_skip(login, slashes + 2);
            if (!str_has_byte(login, ':') || str_has_any(login, STR("/?#@")))
                return false;
        }
        if (ends)
            start = i + 1, count++;
    }
    return count > 0;
}

/* A password without delimiters, a host, and the last @ far behind: in a path or in a parameter's value. */
static bool is_clear(str text, size_t colon, size_t last)
{
    size_t first = colon + str_find_byte(str_skip(text, colon), '@');
    size_t end = authority_end(text, first);
    bool has_host = end > first + 1 && !str_has_any(str_slice(text, first + 1, end), STR("@ \\\"'<>{}|^`"));
    return first < last && first < authority_end(text, colon) && has_host && end < last;
}

/* jdbc:DRIVER:…user/password@host, without a :// of its own: Oracle's form under anybody's name. */
static bool is_thin(str text, size_t *ret_from, size_t *ret_to)
{
    size_t last = str_rfind_byte(text, '@'), slash = str_find_byte(text, '/');
    if (!str_starts(str_trim_start(text), STR("jdbc:")) || last == STR_NONE || slash >= last)
        return false;
    *ret_from = slash + 1;
    *ret_to = last;
    return text.ptr[slash - 1] != ':' && slash + 1 < last;
}

bool doubt_login(str text, bool has_login, size_t *ret_from, size_t *ret_to)
{
    if (is_thin(text, ret_from, ret_to))
        return true;
    size_t start = login_start(text), last = str_rfind_byte(text, '@');
    if (is_pairs(str_skip(text, start)))
        return false;
    *ret_to = text.len;
    if (last == STR_NONE || last <= start)
        return lacks_host(text, start, ret_from);
    if (is_list(text))
        return false;
    /* Oracle's user/password@ stands behind no scheme. */
    size_t colon = str_find_any(str_slice(text, start, last), start > 0 ? STR(":") : STR(":/"));
    if (colon == STR_NONE)
        return false;
    colon += start;
    size_t end = authority_end(text, colon + 1);
    if (!has_login && end < last && str_is_digits(str_slice(text, colon + 1, end)))
        return false;
    if (is_clear(text, colon, last))
        return false;
    *ret_from = colon + 1;
    *ret_to = last;
    return true;
}

static bool begins_pair(str segment)
{
    struct str_cut cut = str_cut_byte(segment, '=');
    str key = str_trim(cut.head);
    for (size_t i = 0; i < key.len; i++)
        if (!byte_is_name(key.ptr[i]) && !str_has_byte(STR(" .-"), key.ptr[i]))
            return false;
    return cut.found && key.len > 0;
}

size_t doubt_value_end(str text, size_t from, str stops)
{
    size_t length = str_find_any(str_skip(text, from), stops);
    size_t end = length == STR_NONE ? text.len : from + length;
    while (end < text.len) {
        str rest = str_skip(text, end + 1);
        length = str_find_any(rest, stops);
        str segment = length == STR_NONE ? rest : str_take(rest, length);
        if (begins_pair(segment))
            break;
        end += 1 + segment.len;
    }
    return end;
}
