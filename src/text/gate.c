#include "text/gate.h"

#include "text/mask.h"

#include <stdlib.h>

enum {
    START_BYTES = 4,
    START_BITS = 16,
    WORD_BITS = 64,
    LATEST = 8,       /* secrets looked at before another one is kept */
    USER_BYTES = 256, /* of a login: looked through for each URL of a word */
    RUN_BYTES = 512,  /* of a run: a longer secret is hidden piece by piece */
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

/* Each place of a text is held against runs: one as long as a file would be walked over at each of them.
 * The last piece is as long as the others, to be told as well as they are; what touches is one stretch. */
static void hide_line(struct gate *gate, str line)
{
    size_t last = line.len > (size_t)RUN_BYTES ? line.len - RUN_BYTES : 0;
    for (size_t at = 0; at < last; at += RUN_BYTES)
        vec_push(gate->arena, &gate->secrets, str_slice(line, at, at + RUN_BYTES));
    vec_push(gate->arena, &gate->secrets, str_skip(line, last));
}

void gate_hide(struct gate *gate, str secret)
{
    for (str line; str_next(&secret, '\n', &line);) {
        line = str_trim(line);
        bool is_short = line.len < (size_t)GATE_RUN_MIN ||
                        (line.len < (size_t)GATE_NUMBER_MIN && str_is_all(line, byte_is_digit));
        bool is_mask = str_trim_bytes(line, STR("*")).len == 0;
        if (!is_short && !is_mask && !is_hidden_just_now(gate, line))
            hide_line(gate, line);
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

/* Sorts the runs, drops those that come twice, and links each to the one it begins with. */
static void order(struct gate *gate)
{
    size_t kept = 0;
    qsort(gate->runs, gate->run_count, sizeof *gate->runs, compare_runs);
    for (size_t i = 0; i < gate->run_count; i++) {
        struct gate_run run = gate->runs[i];
        if (kept > 0 && str_eq(gate->runs[kept - 1].text, run.text))
            continue;
        run.shorter = kept > 0 ? kept - 1 : NO_RUN;
        while (run.shorter != NO_RUN && !str_starts(run.text, gate->runs[run.shorter].text))
            run.shorter = gate->runs[run.shorter].shorter;
        gate->runs[kept++] = run;
    }
    gate->run_count = kept;
}

/*
 * Finds runs in public names, which are no secrets by themselves, until `asked` is one of them or no name is
 * left. Names are all the texts of all rules, far more than most runs print: none is looked through before a
 * text holds a run.
 */
static void find_names(struct gate *gate, const struct gate_run *asked)
{
    for (; gate->settled_names < gate->names.count && !asked->is_name; gate->settled_names++) {
        str name = gate->names.items[gate->settled_names];
        for (size_t at = 0; at < name.len; at++) {
            str rest = str_skip(name, at);
            if (may_start(gate, rest))
                for (size_t run = longest_at(gate, rest); run != NO_RUN; run = gate->runs[run].shorter)
                    gate->runs[run].is_name = true;
        }
    }
}

/* Makes what was hidden so far searchable. */
static void settle(struct gate *gate)
{
    if (gate->settled_secrets == gate->secrets.count)
        return;
    gate->settled_secrets = gate->run_count = gate->secrets.count;
    gate->settled_names = 0;
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
}

static bool is_beside_word(str text, size_t from, size_t to)
{
    return (from > 0 && byte_is_name(text.ptr[from - 1])) || (to < text.len && byte_is_name(text.ptr[to]));
}

/* Where the secret that begins at `from` ends; `from` where none does. */
static size_t end_of_secret(const struct gate *gate, str text, size_t from)
{
    str rest = str_skip(text, from);
    size_t at = may_start(gate, rest) ? longest_at(gate, rest) : NO_RUN;
    for (; at != NO_RUN; at = gate->runs[at].shorter) {
        const struct gate_run *run = &gate->runs[at];
        find_names((struct gate *)(uintptr_t)gate, run); /* it learns; what it hides stays the same */
        size_t end = from + run->text.len;
        if (!run->is_name && (!run->is_word || !is_beside_word(text, from, end)))
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

/* ---- logins that nobody has told of */

/* Where the authority begins that the `:/` at `colon` announces, also after a path was made of it, which
 * joins slashes; STR_NONE: a drive, a mount, no URL. */
static size_t authority_at(str text, size_t colon)
{
    size_t scheme = colon;
    while (scheme > 0 && byte_is_scheme(text.ptr[scheme - 1]))
        scheme--;
    if (colon - scheme < 2 || !byte_is_letter(text.ptr[scheme]))
        return STR_NONE;
    size_t at = colon + 1;
    while (at < text.len && text.ptr[at] == '/')
        at++;
    return at;
}

/* True where `login`, all before the last `@`, is a host, a port and a path with an `@` in it. */
static bool is_host_and_path(str login, size_t colon)
{
    size_t slash = str_find_byte(login, '/');
    return slash < colon ||
           (slash != STR_NONE && str_is_all(str_slice(login, colon + 1, slash), byte_is_digit));
}

/* The first colon of `login` outside of `${…}`; any where braces are left open, or no user is as long. */
static size_t colon_of(str login)
{
    size_t depth = 0;
    for (size_t i = 0; i < login.len && i < USER_BYTES; i++) {
        char byte = login.ptr[i];
        if (byte == '{')
            depth++;
        else if (byte == '}' && depth > 0)
            depth--;
        else if (byte == ':' && depth == 0)
            return i;
    }
    return depth > 0 || login.len > USER_BYTES ? str_find_byte(login, ':') : STR_NONE;
}

/* One variable, whose fallback is masked where it has one. */
static bool is_harmless(str password)
{
    bool is_variable = str_starts(password, STR("$"));
    return (is_variable && str_ends(password, STR(MASK "}"))) ||
           (is_variable && str_is_name(str_trim_bytes(str_skip(password, 1), STR("{}"))));
}

/* What follows the user in the login of a URL, from `*to` on. A word ends before a blank or a quote, and is
 * looked through once, however many URLs it may hold. */
static bool next_login(const struct gate *gate, str text, size_t *from, size_t *to)
{
    (void)gate;
    size_t word_end = 0, last = STR_NONE;
    for (size_t at = *to; at + 1 < text.len; at++) {
        size_t start = text.ptr[at] == ':' && text.ptr[at + 1] == '/' ? authority_at(text, at) : STR_NONE;
        if (start == STR_NONE)
            continue;
        if (start >= word_end) {
            size_t length = str_find_any(str_skip(text, start), STR(" \r\n\"'`<>"));
            word_end = length == STR_NONE ? text.len : start + length;
            last = str_rfind_byte(str_slice(text, start, word_end), '@');
            last = last == STR_NONE ? STR_NONE : start + last;
        }
        if (last == STR_NONE || last < start)
            continue;
        str login = str_slice(text, start, last);
        size_t colon = colon_of(login);
        if (colon == STR_NONE || colon + 1 == login.len || is_host_and_path(login, colon) ||
            is_harmless(str_skip(login, colon + 1)) ||
            str_starts(str_skip(text, start + colon + 1), STR(MASK "@")))
            continue;
        *from = start + colon + 1;
        *to = last;
        return true;
    }
    return false;
}

/* ---- the way out */

bool gate_next(struct gate *gate, str text, size_t *from, size_t *to)
{
    settle(gate);
    return gate->run_count > 0 && next_stretch(gate, text, from, to);
}

bool gate_holds(struct gate *gate, str text)
{
    size_t from, to = 0;
    if (gate_next(gate, text, &from, &to))
        return true;
    to = 0;
    return next_login(gate, text, &from, &to);
}

/* `text` with a mask for each stretch that `next` finds. */
static str masked(struct gate *gate, str text, bool (*next)(const struct gate *, str, size_t *, size_t *))
{
    size_t from, to = 0, written = 0;
    if (!next(gate, text, &from, &to))
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
    } while (next(gate, text, &from, &to));
    buf_str(&out, str_skip(text, written));
    return buf_view(&out);
}

str gate_text(struct gate *gate, str text)
{
    settle(gate);
    return gate->run_count > 0 ? masked(gate, text, next_stretch) : text;
}

str gate_name(struct gate *gate, str text)
{
    text = gate_text(gate, text);
    return str_has_byte(text, '@') ? masked(gate, text, next_login) : text;
}

str gate_visible(struct gate *gate, str text)
{
    return mask_visible(gate->arena, gate_name(gate, text));
}

str gate_asked(struct gate *gate, str text)
{
    return mask_visible(gate->arena, gate_text(gate, text));
}
