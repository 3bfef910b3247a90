#include "language/pattern.h"

#include "base/limit.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define MESSAGE_BYTES_MAX 256

struct pattern {
    pcre2_code *code; /* NULL: does not compile */
    pcre2_match_data *data;
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
    pattern->data = pcre2_match_data_create(1, memory);
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

struct eval_match_result pattern_match(struct patterns *patterns, str pattern, str text)
{
    struct eval_match_result result = pattern_compile(patterns, pattern);
    if (result.outcome == EVAL_MATCH_BAD_PATTERN)
        return result;
    if (text.len > limit_value(LIMIT_PATTERN_BYTES))
        return reached(LIMIT_PATTERN_BYTES);
    struct pattern *compiled = pattern_of(patterns, pattern);
    struct walk walk = {0};
    pcre2_set_callout(compiled->context, count_work, &walk);
    PCRE2_SPTR subject = (PCRE2_SPTR)(text.ptr ? text.ptr : "");
    return outcome_of(
        pcre2_match(compiled->code, subject, text.len, 0, 0, compiled->data, compiled->context));
}

struct eval_match_result pattern_scope_match(void *self, str pattern, str text)
{
    return pattern_match(self, pattern, text);
}
