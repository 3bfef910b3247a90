#include "text/gate.h"

#include "text/mask.h"

#include <stdlib.h>

enum {
    START_BYTES = 4,
    START_BITS = 16,
    WORD_BITS = 64,
    LATEST = 8, /* secrets looked at before another one is kept */
};

#define NO_RUN SIZE_MAX

struct gate_run {
    str text;
    size_t shorter; /* the longest run that this one begins with, or NO_RUN */
    bool is_word;   /* hidden only where nothing of a word is beside it */
    bool is_name;   /* a part of a public name */
};

_Static_assert((int)GATE_RUN_MIN >= (int)START_BYTES, "every run has a start");

struct gate *gate_new(struct arena *arena)
{
    struct gate *gate = arena_new(arena, struct gate);
    gate->arena = arena;
    return gate;
}

static bool is_star(char byte)
{
    return byte == '*';
}

static bool is_small_letter(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* Each client's reading of a string hides what the one before it hid: the search would sort all of them. */
static bool is_hidden_just_now(const struct gate *gate, str secret)
{
    size_t count = gate->secrets.count;
    for (size_t i = count > LATEST ? count - LATEST : 0; i < count; i++)
        if (str_eq(gate->secrets.items[i], secret))
            return true;
    return false;
}

void gate_hide(struct gate *gate, str secret)
{
    for (str line; str_next(&secret, '\n', &line);) {
        line = str_trim(line);
        bool is_short = line.len < (size_t)GATE_RUN_MIN ||
                        (line.len < (size_t)GATE_NUMBER_MIN && str_is_all(line, byte_is_digit));
        if (!is_short && !str_is_all(line, is_star) && !is_hidden_just_now(gate, line))
            vec_push(gate->arena, &gate->secrets, line);
    }
}

void gate_show(struct gate *gate, str name)
{
    if (name.len >= (size_t)GATE_RUN_MIN)
        vec_push(gate->arena, &gate->names, name);
}

/* ---- the search */

static size_t start_of(str text)
{
    uint32_t bytes;
    memcpy(&bytes, text.ptr, START_BYTES);
    return (bytes * 2654435761u) >> (32 - START_BITS);
}

static bool may_start(const struct gate *gate, str text)
{
    if (text.len < START_BYTES)
        return false;
    size_t start = start_of(text);
    return gate->starts[start / WORD_BITS] >> (start % WORD_BITS) & 1;
}

/*
 * The longest run that `text` begins with. A run that begins `text` also begins every run between it and
 * `text` in byte order: so it is the last one that is not above `text`, or one that this one begins with.
 */
static size_t longest_at(const struct gate *gate, str text)
{
    size_t low = 0, high = gate->run_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_compare(gate->runs[middle].text, text) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t run = low > 0 ? low - 1 : NO_RUN;
    while (run != NO_RUN && !str_starts(text, gate->runs[run].text))
        run = gate->runs[run].shorter;
    return run;
}

static int compare_runs(const void *left, const void *right)
{
    return str_compare(((const struct gate_run *)left)->text, ((const struct gate_run *)right)->text);
}

/* Sorts the runs, drops those that come twice or are names, and links each to the one it begins with. */
static void order(struct gate *gate)
{
    size_t kept = 0;
    qsort(gate->runs, gate->run_count, sizeof *gate->runs, compare_runs);
    for (size_t i = 0; i < gate->run_count; i++) {
        struct gate_run run = gate->runs[i];
        if (run.is_name || (kept > 0 && str_eq(gate->runs[kept - 1].text, run.text)))
            continue;
        run.shorter = kept > 0 ? kept - 1 : NO_RUN;
        while (run.shorter != NO_RUN && !str_starts(run.text, gate->runs[run.shorter].text))
            run.shorter = gate->runs[run.shorter].shorter;
        gate->runs[kept++] = run;
    }
    gate->run_count = kept;
}

/* Finds all runs in a public name: those are no secrets by themselves. */
static void find_names(struct gate *gate)
{
    vec_each(const str *, name, &gate->names)
        for (size_t at = 0; at < name->len; at++) {
            str rest = str_skip(*name, at);
            if (may_start(gate, rest))
                for (size_t run = longest_at(gate, rest); run != NO_RUN; run = gate->runs[run].shorter)
                    gate->runs[run].is_name = true;
        }
}

/* Makes what was hidden so far searchable. */
static void settle(struct gate *gate)
{
    if (gate->settled_secrets == gate->secrets.count && gate->settled_names == gate->names.count)
        return;
    gate->settled_secrets = gate->run_count = gate->secrets.count;
    gate->settled_names = gate->names.count;
    if (gate->run_count == 0)
        return;
    gate->runs = arena_array(gate->arena, struct gate_run, gate->run_count);
    gate->starts = arena_array(gate->arena, uint64_t, (1 << START_BITS) / WORD_BITS);
    for (size_t i = 0; i < gate->run_count; i++) {
        str text = gate->secrets.items[i];
        bool is_word = text.len < (size_t)GATE_WORD_MIN && str_is_all(text, is_small_letter);
        gate->runs[i] = (struct gate_run){.text = text, .is_word = is_word};
        size_t start = start_of(text);
        gate->starts[start / WORD_BITS] |= (uint64_t)1 << (start % WORD_BITS);
    }
    order(gate);
    find_names(gate);
    order(gate);
}

static bool is_beside_word(str text, size_t from, size_t to)
{
    return (from > 0 && byte_is_name(text.ptr[from - 1])) || (to < text.len && byte_is_name(text.ptr[to]));
}

/* Where the secret that begins at `from` ends; `from` where none does. */
static size_t end_of_secret(const struct gate *gate, str text, size_t from)
{
    str rest = str_skip(text, from);
    if (!may_start(gate, rest))
        return from;
    for (size_t run = longest_at(gate, rest); run != NO_RUN; run = gate->runs[run].shorter) {
        size_t end = from + gate->runs[run].text.len;
        if (!gate->runs[run].is_word || !is_beside_word(text, from, end))
            return end;
    }
    return from;
}

/* The next stretch of secrets that touch or overlap; false: there is none any more. */
static bool next_stretch(const struct gate *gate, str text, size_t *from, size_t *to)
{
    for (size_t at = *to; at < text.len; at++) {
        size_t end = end_of_secret(gate, text, at);
        if (end == at)
            continue;
        *from = at;
        for (; at <= end && at < text.len; at++) {
            size_t further = end_of_secret(gate, text, at);
            end = further > end ? further : end;
        }
        *to = end;
        return true;
    }
    return false;
}

bool gate_holds(struct gate *gate, str text)
{
    size_t from, to = 0;
    settle(gate);
    return gate->run_count > 0 && next_stretch(gate, text, &from, &to);
}

str gate_text(struct gate *gate, str text)
{
    size_t from, to = 0, written = 0;
    settle(gate);
    if (gate->run_count == 0 || !next_stretch(gate, text, &from, &to))
        return text;
    struct buf out = buf_new(gate->arena, SIZE_MAX / 4);
    do {
        buf_str(&out, str_slice(text, written, from));
        if (!str_ends(buf_view(&out), STR(MASK))) /* a place that was masked is beside it: one mask */
            buf_str(&out, STR(MASK));
        written = to;
        if (str_starts(str_skip(text, written), STR(MASK)))
            written += sizeof MASK - 1;
        to = written;
    } while (next_stretch(gate, text, &from, &to));
    buf_str(&out, str_skip(text, written));
    return buf_view(&out);
}

str gate_visible(struct gate *gate, str text)
{
    return mask_visible(gate->arena, gate_text(gate, text));
}
