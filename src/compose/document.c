/*
 * One file as documents: parsed, interpolated and cast, each with the place of every value.
 *
 * compose-go: interpolation/interpolation.go and loader/interpolate.go for what happens to strings,
 * loader/reset.go for the tags !reset and !override.
 */
#include "compose/document.h"

#include "base/limit.h"
#include "base/number.h"
#include "compose/node.h"
#include "text/mask.h"

#include <math.h>

/* What the walk down one document carries along. */
struct walk {
    struct loader *loader;
    struct template_scope scope;
    bool tags_are_text; /* below !override the tags mean nothing any more */
};

static void note_uses(struct walk *w, const struct template_result *result)
{
    vec_each(struct template_use *, use, &result->uses)
        vec_push(w->loader->arena, &w->loader->project->uses, *use);
}

/* A variable that Compose demands and does not have: told once, whoever else asks for it. */
struct demand {
    size_t number; /* 1 + index of the finding */
    str text;      /* what it stands in there */
};

/* The shortest text asks most plainly; files in another order must not be told otherwise. */
static bool asks_better(str text, str other)
{
    return text.len != other.len ? text.len < other.len : str_compare(text, other) < 0;
}

static void demand(struct loader *l, str name, str where, span at, str text)
{
    str message = arena_printf(
        l->arena, STR_FMT " is required by " STR_FMT " and is unset or empty", STR_ARG(name), STR_ARG(where));
    struct demand *known = map_get(&l->demands, name);
    if (known && known->number <= l->diags->list.count) {
        struct diag *diag = &l->diags->list.items[known->number - 1];
        span other = at;
        if (asks_better(text, known->text)) {
            other = diag->at;
            diag->at = at;
            diag->message = message;
            known->text = text;
        }
        diag_related(l->diags, diag, other, "required here as well");
        return;
    }
    struct diag *diag =
        diag_add(l->diags, STR("required-missing"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message));
    diag->refuses = true;
    diag->variable = name;
    diag->label = STR("required here");
    diag_help(l->diags, diag, "set " STR_FMT " in the env file or the environment", STR_ARG(name));
    known = arena_new(l->arena, struct demand);
    *known = (struct demand){.number = l->diags->list.count, .text = text};
    map_set(l->arena, &l->demands, name, known);
}

static void refuse_expansion(struct walk *w, const struct yaml_node *node, const struct place *place,
    const struct template_result *result)
{
    struct loader *l = w->loader;
    str where = place_text(l->arena, place);
    span at = span_is_set(result->error_at) ? result->error_at : node->at;
    if (result->error == TEMPLATE_REQUIRED) {
        /* What an anchor holds is expanded wherever an alias stands: one line, one fault. */
        bool is_told = loader_is_blank(l, node->inner);
        l->project->ok = false;
        loader_blank(l, node->at);
        loader_blank(l, node->inner);
        if (is_told)
            return;
        demand(l, result->error_name, where, at, node->text);
    } else if (result->error == TEMPLATE_MALFORMED) {
        loader_hide(l, node->inner);
        struct diag *diag = loader_refuse(l, at,
            "the expression in " STR_FMT " cannot be read: a name or `{name}` must follow `$`",
            STR_ARG(where));
        diag_help(l->diags, diag, "a dollar sign that means itself is written `$$`");
    } else {
        loader_limit(l, result->error == TEMPLATE_TOO_DEEP ? LIMIT_TEMPLATE_DEPTH : LIMIT_VALUE_BYTES, at);
    }
}

/*
 * A connection string in an environment that lacks only its login goes on without it: where it leads is
 * judged, as where nothing demands the variable. Elsewhere half a text is another setting: the ":5432:5432"
 * of ${BIND:?}:5432:5432 would publish on every interface.
 */
static bool lacks_only_login(
    const struct yaml_node *node, const struct place *place, const struct template_result *result)
{
    const struct place *mapping = place->parent;
    size_t at = str_rfind_byte(node->text, '@');
    if (result->error != TEMPLATE_REQUIRED || mapping == NULL || !str_eq(mapping->name, STR("environment")) ||
        at == STR_NONE || !str_contains(str_take(node->text, at), STR("://")))
        return false;
    vec_each(const struct template_use *, use, &result->uses)
        if (use->refused && str_contains(str_skip(node->text, at), use->name))
            return false;
    return true;
}

/* Expands a string; a name that is missing leaves it empty, so that the rest can still be judged. */
static struct yaml_node *expand(struct walk *w, struct yaml_node *node, const struct place *place)
{
    struct loader *l = w->loader;
    if (!str_has_byte(node->text, '$'))
        return node;
    struct pieces origin = yaml_pieces(l->arena, l->sources, node);
    struct template_result result = template_expand(l->arena, node->text, &origin, &w->scope);
    note_uses(w, &result);
    if (result.error != TEMPLATE_OK) {
        refuse_expansion(w, node, place, &result);
        if (!lacks_only_login(node, place, &result)) {
            result.text = STR("");
            result.pieces = (struct pieces){0};
        }
    }
    struct value *value = arena_new(l->arena, struct value);
    *value = (struct value){.text = result.text,
        .set = true,
        .origin = ORIGIN_SERVICE,
        .at = node->inner,
        .pieces = result.pieces};
    value->uses.items = result.uses.items;
    value->uses.count = result.uses.count;
    value->uses.capacity = result.uses.capacity;
    struct yaml_node *expanded = node_string(l->arena, node, value);
    return expanded;
}

/* A typed scalar in plain style with Go's text: later stages resolve it to the same type again. */
static struct yaml_node *typed(struct walk *w, const struct yaml_node *node, str text)
{
    struct yaml_node *copy = arena_new(w->loader->arena, struct yaml_node);
    *copy = *node;
    copy->style = YAML_PLAIN;
    copy->tag = STR("");
    copy->text = text;
    copy->verbatim = node->verbatim && str_eq(node->text, text);
    return copy;
}

/* The type that a field wants, from a string (loader/interpolate.go). */
static struct yaml_node *cast(
    struct walk *w, struct yaml_node *node, const struct shape *shape, const struct place *place)
{
    struct loader *l = w->loader;
    int64_t integer;
    double number;
    bool boolean;
    str where = shape->cast != CAST_NONE ? place_text(l->arena, place) : STR("");
    switch (shape->cast) {
    case CAST_INTEGER:
        if (scalar_to_integer(node->text, &integer))
            return typed(w, node, arena_integer(l->arena, integer));
        loader_refuse(l, node->at, STR_FMT " must be a whole number", STR_ARG(where));
        return typed(w, node, STR("0"));
    case CAST_NUMBER:
        if (number_parse_double(node->text, &number))
            return typed(w, node, node->text);
        loader_refuse(l, node->at, STR_FMT " must be a number", STR_ARG(where));
        return typed(w, node, STR("0"));
    case CAST_BOOLEAN:
        if (scalar_to_boolean(node->text, &boolean))
            return typed(w, node, boolean ? STR("true") : STR("false"));
        loader_refuse(l, node->at, STR_FMT " must be true or false", STR_ARG(where));
        return typed(w, node, STR("false"));
    case CAST_NONE:
        break;
    }
    return node;
}

static struct yaml_node *copy_scalar(
    struct walk *w, struct yaml_node *node, const struct shape *shape, const struct place *place)
{
    struct loader *l = w->loader;
    struct scalar scalar = scalar_resolve(l->arena, node);
    if (scalar.kind == SCALAR_BAD) {
        loader_hide(l, node->at);
        loader_refuse(l, node->at, "the tag of " STR_FMT " does not fit its text",
            STR_ARG(place_text(l->arena, place)));
        scalar = (struct scalar){.kind = SCALAR_STRING, .text = node->text};
    }
    if (scalar.kind == SCALAR_NULL)
        return typed(w, node, STR("null"));
    /* Infinity and NaN keep their spelling, for the schema to refuse. */
    if (scalar.kind == SCALAR_FLOAT && !isfinite(scalar.number))
        return typed(w, node, node->text);
    if (scalar.kind != SCALAR_STRING && scalar.kind != SCALAR_TIME)
        return typed(w, node, scalar.text);
    /* A copy of an anchored or plain scalar without tag; strings are always quoted from here on. */
    struct yaml_node *copy = arena_new(w->loader->arena, struct yaml_node);
    *copy = *node;
    copy->tag = STR("");
    copy->text = scalar.text;
    copy->weight = 1;
    if (scalar.kind == SCALAR_TIME || node->tag.len > 0) {
        node_value(l, copy);
        copy->style = copy->style == YAML_PLAIN ? YAML_DOUBLE_QUOTED : copy->style;
        if (scalar.kind == SCALAR_TIME)
            return copy;
    }
    copy = expand(w, copy, place);
    return shape != NULL ? cast(w, copy, shape, place) : copy;
}

static struct yaml_node *copy_node(
    struct walk *w, struct yaml_node *node, const struct shape *shape, const struct place *place);

static bool is_reset(const struct walk *w, const struct yaml_node *node)
{
    return !w->tags_are_text && str_eq(node->tag, STR("!reset"));
}

/* A key that is reset here but also comes in by a merge key replaces what earlier files gave. */
static struct yaml_node *copy_value(struct walk *w, const struct yaml_node *mapping, size_t i,
    const struct shape *shape, const struct place *place)
{
    struct yaml_node *value = mapping->pairs.items[i].value;
    if (!is_reset(w, value))
        return copy_node(w, value, shape_of_key(shape, place->name), place);
    struct yaml_node *tombstone = arena_new(w->loader->arena, struct yaml_node);
    *tombstone = (struct yaml_node){.kind = YAML_SCALAR, .tag = value->tag, .at = value->at, .weight = 1};
    return tombstone;
}

static struct yaml_node *copy_mapping(
    struct walk *w, const struct yaml_node *node, const struct shape *shape, const struct place *place)
{
    struct arena *arena = w->loader->arena;
    struct yaml_node *copy = node_mapping(arena, node);
    copy->style = node->style;
    for (size_t i = 0; i < node->pairs.count; i++) {
        struct yaml_pair pair = node->pairs.items[i];
        struct place inner = {.parent = place, .name = pair.key->text};
        if (scalar_resolve(w->loader->arena, pair.key).kind != SCALAR_STRING) {
            loader_hide(w->loader, pair.value->at);
            loader_refuse(w->loader, pair.key->at,
                "the key `" STR_FMT "` in " STR_FMT " is no text: quote it", STR_ARG(pair.key->text),
                STR_ARG(place_text(w->loader->arena, place)));
        }
        pair.value = copy_value(w, node, i, shape, &inner);
        struct yaml_pair *own = (struct yaml_pair *)yaml_pair(copy, pair.key->text);
        if (own == NULL) {
            yaml_put(arena, copy, pair);
        } else {
            pair.value->tag = STR("!override");
            own->value = pair.value;
        }
    }
    return copy;
}

/* Go's types, before they become text: a date is no string, and 0080 no integer but the float 80. */
static void refuse_odd_item(struct walk *w, const struct yaml_node *item, const struct shape *shape)
{
    if (shape == NULL || item->kind != YAML_SCALAR)
        return;
    enum scalar_kind kind = scalar_resolve(w->loader->arena, item).kind;
    bool is_odd = (shape->identity == IDENTITY_KEY && kind == SCALAR_TIME) ||
                  (shape->identity == IDENTITY_PORT && kind == SCALAR_FLOAT);
    if (is_odd)
        loader_refuse(w->loader, item->at,
            kind == SCALAR_TIME ? "an item of this list must be a string: put the date in quotes"
                                : "a port must be a string or an integer: put it in quotes");
}

static struct yaml_node *copy_sequence(
    struct walk *w, const struct yaml_node *node, const struct shape *shape, const struct place *place)
{
    struct arena *arena = w->loader->arena;
    struct yaml_node *copy = node_sequence(arena, node);
    copy->style = node->style;
    for (size_t i = 0; i < node->items.count; i++) {
        struct yaml_node *item = node->items.items[i];
        if (is_reset(w, item))
            continue;
        struct place inner = {.parent = place, .index = i};
        refuse_odd_item(w, item, shape);
        item = copy_node(w, item, shape ? shape->items : NULL, &inner);
        if (item->tag.len > 0)
            item->tag = STR("");
        vec_push(arena, &copy->items, item);
    }
    return copy;
}

/* Depth is bounded: the reader has refused what nests deeper than LIMIT_YAML_DEPTH. */
static struct yaml_node *copy_node(
    struct walk *w, struct yaml_node *node, const struct shape *shape, const struct place *place)
{
    bool is_override = !w->tags_are_text && str_eq(node->tag, STR("!override"));
    struct walk below = *w;
    below.tags_are_text = w->tags_are_text || is_override;
    struct yaml_node *copy = node->kind == YAML_SCALAR    ? copy_scalar(&below, node, shape, place)
                             : node->kind == YAML_MAPPING ? copy_mapping(&below, node, shape, place)
                                                          : copy_sequence(&below, node, shape, place);
    if (is_override)
        copy->tag = STR("!override");
    return copy;
}

static void add_document(struct loader *l, struct level *level, struct yaml_node *root, struct source *source,
    struct documents *documents)
{
    if (root == NULL || root->kind != YAML_MAPPING) {
        span at = root ? root->at : span_make(source->id, 0, 0);
        loader_hide(l, at);
        loader_refuse(l, at, root ? "a Compose file is a mapping" : "a document of this file is empty");
        documents->ok = false;
        return;
    }
    struct walk walk = {.loader = l, .scope = env_scope(level->environment)};
    vec_push(l->arena, &documents->list, copy_node(&walk, root, &shape_file, NULL));
}

struct documents document_read(struct loader *l, struct level *level, str path, span at)
{
    struct documents documents = {.ok = false};
    struct source *source = loader_read(l, SOURCE_COMPOSE, path, at);
    if (source == NULL)
        return documents;
    const struct yaml_documents *read = document_parse(l, source);
    documents.ok = read->ok;
    vec_each(struct yaml_node **, root, &read->list)
        if (documents.ok)
            add_document(l, level, *root, source, &documents);
    return documents;
}

const struct yaml_documents *document_parse(struct loader *l, const struct source *source)
{
    struct yaml_documents *documents = map_get(&l->parsed, source->path);
    if (documents == NULL) {
        struct yaml_options options = {.rule = STR("compose-syntax"), .merge_keys = true};
        documents = arena_new(l->arena, struct yaml_documents);
        *documents = yaml_read(l->arena, l->diags, source, &options);
        map_set(l->arena, &l->parsed, source->path, documents);
        if (!documents->ok)
            loader_stop(l);
    }
    return documents;
}

str document_expand(struct loader *l, struct env *environment, struct yaml_node *node, bool *ret_ok)
{
    struct template_scope scope = env_scope(environment);
    struct template_result result = template_expand(l->arena, node->text, NULL, &scope);
    *ret_ok = result.error == TEMPLATE_OK;
    return *ret_ok ? result.text : (str){0};
}
