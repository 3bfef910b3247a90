#include "kube/reference.h"

#define WORD_BYTES_MAX 1024 /* between a name and its brace: what is longer is no reference */

bool reference_at(str text, size_t at, str *ret_name, size_t *ret_end)
{
    str rest = str_skip(text, at);
    size_t end = 2;
    if (!str_starts(rest, STR("${")))
        return false;
    while (end < rest.len && byte_is_name(rest.ptr[end]))
        end++;
    str name = str_slice(rest, 2, end);
    size_t close = str_find_byte(str_take(str_skip(rest, end), WORD_BYTES_MAX), '}');
    bool has_word = end < rest.len && str_has_byte(STR(":-="), rest.ptr[end]);
    if (!str_is_name(name) || close == STR_NONE || (close > 0 && !has_word))
        return false;
    *ret_name = name;
    *ret_end = at + end + close + 1;
    return true;
}

bool reference_next(str text, size_t *at, str *ret_name, size_t *ret_end)
{
    for (size_t next; (next = str_find(str_skip(text, *at), STR("${"))) != STR_NONE; *at += 2) {
        *at += next;
        if (reference_at(text, *at, ret_name, ret_end))
            return true;
    }
    return false;
}

bool reference_any(str text)
{
    size_t at = 0, end;
    str name;
    return reference_next(text, &at, &name, &end);
}
