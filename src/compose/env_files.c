/*
 * Several env files as one environment: dotenv.GetEnvFromFile of compose-go.
 */
#include "compose/env_files.h"

#include "compose/document.h"

static void put_value(struct env *env, const struct value *value)
{
    /* A value is never changed, so one that hides nothing new may stand in many environments. */
    if (!env_get(env, value->name)) {
        map_set(env->arena, &env->map, value->name, (struct value *)(uintptr_t)value);
        return;
    }
    VEC(const struct value *) chain = {0};
    for (const struct value *step = value; step != NULL; step = step->shadows)
        vec_push(env->arena, &chain, step);
    while (chain.count > 0) {
        struct value *copy = arena_new(env->arena, struct value);
        *copy = *chain.items[--chain.count];
        env_put(env, copy);
    }
}

void env_files_put(struct env *env, const struct env *from)
{
    if (env->map.entries.count == 0 && from->map.live == from->map.entries.count) {
        map_copy(env->arena, &env->map, &from->map);
        return;
    }
    map_reserve(env->arena, &env->map, from->map.entries.count);
    vec_each(const struct map_entry *, entry, &from->map.entries)
        if (!entry->removed)
            put_value(env, entry->value);
}

struct env *env_files_read(
    struct loader *l, const str_vec *paths, struct env *outer, bool is_project, span at)
{
    struct env *env = arena_new(l->arena, struct env);
    env->arena = l->arena;
    vec_each(str *, path, paths) {
        struct source *source = loader_read(l, SOURCE_ENV, *path, at);
        if (source == NULL)
            continue;
        if (is_project)
            vec_push(l->arena, &l->project->env_files, source);
        struct template_scope scope = env_scope(outer), earlier = env_scope(env);
        struct dotenv_result result = dotenv_read_after(
            l->arena, l->diags, source, dialect_get(DIALECT_COMPOSE), &scope, &earlier, ORIGIN_ENV_FILE);
        if (result.ok && !result.holds_nul)
            env_files_put(env, &result.env);
        else
            loader_stop(l);
    }
    return env;
}
