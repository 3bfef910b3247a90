#include "kube/expand.h"

#include "base/utf8.h"
#include "base/word.h"
#include "kube/reference.h"
#include "kube/template.h"

/* A text while its references are replaced. */
struct expanding {
    struct kube *k;
    const struct yaml_node *scalar;
    const struct expansion *known;
    struct value *value;
    struct pieces written; /* of the scalar's text */
    struct buf out;
    struct left_references *left;
    bool is_unclosed; /* no `)` comes any more */
};

static void keep(struct expanding *x, size_t from, size_t to)
{
    buf_str(&x->out, str_slice(x->scalar->text, from, to));
    pieces_append(x->k->arena, &x->value->pieces, &x->written, from, to - from);
}

/* What a name can be; $(date +%F) is for a shell. */
static bool may_be_name(str name)
{
    return name.len > 0 && str_is_all(name, byte_is_key) && !byte_is_digit(name.ptr[0]);
}

static void add_left(struct kube *k, struct left_references **list, struct left_reference left)
{
    if (!may_be_name(left.name))
        return;
    if (!*list)
        *list = arena_new(k->arena, struct left_references);
    vec_push(k->arena, &(*list)->list, left);
}

static const struct value *find(const struct expansion *known, str name)
{
    const struct value *value = env_get(known->env, name);
    if ((!value || (!value->set && !value->is_hidden)) && known->platform)
        value = env_get(known->platform, name);
    return value && (value->set || value->is_hidden) ? value : NULL;
}

/* What stands for a value that cannot be seen: a port where one is wanted, so that the rest can be read. */
static str stand_in(const struct value *unseen, str name)
{
    return word_is_last(name, STR("port")) ? STR("1") : unseen->text;
}

static void insert(struct expanding *x, const struct value *value, str name, span at)
{
    struct kube *k = x->k;
    struct pieces *pieces = &x->value->pieces;
    const struct value *unseen = value_stand_in(value);
    str text = unseen ? stand_in(unseen, name) : value->text;
    k->inserted += text.len;
    buf_str(&x->out, text);
    if (unseen)
        pieces_add(k->arena, pieces, text.len, at, unseen);
    else if (value_hides(value, 0, text.len)) /* each hidden part for itself */
        pieces_append(k->arena, pieces, &value->pieces, 0, text.len);
    else
        pieces_add(k->arena, pieces, text.len, at, value);
    struct template_use use = {.name = name, .at = at, .from = value, .found = true, .live = true};
    vec_push(k->arena, &x->value->uses, use);
}

/* What comes later in the list is a mistake, whatever else may be there. */
static const struct value *set_later(const struct expanding *x, str name)
{
    return x->known->later ? env_get(x->known->later, name) : NULL;
}

/* A name that an object may bring whose keys cannot be seen; where several may, nobody knows which does. */
static const struct value *find_open(struct expanding *x, str name, span at)
{
    const open_sources *open = x->known->open;
    const struct open_source *only = NULL;
    if (!may_be_name(name) || set_later(x, name))
        return NULL;
    for (size_t i = 0; i < open->count; i++) {
        const struct open_source *source = &open->items[i];
        if (!str_starts(name, source->prefix) || name.len == source->prefix.len)
            continue;
        if (only)
            return kube_unseen_value(x->k, x->known->owner, name, at);
        only = source;
    }
    return only ? values_get(x->k, &only->holder, str_skip(name, only->prefix.len), at) : NULL;
}

static void leave(struct expanding *x, str name, size_t from, size_t to)
{
    const struct value *later = set_later(x, name);
    struct left_reference left = {.name = name, .offset = x->out.len, .length = to - from};
    if (later) {
        left.reason = LEFT_LATER;
        left.set_at = later->key;
    }
    add_left(x->k, &x->left, left);
    keep(x, from, to);
}

/* string(input[0]) of the kubelet makes a character of one byte: behind a dollar the first byte of an é
 * becomes the character of that number, and its second stays alone. */
static void widen(struct expanding *x, size_t at)
{
    unsigned char byte = (unsigned char)x->scalar->text.ptr[at];
    utf8_append(&x->out, byte);
    pieces_add(x->k->arena, &x->value->pieces, 2, pieces_locate(&x->written, at, 1), NULL);
}

static void insert_unseen(struct expanding *x, const struct value *unseen, str name, span at)
{
    str text = stand_in(unseen, name);
    buf_str(&x->out, text);
    x->k->inserted += text.len;
    pieces_add(x->k->arena, &x->value->pieces, text.len, at, unseen);
    struct template_use use = {.name = name, .at = at, .from = unseen, .found = true, .live = true};
    vec_push(x->k->arena, &x->value->uses, use);
}

/* What is put in before the kubelet has it; false: nothing is. */
static bool insert_template(struct expanding *x, size_t at, size_t *ret_end)
{
    str name;
    if (!x->k->is_template || !reference_at(x->scalar->text, at, &name, ret_end))
        return false;
    span where = pieces_locate(&x->written, at, *ret_end - at);
    insert_unseen(x, template_unseen(x->k, name, where), name, where);
    return true;
}

/* What begins with a dollar at `at`; where it ends. */
static size_t expand_dollar(struct expanding *x, size_t at)
{
    str text = x->scalar->text;
    size_t template_end;
    if (insert_template(x, at, &template_end))
        return template_end;
    char next = at + 1 < text.len ? text.ptr[at + 1] : '\0';
    if (next == '$') {
        keep(x, at + 1, at + 2);
        return at + 2;
    }
    if ((unsigned char)next >= 0x80) {
        keep(x, at, at + 1);
        widen(x, at + 1);
        return at + 2;
    }
    bool may_close = next == '(' && !x->is_unclosed;
    size_t close = may_close ? str_find_byte(str_skip(text, at + 2), ')') : STR_NONE;
    x->is_unclosed |= may_close && close == STR_NONE;
    if (close == STR_NONE) {
        keep(x, at, at + 1);
        return at + 1;
    }
    size_t end = at + 2 + close + 1;
    str name = str_slice(text, at + 2, end - 1);
    span where = pieces_locate(&x->written, at, end - at);
    const struct value *value = find(x->known, name);
    const struct value *perhaps = value ? NULL : find_open(x, name, where);
    if (perhaps && perhaps->is_hidden)
        insert_unseen(x, perhaps, name, where);
    else if (value || perhaps)
        insert(x, value ? value : perhaps, name, where);
    else
        leave(x, name, at, end);
    return end;
}

/* Asked before something is put in, too: the value that is beyond may have been put in thousands of times. */
static bool is_too_much(struct expanding *x)
{
    bool is = x->out.overflow || x->k->inserted > limit_value(LIMIT_MANIFEST_EXPANSION);
    if (is)
        kube_limit(x->k, LIMIT_MANIFEST_EXPANSION, x->scalar->at);
    return is;
}

static void expand(struct expanding *x)
{
    str text = x->scalar->text;
    for (size_t at = 0; at < text.len && !is_too_much(x);) {
        size_t dollar = str_find_byte(str_skip(text, at), '$');
        size_t end = dollar == STR_NONE ? text.len : at + dollar;
        if (end > at)
            keep(x, at, end);
        at = end < text.len ? expand_dollar(x, end) : end;
    }
    is_too_much(x);
}

struct value *expand_value(
    struct kube *k, const struct yaml_node *scalar, str name, span key, const struct expansion *known)
{
    struct value *value = arena_new(k->arena, struct value);
    *value = (struct value){.name = name, .set = true, .origin = ORIGIN_SERVICE, .key = key};
    value->at = scalar ? scalar->inner : key;
    if (!scalar || kube_text(scalar).len == 0)
        return value;
    struct expanding x = {.k = k,
        .scalar = scalar,
        .known = known,
        .value = value,
        .written = yaml_pieces(k->arena, k->sources, scalar),
        .out = buf_new(k->arena, limit_value(LIMIT_VALUE_BYTES))};
    if (!str_has_byte(scalar->text, '$')) {
        value->text = scalar->text;
        value->pieces = x.written;
        return value;
    }
    expand(&x);
    value->text = buf_view(&x.out);
    value->left = x.left;
    return value;
}

const struct left_references *expand_left(struct kube *k, str text)
{
    struct left_references *left = NULL;
    for (size_t at = 0; at + 2 < text.len; at++) {
        size_t next = str_find(str_skip(text, at), STR("$("));
        if (next == STR_NONE)
            break;
        at += next;
        size_t close = str_find_byte(str_skip(text, at + 2), ')');
        if (close == STR_NONE)
            break;
        add_left(k, &left,
            (struct left_reference){.name = str_slice(text, at + 2, at + 2 + close),
                .offset = at,
                .length = close + 3,
                .reason = LEFT_FINAL});
    }
    return left;
}
