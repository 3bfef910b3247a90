/*
 * What each container gets: types/project.go WithServicesEnvironmentResolved and types/mapping.go of
 * compose-go. env_file in order, `environment` on top, names without a value from the project's environment.
 */
#include "compose/environment.h"

#include "base/buf.h"
#include "base/limit.h"
#include "compose/document.h"
#include "compose/env_files.h"
#include "compose/node.h"
#include "text/reads.h"

#include <stdlib.h>

/* KEY alone takes the value of `environment`; what it got is told as an insertion at the key. */
static bool pass_through(struct arena *arena, struct env *environment, struct value *value)
{
    const struct value *outer = env_get(environment, value->name);
    struct template_use use = {.name = value->name, .at = value->key, .live = true};
    value->set = outer != NULL && outer->set;
    value->pieces = (struct pieces){0};
    if (value->set) {
        value->text = outer->text;
        use.found = true;
        use.from = outer;
        pieces_add(arena, &value->pieces, outer->text.len, value->key, outer);
    } else {
        value->text = (str){0};
    }
    value->uses.items = NULL;
    value->uses.count = value->uses.capacity = 0;
    vec_push(arena, &value->uses, use);
    return value->set;
}

/* What stands behind `=` as it is written: a reference to nothing left no byte in the text. */
static span written_after(const struct value *item, size_t equals, span at)
{
    span sign = pieces_locate(&item->pieces, equals, 1);
    if (sign.length != 1 || sign.source != item->at.source || sign.offset < item->at.offset)
        return at;
    return span_sub(item->at, sign.offset + 1 - item->at.offset, item->at.length);
}

/* A list item: KEY=value, or KEY alone. */
static struct value *item_variable(struct loader *l, struct env *environment, const struct value *item)
{
    size_t equals = str_find_byte(item->text, '=');
    size_t end = equals == STR_NONE ? item->text.len : equals;
    struct value *key = value_slice(l->arena, item, 0, end);
    struct value *variable =
        equals == STR_NONE ? key : value_slice(l->arena, item, equals + 1, item->text.len);
    span key_at = pieces_locate(&item->pieces, 0, end);
    variable->name = key->text;
    variable->key = span_is_set(key_at) ? key_at : item->at;
    variable->shadows = NULL;
    variable->origin = ORIGIN_SERVICE;
    if (equals == STR_NONE)
        pass_through(l->arena, environment, variable);
    else
        variable->at = written_after(item, equals, variable->at);
    return variable;
}

/* `NAME:'value'`, or a name and more after a blank: all of it is a name, and nothing is passed on. */
static void warn_of_long_name(struct loader *l, const struct value *variable)
{
    size_t length = str_find_any(variable->name, STR(":'\" \t"));
    if (variable->set || length == STR_NONE)
        return;
    str rest = str_skip(variable->name, length);
    loader_hide(l, span_sub(variable->key, length, rest.len));
    gate_hide(sources_gate(l->sources), str_trim_bytes(rest, STR(": '\"\t")));
    struct diag *diag = diag_add(l->diags, STR("env-syntax"), SEVERITY_WARNING, variable->key,
        "compose: no `=`: all of this is the name of a variable to be taken from the shell, which has none");
    diag_help(l->diags, diag, "write it as `" STR_FMT "=…`", STR_ARG(str_take(variable->name, length)));
}

static void put_item(struct loader *l, struct env *env, struct yaml_node *item, bool is_active)
{
    VEC(const struct value *) chain = {0};
    for (const struct value *step = node_value(l, item); step != NULL; step = step->shadows)
        vec_push(l->arena, &chain, step);
    while (chain.count > 0) {
        struct value *variable = item_variable(l, &l->project->environment, chain.items[--chain.count]);
        env_put(env, variable);
        if (is_active && chain.count == 0)
            warn_of_long_name(l, variable);
        /* Go asks unicode.IsSpace of the name's last byte, taken for a code point. */
        if (variable->name.len == 0)
            continue;
        unsigned char last = (unsigned char)variable->name.ptr[variable->name.len - 1];
        if (!(byte_is_blank((char)last) || last == 0x85 || last == 0xA0))
            continue;
        loader_hide(l, item->at);
        loader_refuse(l, variable->key, "there is a blank between the name of the variable and `=`");
    }
}

static void put_pair(struct loader *l, struct env *env, const struct yaml_pair *pair)
{
    if (pair->value->kind != YAML_SCALAR)
        return;
    struct value *variable = arena_new(l->arena, struct value);
    *variable = *node_value(l, pair->value);
    variable->name = pair->key->text;
    variable->key = pair->key->inner;
    variable->origin = ORIGIN_SERVICE;
    variable->shadows = NULL;
    if (yaml_is_null(pair->value)) {
        variable->at = pair->key->inner;
        pass_through(l->arena, &l->project->environment, variable);
    }
    env_put(env, variable);
}

static int compare_pairs(const void *a, const void *b)
{
    const struct yaml_pair *const *x = a, *const *y = b;
    return str_compare((*x)->key->text, (*y)->key->text);
}

/* Compose takes x- keys of a mapping for extensions: the container gets them as one odd variable. */
static void put_extensions(struct loader *l, struct env *env, const struct yaml_node *node)
{
    VEC(const struct yaml_pair *) pairs = {0};
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        if (str_starts(pair->key->text, STR("x-")))
            vec_push(l->arena, &pairs, pair);
    if (pairs.count == 0)
        return;
    qsort(pairs.items, pairs.count, sizeof *pairs.items, compare_pairs);
    struct buf text = buf_new(l->arena, limit_value(LIMIT_VALUE_BYTES));
    buf_str(&text, STR("map["));
    vec_each(const struct yaml_pair **, pair, &pairs) {
        buf_str(&text, pair == pairs.items ? STR("") : STR(" "));
        buf_str(&text, (*pair)->key->text);
        buf_byte(&text, ':');
        buf_str(&text, yaml_is_null((*pair)->value) ? STR("<nil>") : (*pair)->value->text);
    }
    buf_byte(&text, ']');
    struct value *variable = arena_new(l->arena, struct value);
    *variable = (struct value){.name = STR("#extensions"), .text = buf_view(&text), .set = true};
    variable->origin = ORIGIN_SERVICE;
    variable->at = variable->key = pairs.items[0]->key->inner;
    env_put(env, variable);
}

void environment_put(struct loader *l, struct env *env, struct yaml_node *node, bool is_active)
{
    if (node == NULL)
        return;
    vec_each(struct yaml_node **, item, &node->items)
        if ((*item)->kind == YAML_SCALAR)
            put_item(l, env, *item, is_active);
    vec_each(const struct yaml_pair *, pair, &node->pairs)
        if (!str_starts(pair->key->text, STR("x-")))
            put_pair(l, env, pair);
    put_extensions(l, env, node);
}

/* What an env_file's expressions see first: the project's variables, then the service's own. */
struct outer_scope {
    struct env *project, *service;
};

static struct template_value outer_get(void *self, str name)
{
    const struct outer_scope *scope = self;
    struct template_scope project = env_scope(scope->project), service = env_scope(scope->service);
    struct template_value value = project.get(project.self, name);
    return value.found ? value : service.get(service.self, name);
}

static void read_env_file(
    struct loader *l, const struct workload_env_file *file, struct env *own, struct env *files)
{
    bool is_raw = str_eq(file->format, STR("raw"));
    if (file->format.len > 0 && !is_raw) {
        loader_refuse(l, file->at, "the only format of an env_file is `raw`");
        return;
    }
    /* `required: false` forgives absence, nothing else: Go's os.IsNotExist. */
    if (!file->required && host_is_absent(reads_stat(l->sources, l->host, file->path, file->at).status))
        return;
    if (file->path.len == 0) {
        loader_refuse(l, file->at, "the path of this env_file is empty");
        return;
    }
    struct source *source = loader_read(l, SOURCE_ENV, file->path, file->at);
    if (source == NULL)
        return;
    struct outer_scope scope = {.project = &l->project->environment, .service = own};
    struct template_scope outer = {.self = &scope, .get = outer_get}, earlier = env_scope(files);
    struct dotenv_result result = dotenv_read_after(l->arena, l->diags, source,
        dialect_get(is_raw ? DIALECT_DOCKER : DIALECT_COMPOSE), &outer, &earlier, ORIGIN_SERVICE_FILE);
    if (result.ok && !result.holds_nul)
        env_files_put(files, &result.env);
    else
        loader_stop(l);
}

/* Nothing asks for a label yet: that the file is there and holds is all that counts. */
void environment_read_labels(struct loader *l, const struct yaml_node *path)
{
    struct source *source = loader_read(l, SOURCE_ENV, path->text, path->at);
    if (source == NULL)
        return;
    struct dotenv_result result =
        dotenv_read(l->arena, l->diags, source, dialect_get(DIALECT_COMPOSE), NULL, ORIGIN_SERVICE_FILE);
    if (!result.ok)
        loader_stop(l);
}

void environment_build(struct loader *l, struct workload *service)
{
    struct env own = {.arena = l->arena}, files = {.arena = l->arena};
    struct yaml_node *node = yaml_get(loader_service_node(l, service), STR("environment"));
    environment_put(l, &own, node, service->active);
    vec_each(const struct workload_env_file *, file, &service->env_files)
        if (service->active)
            read_env_file(l, file, &own, &files);
    env_files_put(&service->environment, &files);
    env_files_put(&service->environment, &own);
}

/* An included project's list items take their values from its own variables before it is merged. */
static void pass_through_items(struct loader *l, struct level *level, struct yaml_node *environment)
{
    vec_each(struct yaml_node **, item, &environment->items) {
        bool is_name = (*item)->kind == YAML_SCALAR && !str_has_byte((*item)->text, '=');
        const struct value *outer = is_name ? env_get(level->environment, (*item)->text) : NULL;
        if (outer == NULL || !outer->set)
            continue;
        const struct value *name = node_value(l, *item);
        struct value *value = arena_new(l->arena, struct value);
        *value = *name;
        value->text = arena_join(l->arena, name->text, STR("="), outer->text);
        struct template_use use = {
            .name = name->text, .at = name->at, .from = outer, .found = true, .live = true};
        vec_push(l->arena, &value->uses, use);
        pieces_add(l->arena, &value->pieces, 1, span_sub(name->at, name->at.length, 0), NULL);
        pieces_add(l->arena, &value->pieces, outer->text.len, name->at, outer);
        *item = node_string(l->arena, *item, value);
    }
}

void environment_pass_through(struct loader *l, struct level *level, struct yaml_node *model)
{
    const struct yaml_node *services = yaml_get(model, STR("services"));
    if (services == NULL || level->depth == 0)
        return;
    vec_each(struct yaml_pair *, pair, &services->pairs) {
        struct yaml_node *environment = yaml_get(pair->value, STR("environment"));
        if (environment != NULL && environment->kind == YAML_SEQUENCE)
            pass_through_items(l, level, environment);
    }
}
