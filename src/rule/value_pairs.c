#include "rule/value_pairs.h"

/* Where the string of JSON that begins at `from` ends; the end of the text where it does not. */
static size_t json_string_end(str text, size_t from)
{
    size_t at = from;
    while (at < text.len && text.ptr[at] != '"')
        at += text.ptr[at] == '\\' && at + 1 < text.len ? 2 : 1;
    return at;
}

static bool next_of_document(struct value_pairs *pairs, str *ret_key, str *ret_text)
{
    str text = pairs->text;
    size_t quote;
    while (pairs->at < text.len && (quote = str_find_byte(str_skip(text, pairs->at), '"')) != STR_NONE) {
        size_t from = pairs->at + quote + 1, end = json_string_end(text, from);
        str word = str_slice(text, from, end);
        pairs->at = end + 1;
        if (str_starts(str_trim_start(str_skip(text, end + 1)), STR(":"))) {
            pairs->key = word;
            continue;
        }
        *ret_key = pairs->key;
        *ret_text = word;
        return true;
    }
    return false;
}

static bool next_of_query(struct value_pairs *pairs, str *ret_key, str *ret_text)
{
    while (pairs->at < pairs->text.len) {
        str rest = str_skip(pairs->text, pairs->at);
        str pair = str_take(rest, str_find_any(rest, STR("&#")));
        struct str_cut cut = str_cut_byte(pair, '=');
        pairs->at += pair.len + 1;
        if (!cut.found)
            continue;
        *ret_key = cut.head;
        *ret_text = cut.tail;
        return true;
    }
    return false;
}

bool value_pairs_next(struct value_pairs *pairs, str *ret_key, str *ret_text)
{
    if (str_starts(pairs->text, STR("{")) || str_starts(pairs->text, STR("[")))
        return next_of_document(pairs, ret_key, ret_text);
    size_t question = str_find_byte(pairs->text, '?');
    if (question == STR_NONE || str_contains(pairs->text, STR("://")))
        return false;
    if (pairs->at <= question)
        pairs->at = question + 1;
    return next_of_query(pairs, ret_key, ret_text);
}
