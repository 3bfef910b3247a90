#include "env/reading.h"

#include "base/limit.h"
#include "text/mask.h"

/* A value and its one piece in one block: nearly every value is a plain stretch of the file. */
struct value_block {
    struct value value;
    struct piece piece;
};

/* Past that limit nothing that is set or built stays. */
static bool is_full(const struct reading *r)
{
    return r->replaced > limit_value(LIMIT_REPLACED);
}

static void open_builder(struct reading *r, struct text_builder *b)
{
    if (!b->out.arena)
        b->out = buf_new(r->arena, limit_value(LIMIT_VALUE_BYTES));
}

span reading_span(const struct reading *r, size_t from, size_t to)
{
    return view_span(&r->view, from, to);
}

void build_own(struct reading *r, struct text_builder *b, size_t from, size_t to)
{
    if (is_full(r))
        return;
    open_builder(r, b);
    buf_str(&b->out, str_slice(r->view.text, from, to));
    view_pieces(&r->view, r->arena, &b->pieces, from, to);
}

void build_inserted(struct reading *r, struct text_builder *b, str text, span at, const struct value *via)
{
    if (is_full(r))
        return;
    open_builder(r, b);
    buf_str(&b->out, text);
    pieces_add(r->arena, &b->pieces, text.len, at, via);
}

void build_made(struct reading *r, struct text_builder *b, str text, span at)
{
    build_inserted(r, b, text, at, NULL);
}

struct template_value build_variable(struct reading *r, struct text_builder *b, str name, span at)
{
    open_builder(r, b);
    struct template_value value = r->scope.get(r->scope.self, name);
    *vec_add(r->arena, &b->uses) =
        (struct template_use){.name = name, .at = at, .from = value.from, .found = value.found, .live = true};
    build_inserted(r, b, value.text, at, value.from);
    return value;
}

void build_fallback(struct text_builder *b, str fallback, span at, bool taken)
{
    struct template_use *use = vec_last(&b->uses);
    use->has_fallback = true;
    use->fallback = fallback;
    use->fallback_at = at;
    use->fallback_taken = taken;
}

void build_reset(struct text_builder *b)
{
    b->out.len = 0;
    b->pieces.list.count = 0;
}

str build_text(struct reading *r, struct text_builder *b)
{
    open_builder(r, b);
    return buf_view(&b->out);
}

struct stretch stretch_own(struct reading *r, size_t from, size_t to)
{
    struct stretch stretch = {.text = str_slice(r->view.text, from, to)};
    view_pieces(&r->view, r->arena, &stretch.pieces, from, to);
    return stretch;
}

struct stretch stretch_built(struct reading *r, struct text_builder *b)
{
    return (struct stretch){.text = build_text(r, b), .pieces = b->pieces};
}

/* Makes `index` the piece that holds byte `offset`. */
static const struct piece *seek_piece(struct stretch *s, size_t offset)
{
    while (s->index + 1 < s->pieces.list.count && s->start + s->pieces.list.items[s->index].length <= offset)
        s->start += s->pieces.list.items[s->index++].length;
    return s->index < s->pieces.list.count ? &s->pieces.list.items[s->index] : NULL;
}

span stretch_span(struct stretch *s, size_t from, size_t to)
{
    const struct piece *piece = seek_piece(s, from);
    if (!piece)
        return (span){0};
    struct stretch ahead = *s;
    size_t end = s->start + piece->length;
    span first = piece_part(piece, from - s->start, (to < end ? to : end) - s->start);
    if (to <= end)
        return first;
    const struct piece *last = seek_piece(&ahead, to - 1);
    return last ? span_cover(first, piece_part(last, 0, to - ahead.start)) : first;
}

void build_again(struct reading *r, struct text_builder *b, struct stretch *s, size_t from, size_t to)
{
    open_builder(r, b);
    buf_str(&b->out, str_slice(s->text, from, to));
    for (const struct piece *piece; from < to && (piece = seek_piece(s, from));) {
        size_t end = s->start + piece->length < to ? s->start + piece->length : to;
        bool is_whole = end - from == piece->length; /* part of a value has no place in that value */
        pieces_add(r->arena, &b->pieces, end - from, piece_part(piece, from - s->start, end - s->start),
            is_whole ? piece->via : NULL);
        from = end;
    }
}

static bool skip_byte(str text, size_t *at, char byte)
{
    bool found = *at < text.len && text.ptr[*at] == byte;
    *at += found;
    return found;
}

void build_dollars(struct reading *r, struct text_builder *b, struct stretch *s, struct dollar_rules rules)
{
    str text = s->text;
    size_t own = 0;
    for (size_t at = 0; at < text.len; at++) {
        size_t run = str_find_byte(str_skip(text, at), '$'), name = at + run + 1;
        if (run == STR_NONE)
            break;
        at += run;
        if (skip_byte(text, &name, '(') && !rules.takes_parenthesis)
            continue;
        skip_byte(text, &name, '{');
        size_t name_end = name;
        while (name_end < text.len && byte_is_name(text.ptr[name_end]) &&
               !(rules.upper_case_only && byte_upper(text.ptr[name_end]) != text.ptr[name_end]))
            name_end++;
        size_t end = name_end;
        skip_byte(text, &end, '}');
        if (at > own && text.ptr[at - 1] == '\\') {
            build_again(r, b, s, own, at - 1);
            own = at;
        } else if (name_end > name) {
            build_again(r, b, s, own, at);
            build_variable(r, b, str_slice(text, name, name_end), stretch_span(s, at, end));
            own = end;
        }
        at = end - 1;
    }
    build_again(r, b, s, own, text.len);
}

struct key reading_key(const struct reading *r, size_t from, size_t to)
{
    return (struct key){str_slice(r->view.text, from, to), from, to};
}

static struct value_block *new_value(struct reading *r, struct key key)
{
    struct value_block *block = r->spare ? r->spare : arena_new(r->arena, struct value_block);
    *block = (struct value_block){0};
    r->spare = is_full(r) ? block : NULL;
    block->value.name = key.name;
    block->value.set = true;
    block->value.origin = r->origin;
    block->value.key = view_span(&r->view, key.from, key.to);
    return block;
}

/* Every setting is kept for those who ask what it hides: half a million of one name would take 100 MB. */
static void put(struct reading *r, struct value *value)
{
    bool is_known = r->dialect->keeps_first && map_has(&r->result->env.map, value->name);
    if (is_full(r) || is_known)
        return;
    env_put(&r->result->env, value);
    r->replaced += value->shadows != NULL;
    if (!is_full(r))
        return;
    diag_limit(r->diags, LIMIT_REPLACED, value->key);
    r->result->ok = false;
}

static void one_piece(struct value_block *block, size_t length, span at, const struct value *via)
{
    if (length == 0)
        return;
    block->piece = (struct piece){(uint32_t)length, at, via};
    block->value.pieces.list.items = &block->piece;
    block->value.pieces.list.count = block->value.pieces.list.capacity = 1;
}

void reading_set_own(struct reading *r, struct key key, size_t from, size_t to)
{
    struct value_block *block = new_value(r, key);
    block->value.text = str_slice(r->view.text, from, to);
    block->value.at = view_span(&r->view, from, to);
    if (r->view.edits.count)
        view_pieces(&r->view, r->arena, &block->value.pieces, from, to);
    else
        one_piece(block, to - from, block->value.at, NULL);
    put(r, &block->value);
}

void reading_set(struct reading *r, struct key key, struct text_builder *b, size_t from, size_t to)
{
    struct value *value = &new_value(r, key)->value;
    value->text = build_text(r, b);
    value->at = view_span(&r->view, from, to);
    value->pieces = b->pieces;
    value->uses.items = b->uses.items;
    value->uses.count = value->uses.capacity = b->uses.count;
    if (b->out.overflow)
        reading_refuse(r, from, to, "the value grows past the limit on the size of a value");
    put(r, value);
}

void reading_set_expanded(
    struct reading *r, struct key key, const struct template_result *expanded, size_t from, size_t to)
{
    struct value *value = &new_value(r, key)->value;
    value->text = expanded->text;
    value->at = view_span(&r->view, from, to);
    value->pieces = expanded->pieces;
    value->uses.items = expanded->uses.items;
    value->uses.count = value->uses.capacity = expanded->uses.count;
    put(r, value);
}

void reading_set_null(struct reading *r, struct key key)
{
    struct value *value = &new_value(r, key)->value;
    value->set = false;
    value->at = value->key;
    put(r, value);
}

struct template_value reading_outer(const struct reading *r, str name)
{
    return r->outer ? r->outer->get(r->outer->self, name) : (struct template_value){0};
}

bool reading_inherit(struct reading *r, struct key key)
{
    struct template_value outer = reading_outer(r, key.name);
    if (!outer.found)
        return false;
    struct value_block *block = new_value(r, key);
    block->value.text = outer.text;
    block->value.at = block->value.key;
    one_piece(block, outer.text.len, block->value.key, outer.from);
    put(r, &block->value);
    return true;
}

void reading_inherit_all(struct reading *r, struct key key)
{
    str prefix = key.name;
    bool can_tell = r->outer && r->outer->name_at;
    for (size_t i = 0; can_tell && r->outer->name_at(r->outer->self, i, &key.name); i++)
        if (key.name.len && str_starts(key.name, prefix))
            reading_inherit(r, key);
}

/* The line that `at` is in: what follows the first `=`, or all of it where it is no plain name. */
static void mask_fault_line(struct reading *r, size_t at, span place)
{
    struct sources *sources = r->diags->sources;
    size_t start = at, end = reading_line_end(r, at);
    while (start > 0 && r->view.text.ptr[start - 1] != '\n')
        start--;
    r->masked_from = start;
    r->masked_to = end;
    str text = str_slice(r->view.text, start, end);
    size_t equals = str_find_byte(text, '=');
    if (equals != STR_NONE)
        mask_add(sources, view_span(&r->view, start + equals + 1, end));
    else if (!str_is_name(str_trim(text)))
        mask_add(sources, view_span(&r->view, start, end));
    mask_line(sources, place.source, source_position(sources, place.source, place.offset).line);
}

/* Bytes of a faulty stretch stay unseen. One line may hold many faults: it is masked once. */
static void mask_fault(struct reading *r, size_t from, size_t to, span place)
{
    bool is_masked = r->masked_to > r->masked_from && from >= r->masked_from && from <= r->masked_to;
    if (!is_masked)
        mask_fault_line(r, from, place);
    if (to > r->masked_to)
        mask_add(r->diags->sources, view_span(&r->view, r->masked_to, to));
}

static void report(struct reading *r, str rule, enum severity severity, size_t from, size_t to,
    const char *format, va_list arguments) __attribute__((format(printf, 6, 0)));

static void report(struct reading *r, str rule, enum severity severity, size_t from, size_t to,
    const char *format, va_list arguments)
{
    span at = view_span(&r->view, from, to);
    bool is_kept = diag_is_kept(r->diags, severity);
    str message = is_kept ? arena_vprintf(r->arena, format, arguments) : STR("");
    diag_add(r->diags, rule, severity, at, STR_FMT ": " STR_FMT, STR_ARG(r->dialect->name), STR_ARG(message));
    mask_fault(r, from, to, at);
}

#define REPORT(r, rule, severity, from, to, format)                                                          \
    do {                                                                                                     \
        va_list arguments;                                                                                   \
        va_start(arguments, format);                                                                         \
        report((r), (rule), (severity), (from), (to), (format), arguments);                                  \
        va_end(arguments);                                                                                   \
    } while (0)

void reading_next(struct reading *r)
{
    r->is_told = false;
}

/* Whether this fault is to be told: the first one of its statement. */
static bool begin_refusal(struct reading *r)
{
    bool is_first = !r->is_told;
    r->is_told = true;
    r->result->ok = false;
    return is_first;
}

void reading_refuse(struct reading *r, size_t from, size_t to, const char *format, ...)
{
    if (begin_refusal(r))
        REPORT(r, STR("env-syntax"), SEVERITY_ERROR, from, to, format);
}

void reading_refuse_required(struct reading *r, str key, size_t from, size_t to, str name)
{
    if (begin_refusal(r)) {
        span at = view_span(&r->view, from, to);
        struct diag *diag = diag_add(r->diags, STR("required-missing"), SEVERITY_ERROR, at,
            STR_FMT ": " STR_FMT " needs " STR_FMT ", which is unset or empty", STR_ARG(r->dialect->name),
            STR_ARG(key), STR_ARG(name));
        diag->variable = key;
        mask_fault(r, from, to, at);
    }
}

void reading_refuse_code(struct reading *r, size_t from, size_t to, const char *format, ...)
{
    if (begin_refusal(r))
        REPORT(r, STR("env-runs-code"), SEVERITY_ERROR, from, to, format);
}

void reading_drop(struct reading *r, size_t from, size_t to, const char *format, ...)
{
    if (!r->result->ok) /* the reader never came here */
        return;
    REPORT(r, STR("env-syntax"), SEVERITY_WARNING, from, to, format);
}

void reading_fault(struct reading *r, size_t from, size_t to, const char *format, ...)
{
    REPORT(r, STR("env-syntax"), SEVERITY_ERROR, from, to, format);
}

void reading_warn(struct reading *r, size_t from, size_t to, const char *format, ...)
{
    if (r->result->ok)
        REPORT(r, STR("env-syntax"), SEVERITY_WARNING, from, to, format);
}

size_t reading_line_end(const struct reading *r, size_t at)
{
    size_t length = str_find_byte(str_skip(r->view.text, at), '\n');
    return length == STR_NONE ? r->view.text.len : at + length;
}

size_t reading_statement(const struct reading *r, size_t at)
{
    str text = r->view.text;
    for (;;) {
        at = space_skip(text, at, text.len, SPACE_WHITE);
        if (at == text.len || text.ptr[at] != '#')
            return at;
        at = reading_line_end(r, at);
    }
}
