#include "text/diag.h"

#include <stdlib.h>

static const str severity_names[] = {
    [SEVERITY_OFF] = STR_INIT("off"),
    [SEVERITY_NOTE] = STR_INIT("note"),
    [SEVERITY_WARNING] = STR_INIT("warning"),
    [SEVERITY_ERROR] = STR_INIT("error"),
};

str severity_name(enum severity severity)
{
    return severity_names[severity];
}

/* What the former one came to is known only now: callers fill in severity and `fatal`. */
static struct diag *next_spare(struct diags *diags)
{
    diags->dropped_worst = diag_dropped_worst(diags);
    if (!diags->spare)
        diags->spare = arena_new(diags->arena, struct diag);
    diags->dropped_fatal |= diags->spare->fatal;
    diags->dropped++;
    *diags->spare = (struct diag){0};
    return diags->spare;
}

bool diag_is_kept(const struct diags *diags, enum severity severity)
{
    return severity >= diags->least && diags->list.count < limit_value(LIMIT_FINDINGS);
}

struct diag *diag_add(struct diags *diags, str rule, enum severity severity, span at, const char *format, ...)
{
    bool is_kept = diag_is_kept(diags, severity);
    struct diag *diag = is_kept ? vec_add(diags->arena, &diags->list) : next_spare(diags);
    /* A reader may have taken back what stood here before. */
    *diag = (struct diag){.rule = rule, .severity = severity, .at = at};
    if (!is_kept)
        return diag;
    va_list arguments;
    va_start(arguments, format);
    diag->message = arena_vprintf(diags->arena, format, arguments);
    va_end(arguments);
    return diag;
}

void diag_help(struct diags *diags, struct diag *diag, const char *format, ...)
{
    if (diag == diags->spare)
        return;
    va_list arguments;
    va_start(arguments, format);
    vec_push(diags->arena, &diag->help, arena_vprintf(diags->arena, format, arguments));
    va_end(arguments);
}

void diag_note(struct diags *diags, struct diag *diag, const char *format, ...)
{
    if (diag == diags->spare)
        return;
    va_list arguments;
    va_start(arguments, format);
    vec_push(diags->arena, &diag->notes, arena_vprintf(diags->arena, format, arguments));
    va_end(arguments);
}

void diag_related(struct diags *diags, struct diag *diag, span at, const char *format, ...)
{
    if (diag == diags->spare)
        return;
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(diags->arena, format, arguments);
    va_end(arguments);
    /* Several programs may lead to the same place. */
    vec_each(const struct related *, other, &diag->related)
        if (span_starts_at(other->at, at) && str_eq(other->message, message))
            return;
    vec_push(diags->arena, &diag->related, ((struct related){.at = at, .message = message}));
}

struct diag *diag_limit(struct diags *diags, enum limit_id id, span at)
{
    const struct limit *limit = limit_row(id);
    struct diag *diag =
        diag_add(diags, STR("limit"), SEVERITY_ERROR, at, STR_FMT ": more than %zu " STR_FMT ": cannot judge",
            STR_ARG(limit->about), limit->value, STR_ARG(limit->unit));
    diag->fatal = true;
    return diag;
}

/* The order that reports show: by place first, then by what is said. */
static int compare(const void *left, const void *right, void *context)
{
    const struct diag *a = left, *b = right;
    const struct sources *sources = context;
    const struct source *a_source = source_of(sources, a->at), *b_source = source_of(sources, b->at);
    str none = STR("");
    int order = str_compare(a_source ? a_source->name : none, b_source ? b_source->name : none);
    if (order == 0)
        order = (a->at.source > b->at.source) - (a->at.source < b->at.source);
    if (order == 0)
        order = (a->at.offset > b->at.offset) - (a->at.offset < b->at.offset);
    if (order == 0)
        order = str_compare(a->rule, b->rule);
    if (order == 0)
        order = str_compare(a->variable, b->variable);
    if (order == 0)
        order = str_compare(a->service, b->service);
    if (order == 0)
        order = str_compare(a->message, b->message);
    return order;
}

/* Of two that say the same the one that weighs more stays: a note must not hide an error. */
static bool outweighs(const struct diag *a, const struct diag *b)
{
    if (a->fatal != b->fatal)
        return a->fatal;
    if ((a->suppressed == NULL) != (b->suppressed == NULL))
        return a->suppressed == NULL;
    return a->severity > b->severity;
}

void diag_sort(struct diags *diags)
{
    if (diags->list.count < 2)
        return;
    qsort_r(diags->list.items, diags->list.count, sizeof *diags->list.items, compare, diags->sources);
    size_t kept = 1;
    for (size_t i = 1; i < diags->list.count; i++) {
        struct diag *last = &diags->list.items[kept - 1], *next = &diags->list.items[i];
        if (compare(last, next, diags->sources) != 0)
            diags->list.items[kept++] = *next;
        else if (outweighs(next, last))
            *last = *next;
    }
    diags->list.count = kept;
}

size_t diag_count(const struct diags *diags, enum severity severity)
{
    size_t count = 0;
    vec_each(const struct diag *, diag, &diags->list)
        count += diag->severity == severity && !diag->suppressed;
    return count;
}

enum severity diag_dropped_worst(const struct diags *diags)
{
    enum severity last = diags->spare ? diags->spare->severity : SEVERITY_OFF;
    return last > diags->dropped_worst ? last : diags->dropped_worst;
}

bool diag_any_fatal(const struct diags *diags)
{
    if (diags->dropped_fatal || (diags->spare && diags->spare->fatal))
        return true;
    vec_each(const struct diag *, diag, &diags->list)
        if (diag->fatal)
            return true;
    return false;
}
