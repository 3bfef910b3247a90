#include "budget/count.h"

#include "base/buf.h"
#include "base/limit.h"

struct count count_default(int64_t value, str from)
{
    return (struct count){.state = COUNT_DEFAULT, .value = value, .from = from};
}

struct count count_assumed(int64_t value, str from)
{
    return (struct count){.state = COUNT_ASSUMED, .value = value, .from = from};
}

struct count count_bad(span at, str variable, str from, str fault)
{
    return (struct count){.state = COUNT_BAD, .at = at, .variable = variable, .from = from, .fault = fault};
}

struct count count_read(str text, span at, str variable, str from)
{
    str digits = str_trim(text);
    if (digits.len == 0)
        return (struct count){.state = COUNT_ABSENT};
    int64_t value;
    if (!number_parse(digits, &value))
        return count_bad(at, variable, from, STR("is not a whole number"));
    if (value < -1)
        return count_bad(at, variable, from, STR("is negative"));
    if (value == -1)
        value = NUMBER_UNBOUNDED;
    return (struct count){.state = COUNT_READ, .value = value, .at = at, .variable = variable, .from = from};
}

bool count_is_known(struct count count)
{
    return count.state == COUNT_READ || count.state == COUNT_DEFAULT || count.state == COUNT_ASSUMED;
}

struct count count_add(struct arena *arena, struct count a, struct count b)
{
    if (a.state == COUNT_BAD || b.state == COUNT_ABSENT)
        return a;
    if (b.state == COUNT_BAD || a.state == COUNT_ABSENT)
        return b;
    struct count sum =
        b.value == NUMBER_UNBOUNDED && a.value != NUMBER_UNBOUNDED ? b : a; /* whose place tells */
    sum.value = number_add(a.value, b.value);
    sum.state = a.state > b.state ? a.state : b.state;
    sum.from = arena_join(arena, a.from, STR(" + "), b.from);
    return sum;
}

str count_text(struct arena *arena, int64_t value)
{
    return value == NUMBER_UNBOUNDED ? STR("unbounded") : arena_integer(arena, value);
}

str count_place(struct arena *arena, const struct sources *sources, span at)
{
    const struct source *source = source_of(sources, at);
    if (!source)
        return STR("");
    struct position position = source_position(sources, at.source, at.offset);
    return arena_printf(arena, STR_FMT ":%u", STR_ARG(source->name), position.line);
}

str count_story(struct arena *arena, const struct sources *sources, str what, struct count count)
{
    str place = count_place(arena, sources, count.at);
    str value = count.state == COUNT_BAD ? STR("?") : count_text(arena, count.value);
    bool says_more = count.from.len > 0 && !str_eq(count.from, value);
    struct buf story = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    buf_printf(&story, STR_FMT " " STR_FMT, STR_ARG(what), STR_ARG(value));
    if (says_more)
        buf_printf(&story, ": " STR_FMT, STR_ARG(count.from));
    if (place.len > 0)
        buf_printf(&story, " (" STR_FMT ")", STR_ARG(place));
    if (count.state == COUNT_ASSUMED)
        buf_str(&story, STR(", assumed"));
    return buf_view(&story);
}
