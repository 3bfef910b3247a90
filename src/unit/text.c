#include "unit/text.h"

#include "base/limit.h"

span unit_view_span(const struct unit_view *view, size_t from, size_t to)
{
    return value_locate_outer(view->value, from, to - from);
}

static void add(struct unit_text *text, str bytes)
{
    if (!text->out.arena)
        text->out = buf_new(text->arena, limit_value(LIMIT_VALUE_BYTES));
    buf_str(&text->out, bytes);
}

void unit_text_own(struct unit_text *text, const struct unit_view *view, size_t from, size_t to)
{
    add(text, str_slice(view->value->text, from, to));
    pieces_append(text->arena, &text->pieces, &view->value->pieces, from, to - from);
}

void unit_text_made(struct unit_text *text, str made, const struct unit_view *view, size_t from, size_t to)
{
    add(text, made);
    pieces_add(text->arena, &text->pieces, made.len, unit_view_span(view, from, to), NULL);
}

void unit_text_hidden(struct unit_text *text, const struct unit_view *view, size_t from, size_t to)
{
    struct value *unknown = arena_new(text->arena, struct value);
    *unknown = (struct value){.is_hidden = true};
    text->hidden++;
    add(text, STR(UNIT_HIDDEN));
    pieces_add(text->arena, &text->pieces, STR(UNIT_HIDDEN).len, unit_view_span(view, from, to), unknown);
}

void unit_text_variable(struct unit_text *text, const struct value *inserted, const struct unit_view *view,
    size_t from, size_t to)
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
