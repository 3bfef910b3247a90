/*
 * Services that extend others: loader/extends.go of compose-go, inside each document before it is merged.
 */
#include "compose/extends.h"

#include "base/limit.h"
#include "compose/document.h"
#include "compose/merge.h"
#include "compose/node.h"
#include "compose/paths.h"

/* One `services:` mapping in which names are looked up, and how far each of its services is. */
struct family {
    struct loader *loader;
    struct level *level;
    struct yaml_node *services;
    str directory;      /* where relative `file:`s start */
    bool is_other_file; /* its tags act on its own services' bases, and on nothing here */
    struct map states;
};

enum { EXTENDS_OPEN = 1, EXTENDS_DONE = 2 };

/* The services of another file, interpolated with the variables of this project; read once per project. */
static struct family *open_base_file(struct family *family, str path, span at)
{
    struct loader *l = family->loader;
    struct family *base = map_get(&family->level->bases, path);
    if (base != NULL)
        return base;
    base = arena_new(l->arena, struct family);
    *base = (struct family){.loader = l, .level = family->level, .directory = path_directory(path)};
    map_set(l->arena, &family->level->bases, path, base);
    struct documents documents = document_read(l, family->level, path, at);
    if (!documents.ok) /* what a service lacks without its base would only be said of our own gap */
        l->broken = true;
    struct yaml_node *model = NULL;
    vec_each(struct yaml_node **, document, &documents.list)
        model = merge_nodes(l, model, *document, &shape_file);
    if (model == NULL)
        return base;
    base->is_other_file = true;
    paths_resolve(l, model, &shape_file, base->directory);
    struct yaml_node *services = yaml_get(model, STR("services"));
    if (services != NULL && services->kind == YAML_MAPPING)
        base->services = services;
    else if (documents.ok)
        loader_refuse(l, at, "the file that this service extends from has no services");
    return base;
}

/* The service and file that `extends` names; false: it cannot be read (reported). */
static bool parse_extends(struct family *family, const struct yaml_node *extends,
    struct yaml_node **ret_service, struct yaml_node **ret_file)
{
    *ret_service = (struct yaml_node *)extends;
    *ret_file = NULL;
    if (extends->kind == YAML_MAPPING) {
        *ret_service = yaml_get(extends, STR("service"));
        *ret_file = yaml_get(extends, STR("file"));
    }
    bool is_good =
        *ret_service != NULL && scalar_resolve(family->loader->arena, *ret_service).kind == SCALAR_STRING;
    if (*ret_file != NULL)
        is_good = is_good && scalar_resolve(family->loader->arena, *ret_file).kind == SCALAR_STRING;
    if (!is_good)
        loader_refuse(
            family->loader, extends->at, "`extends` needs the name of a service, and perhaps a file");
    return is_good;
}

static struct yaml_node *extend_service(struct family *family, struct yaml_pair *pair, size_t depth);

/* The base with its own bases below it, or NULL. */
static struct yaml_node *find_base(struct family *family, const struct yaml_node *extends, size_t depth)
{
    struct loader *l = family->loader;
    struct yaml_node *service, *file;
    if (!parse_extends(family, extends, &service, &file))
        return NULL;
    struct family *base = family;
    if (file != NULL && loader_refuse_remote(l, file->text, file->at))
        return NULL;
    if (file != NULL)
        base = open_base_file(family, loader_path(l, family->directory, file->text), file->at);
    if (base->services == NULL)
        return NULL;
    struct yaml_pair *pair = (struct yaml_pair *)yaml_pair(base->services, service->text);
    if (pair == NULL) {
        loader_refuse(l, service->at, "the service `" STR_FMT "` that is extended here does not exist",
            STR_ARG(service->text));
        return NULL;
    }
    uintptr_t state = (uintptr_t)map_get(&base->states, service->text);
    if (state == EXTENDS_OPEN) {
        loader_refuse(l, service->at, "these services extend each other in a circle");
        return NULL;
    }
    struct yaml_node *extended = extend_service(base, pair, depth + 1);
    if (base->is_other_file)
        merge_settle_tags(l, extended);
    return extended;
}

static struct yaml_node *extend_service(struct family *family, struct yaml_pair *pair, size_t depth)
{
    struct loader *l = family->loader;
    struct yaml_node *service = pair->value;
    struct yaml_node *extends = yaml_get(service, STR("extends"));
    uintptr_t state = (uintptr_t)map_get(&family->states, pair->key->text);
    if (state != 0 || extends == NULL || l->broken)
        return service;
    if (depth > limit_value(LIMIT_COMPOSE_DEPTH)) {
        loader_limit(l, LIMIT_COMPOSE_DEPTH, extends->at);
        return service;
    }
    map_set(l->arena, &family->states, pair->key->text, (void *)(uintptr_t)EXTENDS_OPEN);
    struct yaml_node *base = find_base(family, extends, depth);
    struct yaml_node *own = node_without(l->arena, service, STR("extends"));
    str tag = service->tag;
    pair->value =
        base != NULL && base->kind == YAML_MAPPING ? merge_nodes(l, base, own, &shape_service) : own;
    if (tag.len > 0)
        pair->value->tag = tag;
    map_set(l->arena, &family->states, pair->key->text, (void *)(uintptr_t)EXTENDS_DONE);
    return pair->value;
}

void extends_apply(struct loader *l, struct level *level, struct yaml_node *model)
{
    struct yaml_node *services = yaml_get(model, STR("services"));
    if (services == NULL || services->kind != YAML_MAPPING)
        return;
    struct family family = {.loader = l, .level = level, .services = services, .directory = level->directory};
    vec_each(struct yaml_pair *, pair, &services->pairs)
        extend_service(&family, pair, 0);
}
