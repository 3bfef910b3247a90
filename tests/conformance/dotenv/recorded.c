/*
 * Every recorded case against every dialect: cases.jsonl holds what the real readers made of each input.
 *
 * usage: recorded cases.jsonl [DIALECT]...
 */
#include "outcome.h"

#include "base/buf.h"

#include <stdio.h>

struct tally {
    size_t cases, wrong;
};

/* The input with the one repeated byte of `repeat` written out. */
static str expand_repeat(struct arena *arena, str text, const json_t *repeat)
{
    str marker = str_from_c(json_string_value(json_object_get(repeat, "marker")));
    size_t count = (size_t)json_integer_value(json_object_get(repeat, "count"));
    const char *byte = json_string_value(json_object_get(repeat, "char"));
    size_t at = marker.len ? str_find(text, marker) : STR_NONE;
    if (at == STR_NONE)
        return text;
    struct buf buf = buf_new(arena, text.len + count);
    buf_str(&buf, str_take(text, at));
    buf_repeat(&buf, byte[0], count);
    buf_str(&buf, str_skip(text, at + marker.len));
    return buf_view(&buf);
}

static str json_str(const json_t *value)
{
    return (str){json_string_value(value), json_string_length(value)};
}

static str case_input(struct arena *arena, const json_t *row)
{
    const json_t *input = json_object_get(row, "input");
    if (json_is_string(input))
        return expand_repeat(arena, json_str(input), json_object_get(row, "repeat"));
    return outcome_base64(arena, json_str(json_object_get(row, "input_b64")));
}

/* The recorded outcome in our form: null for an error, repeats written out. */
static json_t *wanted_outcome(struct arena *arena, const json_t *row, json_t *recorded)
{
    if (json_is_string(json_object_get(recorded, "error")) && json_object_size(recorded) <= 2)
        return json_null();
    json_t *wanted = json_object(), *value;
    const char *name;
    json_object_foreach(recorded, name, value)
    {
        str text = json_is_string(value)
                       ? expand_repeat(arena, json_str(value), json_object_get(row, "repeat"))
                       : STR("");
        json_object_set_new_nocheck(
            wanted, name, json_is_string(value) ? json_stringn(text.ptr, text.len) : json_null());
    }
    return wanted;
}

/* The shell's rows hold only what changed against the process environment. */
static void drop_unchanged(json_t *outcome)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(outcome, next, name,
        value) if (conformance_process_has(str_from_c(name), json_str(value))) json_object_del(outcome, name);
}

/* Where the recorded reader ran a command of the file and went on, a refusal is the right answer. */
static bool must_refuse(const json_t *row, const char *dialect)
{
    size_t index;
    json_t *name;
    json_array_foreach(json_object_get(row, "runs_code"), index,
        name) if (str_eq(json_str(name), str_from_c(dialect))) return true;
    return false;
}

static void compare(
    struct arena *arena, const json_t *row, const char *name, json_t *recorded, struct tally *tally)
{
    const struct dialect *dialect = dialect_find(str_from_c(name));
    if (!dialect)
        return;
    json_t *wanted = must_refuse(row, name) ? json_null() : wanted_outcome(arena, row, recorded);
    json_t *got = outcome_read(dialect, case_input(arena, row));
    if (dialect_id(dialect) == DIALECT_SHELL)
        drop_unchanged(got);
    tally->cases++;
    if (!json_equal(wanted, got)) {
        tally->wrong++;
        char *input_text = json_dumps(json_object_get(row, "input"), JSON_ENCODE_ANY);
        char *wanted_text = json_dumps(wanted, JSON_ENCODE_ANY | JSON_SORT_KEYS);
        char *got_text = json_dumps(got, JSON_ENCODE_ANY | JSON_SORT_KEYS);
        printf("%s as %s: input %.200s\n  wanted %.300s\n  got    %.300s\n",
            json_string_value(json_object_get(row, "id")), name, input_text, wanted_text, got_text);
        free(input_text);
        free(wanted_text);
        free(got_text);
    }
    json_decref(wanted);
    json_decref(got);
}

static bool is_wanted(char **dialects, const char *name)
{
    bool all = *dialects == NULL;
    for (; *dialects; dialects++)
        if (str_eq(str_from_c(*dialects), str_from_c(name)))
            return true;
    return all;
}

static void run_case(const json_t *row, char **dialects, struct tally *tally)
{
    struct arena arena = {0};
    const char *name;
    json_t *recorded;
    json_object_foreach(json_object_get(row, "expect"), name, recorded) if (is_wanted(dialects, name))
        compare(&arena, row, name, recorded, tally);
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!file)
        return 2;
    struct tally tally = {0};
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, file) > 0) {
        json_t *row = json_loads(line, JSON_ALLOW_NUL, NULL);
        run_case(row, argv + 2, &tally);
        json_decref(row);
    }
    free(line);
    fclose(file);
    printf("%zu outcomes, %zu wrong\n", tally.cases, tally.wrong);
    return tally.cases == 0 || tally.wrong > 0;
}
