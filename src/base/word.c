#include "base/word.h"

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

/* A word begins at `at` without a mark before it: dbPassword, DBPassword. */
static bool is_hump(str name, size_t at)
{
    if (!is_upper(name.ptr[at]))
        return false;
    bool ends_capitals = is_upper(name.ptr[at - 1]) && at + 1 < name.len && is_lower(name.ptr[at + 1]);
    return is_lower(name.ptr[at - 1]) || ends_capitals;
}

bool word_next(str *rest, str *ret_word)
{
    size_t from = 0, to;
    while (from < rest->len && !byte_is_alnum(rest->ptr[from]))
        from++;
    for (to = from; to < rest->len && byte_is_alnum(rest->ptr[to]); to++)
        if (to > from && is_hump(*rest, to))
            break;
    *ret_word = str_slice(*rest, from, to);
    *rest = str_skip(*rest, to);
    return ret_word->len > 0;
}

str word_last(str name)
{
    size_t end = name.len;
    while (end && !byte_is_alnum(name.ptr[end - 1]))
        end--;
    size_t from = end;
    while (from && byte_is_alnum(name.ptr[from - 1]) && !(from < end && is_hump(name, from)))
        from--;
    return str_slice(name, from, end);
}

/* `*rest` begins with the phrase, and is what follows it then. */
static bool take_phrase(str *rest, str phrase)
{
    str asked, word;
    while (str_next(&phrase, ' ', &asked))
        if (!word_next(rest, &word) || !str_eq_fold(word, asked))
            return false;
    return true;
}

bool word_is_in(str name, str phrase)
{
    str word;
    while (word_next(&name, &word)) {
        str rest = {word.ptr, word.len + name.len};
        if (phrase.len && byte_lower(word.ptr[0]) == byte_lower(phrase.ptr[0]) && take_phrase(&rest, phrase))
            return true;
    }
    return false;
}

bool word_is_last(str name, str phrase)
{
    str word;
    do {
        str rest = name;
        if (take_phrase(&rest, phrase) && !word_next(&rest, &word))
            return true;
    } while (word_next(&name, &word));
    return false;
}

static uint32_t initial(str word)
{
    return UINT32_C(1) << (word.ptr[0] & 31); /* a letter and its capital share these bits */
}

bool words_split(str name, struct words *ret_words)
{
    str word;
    ret_words->count = 0; /* the list is large: what is not counted stays as it is */
    ret_words->initials = 0;
    while (word_next(&name, &word)) {
        if (ret_words->count == WORDS_MAX)
            return false;
        ret_words->list[ret_words->count++] = word;
        ret_words->initials |= initial(word);
    }
    return ret_words->count > 0;
}

/* The words from `at` to before `end` begin with the phrase; the number of its words, 0: they do not. */
static size_t phrase_at(const struct words *words, size_t at, size_t end, str phrase)
{
    for (size_t i = at; i < end; i++) {
        size_t length = words->list[i].len;
        if (!str_starts_fold(phrase, words->list[i]))
            return 0;
        if (phrase.len == length)
            return i - at + 1;
        if (phrase.ptr[length] != ' ')
            return 0;
        phrase = str_skip(phrase, length + 1);
    }
    return 0;
}

bool words_contain(const struct words *words, str phrase)
{
    if (phrase.len == 0 || !(words->initials & initial(phrase)))
        return false;
    for (size_t at = 0; at < words->count; at++)
        if (phrase_at(words, at, words->count, phrase))
            return true;
    return false;
}

bool words_end_with(const struct words *words, size_t count, str phrase)
{
    /* Each name is asked for dozens of endings, and nearly all of them end with another word. */
    if (count == 0 || !str_ends_fold(phrase, words->list[count - 1]))
        return false;
    for (size_t at = count; at-- > 0;)
        if (phrase_at(words, at, count, phrase) == count - at)
            return true;
    return false;
}
