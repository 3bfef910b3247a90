/*
 * What the Compose format allows, judged on the merged model: the rows of compose/shape.c applied.
 */
#include "compose/schema.h"

#include "base/nearest.h"
#include "compose/unique.h"

#include <math.h>

struct check {
    struct loader *loader;
    const struct shape *shape;
    const struct place *place;
};

static str where(const struct check *c)
{
    return place_text(c->loader->arena, c->place);
}

static unsigned kind_of(struct loader *l, const struct yaml_node *node)
{
    static const unsigned kinds[] = {
        [SCALAR_STRING] = SHAPE_STRING,
        [SCALAR_NULL] = SHAPE_NULL,
        [SCALAR_BOOLEAN] = SHAPE_BOOLEAN,
        [SCALAR_INTEGER] = SHAPE_INTEGER,
        [SCALAR_FLOAT] = SHAPE_NUMBER & ~SHAPE_INTEGER,
        [SCALAR_TIME] = SHAPE_STRING,
        [SCALAR_BAD] = 0,
    };
    if (node->kind != YAML_SCALAR)
        return node->kind == YAML_MAPPING ? SHAPE_MAP : SHAPE_LIST;
    struct scalar scalar = scalar_resolve(l->arena, node);
    /* JSON schema: 2.0 is an integer; infinity and NaN are no JSON at all. */
    if (scalar.kind == SCALAR_FLOAT && !isfinite(scalar.number))
        return 0;
    if (scalar.kind == SCALAR_FLOAT && floor(scalar.number) == scalar.number)
        return SHAPE_INTEGER;
    return kinds[scalar.kind];
}

static void check_words(const struct check *c, const struct yaml_node *node)
{
    struct nearest nearest = {.word = node->text};
    for (const str *word = c->shape->words; word->len > 0; word++)
        if (str_eq(*word, node->text))
            return;
    for (const str *word = c->shape->words; word->len > 0; word++)
        nearest_offer(&nearest, *word);
    struct diag *diag = loader_refuse(
        c->loader, node->at, STR_FMT " holds a word that Compose does not know there", STR_ARG(where(c)));
    if (nearest.best.len > 0)
        diag_help(c->loader->diags, diag, "did you mean `" STR_FMT "`?", STR_ARG(nearest.best));
}

static void check_node(const struct check *c, const struct yaml_node *node);

static void check_items(const struct check *c, const struct yaml_node *node)
{
    struct map seen = {0};
    for (size_t i = 0; i < node->items.count; i++) {
        const struct yaml_node *item = node->items.items[i];
        struct place place = {.parent = c->place, .name = STR("[]")};
        struct check below = {.loader = c->loader, .shape = c->shape->items, .place = &place};
        if (c->shape->items != NULL)
            check_node(&below, item);
        bool is_text = item->kind == YAML_SCALAR && c->shape->unique_items;
        if (is_text && map_set(c->loader->arena, &seen, item->text, (void *)item) != NULL)
            loader_refuse(c->loader, item->at, STR_FMT " holds the same item twice", STR_ARG(where(c)));
    }
}

/* A key at a wrong place may be a variable with a secret behind it. */
static void refuse_key(const struct check *c, const struct yaml_pair *pair)
{
    const struct yaml_node *key = pair->key;
    str shown = str_cut_byte(key->text, '=').head;
    loader_hide(c->loader, pair->value->at);
    if (shown.len < key->text.len)
        loader_hide(c->loader, span_sub(key->inner, shown.len, key->inner.length));
    struct nearest nearest = {.word = key->text};
    for (const struct shape_key *row = c->shape->keys; row != NULL && row->name.len > 0; row++)
        nearest_offer(&nearest, row->name);
    struct diag *diag = loader_refuse(c->loader, key->at, "the key `" STR_FMT "` is not known in " STR_FMT,
        STR_ARG(shown), STR_ARG(where(c)));
    if (nearest.best.len > 0)
        diag_help(c->loader->diags, diag, "did you mean `" STR_FMT "`?", STR_ARG(nearest.best));
}

static void check_pairs(const struct check *c, const struct yaml_node *node)
{
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        struct place place = {.parent = c->place, .name = pair->key->text};
        const struct shape *shape = shape_of_key(c->shape, pair->key->text);
        struct check below = {.loader = c->loader, .shape = shape, .place = &place};
        if (shape != NULL)
            check_node(&below, pair->value);
        else if (!c->shape->is_open && !shape_is_extension(c->shape, pair->key->text))
            refuse_key(c, pair);
    }
    for (const struct shape_key *row = c->shape->keys; row != NULL && row->name.len > 0; row++)
        if (row->is_required && yaml_pair(node, row->name) == NULL)
            loader_refuse(c->loader, node->at, STR_FMT " needs the key `" STR_FMT "`", STR_ARG(where(c)),
                STR_ARG(row->name));
}

static void check_node(const struct check *c, const struct yaml_node *node)
{
    if (node->settled)
        return;
    unsigned kind = kind_of(c->loader, node);
    if ((kind & c->shape->kinds) != kind || kind == 0) {
        loader_hide(c->loader, node->at);
        loader_refuse(c->loader, node->at, STR_FMT " must be " STR_FMT, STR_ARG(where(c)),
            STR_ARG(shape_kinds_text(c->loader->arena, c->shape->kinds)));
        return;
    }
    if (kind == SHAPE_LIST)
        check_items(c, node);
    else if (kind == SHAPE_MAP)
        check_pairs(c, node);
    else {
        if (kind == SHAPE_STRING && c->shape->words != NULL)
            check_words(c, node);
        if (kind == SHAPE_STRING && c->shape->accepts != NULL && !c->shape->accepts(node->text))
            loader_refuse(c->loader, node->at, STR_FMT " must be " STR_FMT, STR_ARG(where(c)),
                STR_ARG(c->shape->wanted));
        if (kind == SHAPE_INTEGER && c->shape->is_bounded) {
            struct scalar scalar = scalar_resolve(c->loader->arena, node);
            if (scalar.kind == SCALAR_INTEGER &&
                (scalar.is_large || scalar.integer < c->shape->minimum || scalar.integer > c->shape->maximum))
                loader_refuse(c->loader, node->at, STR_FMT " must lie between %lld and %lld",
                    STR_ARG(where(c)), (long long)c->shape->minimum, (long long)c->shape->maximum);
        }
    }
}

void schema_check(struct loader *l, const struct yaml_node *model)
{
    struct check check = {.loader = l, .shape = &shape_file};
    check_node(&check, model);
}

static void decode_node(const struct check *c, const struct yaml_node *node)
{
    if (node->kind == YAML_SCALAR && c->shape->decodes != NULL) {
        struct scalar scalar = scalar_resolve(c->loader->arena, node);
        /* An integer is what it is (a mode was octal in the file), but some cannot be less than 0. */
        bool is_negative = scalar.kind == SCALAR_INTEGER && !scalar.is_large && scalar.integer < 0;
        bool is_judged = scalar.kind == SCALAR_STRING || is_negative;
        if (is_judged && !c->shape->decodes(scalar.text))
            loader_refuse(c->loader, node->at, STR_FMT " must be " STR_FMT, STR_ARG(where(c)),
                STR_ARG(c->shape->wanted));
    }
    vec_each(struct yaml_node *const *, item, &node->items) {
        struct place place = {.parent = c->place, .name = STR("[]")};
        struct check below = {.loader = c->loader, .shape = c->shape->items, .place = &place};
        if (below.shape != NULL)
            decode_node(&below, *item);
    }
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        struct place place = {.parent = c->place, .name = pair->key->text};
        struct check below = {
            .loader = c->loader, .shape = shape_of_key(c->shape, pair->key->text), .place = &place};
        if (below.shape != NULL)
            decode_node(&below, pair->value);
    }
}

void schema_decode(struct loader *l, const struct yaml_node *model)
{
    struct check check = {.loader = l, .shape = &shape_file};
    decode_node(&check, model);
}
