/*
 * node-expand: dotenv-expand 12.0.3 over what dotenv has read.
 *
 * A value is searched from its start for the first $NAME or ${NAME…}, the first occurrence of that very
 * text is replaced, and the search begins again, so what was inserted is expanded too. Some values never come
 * to an end in the original; here a limit refuses them.
 */
#include "env/reading.h"

#include "base/fnv.h"
#include "base/limit.h"
#include "base/number.h"

#include <stdlib.h>

/* A value in the course of its expansion; the two builders take turns. */
struct repeat {
    struct reading *r;
    struct text_builder now, next;
    VEC(uint64_t) seen; /* hashes of all former states */
    size_t copied;      /* bytes, over the whole file */
};

static bool was_seen(const struct repeat *x, str text)
{
    uint64_t hash = fnv1a(text);
    for (size_t i = 0; i < x->seen.count; i++)
        if (x->seen.items[i] == hash)
            return true;
    return false;
}

/* One match of (?<!\\)\${([^{}]+)}|(?<!\\)\$([A-Za-z_][A-Za-z0-9_]*). */
struct match {
    size_t from, to;
    str expression;
};

static bool match_at(str text, size_t at, struct match *ret)
{
    str rest = str_skip(text, at + 1);
    size_t length = 0;
    if (str_starts(rest, STR("{"))) {
        size_t end = str_find_any(str_skip(rest, 1), STR("{}"));
        *ret = (struct match){at, at + end + 3, str_slice(rest, 1, end + 1)};
        return end != STR_NONE && end > 0 && rest.ptr[end + 1] == '}';
    }
    while (length < rest.len && byte_is_name(rest.ptr[length]))
        length++;
    *ret = (struct match){at, at + 1 + length, str_take(rest, length)};
    return length > 0 && !byte_is_digit(rest.ptr[0]);
}

static bool find_match(str text, struct match *ret)
{
    for (size_t at = 0; at < text.len; at++) {
        size_t run = str_find_byte(str_skip(text, at), '$');
        if (run == STR_NONE)
            return false;
        at += run;
        bool is_escaped = at > 0 && text.ptr[at - 1] == '\\';
        if (!is_escaped && match_at(text, at, ret))
            return true;
    }
    return false;
}

/* NAME, an operator and its argument. Without one, split(null) splits at the word "null". */
struct expression {
    str name, argument;
    bool is_presence; /* :+ or + */
    bool has_operator;
};

static struct expression split(str text)
{
    size_t sign = str_find_any(text, STR("+-"));
    struct expression x = {.name = text};
    if (sign != STR_NONE) {
        bool colon = sign > 0 && text.ptr[sign - 1] == ':';
        return (struct expression){
            str_take(text, sign - colon), str_skip(text, sign + 1), text.ptr[sign] == '+', true};
    }
    struct str_cut cut = str_cut(text, STR("null"));
    if (cut.found)
        x = (struct expression){.name = cut.head, .argument = cut.tail};
    return x;
}

/* String.prototype.replace() with a text: $$ $& $` $' in it have a meaning. */
static void put_replacement(
    struct repeat *x, str text, span at, const struct value *via, str whole, struct match m)
{
    struct reading *r = x->r;
    if (!str_has_byte(text, '$')) {
        build_inserted(r, &x->next, text, at, via);
        return;
    }
    for (size_t own = 0, i = 0;; i++) {
        size_t run = str_find_byte(str_skip(text, i), '$');
        i = run == STR_NONE ? text.len : i + run;
        char kind = i + 1 < text.len ? text.ptr[i + 1] : 0;
        bool is_pattern = kind && str_has_byte(STR("$&`'"), kind);
        if (i < text.len && !is_pattern)
            continue;
        build_made(r, &x->next, str_slice(text, own, i), at);
        if (i >= text.len)
            return;
        str part = kind == '$'   ? STR("$")
                   : kind == '&' ? str_slice(whole, m.from, m.to)
                   : kind == '`' ? str_take(whole, m.from)
                                 : str_skip(whole, m.to);
        build_made(r, &x->next, part, at);
        own = i + 2;
        i++;
    }
}

/* Replaces the first occurrence of the matched text. */
static void replace(struct repeat *x, struct stretch *s, struct match m, str text, const struct value *via)
{
    size_t first = str_find(s->text, str_slice(s->text, m.from, m.to));
    m = (struct match){first, first + (m.to - m.from), m.expression};
    struct stretch tail = *s;
    span at = stretch_span(&tail, m.from, m.to);
    build_again(x->r, &x->next, s, 0, m.from);
    put_replacement(x, text, at, via, s->text, m);
    build_again(x->r, &x->next, s, m.to, s->text.len);
}

static void add_use(struct repeat *x, const struct expression *e, span at, const struct template_value *value)
{
    *vec_add(x->r->arena, &x->now.uses) = (struct template_use){
        .name = e->name,
        .at = at,
        .from = value->from,
        .found = value->found,
        .live = true,
        .has_fallback = e->has_operator && !e->is_presence,
        .alternative = e->is_presence,
        .fallback = e->is_presence ? STR("") : e->argument,
        .fallback_taken = e->has_operator && !e->is_presence && value->text.len == 0,
        .fallback_at = at,
    };
}

/* One round; false when there is nothing left to expand. */
static bool expand_once(struct repeat *x)
{
    struct stretch s = stretch_built(x->r, &x->now);
    struct match m;
    if (!find_match(s.text, &m))
        return false;
    vec_push(x->r->arena, &x->seen, fnv1a(s.text));
    x->copied +=
        s.text.len + x->now.pieces.list.count * sizeof(struct piece) + x->seen.count * sizeof(uint64_t);
    struct expression e = split(m.expression);
    struct template_value value = x->r->scope.get(x->r->scope.self, e.name);
    struct stretch places = s;
    add_use(x, &e, stretch_span(&places, m.from, m.to), &value);
    build_reset(&x->next);
    if (e.is_presence)
        replace(x, &s, m, value.text.len ? e.argument : STR(""), NULL);
    else if (value.text.len && !was_seen(x, value.text))
        replace(x, &s, m, value.text, value.from);
    else
        replace(x, &s, m, e.argument, NULL);
    x->next.uses.items = x->now.uses.items;
    x->next.uses.count = x->now.uses.count;
    x->next.uses.capacity = x->now.uses.capacity;
    struct text_builder done = x->now;
    x->now = x->next;
    x->next = done;
    const struct value *running = env_get(&x->r->result->env, e.name);
    return !running || !str_eq(running->text, build_text(x->r, &x->now));
}

/* \$ is a dollar, at the very end. */
static void resolve_escapes(struct reading *r, struct text_builder *b, struct stretch *s)
{
    size_t own = 0;
    for (size_t at = 0; at + 1 < s->text.len; at++) {
        if (s->text.ptr[at] != '\\' || s->text.ptr[at + 1] != '$')
            continue;
        build_again(r, b, s, own, at);
        own = ++at;
    }
    build_again(r, b, s, own, s->text.len);
}

/* Puts the finished value beside the one that dotenv had read, whose places it takes over. */
static void set(struct repeat *x, const struct value *plain)
{
    struct text_builder b = {.uses = {x->now.uses.items, x->now.uses.count, x->now.uses.count}};
    struct stretch s = stretch_built(x->r, &x->now);
    resolve_escapes(x->r, &b, &s);
    struct value *value = arena_new(x->r->arena, struct value);
    *value = *plain;
    value->text = build_text(x->r, &b);
    value->pieces = b.pieces;
    value->uses.items = b.uses.items;
    value->uses.count = value->uses.capacity = b.uses.count;
    env_put(&x->r->result->env, value);
    value->shadows = plain->shadows;
}

static bool is_over_limit(const struct repeat *x)
{
    return x->copied > limit_value(LIMIT_REPEAT_BYTES) || x->now.out.overflow;
}

static void expand_value(struct repeat *x, const struct value *plain)
{
    struct template_value process = reading_outer(x->r, plain->name);
    bool keeps_process = process.text.len && !str_eq(process.text, plain->text);
    build_reset(&x->now);
    x->now.uses.items = NULL;
    x->now.uses.count = x->now.uses.capacity = 0;
    x->seen.count = 0;
    if (keeps_process) {
        build_inserted(x->r, &x->now, process.text, plain->key, process.from);
    } else {
        struct stretch s = {.text = plain->text, .pieces = plain->pieces};
        build_again(x->r, &x->now, &s, 0, s.text.len);
        while (!is_over_limit(x) && expand_once(x))
            continue;
    }
    if (is_over_limit(x)) {
        size_t from = plain->at.offset < x->r->view.text.len ? plain->at.offset : 0;
        reading_refuse(x->r, from, from, "the expansion of this value repeats without an end in sight");
    } else {
        set(x, plain);
    }
}

/* A method of every object: the original takes it for a variable of the process and fails. */
static bool is_object_method(str name)
{
    static const str methods[] = {
        STR_INIT("constructor"),
        STR_INIT("hasOwnProperty"),
        STR_INIT("isPrototypeOf"),
        STR_INIT("propertyIsEnumerable"),
        STR_INIT("toLocaleString"),
        STR_INIT("toString"),
        STR_INIT("valueOf"),
        STR_INIT("__defineGetter__"),
        STR_INIT("__defineSetter__"),
        STR_INIT("__lookupGetter__"),
        STR_INIT("__lookupSetter__"),
    };
    return STR_IS_IN(name, methods);
}

/* Array indices come first in an object, in rising order. */
static bool array_index(str name, uint64_t *ret)
{
    bool is_canonical = name.len == 1 || (name.len > 1 && name.ptr[0] != '0');
    return is_canonical && number_parse_unsigned(name, 0xFFFFFFFE, ret);
}

static int compare_indices(const void *left, const void *right)
{
    uint64_t a = 0, b = 0;
    array_index((*(const struct value *const *)left)->name, &a);
    array_index((*(const struct value *const *)right)->name, &b);
    return (a > b) - (a < b);
}

static void expand_all(struct repeat *x, const struct env *plain)
{
    VEC(const struct value *) indices = {0}, names = {0};
    uint64_t index;
    vec_each(const struct map_entry *, entry, &plain->map.entries) {
        if (array_index(entry->key, &index))
            vec_push(x->r->arena, &indices, entry->value);
        else
            vec_push(x->r->arena, &names, entry->value);
    }
    if (indices.count)
        qsort(indices.items, indices.count, sizeof *indices.items, compare_indices);
    vec_each(const struct value **, value, &indices)
        if (x->r->result->ok)
            expand_value(x, *value);
    vec_each(const struct value **, value, &names) {
        if (x->r->result->ok && is_object_method((*value)->name))
            reading_refuse(x->r, 0, 0, "dotenv-expand fails on a variable named as a method of every object");
        else if (x->r->result->ok)
            expand_value(x, *value);
    }
}

void read_node_expand(struct reading *r)
{
    struct dotenv_result plain = {.ok = true, .env = {.arena = r->arena}};
    struct reading first = *r;
    first.result = &plain;
    read_node(&first);
    r->result->ok = plain.ok;
    struct repeat repeat = {.r = r};
    if (plain.ok)
        expand_all(&repeat, &plain.env);
}
