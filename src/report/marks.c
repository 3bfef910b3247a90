#include "report/marks.h"

struct mark_list {
    VEC(const struct diag *) diags;
};

static str source_key(struct arena *arena, uint32_t source)
{
    return arena_copy(arena, (str){(const char *)&source, sizeof source});
}

static void list_mark(struct arena *arena, struct map *map, str key, const struct diag *diag)
{
    struct mark_list *list = map_get(map, key);
    if (!list) {
        list = arena_new(arena, struct mark_list);
        map_set(arena, map, key, list);
    }
    vec_push(arena, &list->diags, diag);
}

struct marks marks_new(struct arena *arena, const struct diags *diags)
{
    struct marks marks = {.arena = arena};
    vec_each(const struct diag *, diag, &diags->list) {
        if (diag->suppressed)
            continue;
        if (span_is_set(diag->at))
            list_mark(arena, &marks.by_source, source_key(arena, diag->at.source), diag);
        if (diag->variable.len)
            list_mark(arena, &marks.by_variable, diag->variable, diag);
        if (diag->service.len)
            list_mark(arena, &marks.by_service, diag->service, diag);
    }
    return marks;
}

static void add(struct arena *arena, struct mark *mark, const struct diag *diag)
{
    if (diag->severity > mark->worst)
        mark->worst = diag->severity;
    str_vec_add_new(arena, &mark->rules, diag->rule);
}

/* Diagnostics are sorted by place: the first that is at or after `offset`. */
static size_t first_from(const struct mark_list *list, uint32_t offset)
{
    size_t low = 0, high = list->diags.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->diags.items[middle]->at.offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The findings about a stretch of source or about a variable of a service. */
static struct mark mark_of(const struct marks *marks, span at, str variable, str service)
{
    struct mark mark = {0};
    const struct mark_list *near =
        span_is_set(at) ? map_get(&marks->by_source, source_key(marks->arena, at.source)) : NULL;
    for (size_t i = near ? first_from(near, at.offset) : 0; near && i < near->diags.count; i++) {
        const struct diag *diag = near->diags.items[i];
        if (diag->at.offset > at.offset + at.length)
            break;
        if (diag->at.offset + diag->at.length <= at.offset + at.length)
            add(marks->arena, &mark, diag);
    }
    const struct mark_list *named = variable.len ? map_get(&marks->by_variable, variable) : NULL;
    for (size_t i = 0; named && i < named->diags.count; i++)
        if (named->diags.items[i]->service.len == 0 || str_eq(named->diags.items[i]->service, service))
            add(marks->arena, &mark, named->diags.items[i]);
    return mark;
}

struct mark marks_at_connection(const struct marks *marks, const struct connection *connection)
{
    return mark_of(marks, connection_locate(connection, PART_WHOLE), connection->variable->value->name,
        service_name(connection->service));
}

struct mark marks_at_bind(const struct marks *marks, const struct bind *bind)
{
    return mark_of(marks, bind->port->at, STR(""), service_name(bind->service));
}

struct mark marks_at_service(const struct marks *marks, str service)
{
    struct mark mark = {0};
    const struct mark_list *named = map_get(&marks->by_service, service);
    for (size_t i = 0; named && i < named->diags.count; i++)
        add(marks->arena, &mark, named->diags.items[i]);
    return mark;
}
