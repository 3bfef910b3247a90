/*
 * Environments spelled for a reader: random ones, for the test and for the comparison with the real readers.
 *
 * usage: convert DIALECT COUNT SEED    a line of JSON for each: {"file": base64, "wanted": {"NAME": "value"}}
 *        convert                       200 for each dialect, read back by our own readers, as TAP
 *
 * What a reader cannot hold is refused by name; the rest of the environment is then spelled without it.
 */
#include "env/convert.h"

#include "../dotenv/outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { VARIABLES_MAX = 5, FRAGMENTS_MAX = 5, TEST_COUNT = 200 };

static const char *const names[] = {"A", "DB_PASSWORD", "K1", "_x", "HOST", "a", "A_B", "PATHS", "V", "Z9"};
static const char *const fragments[] = {"x", "ab", "0", "1", " ", "  ", "\t", "#", " #", " # c", "'", "\"",
    "`", "$", "$$", "$A", "${A}", "${A:-b}", "$(", ")", "\\", "\\\\", "\\n", "\\t", "\\$", "\n", "\r", "\r\n",
    "=", ":", ";", "&", "|", "<", ">", "*", "?", "!", "~", "%", "@", "/", "{", "}", "[", "]", ",", ".", "-",
    "+", "^", "\xc3\xa9", "\xf0\x9f\x94\x92", "export ", "null", "true", "0x1f9a3c", "p4$$w0rd", "it's",
    "\xc2\xa0", "\x1b", "postgresql://u:p%40@h/d?x=1#y"};

static uint64_t random_state;

/* xorshift64*, so that a seed makes the same environments everywhere. */
static size_t below(size_t bound)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545F4914F6CDD1Du) >> 33) % bound;
}

static struct env random_env(struct arena *arena)
{
    struct env env = {.arena = arena};
    for (size_t i = below(VARIABLES_MAX) + 1; i > 0; i--) {
        struct value *value = arena_new(arena, struct value);
        struct buf text = buf_new(arena, 4096);
        for (size_t n = below(FRAGMENTS_MAX + 1); n > 0; n--)
            buf_str(&text, str_from_c(fragments[below(ARRAY_COUNT(fragments))]));
        *value = (struct value){
            .name = str_from_c(names[below(ARRAY_COUNT(names))]), .text = buf_view(&text), .set = true};
        env_put(&env, value);
    }
    return env;
}

/* The environment less what the reader cannot hold, and its spelling. */
static str spell(struct arena *arena, struct env *env, const struct dialect *dialect, size_t *refused)
{
    dialect_list readers = {0};
    vec_push(arena, &readers, dialect);
    for (;;) {
        struct conversion conversion = convert_env(arena, env, &readers);
        if (conversion.refused.count == 0)
            return conversion.text;
        vec_each(const struct refusal *, refusal, &conversion.refused) {
            *refused += map_has(&env->map, refusal->name);
            map_remove(&env->map, refusal->name);
        }
    }
}

static json_t *wanted_json(struct arena *arena, const struct env *env)
{
    json_t *object = json_object();
    vec_each(const struct map_entry *, entry, &env->map.entries)
        if (!entry->removed)
            json_object_set_new(object, arena_c_string(arena, entry->key),
                outcome_text(arena, ((const struct value *)entry->value)->text));
    return object;
}

/* RFC 4648 4; lines of JSON hold no other bytes. */
static str base64(struct arena *arena, str text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct buf buf = buf_new(arena, text.len * 2 + 4);
    for (size_t at = 0; at < text.len; at += 3) {
        unsigned bytes[3] = {0};
        size_t count = text.len - at < 3 ? text.len - at : 3;
        for (size_t i = 0; i < count; i++)
            bytes[i] = (unsigned char)text.ptr[at + i];
        unsigned bits = bytes[0] << 16 | bytes[1] << 8 | bytes[2];
        for (size_t i = 0; i < 4; i++)
            buf_byte(&buf, i <= count ? digits[bits >> (18 - 6 * i) & 63] : '=');
    }
    return buf_view(&buf);
}

static void print_random(const struct dialect *dialect)
{
    struct arena arena = {0};
    size_t refused = 0;
    struct env env = random_env(&arena);
    str text = spell(&arena, &env, dialect, &refused);
    str file = base64(&arena, text);
    json_t *line = json_pack(
        "{s:s%, s:o}", "file", file.len ? file.ptr : "", file.len, "wanted", wanted_json(&arena, &env));
    json_dumpf(line, stdout, JSON_ENCODE_ANY | JSON_SORT_KEYS);
    putchar('\n');
    json_decref(line);
    arena_free(&arena);
}

/* How many of 100 variables a reader may be unable to hold: what it lacks is a matter of its grammar. */
static size_t refused_most(enum dialect_id id)
{
    return id == DIALECT_DOCKER || id == DIALECT_PODMAN || id == DIALECT_KUBECTL ? 40 : 25;
}

static bool test_dialect(const struct dialect *dialect)
{
    size_t refused = 0, variables = 0;
    bool good = true;
    for (size_t i = 0; i < TEST_COUNT; i++) {
        struct arena arena = {0};
        struct env env = random_env(&arena);
        variables += env.map.live;
        str text = spell(&arena, &env, dialect, &refused);
        json_t *got = outcome_read(dialect, text), *wanted = wanted_json(&arena, &env);
        if (!json_equal(got, wanted)) {
            good = false;
            printf("# wanted %s, got %s\n", json_dumps(wanted, JSON_SORT_KEYS),
                json_dumps(got, JSON_ENCODE_ANY));
        }
        json_decref(got);
        json_decref(wanted);
        arena_free(&arena);
    }
    printf("# %zu of %zu variables were refused\n", refused, variables);
    return good && refused * 100 <= variables * refused_most(dialect_id(dialect));
}

int main(int argc, char **argv)
{
    bool good = true;
    random_state = 88172645463325252u;
    if (argc == 4) {
        const struct dialect *dialect = dialect_find(str_from_c(argv[1]));
        random_state += strtoull(argv[3], NULL, 10) * 2654435761u;
        for (size_t count = strtoull(argv[2], NULL, 10); dialect && count > 0; count--)
            print_random(dialect);
        return dialect ? 0 : 2;
    }
    printf("1..%d\n", DIALECT_COUNT);
    for (int id = 0; id < DIALECT_COUNT; id++) {
        const struct dialect *dialect = dialect_get((enum dialect_id)id);
        bool passed = test_dialect(dialect);
        printf("%sok %d - " STR_FMT "\n", passed ? "" : "not ", id + 1, STR_ARG(dialect_name(dialect)));
        good = good && passed;
    }
    return good ? 0 : 1;
}
