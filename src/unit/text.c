#include "unit/text.h"

#include "base/limit.h"

/* The pieces from the one on that holds `*offset`, which then counts from its start. */
static struct pieces pieces_from(struct unit_view *view, size_t *offset)
{
    struct pieces rest = view->value->pieces;
    while (
        view->piece + 1 < rest.list.count && view->start + rest.list.items[view->piece].length <= *offset) {
        view->start += rest.list.items[view->piece].length;
        view->piece++;
    }
    if (*offset < view->start || rest.list.count == 0)
        return rest;
    rest.list.items += view->piece;
    rest.list.count -= view->piece;
    *offset -= view->start;
    return rest;
}

span unit_view_span(struct unit_view *view, size_t from, size_t to)
{
    size_t offset = from;
    struct pieces rest = pieces_from(view, &offset);
    span found = pieces_locate(&rest, offset, to - from);
    return span_is_set(found) ? found : view->value->at;
}

static void add(struct unit_text *text, str bytes)
{
    if (!text->out.arena)
        text->out = buf_new(text->arena, limit_value(LIMIT_VALUE_BYTES));
    buf_str(&text->out, bytes);
}

void unit_text_own(struct unit_text *text, struct unit_view *view, size_t from, size_t to)
{
    size_t offset = from;
    struct pieces rest = pieces_from(view, &offset);
    add(text, str_slice(view->value->text, from, to));
    pieces_append(text->arena, &text->pieces, &rest, offset, to - from);
}

void unit_text_made(struct unit_text *text, str made, struct unit_view *view, size_t from, size_t to)
{
    add(text, made);
    pieces_add(text->arena, &text->pieces, made.len, unit_view_span(view, from, to), NULL);
}

void unit_text_hidden(struct unit_text *text, struct unit_view *view, size_t from, size_t to)
{
    struct value *unknown = arena_new(text->arena, struct value);
    *unknown = (struct value){.is_hidden = true};
    text->hidden++;
    add(text, STR(UNIT_HIDDEN));
    pieces_add(text->arena, &text->pieces, STR(UNIT_HIDDEN).len, unit_view_span(view, from, to), unknown);
}

void unit_text_variable(
    struct unit_text *text, const struct value *inserted, struct unit_view *view, size_t from, size_t to)
{
    add(text, inserted->text);
    pieces_add(text->arena, &text->pieces, inserted->text.len, unit_view_span(view, from, to), inserted);
}

struct value *unit_text_value(struct unit_text *text, const struct value *value, span at)
{
    struct value *made = arena_new(text->arena, struct value);
    *made = (struct value){.name = value->name,
        .key = value->key,
        .origin = value->origin,
        .set = true,
        .text = text->out.arena ? buf_view(&text->out) : STR(""),
        .pieces = text->pieces,
        .at = at};
    vec_each(const struct template_use *, use, &text->uses)
        vec_push(text->arena, &made->uses, *use);
    if (text->hidden == 1 && str_eq(made->text, STR(UNIT_HIDDEN))) {
        made->is_hidden = true;
        made->set = false;
        made->text = STR("");
        made->pieces = (struct pieces){0};
    }
    return made;
}
