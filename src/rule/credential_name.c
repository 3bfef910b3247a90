/*
 * Names of secrets by their words: the grammar. The words are data.
 */
#include "base/word.h"
#include "rule/credential.h"

/* ---- endings that are listed as such */

static const struct secret_name *find_ending(str name, const struct words *words, size_t count)
{
    struct word_rows rows = secret_names_ending(words->list[count - 1]);
    for (size_t i = 0; i < rows.count; i++) {
        const struct secret_name *row = secret_name_at(rows.list[i]);
        if (row->whole ? str_eq(name, row->words) : words_end_with(words, count, row->words))
            return row;
    }
    return NULL;
}

/* ---- words */

static bool is_tail(str word)
{
    const struct secret_word *row = secret_word_find(word);
    return str_is_all(word, byte_is_digit) || (row && row->tail);
}

/* DBPASSWORD, CLIENTSECRET. Most words are too short for it, and the list is long. */
static enum secrecy noun_at_the_end_of(str word)
{
    if (word.len <= (size_t)TOGETHER_BYTES_MIN)
        return SECRECY_NONE;
    struct word_rows rows = secret_words_ending(word);
    for (size_t i = 0; i < rows.count; i++) {
        const struct secret_word *row = secret_word_at(rows.list[i]);
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

/* What the word at `last` is, with what is before it. */
static enum secrecy secrecy_of(const struct words *words, size_t last)
{
    str word = str_trim_bytes(words->list[last], STR("0123456789"));
    if (word.len == 0)
        return SECRECY_NONE; /* `ls -1`: a number says nothing */
    const struct secret_word *row = secret_word_find(word);
    const struct secret_word *before = last > 0 ? secret_word_find(words->list[last - 1]) : NULL;
    enum secrecy secrecy = row ? row->noun : noun_at_the_end_of(word);
    str noun = row && row->each.len > 0 ? row->each : word;
    if (secrecy == SECRECY_JUDGED || makes(before, noun))
        return SECRECY_JUDGED;
    /* CREDENTIAL_AES_256_KEY: a number between the two words says how long it is. */
    bool is_number = last > 1 && str_is_all(words->list[last - 1], byte_is_digit);
    bool is_between = last > 1 && (is_number || (before && before->between));
    if (is_between && makes(secret_word_find(words->list[last - 2]), noun))
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

/*
 * The listed ending without words that do not count, or NULL; `ret_last` is the word that the name is about.
 */
static const struct secret_name *listed_ending(str name, const struct words *words, size_t *ret_last)
{
    size_t last = words->count - 1;
    const struct secret_name *ending = find_ending(name, words, words->count);
    while (!ending && last > 0 && is_tail(words->list[last])) {
        last--;
        ending = find_ending(name, words, last + 1);
    }
    *ret_last = last;
    return ending;
}

enum secrecy credential_secrecy(str name)
{
    struct words words;
    size_t last;
    if (!words_split(name, &words))
        return SECRECY_NONE;
    const struct secret_name *ending = listed_ending(name, &words, &last);
    if (ending)
        return ending->secrecy;
    return is_switch(&words, last) ? SECRECY_NONE : secrecy_of(&words, last);
}

bool credential_is_own(str name)
{
    struct words words;
    size_t last;
    if (!words_split(name, &words))
        return false;
    const struct secret_name *ending = listed_ending(name, &words, &last);
    if (ending && ending->is_own)
        return true;
    /* Words after the noun count as well: an OLD_SECRET_KEY and a SECRET_KEY_PREVIOUS are mostly empty. */
    for (size_t i = 0; i < words.count; i++) {
        const struct secret_word *row = secret_word_find(words.list[i]);
        if (!str_is_all(words.list[i], byte_is_digit) && (!row || !row->is_own))
            return false;
    }
    return credential_is_secret_name(name);
}

bool credential_is_list(str name)
{
    struct words words;
    size_t last;
    if (!words_split(name, &words) || listed_ending(name, &words, &last))
        return false;
    const struct secret_word *row = secret_word_find(words.list[last]);
    return row && row->each.len > 0;
}

bool credential_is_own_key(str name)
{
    /*
     * A token or an access key is what a service is asked with; without one for admins, there is no such
     * door.
     */
    return credential_is_own(name) && credential_is_signing_name(name) && !word_is_last(name, STR("token")) &&
           !word_is_last(name, STR("access key")) && !word_is_in(name, STR("admin"));
}

bool credential_is_secret_name(str name)
{
    return credential_secrecy(name) == SECRECY_JUDGED;
}

/* Words for what a person types, also at the end of words that are written as one. */
static const struct {
    str text;
    bool together;
} password_words[] = {
    {STR_INIT("password"), .together = true},
    {STR_INIT("passwd"), .together = true},
    {STR_INIT("passphrase"), .together = true},
    {STR_INIT("passcode"), .together = true},
    {STR_INIT("passwort")},
    {STR_INIT("pass")},
    {STR_INIT("dbpass")},
    {STR_INIT("pwd")},
    {STR_INIT("pw")},
};

bool credential_is_signing_name(str name)
{
    str word;
    while (word_next(&name, &word))
        for (size_t i = 0; i < ARRAY_COUNT(password_words); i++)
            if (str_eq_fold(word, password_words[i].text) ||
                (password_words[i].together && str_ends_fold(word, password_words[i].text)))
                return false;
    return true;
}
