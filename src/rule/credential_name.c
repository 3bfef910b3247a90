/*
 * Names of secrets by their words: the grammar. The words are data.
 */
#include "rule/credential.h"

#define WORDS_MAX 32 /* of one name; what has more is no secret's name */

/* A name taken apart: DB_PASSWORD, dbPassword and db.password are the same two words. */
struct words {
    str list[WORDS_MAX];
    size_t count;
};

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

static bool split_name(str name, struct words *words)
{
    words->count = 0; /* the list is large: what is not counted stays as it is */
    size_t from = 0;
    for (size_t i = 0; i <= name.len; i++) {
        bool separates = i == name.len || !byte_is_alnum(name.ptr[i]);
        if (!separates && !(i > from && is_hump(name, i)))
            continue;
        if (i > from && words->count == WORDS_MAX)
            return false;
        if (i > from)
            words->list[words->count++] = str_slice(name, from, i);
        from = separates ? i + 1 : i;
    }
    return words->count > 0;
}

/* ---- endings that are listed as such */

/* `phrase` is the last words of the first `count`. */
static bool ends_with(const struct words *words, size_t count, str phrase)
{
    size_t asked = 1;
    for (size_t i = 0; i < phrase.len; i++)
        asked += phrase.ptr[i] == ' ';
    if (asked > count)
        return false;
    str word;
    for (size_t i = count - asked; str_next(&phrase, ' ', &word); i++)
        if (!str_eq_fold(words->list[i], word))
            return false;
    return true;
}

static const struct secret_name *find_ending(str name, const struct words *words, size_t count)
{
    for (size_t i = 0; i < secret_name_count(); i++) {
        const struct secret_name *row = secret_name_at(i);
        if (row->whole ? str_eq(name, row->words) : ends_with(words, count, row->words))
            return row;
    }
    return NULL;
}

/* ---- words */

static bool is_number(str word)
{
    return str_trim_bytes(word, STR("0123456789")).len == 0;
}

static bool is_tail(str word)
{
    const struct secret_word *row = secret_word_find(word);
    return is_number(word) || (row && row->tail);
}

/* DBPASSWORD, CLIENTSECRET. */
static enum secrecy noun_at_the_end_of(str word)
{
    for (size_t i = 0; i < secret_word_count(); i++) {
        const struct secret_word *row = secret_word_at(i);
        if (row->together && str_ends_fold(word, row->text))
            return row->noun;
    }
    return SECRECY_NONE;
}

static bool makes(const struct secret_word *row, str noun)
{
    str list = row ? row->makes : STR(""), word;
    while (str_next(&list, ' ', &word))
        if (str_eq_fold(word, noun))
            return true;
    return false;
}

/* What the word at `last` is, with what stands before it. */
static enum secrecy secrecy_of(const struct words *words, size_t last)
{
    str word = str_trim_bytes(words->list[last], STR("0123456789"));
    const struct secret_word *row = secret_word_find(word);
    const struct secret_word *before = last > 0 ? secret_word_find(words->list[last - 1]) : NULL;
    enum secrecy secrecy = row ? row->noun : noun_at_the_end_of(word);
    if (secrecy == SECRECY_JUDGED || makes(before, word))
        return SECRECY_JUDGED;
    bool is_between = before && before->between && last > 1;
    if (is_between && makes(secret_word_find(words->list[last - 2]), word))
        return SECRECY_JUDGED;
    return before && before->is_open ? SECRECY_NONE : secrecy;
}

static bool is_switch(const struct words *words, size_t noun)
{
    for (size_t i = 0; i < noun; i++) {
        const struct secret_word *row = secret_word_find(words->list[i]);
        if (row && row->is_switch)
            return true;
    }
    return false;
}

enum secrecy credential_secrecy(str name)
{
    struct words words;
    if (!split_name(name, &words))
        return SECRECY_NONE;
    size_t last = words.count - 1;
    const struct secret_name *ending = find_ending(name, &words, words.count);
    while (!ending && last > 0 && is_tail(words.list[last])) {
        last--;
        ending = find_ending(name, &words, last + 1);
    }
    if (ending)
        return ending->secrecy;
    return is_switch(&words, last) ? SECRECY_NONE : secrecy_of(&words, last);
}

bool credential_is_secret_name(str name)
{
    return credential_secrecy(name) == SECRECY_JUDGED;
}
