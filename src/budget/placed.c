/* Numbers of bootgate.yaml that stand in another file: budget/budget_parts.h. */
#include "budget/budget_parts.h"

#include "base/limit.h"
#include "language/pattern.h"
#include "text/reads.h"

/* One place while it is read. */
struct placed {
    struct budget_builder *b;
    const struct expr *place;
    const struct source *source; /* the file */
    struct pattern_hit hit;
    bool is_unreadable;
};

static struct count bad(const struct placed *p, span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct count bad(const struct placed *p, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str fault = arena_vprintf(p->b->arena, format, arguments);
    va_end(arguments);
    return count_bad(at, STR(""), p->place->text, fault);
}

/* ---- the file */

/* Beside the configuration that names it; NULL: it is not there, or it cannot be read, which ends the run. */
static const struct source *OR_NULL open_file(struct placed *p)
{
    const struct facts *facts = p->b->facts;
    struct arena *arena = p->b->arena;
    const struct source *config = source_of(facts->sources, p->place->at);
    str directory = config ? path_directory(config->path) : STR(".");
    str path = path_clean(arena, path_join(arena, directory, p->place->text));
    const struct source *known = map_get(&p->b->placed_files, path);
    if (known)
        return known;
    struct host_file file = reads_file(
        facts->sources, facts->host, arena, path, limit_value(LIMIT_PLACE_BYTES), p->place->name_at);
    p->is_unreadable = !host_is_absent(file.status);
    if (file.status != HOST_OK)
        return NULL;
    str base = facts->sources->reads ? facts->sources->reads->directory : STR("");
    struct source *source =
        source_add(facts->sources, SOURCE_PROGRAM, path_relative(arena, base, path), path, file.text);
    map_set(arena, &p->b->placed_files, path, source);
    return source;
}

/* ---- the one hit */

static uint32_t line_of(const struct placed *p, size_t offset)
{
    return source_position(p->b->facts->sources, p->source->id, (uint32_t)offset).line;
}

/* What keeps the pattern from hitting exactly once; empty: nothing. */
static str fault_of_hits(struct placed *p)
{
    struct patterns *patterns = &p->b->patterns;
    const struct expr *pattern = p->place->right;
    str text = p->source->text;
    struct pattern_hit second = {0};
    struct eval_match_result found = pattern_find(patterns, pattern->text, text, 0, &p->hit);
    bool is_hit = found.outcome == EVAL_MATCH_YES;
    if (is_hit) {
        size_t next = p->hit.to > p->hit.from ? p->hit.to : p->hit.to + 1;
        found = next > text.len ? (struct eval_match_result){.outcome = EVAL_MATCH_NO}
                                : pattern_find(patterns, pattern->text, text, next, &second);
    }
    switch (found.outcome) {
    case EVAL_MATCH_NO:
        return is_hit ? STR("") : STR("hits nothing");
    case EVAL_MATCH_YES:
        return arena_printf(
            p->b->arena, "hits twice, in lines %u and %u", line_of(p, p->hit.from), line_of(p, second.from));
    case EVAL_MATCH_LIMIT:
        diag_limit(p->b->diags, found.limit, pattern->at);
        return STR("takes too long");
    case EVAL_MATCH_BAD_PATTERN: /* said where it was read */
        break;
    }
    return STR("cannot be read");
}

/* ---- what its groups say */

static span span_of(const struct placed *p, const struct pattern_group *group)
{
    return span_make(p->source->id, group->from, group->to - group->from);
}

static str text_of(const struct placed *p, const struct pattern_group *group)
{
    return str_slice(p->source->text, group->from, group->to);
}

/* 1_000 is a number of Python and Ruby. */
static struct count read_group(const struct placed *p, const struct pattern_group *group)
{
    span at = span_of(p, group);
    str digits = str_trim_bytes(text_of(p, group), STR("\"'"));
    struct buf plain = buf_new(p->b->arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] != '_' || i == 0)
            buf_byte(&plain, digits.ptr[i]);
    struct count count =
        count_read(arena_copy(p->b->arena, buf_view(&plain)), at, STR(""), STR("as the file says"));
    if (count.state == COUNT_ABSENT)
        return bad(p, at, STR_FMT ": the pattern takes no number", STR_ARG(p->place->text));
    if (count.state == COUNT_BAD)
        count.fault = arena_printf(p->b->arena, STR_FMT ": what the pattern takes " STR_FMT,
            STR_ARG(p->place->text), STR_ARG(count.fault));
    return count;
}

static const struct pattern_group *OR_NULL group_named(const struct placed *p, str name)
{
    vec_each(const struct pattern_group *, group, &p->hit.groups)
        if (group->is_set && str_eq(group->name, name))
            return group;
    return NULL;
}

/* The named groups: a variable as the program of the consumer sees it, else its default. */
static struct count read_variable(const struct placed *p)
{
    const struct pattern_group *variable = group_named(p, STR("variable"));
    const struct pattern_group *usual = group_named(p, STR("default"));
    str name = variable ? str_trim_bytes(text_of(p, variable), STR("\"'")) : STR("");
    const struct service *service = p->b->declared_for;
    const struct env *environment = service ? &service->workload->environment : &p->b->facts->environment;
    const struct value *value = name.len ? env_get(environment, name) : NULL;
    if (value && value->set)
        return count_read(value->text, value->at, value->name, value->name);
    if (!usual && !variable)
        return (struct count){0};
    if (!usual)
        return bad(
            p, span_of(p, variable), STR_FMT " is not set, and the pattern has no `default`", STR_ARG(name));
    struct count count = read_group(p, usual);
    if (name.len)
        count.from = arena_concat(p->b->arena, STR("default of "), name);
    return count;
}

static struct count add_groups(struct placed *p)
{
    struct count sum = read_variable(p);
    struct buf text = buf_new(p->b->arena, limit_value(LIMIT_VALUE_BYTES));
    size_t count = 0;
    vec_each(const struct pattern_group *, group, &p->hit.groups) {
        if (!group->is_set || group->name.len)
            continue;
        struct count part = read_group(p, group);
        buf_printf(&text, "%s" STR_FMT, count++ ? " + " : "", STR_ARG(count_text(p->b->arena, part.value)));
        str from = sum.state == COUNT_ABSENT ? part.from : sum.from;
        sum = count_add(p->b->arena, sum, part);
        sum.from = from;
    }
    if (count > 1)
        sum.sum = buf_view(&text);
    return sum;
}

struct count placed_count(struct budget_builder *b, const struct expr *place)
{
    struct placed p = {.b = b, .place = place};
    p.source = open_file(&p);
    if (!p.source)
        return bad(&p, place->name_at, STR_FMT " %s", STR_ARG(place->text),
            p.is_unreadable ? "cannot be read" : "is not there");
    str fault = fault_of_hits(&p);
    if (fault.len)
        return bad(
            &p, place->right->at, STR_FMT ": the pattern " STR_FMT, STR_ARG(place->text), STR_ARG(fault));
    struct count count = add_groups(&p);
    if (count.state == COUNT_ABSENT)
        return bad(
            &p, place->right->at, STR_FMT ": the groups of the pattern take nothing", STR_ARG(place->text));
    if (count.state == COUNT_BAD || !place->left)
        return count;
    struct count declared = declared_count(b, place->left);
    count.drifts = count_is_known(declared) && declared.value != count.value;
    count.declared = declared.value;
    count.declared_at = place->left->at;
    return declared.state == COUNT_BAD ? declared : count;
}
