/* How hard a secret is to guess: rule/credential.h. */
#include "rule/credential.h"
#include "rule/credential_words.h"

#include "base/word.h"

#define SEGMENT_MIN    3  /* letters of a word inside a longer one */
#define RUN_MIN        3  /* neighbouring keys that make a run */
#define DIGITS_MIN     15 /* of a secret that is a number */
#define SEGMENTED_MAX  64 /* bytes of a word that is searched for words */
#define RUN_SHARE_PART 4  /* a secret is a sequence when three of four bytes are in runs */

/* How much is asked of a secret. */
struct threshold {
    size_t password_bytes, signing_bytes, symbols;
};

static const struct threshold thresholds[MODE_COUNT] = {
    [MODE_PRODUCTION] = {.password_bytes = 8, .signing_bytes = 16, .symbols = 5},
    [MODE_DEVELOPMENT] = {.password_bytes = 4, .signing_bytes = 8, .symbols = 3},
};

static size_t count_symbols(str value)
{
    bool seen[256] = {false};
    size_t count = 0;
    for (size_t i = 0; i < value.len; i++) {
        count += !seen[(unsigned char)value.ptr[i]];
        seen[(unsigned char)value.ptr[i]] = true;
    }
    return count;
}

/* ---- words */

/* The words of the list that begin alike; it is sorted by bytes: see rules/weak-words.yaml. */
struct word_range {
    size_t low, high; /* empty where they meet */
};

/* The first word of the range whose byte at `at` is `byte` or above; a word that ends there is below all. */
static size_t first_from(struct word_range range, size_t at, int byte)
{
    while (range.low < range.high) {
        size_t middle = range.low + (range.high - range.low) / 2;
        str word = weak_word_at(middle)->text;
        if (at < word.len && (unsigned char)word.ptr[at] >= byte)
            range.high = middle;
        else
            range.low = middle + 1;
    }
    return range.low;
}

static struct word_range narrow(struct word_range range, size_t at, char byte)
{
    range.low = first_from(range, at, (unsigned char)byte);
    range.high = first_from(range, at, (unsigned char)byte + 1);
    return range;
}

/* Whether the beginning that all words of the range share is one of them. */
static bool holds_word(struct word_range range, size_t length)
{
    return range.low < range.high && weak_word_at(range.low)->text.len == length;
}

static bool is_weak_word(str word)
{
    struct word_range range = {0, weak_word_count()};
    for (size_t i = 0; i < word.len && range.low < range.high; i++)
        range = narrow(range, i, word.ptr[i]);
    return holds_word(range, word.len);
}

/*
 * What a guesser knows beside the list: the names of the deployment, and the words of the secret's own name.
 */
struct known_words {
    const struct known_names *names; /* NULL: none */
    struct words variable;
};

static uint64_t length_bit(str word)
{
    return UINT64_C(1) << (word.len < 63 ? word.len : 63);
}

static uint32_t initial_bit(str word)
{
    return word.len ? UINT32_C(1) << (word.ptr[0] & 31) : 0;
}

void known_names_add(struct arena *arena, struct known_names *names, str word)
{
    map_set(arena, &names->words, word, names);
    names->lengths |= length_bit(word);
    names->initials |= initial_bit(word);
}

static bool known_names_have(const struct known_names *names, str word)
{
    return names->initials & initial_bit(word) && names->lengths & length_bit(word) &&
           map_has(&names->words, word);
}

static bool is_name(const struct known_words *known, str word)
{
    if (word.len < SEGMENT_MIN)
        return false;
    if (known->names && known_names_have(known->names, word))
        return true;
    for (size_t i = 0; i < known->variable.count; i++)
        if (str_eq_fold(known->variable.list[i], word))
            return true;
    return false;
}

/* supersecretpassword, example2password: weak words and names one after the other, with digits between. */
static bool is_segmented(const struct known_words *known, str word)
{
    bool reachable[SEGMENTED_MAX + 1] = {true};
    if (word.len > SEGMENTED_MAX)
        return false;
    for (size_t from = 0; from < word.len; from++) {
        struct word_range range = {0, reachable[from] ? weak_word_count() : 0};
        for (size_t to = from + 1; to <= word.len && range.low < range.high; to++) {
            range = narrow(range, to - from - 1, word.ptr[to - 1]);
            reachable[to] |= to - from >= SEGMENT_MIN && holds_word(range, to - from);
        }
        for (size_t to = from + SEGMENT_MIN; reachable[from] && to <= word.len; to++)
            reachable[to] |= is_name(known, str_slice(word, from, to));
        reachable[from + 1] |= reachable[from] && byte_is_digit(word.ptr[from]);
    }
    return reachable[word.len];
}

static bool is_weak_or_number(const struct known_words *known, str word)
{
    str bare = str_trim_bytes(word, STR("0123456789"));
    return bare.len == 0 || is_weak_word(word) || is_weak_word(bare) || is_name(known, word) ||
           is_segmented(known, bare);
}

/* p@ssw0rd, as letters. */
static str without_leet(struct arena *scratch, str value)
{
    static const str signs = STR_INIT("@4301$57"), letters = STR_INIT("aaeoisst");
    char *bytes = arena_array(scratch, char, value.len + 1);
    for (size_t i = 0; i < value.len; i++) {
        size_t sign = byte_is_letter(value.ptr[i]) ? STR_NONE : str_find_byte(signs, value.ptr[i]);
        bytes[i] = sign == STR_NONE ? byte_lower(value.ptr[i]) : letters.ptr[sign];
    }
    return (str){bytes, value.len};
}

/* cr_secret, db-password: one abbreviation makes weak words no harder to guess. */
static bool all_weak(const struct known_words *known, const str_vec *words)
{
    size_t weak = 0, abbreviations = 0;
    for (size_t i = 0; i < words->count; i++) {
        str word = words->items[i];
        if (is_weak_or_number(known, word))
            weak += word.len >= SEGMENT_MIN;
        else if (word.len < SEGMENT_MIN)
            abbreviations++;
        else
            return false;
    }
    return words->count > 0 && abbreviations <= (weak > 0);
}

static bool is_common(struct arena *scratch, const struct known_words *known, str value)
{
    if (str_is_all(value, byte_is_digit))
        return value.len < DIGITS_MIN;
    str_vec words = credential_words(scratch, value);
    if (all_weak(known, &words))
        return true;
    size_t end = value.len;
    while (end > 0 && !byte_is_letter(value.ptr[end - 1]))
        end--;
    str_vec plain = credential_words(scratch, without_leet(scratch, str_take(value, end)));
    return all_weak(known, &plain);
}

/* ---- runs of keys */

static const str key_rows[] = {
    STR_INIT("abcdefghijklmnopqrstuvwxyz"),
    STR_INIT("01234567890"),
    STR_INIT("qwertyuiop"),
    STR_INIT("qwertzuiop"),
    STR_INIT("azertyuiop"),
    STR_INIT("asdfghjkl"),
    STR_INIT("zxcvbnm"),
    STR_INIT("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"),
    STR_INIT("1q2w3e4r5t6y7u8i9o0p"),
};

/* Bytes from `at` on that follow each other in `row` from `place`, step 1 forwards or -1 backwards. */
static size_t run_in_row(str value, size_t at, str row, size_t place, int step)
{
    size_t length = 0;
    while (
        at + length < value.len && place < row.len && byte_lower(value.ptr[at + length]) == row.ptr[place]) {
        length++;
        place += (size_t)step; /* wraps past the start: then it is no place any more */
    }
    return length;
}

static size_t longest_run(str value, size_t at)
{
    size_t longest = 0;
    for (size_t i = 0; i < ARRAY_COUNT(key_rows); i++) {
        size_t place = str_find_byte(key_rows[i], byte_lower(value.ptr[at]));
        size_t forwards = run_in_row(value, at, key_rows[i], place, 1);
        size_t backwards = run_in_row(value, at, key_rows[i], place, -1);
        longest = forwards > longest ? forwards : longest;
        longest = backwards > longest ? backwards : longest;
    }
    return longest;
}

static bool is_sequence(str value)
{
    size_t outside = 0;
    for (size_t i = 0; i < value.len && outside * RUN_SHARE_PART <= value.len;) {
        size_t run = longest_run(value, i);
        outside += run < RUN_MIN;
        i += run >= RUN_MIN ? run : 1;
    }
    return outside * RUN_SHARE_PART <= value.len;
}

enum credential_fault credential_strength(
    struct arena *scratch, const struct credential *credential, enum mode mode)
{
    static const str encoding = STR_INIT("base64:"); /* as Laravel writes its key */
    const struct threshold *threshold = &thresholds[mode];
    struct known_words known = {.names = credential->names};
    words_split(credential->variable, &known.variable);
    str value = credential->password;
    value = str_starts(value, encoding) ? str_skip(value, encoding.len) : value;
    if (is_common(scratch, &known, value))
        return CREDENTIAL_WORD;
    if (value.len <= CREDENTIAL_WORD_BYTES_MAX && is_sequence(value))
        return CREDENTIAL_SEQUENCE;
    /* Services hand out numbers as keys, and short secrets beside an id: their length is theirs to say. */
    bool is_handed_out = credential->is_handed_out && !str_contains(value, STR("...")); /* 34ae...f963 */
    bool is_number = str_is_all(value, byte_is_digit);
    bool is_long = credential->is_signing && !is_number && !is_handed_out;
    size_t least = is_long ? threshold->signing_bytes : threshold->password_bytes;
    if (value.len < least)
        return CREDENTIAL_SHORT;
    return count_symbols(value) < threshold->symbols ? CREDENTIAL_FEW_SYMBOLS : CREDENTIAL_FINE;
}
