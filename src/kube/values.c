#include "kube/values.h"

#include "kube/base64.h"
#include "kube/expand.h"
#include "kube/reference.h"

struct holder_object values_find(struct kube *k, bool is_secret, str zone, str name)
{
    struct holder_object holder = {.kind = is_secret ? "Secret" : "ConfigMap", .name = name, .zone = zone};
    holder.object = kube_find(&k->index, str_from_c(holder.kind), zone, name);
    const struct seal *seal =
        is_secret ? map_get(&k->seals, arena_join(k->arena, zone, STR(" "), name)) : NULL;
    if (seal) {
        holder.made_by = seal->made_by;
        holder.made_keys = seal->keys;
        holder.made_forms = seal->forms;
    }
    return holder;
}

str values_label(struct kube *k, const struct holder_object *holder)
{
    return arena_join(k->arena, str_from_c(holder->kind), STR(" "), holder->name);
}

/* SOPS encrypts values and leaves keys; argocd-vault-plugin and its kin put values in later. */
static bool is_elsewhere(const struct kube *k, const struct kube_object *object, str text)
{
    return (k->is_template && reference_any(text)) || yaml_get(object->node, STR("sops")) ||
           str_starts(text, STR("ENC[")) || str_starts(text, STR("<path:")) ||
           (str_starts(text, STR("ref+")) && str_contains(text, STR("://")));
}

static const struct value *make_value(
    struct kube *k, struct kube_object *object, const struct yaml_pair *pair, bool is_base64)
{
    bool is_secret = object->kind->role == KUBE_SECRET;
    str text = kube_text(pair->value);
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){.name = pair->key->text,
        .text = text,
        .set = true,
        .origin = is_secret ? ORIGIN_SECRET : ORIGIN_SETTINGS,
        .at = pair->value->inner,
        .key = pair->key->inner};
    if (is_base64) {
        value->text = go_base64_decode(k->arena, text);
        value->is_base64 = true;
        pieces_add(k->arena, &value->pieces, value->text.len, value->at, NULL);
    } else if (text.len) {
        value->pieces = yaml_pieces(k->arena, k->sources, pair->value);
    }
    value->left = expand_left(k, value->text);
    return value;
}

/* `stringData` is written over `data`, key by key; of a ConfigMap `data` alone reaches an environment. */
static const struct yaml_pair *find_pair(const struct kube_object *object, str key, bool *ret_is_base64)
{
    bool is_secret = object->kind->role == KUBE_SECRET;
    const struct yaml_pair *plain =
        is_secret ? yaml_pair(yaml_get(object->node, STR("stringData")), key) : NULL;
    *ret_is_base64 = is_secret && !plain;
    return plain ? plain : yaml_pair(yaml_get(object->node, STR("data")), key);
}

/* What makes it names all of its keys, and this is none of them. */
static bool lacks_key(struct kube *k, const struct holder_object *holder, str key)
{
    if (!values_are_known(holder))
        return false;
    str_vec keys = values_keys(k, holder);
    return !str_vec_has(&keys, key);
}

static void add_part(struct kube *k, struct value *value, struct buf *out, str text, span at,
    const struct value *OR_NULL unseen)
{
    buf_str(out, text);
    pieces_add(k->arena, &value->pieces, text.len, at, unseen);
}

/* What an operator makes of its object: the server's address is known, the login is not. */
static const struct value *make_outline(
    struct kube *k, const struct holder_object *holder, str label, const struct seal_form *form, span at)
{
    struct value *value = arena_new(k->arena, struct value);
    struct buf out = buf_new(k->arena, limit_value(LIMIT_VALUE_BYTES));
    *value = (struct value){
        .name = form->key, .set = true, .is_outline = true, .origin = ORIGIN_SECRET, .at = at, .key = at};
    str rest = form->form;
    while (rest.len) {
        size_t plain = str_find_any(rest, STR("*<{"));
        plain = plain == STR_NONE ? rest.len : plain;
        add_part(k, value, &out, str_take(rest, plain), at, NULL);
        char mark = plain < rest.len ? rest.ptr[plain] : '\0';
        rest = str_skip(rest, plain < rest.len ? plain + 1 : plain);
        if (mark == '*') {
            add_part(k, value, &out, holder->made_by->name, at, NULL);
        } else if (mark == '<') {
            struct str_cut cut = str_cut_byte(rest, '>');
            str zone = holder->zone.len ? arena_join(k->arena, STR("."), holder->zone, cut.head) : STR("");
            add_part(k, value, &out, zone, at, NULL);
            rest = cut.tail;
        } else if (mark == '{') {
            struct str_cut cut = str_cut_byte(rest, '}');
            const struct value *unseen = kube_unseen_value(k, label, cut.head, at);
            add_part(k, value, &out, unseen->text, at, unseen);
            rest = cut.tail;
        }
    }
    value->text = buf_view(&out);
    return value;
}

/* The value of an object that is not among the manifests. */
static const struct value *made_value(struct kube *k, const struct holder_object *holder, str key, span at)
{
    str label = arena_join(k->arena, holder->zone, STR(" "), values_label(k, holder));
    for (const struct seal_form *form = holder->made_forms; form && form->key.len; form++)
        if (str_eq(form->key, key))
            return make_outline(k, holder, label, form, at);
    return kube_unseen_value(k, label, key, at);
}

const struct value *values_get(struct kube *k, const struct holder_object *holder, str key, span at)
{
    if (!holder->object && lacks_key(k, holder, key))
        return NULL;
    if (!holder->object)
        return made_value(k, holder, key, at);
    const struct value *known = map_get(&holder->object->values, key);
    bool is_base64;
    const struct yaml_pair *pair = known ? NULL : find_pair(holder->object, key, &is_base64);
    if (!pair)
        return known;
    str label = arena_join(k->arena, holder->zone, STR(" "), values_label(k, holder));
    known = is_elsewhere(k, holder->object, kube_text(pair->value))
                ? kube_unseen_value(k, label, key, pair->value->inner)
                : make_value(k, holder->object, pair, is_base64);
    map_set(k->arena, &holder->object->values, key, (void *)(uintptr_t)known);
    return known;
}

static void list_keys(struct kube *k, const struct yaml_node *mapping, struct map *seen, str_vec *keys)
{
    if (!mapping)
        return;
    vec_each(const struct yaml_pair *, pair, &mapping->pairs) {
        if (map_has(seen, pair->key->text))
            continue;
        map_set(k->arena, seen, pair->key->text, k);
        vec_push(k->arena, keys, pair->key->text);
    }
}

/* ExternalSecret: spec.data[].secretKey, which are all where nothing is taken as a whole. */
static void list_external_keys(struct kube *k, const struct kube_object *maker, str_vec *keys)
{
    const struct yaml_node *data = yaml_get(maker->spec, STR("data"));
    if (data)
        vec_each(struct yaml_node *const *, item, &data->items)
            if (kube_text_of(*item, STR("secretKey")).len)
                vec_push(k->arena, keys, kube_text_of(*item, STR("secretKey")));
}

str_vec values_keys(struct kube *k, const struct holder_object *holder)
{
    str_vec keys = {0};
    struct map seen = {0};
    if (holder->object) {
        list_keys(k, yaml_get(holder->object->node, STR("data")), &seen, &keys);
        if (holder->object->kind->role == KUBE_SECRET)
            list_keys(k, yaml_get(holder->object->node, STR("stringData")), &seen, &keys);
    } else if (holder->made_keys.len) {
        str rest = holder->made_keys, key;
        while (str_next(&rest, ' ', &key))
            vec_push(k->arena, &keys, key);
    } else if (holder->made_by && holder->made_by->kind->role == KUBE_UNSEEN) {
        if (holder->made_by->kind->keys.len)
            list_keys(k, kube_below(holder->made_by->node, holder->made_by->kind->keys), &seen, &keys);
        list_external_keys(k, holder->made_by, &keys);
    }
    return keys;
}

bool values_are_known(const struct holder_object *holder)
{
    if (holder->object || holder->made_keys.len)
        return true;
    const struct kube_object *maker = holder->made_by;
    if (!maker || maker->kind->role != KUBE_UNSEEN)
        return false;
    if (maker->kind->keys.len)
        return kube_below(maker->node, maker->kind->keys) != NULL;
    /* dataFrom and a template bring keys that are not told. */
    return yaml_get(maker->spec, STR("data")) && !yaml_get(maker->spec, STR("dataFrom")) &&
           !kube_below(maker->spec, STR("target.template"));
}
