#include "env/env.h"

#include "base/buf.h"

enum { CHAIN_STEPS_MAX = 16 };

static const str ORIGIN_NAMES[] = {
    [ORIGIN_PROCESS] = STR_INIT("process environment"),
    [ORIGIN_ENV_FILE] = STR_INIT("env file"),
    [ORIGIN_SERVICE_FILE] = STR_INIT("env_file"),
    [ORIGIN_SERVICE] = STR_INIT("service environment"),
    [ORIGIN_SETTINGS] = STR_INIT("settings object"),
    [ORIGIN_SECRET] = STR_INIT("secret object"),
    [ORIGIN_PLATFORM] = STR_INIT("platform"),
    [ORIGIN_IMAGE] = STR_INIT("image"),
    [ORIGIN_SECRET_FILE] = STR_INIT("secret file"),
    [ORIGIN_DEFAULT] = STR_INIT("program default"),
    [ORIGIN_DERIVED] = STR_INIT("derived"),
    [ORIGIN_REWRITTEN] = STR_INIT("rewritten"),
};

const struct value *env_get(const struct env *env, str name)
{
    return map_get(&env->map, name);
}

/* The value that was inserted here and is all of it, or NULL. */
static const struct value *copied(const struct value *value)
{
    const struct piece *piece = value->pieces.list.count == 1 ? value->pieces.list.items : NULL;
    bool is_whole = piece && piece->via && !piece->via->is_hidden && piece->length == piece->via->text.len;
    return is_whole && str_eq(value->text, piece->via->text) ? piece->via : NULL;
}

/*
 * A chain of ${NAME} may be as long as a file, and places are looked for along it: a long one goes straight
 * to its end.
 */
static void shorten(struct value *value)
{
    const struct value *end = value, *next;
    size_t steps = 0;
    for (; (next = copied(end)) != NULL && span_is_set(next->at); steps++)
        end = next;
    if (steps > CHAIN_STEPS_MAX)
        value->pieces.list.items[0].via = end;
}

void env_put(struct env *env, struct value *value)
{
    shorten(value);
    value->shadows = map_set(env->arena, &env->map, value->name, value);
}

static struct template_value scope_get(void *self, str name)
{
    const struct value *value = env_get(self, name);
    if (!value || !value->set)
        return (struct template_value){0};
    return (struct template_value){.found = true, .text = value->text, .from = value};
}

static bool scope_name_at(void *self, size_t index, str *ret_name)
{
    const struct env *env = self;
    if (index >= env->map.entries.count)
        return false;
    const struct map_entry *entry = &env->map.entries.items[index];
    *ret_name = entry->removed ? STR("") : entry->key;
    return true;
}

struct template_scope env_scope(struct env *env)
{
    return (struct template_scope){.self = env, .get = scope_get, .name_at = scope_name_at};
}

/* The one inserted piece that holds all of [*offset, +length), with *offset moved into it; else NULL. */
static const struct value *inserted_whole(const struct value *value, size_t *offset, size_t length)
{
    const struct piece *piece = pieces_at(&value->pieces, *offset);
    if (!piece)
        return NULL;
    size_t from = *offset - piece->start;
    *offset = from + piece->via_offset;
    return from + length <= piece->length && piece->via && !piece->via->is_hidden ? piece->via : NULL;
}

span value_locate_outer(const struct value *value, size_t offset, size_t length)
{
    span found = pieces_locate(&value->pieces, offset, length);
    return span_is_set(found) ? found : value->at;
}

struct value *value_slice(struct arena *arena, const struct value *value, size_t from, size_t to)
{
    struct value *slice = arena_new(arena, struct value);
    *slice = *value;
    slice->text = str_slice(value->text, from, to);
    slice->pieces = (struct pieces){0};
    pieces_append(arena, &slice->pieces, &value->pieces, from, slice->text.len);
    span at = pieces_locate(&value->pieces, from, slice->text.len);
    if (span_is_set(at))
        slice->at = at;
    return slice;
}

span value_locate(const struct value *value, size_t offset, size_t length)
{
    span found = value_locate_outer(value, offset, length);
    /* A value only ever holds values that were made before it, so this ends. */
    while ((value = inserted_whole(value, &offset, length)) != NULL) {
        span deeper = value_locate_outer(value, offset, length);
        if (!span_is_set(deeper))
            break;
        found = deeper;
    }
    return found;
}

const struct value *value_writer(const struct value *value, size_t *offset, size_t length)
{
    size_t inner = *offset;
    const struct value *deeper;
    while ((deeper = inserted_whole(value, &inner, length)) != NULL) {
        value = deeper;
        *offset = inner;
    }
    return value;
}

bool value_hides(const struct value *value, size_t offset, size_t length)
{
    const struct piece *first = pieces_at(&value->pieces, offset);
    const struct piece *end = first ? value->pieces.list.items + value->pieces.list.count : NULL;
    for (const struct piece *piece = first; piece < end && piece->start < offset + length; piece++)
        if (piece->via && piece->via->is_hidden)
            return true;
    return false;
}

const struct value *value_stand_in(const struct value *value)
{
    return value && value->is_hidden && value->uses.count ? value->uses.items[0].from : NULL;
}

str value_visible(struct arena *arena, const struct value *value)
{
    if (!value_hides(value, 0, value->text.len))
        return value->text;
    struct buf shown = buf_new(arena, SIZE_MAX / 4);
    size_t start = 0;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        bool is_hidden = piece->via && piece->via->is_hidden;
        str text = str_slice(value->text, start, start + piece->length);
        buf_str(&shown, is_hidden ? STR("<hidden>") : text);
        start += piece->length;
    }
    return buf_view(&shown);
}

str origin_name(enum origin origin)
{
    return ORIGIN_NAMES[origin];
}

span value_place(const struct value *value)
{
    span at = value_locate(value, 0, value->text.len);
    return span_is_set(at) ? at : value->at;
}
