/* Values that wait to be filled in: rule/credential.h. */
#include "rule/credential.h"
#include "rule/credential_words.h"

#include "base/buf.h"

#define FILLER_MIN      3 /* xxx, ***, … */
#define FILLER_WORD_MIN 4 /* sk-xxxx */
#define RANDOM_WORD_MIN 12

static bool is_word_byte(char byte)
{
    return byte_is_alnum(byte) || (unsigned char)byte >= 0x80;
}

static bool is_hump(str value, size_t at)
{
    bool upper = value.ptr[at] >= 'A' && value.ptr[at] <= 'Z';
    return upper && value.ptr[at - 1] >= 'a' && value.ptr[at - 1] <= 'z';
}

/* Without marks, digits and padding such as xxx at the end. */
static str without_tail(str value)
{
    while (value.len > 0 && !byte_is_letter(value.ptr[value.len - 1]) &&
           (unsigned char)value.ptr[value.len - 1] < 0x80)
        value.len--;
    size_t same = 1;
    while (same < value.len && value.ptr[value.len - 1 - same] == value.ptr[value.len - 1])
        same++;
    return same >= FILLER_MIN && same < value.len ? str_take(value, value.len - same) : value;
}

str_vec credential_words(struct arena *scratch, str value)
{
    str_vec words = {0};
    if (value.len > CREDENTIAL_WORD_BYTES_MAX)
        return words;
    bool humps = str_is_all(value, byte_is_letter);
    str text = without_tail(value), lower = arena_lower(scratch, text);
    size_t from = 0;
    for (size_t i = 0; i <= text.len; i++) {
        bool separates = i == text.len || !is_word_byte(text.ptr[i]);
        if (!separates && !(humps && i > from && is_hump(text, i)))
            continue;
        if (i > from)
            vec_push(scratch, &words, str_slice(lower, from, i));
        from = separates ? i + 1 : i;
    }
    return words;
}

/* The words in one, without anything between them. */
static str joined_words(struct arena *scratch, const str_vec *words)
{
    struct buf joined = buf_new(scratch, CREDENTIAL_WORD_BYTES_MAX);
    vec_each(const str *, word, words)
        buf_str(&joined, *word);
    return buf_view(&joined);
}

/* <your-key>, {{ key }}, __KEY__: brackets around nothing but words. */
static bool is_bracketed(str value)
{
    static const struct {
        str open, close;
    } brackets[] = {
        {STR_INIT("<<"), STR_INIT(">>")},
        {STR_INIT("<"), STR_INIT(">")},
        {STR_INIT("@@"), STR_INIT("@@")},
        {STR_INIT("{{"), STR_INIT("}}")},
        {STR_INIT("{"), STR_INIT("}")},
        {STR_INIT("["), STR_INIT("]")},
        {STR_INIT("__"), STR_INIT("__")},
        {STR_INIT("%"), STR_INIT("%")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(brackets); i++) {
        str open = brackets[i].open, close = brackets[i].close;
        if (value.len <= open.len + close.len || !str_starts(value, open) || !str_ends(value, close))
            continue;
        str inner = str_slice(value, open.len, value.len - close.len);
        bool words_only = true, any = false;
        for (size_t k = 0; k < inner.len; k++) {
            any |= byte_is_letter(inner.ptr[k]);
            words_only &= byte_is_name(inner.ptr[k]) || str_has_byte(STR(" -.:"), inner.ptr[k]);
        }
        return any && words_only;
    }
    return false;
}

/* xxx, ***, ..., ????, xxxx-xxxx: nothing but filler. */
static bool is_filler(str value)
{
    return value.len >= FILLER_MIN && str_has_only(value, STR("xX*.?-_# "));
}

/* sk-xxxx: a word of nothing but x. */
static bool has_filler_word(str value)
{
    size_t same = 0;
    bool pure = true;
    for (size_t i = 0; i <= value.len; i++) {
        if (i < value.len && is_word_byte(value.ptr[i])) {
            pure &= byte_lower(value.ptr[i]) == 'x';
            same++;
            continue;
        }
        if (pure && same >= FILLER_WORD_MIN)
            return true;
        pure = true;
        same = 0;
    }
    return false;
}

/* Whether `text` ("change me") is in the words from `at` on. */
static bool words_at(const str_vec *words, size_t at, str text)
{
    str wanted;
    while (str_next(&text, ' ', &wanted)) {
        if (at >= words->count || !str_eq(words->items[at], wanted))
            return false;
        at++;
    }
    return true;
}

static bool words_anywhere(const str_vec *words, str text)
{
    for (size_t i = 0; i < words->count; i++)
        if (words_at(words, i, text))
            return true;
    return false;
}

/* Bytes of `joined` that the row's words take without their blanks; 0 where they are not there. */
static size_t unit_length(str joined, str text)
{
    size_t length = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ')
            continue;
        if (length >= joined.len || joined.ptr[length] != text.ptr[i])
            return 0;
        length++;
    }
    return length;
}

/* The row once or several times, and nothing else. */
static bool is_repetition(str joined, str text)
{
    size_t unit = unit_length(joined, text);
    while (unit > 0 && joined.len > 0 && unit_length(joined, text) == unit)
        joined = str_skip(joined, unit);
    return unit > 0 && joined.len == 0;
}

/* A long word of letters and digits is what somebody generated: the words around it are decoration. */
static bool looks_random(str word)
{
    bool digits = false, letters = false;
    for (size_t i = 0; i < word.len; i++) {
        digits |= byte_is_digit(word.ptr[i]);
        letters |= byte_is_letter(word.ptr[i]);
    }
    return word.len >= RANDOM_WORD_MIN && digits && letters;
}

static bool asks_for_something(const str_vec *words)
{
    bool asks = false;
    for (size_t i = 1; i < words->count; i++) {
        if (looks_random(words->items[i]))
            return false;
        for (size_t row = 0; row < placeholder_count(); row++)
            asks |= placeholder_at(row)->match == WORD_OBJECT &&
                    str_eq(placeholder_at(row)->text, words->items[i]);
    }
    return asks;
}

/* 1 where the first word is how keys of some provider begin: sk-your-key. */
static size_t begins_like_a_key(const str_vec *words)
{
    static const str beginnings[] = {STR_INIT("sk"), STR_INIT("pk"), STR_INIT("rk"), STR_INIT("ghp"),
        STR_INIT("glpat"), STR_INIT("xoxb"), STR_INIT("xapp"), STR_INIT("whsec"), STR_INIT("hf"),
        STR_INIT("gsk"), STR_INIT("re"), STR_INIT("tvly"), STR_INIT("fc"), STR_INIT("pplx")};
    return words->count > 1 && STR_IS_IN(words->items[0], beginnings);
}

static bool row_matches(const struct listed_word *row, const str_vec *words, str joined)
{
    switch (row->match) {
    case WORD_WHOLE:
        return is_repetition(joined, row->text);
    case WORD_PHRASE:
        return words_anywhere(words, row->text) || is_repetition(joined, row->text);
    case WORD_START:
        return words_at(words, begins_like_a_key(words), row->text) && asks_for_something(words);
    default:
        return false;
    }
}

/* /licence/token.jwt: the path of a file, by where it begins and how it ends. */
static bool is_path_of_file(str value)
{
    static const str endings[] = {STR_INIT("txt"), STR_INIT("key"), STR_INIT("pem"), STR_INIT("crt"),
        STR_INIT("cert"), STR_INIT("jwt"), STR_INIT("jwk"), STR_INIT("jwks"), STR_INIT("json"),
        STR_INIT("yml"), STR_INIT("yaml"), STR_INIT("token"), STR_INIT("secret"), STR_INIT("pass"),
        STR_INIT("passwd"), STR_INIT("password"), STR_INIT("lic"), STR_INIT("p8"), STR_INIT("p12"),
        STR_INIT("pfx"), STR_INIT("jks"), STR_INIT("env"), STR_INIT("conf")};
    struct str_cut cut = str_rcut_byte(value, '.');
    if (!cut.found || !str_starts(value, STR("/")) || str_rfind_byte(value, '/') == 0)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (!byte_is_alnum(value.ptr[i]) && !str_has_byte(STR("/._-"), value.ptr[i]))
            return false;
    return STR_IS_IN(cut.tail, endings);
}

bool credential_is_pointer(str value)
{
    static const str beginnings[] = {
        STR_INIT("/run/secrets/"), STR_INIT("/var/run/secrets/"), STR_INIT("/etc/secrets/"),
        STR_INIT("file:/"), STR_INIT("vault:"), STR_INIT("op://"), STR_INIT("arn:aws:secretsmanager:"),
        STR_INIT("arn:aws:ssm:"), STR_INIT("ref+"), /* vals, helmfile */
        STR_INIT("sm://"), STR_INIT("gsm:"), STR_INIT("awssm:"), STR_INIT("aws-sm:"), STR_INIT("ssm:"),
        STR_INIT("akv:"), STR_INIT("keyvault:"), STR_INIT("@Microsoft.KeyVault("), STR_INIT("infisical:"),
        STR_INIT("doppler:"), STR_INIT("bws:"), STR_INIT("berglas:"), STR_INIT("{{ op://"),
        STR_INIT("ENC["),       /* sops */
        STR_INIT("encrypted:"), /* dotenvx */
    };
    for (size_t i = 0; i < ARRAY_COUNT(beginnings); i++)
        if (str_starts(value, beginnings[i]) && value.len > beginnings[i].len)
            return true;
    return is_path_of_file(value);
}

bool credential_means_none(struct arena *scratch, str name, str value)
{
    str_vec words = credential_words(scratch, str_trim(value));
    str joined = joined_words(scratch, &words);
    struct word_rows rows = placeholders_beginning(joined);
    bool is_off = false, is_nothing = false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct listed_word *row = placeholder_at(rows.list[i]);
        bool says_none = row->match == WORD_OFF || row->match == WORD_NOTHING;
        if (!says_none || unit_length(joined, row->text) != joined.len)
            continue;
        is_off |= row->match == WORD_OFF;
        is_nothing |= row->match == WORD_NOTHING;
    }
    /* Few values say so: what their names say is asked last. API_KEY alone is that of the project's own
     * interface: there "dummy" would be a key that works. */
    bool is_none = is_off || (is_nothing && !str_starts_fold(name, STR("API_")));
    return is_none && !credential_is_own(name) && credential_is_signing_name(name);
}

bool credential_is_placeholder(struct arena *scratch, str value)
{
    value = str_trim(value);
    if (is_bracketed(value) || is_filler(value) || has_filler_word(value))
        return true;
    str_vec words = credential_words(scratch, value);
    str joined = joined_words(scratch, &words);
    /* Whatever a row matches, it begins where one of the words does. */
    vec_each(const str *, word, &words) {
        struct word_rows rows = placeholders_beginning(*word);
        for (size_t i = 0; i < rows.count; i++)
            if (row_matches(placeholder_at(rows.list[i]), &words, joined))
                return true;
    }
    return false;
}
