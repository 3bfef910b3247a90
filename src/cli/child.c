#include "cli/child.h"

struct child child_new(struct arena *arena, const struct host *host)
{
    struct child child = {.arena = arena};
    const char *const *entries = host->environment(host->self);
    for (; entries != NULL && *entries != NULL; entries++)
        vec_push(arena, &child.entries, *entries);
    return child;
}

static bool is_entry_of(const char *entry, str name)
{
    struct str_cut cut = str_cut_byte(str_from_c(entry), '=');
    return cut.found && str_eq(cut.head, name);
}

bool child_get(const struct child *child, str name, str *ret_value)
{
    for (size_t i = 0; i < child->entries.count; i++)
        if (is_entry_of(child->entries.items[i], name)) {
            *ret_value = str_cut_byte(str_from_c(child->entries.items[i]), '=').tail;
            return true;
        }
    return false;
}

bool child_set(struct child *child, str name, str value)
{
    if (str_find_byte(value, '\0') != STR_NONE || str_find_byte(name, '\0') != STR_NONE)
        return false;
    str entry = arena_printf(child->arena, STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(value));
    size_t kept = 0;
    bool is_placed = false;
    for (size_t i = 0; i < child->entries.count; i++) {
        const char *old = child->entries.items[i];
        bool is_same = is_entry_of(old, name);
        if (is_same && is_placed)
            continue;
        child->entries.items[kept++] = is_same ? entry.ptr : old;
        is_placed = is_placed || is_same;
    }
    child->entries.count = kept;
    if (!is_placed)
        vec_push(child->arena, &child->entries, entry.ptr);
    return true;
}

void child_unset(struct child *child, str name)
{
    size_t kept = 0;
    for (size_t i = 0; i < child->entries.count; i++)
        if (!is_entry_of(child->entries.items[i], name))
            child->entries.items[kept++] = child->entries.items[i];
    child->entries.count = kept;
}

const char *const *child_environment(struct child *child)
{
    *vec_add(child->arena, &child->entries) = NULL;
    child->entries.count--;
    return child->entries.items;
}
