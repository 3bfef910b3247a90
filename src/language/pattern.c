#include "language/pattern.h"

#include "base/limit.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MESSAGE_BYTES_MAX 256

struct pattern {
    pcre2_code *code;       /* NULL: does not compile */
    pcre2_match_data *data; /* made once: a match leaves some 20 KB with it, which the next one uses again */
    pcre2_match_context *context;
    str message;
    size_t offset;
};

/* PCRE2's memory comes from the arena and goes back with it. */
static void *allocate(size_t size, void *arena)
{
    return arena_alloc(arena, 1, size);
}

static void release(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

/* What one match has walked over so far, told by PCRE2 before each item of the pattern. */
struct walk {
    size_t last, work;
};

/*
 * PCRE2's match limit counts backtracking, anew at each start, and not the bytes that a repeat runs over, so
 * that a*b over a megabyte of a's would pass below it. The callouts see every place the match has been at.
 */
static int count_work(pcre2_callout_block *block, void *data)
{
    struct walk *walk = data;
    size_t at = block->current_position;
    walk->work += 1 + (at > walk->last ? at - walk->last : 0);
    walk->last = at;
    return walk->work > limit_value(LIMIT_PATTERN_WORK) ? PCRE2_ERROR_CALLOUT : 0;
}

static str error_text(struct arena *arena, int error)
{
    PCRE2_UCHAR text[MESSAGE_BYTES_MAX];
    int length = pcre2_get_error_message(error, text, sizeof text);
    return length < 0 ? STR("the pattern cannot be read")
                      : arena_copy(arena, (str){(const char *)text, (size_t)length});
}

static struct pattern *compile(struct arena *arena, str text)
{
    struct pattern *pattern = arena_new(arena, struct pattern);
    pcre2_general_context *memory = pcre2_general_context_create(allocate, release, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(memory);
    int error = 0;
    pattern->code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
        PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT | PCRE2_DOLLAR_ENDONLY, &error, &pattern->offset,
        context);
    if (!pattern->code) {
        pattern->message = error_text(arena, error);
        return pattern;
    }
    pattern->data = pcre2_match_data_create_from_pattern(pattern->code, memory);
    pattern->context = pcre2_match_context_create(memory);
    pcre2_set_match_limit(pattern->context, (uint32_t)limit_value(LIMIT_PATTERN_STEPS));
    pcre2_set_depth_limit(pattern->context, (uint32_t)limit_value(LIMIT_PATTERN_DEPTH));
    pcre2_set_heap_limit(pattern->context, (uint32_t)limit_value(LIMIT_PATTERN_KIB));
    return pattern;
}

static struct pattern *pattern_of(struct patterns *patterns, str text)
{
    struct pattern *pattern = map_get(&patterns->compiled, text);
    if (!pattern) {
        pattern = compile(patterns->arena, text);
        map_set(patterns->arena, &patterns->compiled, text, pattern);
    }
    return pattern;
}

static struct eval_match_result reached(enum limit_id limit)
{
    return (struct eval_match_result){.outcome = EVAL_MATCH_LIMIT, .limit = limit};
}

/* PCRE2's limits as rows of the table. */
static const struct {
    int error;
    enum limit_id limit;
} match_limits[] = {
    {PCRE2_ERROR_MATCHLIMIT, LIMIT_PATTERN_STEPS},
    {PCRE2_ERROR_DEPTHLIMIT, LIMIT_PATTERN_DEPTH},
    {PCRE2_ERROR_HEAPLIMIT, LIMIT_PATTERN_KIB},
    {PCRE2_ERROR_CALLOUT, LIMIT_PATTERN_WORK},
};

static struct eval_match_result outcome_of(int result)
{
    if (result >= 0)
        return (struct eval_match_result){.outcome = EVAL_MATCH_YES};
    for (size_t i = 0; i < ARRAY_COUNT(match_limits); i++)
        if (match_limits[i].error == result)
            return reached(match_limits[i].limit);
    return result == PCRE2_ERROR_NOMATCH ? (struct eval_match_result){.outcome = EVAL_MATCH_NO}
                                         : reached(LIMIT_PATTERN_STEPS);
}

struct eval_match_result pattern_compile(struct patterns *patterns, str pattern)
{
    const struct pattern *compiled = pattern_of(patterns, pattern);
    if (compiled->code)
        return (struct eval_match_result){.outcome = EVAL_MATCH_NO};
    return (struct eval_match_result){
        .outcome = EVAL_MATCH_BAD_PATTERN, .message = compiled->message, .offset = compiled->offset};
}

/* The number of groups that took part, and one, or an error of PCRE2. */
static int match_from(struct pattern *pattern, str text, size_t from)
{
    struct walk walk = {.last = from};
    pcre2_set_callout(pattern->context, count_work, &walk);
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.ptr ? text.ptr : "");
    return pcre2_match(pattern->code, subject, text.len, from, 0, pattern->data, pattern->context);
}

struct eval_match_result pattern_match(struct patterns *patterns, str pattern, str text)
{
    struct eval_match_result result = pattern_compile(patterns, pattern);
    if (result.outcome == EVAL_MATCH_BAD_PATTERN)
        return result;
    if (text.len > limit_value(LIMIT_PATTERN_BYTES))
        return reached(LIMIT_PATTERN_BYTES);
    return outcome_of(match_from(pattern_of(patterns, pattern), text, 0));
}

/* ---- groups */

static str lines_of(struct patterns *patterns, str pattern)
{
    return arena_concat(patterns->arena, STR("(?m)"), pattern);
}

/* PCRE2's table of names: entries of one size, each a number of two bytes and the name. */
static void name_groups(const pcre2_code *code, struct pattern_hit *hit)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; i++, table += size) {
        size_t number = (size_t)table[0] << 8 | table[1];
        if (number - 1 < hit->groups.count)
            hit->groups.items[number - 1].name = str_from_c((const char *)table + 2);
    }
}

struct pattern_hit pattern_groups(struct patterns *patterns, str pattern)
{
    struct pattern_hit hit = {0};
    const struct pattern *compiled = pattern_of(patterns, lines_of(patterns, pattern));
    uint32_t count = 0;
    if (compiled->code)
        pcre2_pattern_info(compiled->code, PCRE2_INFO_CAPTURECOUNT, &count);
    for (uint32_t i = 0; i < count; i++)
        vec_push(patterns->arena, &hit.groups, (struct pattern_group){0});
    if (count > 0)
        name_groups(compiled->code, &hit);
    return hit;
}

struct eval_match_result pattern_find(
    struct patterns *patterns, str pattern, str text, size_t from, struct pattern_hit *ret_hit)
{
    struct pattern *compiled = pattern_of(patterns, lines_of(patterns, pattern));
    if (!compiled->code)
        return pattern_compile(patterns, pattern);
    int result = match_from(compiled, text, from);
    if (result < 0)
        return outcome_of(result);
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(compiled->data);
    *ret_hit = pattern_groups(patterns, pattern);
    ret_hit->from = ends[0];
    ret_hit->to = ends[1];
    for (size_t i = 0; i < ret_hit->groups.count; i++) {
        struct pattern_group *group = &ret_hit->groups.items[i];
        group->is_set = i + 1 < (size_t)result && ends[2 * i + 2] != PCRE2_UNSET;
        group->from = group->is_set ? ends[2 * i + 2] : 0;
        group->to = group->is_set ? ends[2 * i + 3] : 0;
    }
    return outcome_of(result);
}
