/*
 * Included projects: loader/include.go of compose-go.
 *
 * Each is loaded as a project of its own, with its own directory and variables, and comes in under what the
 * including document says itself.
 */
#include "compose/include.h"

#include "base/limit.h"
#include "compose/env_files.h"
#include "compose/load.h"
#include "compose/merge.h"
#include "compose/node.h"

static const str sections[] = {
    STR_INIT("services"),
    STR_INIT("volumes"),
    STR_INIT("networks"),
    STR_INIT("secrets"),
    STR_INIT("configs"),
    STR_INIT("models"),
};

/* `~` is an ordinary name here: only paths of the finished model know a home directory. */
static str included_path(struct loader *l, str directory, str path)
{
    return path_clean(l->arena, path_join(l->arena, directory, path));
}

/* A string or a list of strings as paths below `directory`. */
static bool read_paths(struct loader *l, str directory, const struct yaml_node *node, str_vec *paths)
{
    if (node == NULL)
        return true;
    if (scalar_resolve(l->arena, node).kind == SCALAR_STRING) {
        vec_push(l->arena, paths, included_path(l, directory, node->text));
        return true;
    }
    vec_each(struct yaml_node **, item, &node->items) {
        if (scalar_resolve(l->arena, *item).kind != SCALAR_STRING)
            return false;
        vec_push(l->arena, paths, included_path(l, directory, (*item)->text));
    }
    return node->kind == YAML_SEQUENCE;
}

/* One of the paths, or the only one, lies on another machine: told. */
static bool names_remote(struct loader *l, const struct yaml_node *node)
{
    if (node == NULL)
        return false;
    if (node->kind == YAML_SCALAR)
        return loader_refuse_remote(l, node->text, node->at);
    bool found = false;
    for (size_t i = 0; node->kind == YAML_SEQUENCE && i < node->items.count && !found; i++)
        found = node->items.items[i]->kind == YAML_SCALAR &&
                loader_refuse_remote(l, node->items.items[i]->text, node->items.items[i]->at);
    return found;
}

static bool is_circle(const struct included_file *chain, str path)
{
    for (; chain != NULL; chain = chain->outer)
        if (str_eq(chain->path, path))
            return true;
    return false;
}

/* The imported section lies under the document's own. */
static void import_section(
    struct loader *l, struct yaml_node *document, const struct yaml_node *imported, str section)
{
    const struct yaml_pair *from = yaml_pair(imported, section);
    if (from == NULL || from->value->kind != YAML_MAPPING)
        return;
    struct yaml_pair *to = (struct yaml_pair *)yaml_pair(document, section);
    if (to == NULL) {
        yaml_put(l->arena, document, *from);
        return;
    }
    const struct shape *shape = shape_of_key(&shape_file, section);
    if (to->value->kind != YAML_MAPPING || shape == NULL)
        return;
    vec_each(const struct yaml_pair *, pair, &from->value->pairs) {
        struct yaml_pair *own = (struct yaml_pair *)yaml_pair(to->value, pair->key->text);
        if (own == NULL)
            yaml_put(l->arena, to->value, *pair);
        else
            own->value = merge_nodes(l, pair->value, own->value, shape->others);
    }
}

static void include_project(struct loader *l, struct level *level, const struct included_file *chain,
    const str_vec *files, struct yaml_node *document, const struct yaml_node *item)
{
    struct yaml_node *project_directory = yaml_get(item, STR("project_directory"));
    str_vec env_files = {0};
    if (!read_paths(l, level->directory, yaml_get(item, STR("env_file")), &env_files)) {
        loader_refuse(l, item->at, "`env_file` of an include must be a path or a list of paths");
        return;
    }
    struct level included = {
        .directory = path_directory(files->items[0]), .included = chain, .depth = level->depth + 1};
    if (project_directory != NULL && project_directory->text.len > 0)
        included.directory = included_path(l, level->directory, project_directory->text);
    str own = path_join(l->arena, included.directory, STR(".env"));
    if (env_files.count == 0 && loader_is_env_file(l, own))
        vec_push(l->arena, &env_files, own);
    /* What the included project sees: this project's variables over those of its env files. */
    struct env *environment = arena_new(l->arena, struct env);
    environment->arena = l->arena;
    env_files_put(environment, env_files_read(l, &env_files, level->environment, false, item->at));
    env_files_put(environment, level->environment);
    included.environment = environment;
    struct yaml_node *model = load_model(l, &included, files, item->at);
    for (size_t i = 0; model != NULL && i < ARRAY_COUNT(sections); i++)
        import_section(l, document, model, sections[i]);
}

static void include_item(
    struct loader *l, struct level *level, struct yaml_node *document, struct yaml_node *item)
{
    const struct source *source = source_of(l->sources, document->at);
    struct included_file chain = {.path = source ? source->path : STR(""), .outer = level->included};
    const struct yaml_node *path = item->kind == YAML_MAPPING ? yaml_get(item, STR("path")) : item;
    str_vec files = {0};
    if (names_remote(l, path))
        return;
    if (!read_paths(l, level->directory, path, &files) || files.count == 0) {
        loader_refuse(l, item->at, "an include must be a path or a mapping with a `path`");
    } else if (is_circle(&chain, files.items[0])) {
        loader_refuse(l, item->at, "these files include each other in a circle");
        l->broken = true;
    } else if (level->depth >= limit_value(LIMIT_COMPOSE_DEPTH)) {
        loader_limit(l, LIMIT_COMPOSE_DEPTH, item->at);
    } else {
        struct included_file *kept = arena_new(l->arena, struct included_file);
        *kept = chain;
        include_project(l, level, kept, &files, document, item);
    }
}

void include_apply(struct loader *l, struct level *level, struct yaml_node *model)
{
    struct yaml_node *include = yaml_get(model, STR("include"));
    if (include == NULL || yaml_is_null(include))
        return;
    if (include->kind != YAML_SEQUENCE)
        loader_refuse(l, include->at, "`include` must be a list");
    vec_each(struct yaml_node **, item, &include->items)
        if (!l->broken)
            include_item(l, level, model, *item);
    struct yaml_node *rest = node_without(l->arena, model, STR("include"));
    model->pairs = rest->pairs;
    model->index = rest->index;
}
