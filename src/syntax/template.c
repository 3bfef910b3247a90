#include "syntax/template.h"

#include "base/buf.h"
#include "base/limit.h"

/* A default that became part of the text: bytes [from, to) of the result. */
struct taken {
    size_t use; /* index in the uses */
    size_t from, to;
};

/* One run over a text: what is read, what has been written, and where the bytes came from. */
struct expansion {
    struct arena *arena;
    const struct template_scope *scope;
    str text;
    const struct pieces *origin;
    struct buf out;
    bool in_message; /* while the message of :? is put together: it is no part of the result */
    VEC(struct taken) taken;
    struct template_result *result;
};

/* A stretch [from, to) of the text, and whether what it says takes effect. */
struct branch {
    size_t from, to;
    bool live;
    size_t depth;
};

/* ${NAME op argument}, or $NAME with no operator, as byte offsets in the text. */
struct expression {
    size_t start, end; /* from the dollar to after the last byte */
    str name;
    char sign;  /* '-', '+', '?', or 0 for none */
    bool colon; /* empty counts as unset */
    size_t argument, argument_end;
};

static void walk(struct expansion *e, struct branch branch);

static bool has_origin(const struct expansion *e)
{
    return e->origin && e->origin->list.count > 0;
}

/* The piece of the origin that holds text byte `offset`, or the last one. */
static const struct piece *piece_at(const struct expansion *e, size_t offset)
{
    const struct piece *piece = pieces_at(e->origin, offset);
    return piece ? piece : vec_last(&e->origin->list);
}

/* Bytes [from, to) of the one piece, as a place in the source. */
static span place_in_piece(const struct piece *piece, size_t from, size_t to)
{
    return piece_part(piece, from - piece->start, to - piece->start);
}

static span place(const struct expansion *e, size_t from, size_t to)
{
    if (!has_origin(e) || from > to)
        return (span){0};
    const struct piece *first = piece_at(e, from), *last = piece_at(e, to > from ? to - 1 : from);
    if (first == last)
        return place_in_piece(first, from, to);
    span at = place_in_piece(first, from, first->start + first->length);
    return span_cover(at, place_in_piece(last, last->start, to));
}

static void put(struct expansion *e, str text, span at, const struct value *via)
{
    buf_str(&e->out, text);
    if (!e->in_message && has_origin(e))
        pieces_add(e->arena, &e->result->pieces, text.len, at, via);
}

/* Copies bytes [from, to), keeping the pieces that they came in. */
static void put_own(struct expansion *e, size_t from, size_t to)
{
    if (!has_origin(e)) {
        put(e, str_slice(e->text, from, to), (span){0}, NULL);
        return;
    }
    for (const struct piece *piece = piece_at(e, from); from < to; piece++) {
        size_t stop = (size_t)piece->start + piece->length;
        size_t end = piece == vec_last(&e->origin->list) || stop > to ? to : stop;
        put(e, str_slice(e->text, from, end), place_in_piece(piece, from, end), piece->via);
        from = end;
    }
}

static void fail(struct expansion *e, enum template_error error, size_t from, size_t to)
{
    if (e->result->error != TEMPLATE_OK)
        return;
    e->result->error = error;
    e->result->error_at = place(e, from, to);
}

/*
 * Length of the name at `at`: [_a-z][_a-z0-9]* in any case. Case folding is Unicode's in the original, so
 * U+017F (long s) and U+212A (kelvin sign) are letters too.
 */
static size_t name_length(str text, size_t at)
{
    size_t start = at;
    while (at < text.len) {
        str rest = str_skip(text, at);
        if (byte_is_letter(rest.ptr[0]) || rest.ptr[0] == '_' || (at > start && byte_is_digit(rest.ptr[0])))
            at += 1;
        else if (str_starts(rest, STR("\u017F")))
            at += 2;
        else if (str_starts(rest, STR("\u212A")))
            at += 3;
        else
            break;
    }
    return at - start;
}

/* The last closing brace of each line, found once a line. */
struct line_braces {
    size_t line_end;
    size_t last; /* STR_NONE: none */
};

/*
 * The brace that closes the one at `start` + 1, counted as getFirstBraceClosingIndex() counts: the byte
 * after an opening brace is skipped. STR_NONE when the count does not come out at or before `last`.
 */
static size_t balanced_brace(str text, size_t start, size_t last)
{
    size_t open = 0;
    for (size_t at = start; at <= last; at++) {
        if (text.ptr[at] == '}' && --open == 0)
            return at;
        if (text.ptr[at] == '{') {
            open++;
            at++;
        }
    }
    return STR_NONE;
}

/* Reads ${…} at `start`: the pattern takes up to the last brace of the line, then braces are counted. */
static bool read_braced(
    const struct expansion *e, struct line_braces *braces, size_t start, size_t to, struct expression *ret)
{
    str text = str_take(e->text, to);
    size_t name = start + 2, at = name + name_length(text, name);
    if (at == name || at == to)
        return false;
    *ret = (struct expression){.start = start, .name = str_slice(text, name, at)};
    if (text.ptr[at] == '}') {
        ret->end = at + 1;
        return true;
    }
    ret->colon = text.ptr[at] == ':';
    at += ret->colon;
    if (at == to || !str_has_byte(STR("-+?"), text.ptr[at]))
        return false;
    ret->sign = text.ptr[at];
    ret->argument = at + 1;
    if (start >= braces->line_end) { /* the next line's braces are asked for */
        size_t length = str_find_byte(str_slice(e->text, start, to), '\n');
        braces->line_end = length == STR_NONE ? to : start + length;
        size_t offset = str_rfind_byte(str_slice(e->text, start, braces->line_end), '}');
        braces->last = offset == STR_NONE ? STR_NONE : start + offset;
    }
    size_t last = braces->last;
    if (last == STR_NONE || last < ret->argument)
        return false;
    size_t closing = balanced_brace(text, start, last);
    ret->argument_end = closing == STR_NONE ? last : closing;
    ret->end = ret->argument_end + 1;
    return true;
}

/* ${A:?message} with A missing. The message goes to its own buffer; a fault in it comes first. */
static void fail_required(struct expansion *e, const struct expression *x, struct branch argument)
{
    struct buf out = e->out;
    bool in_message = e->in_message;
    e->out = buf_new(e->arena, limit_value(LIMIT_VALUE_BYTES));
    e->in_message = true;
    walk(e, argument);
    if (e->result->error == TEMPLATE_OK)
        e->result->error_name = x->name;
    fail(e, TEMPLATE_REQUIRED, x->start, x->end);
    e->out = out;
    e->in_message = in_message;
}

/* Writes the default and notes where it is in the text. */
static void take_fallback(struct expansion *e, size_t use, struct branch argument)
{
    struct taken taken = {use, .from = e->out.len};
    walk(e, argument);
    taken.to = e->out.len;
    e->result->uses.items[use].fallback_taken = true;
    if (!e->in_message)
        vec_push(e->arena, &e->taken, taken);
}

static void add_use(
    struct expansion *e, const struct expression *x, const struct template_value *value, bool live)
{
    struct template_use *use = vec_add(e->arena, &e->result->uses);
    *use = (struct template_use){
        .name = x->name,
        .at = place(e, x->start, x->end),
        .from = value->from,
        .found = value->found,
        .live = live,
        .required = x->sign == '?',
        .has_fallback = x->sign == '-',
        .alternative = x->sign == '+',
    };
    if (use->has_fallback) {
        use->fallback = str_slice(e->text, x->argument, x->argument_end);
        use->fallback_at = place(e, x->argument, x->argument_end);
    }
}

static void apply(struct expansion *e, const struct expression *x, const struct branch *branch)
{
    struct template_value value = {0};
    if (e->scope)
        value = e->scope->get(e->scope->self, x->name);
    bool present = value.found && !(x->colon && value.text.len == 0);
    size_t use = e->result->uses.count;
    add_use(e, x, &value, branch->live);
    bool argument_counts = x->sign && present == (x->sign == '+');
    struct branch argument = {
        x->argument, x->argument_end, branch->live && argument_counts, branch->depth + 1};

    if (branch->live && !argument_counts)
        put(e, value.text, place(e, x->start, x->end), value.from);
    if (!x->sign)
        return;
    if (argument.live && x->sign == '?') {
        e->result->uses.items[use].refused = true;
        fail_required(e, x, argument);
    } else if (argument.live && x->sign == '-') {
        take_fallback(e, use, argument);
    } else {
        walk(e, argument);
    }
}

/* Points at the whole of ${…} where it has an end on its line. */
static void fail_malformed(struct expansion *e, size_t at, size_t to)
{
    if (e->result->error != TEMPLATE_OK)
        return;
    size_t end = str_find_any(str_slice(e->text, at, to), STR("}\n"));
    bool has_end = end != STR_NONE && e->text.ptr[at + end] == '}';
    fail(e, TEMPLATE_MALFORMED, at, has_end ? at + end + 1 : at + 2);
}

/* Reads one $… at `at` and returns where to go on. */
static size_t dollar(struct expansion *e, struct line_braces *braces, size_t at, const struct branch *branch)
{
    str text = str_take(e->text, branch->to);
    char next = at + 1 < text.len ? text.ptr[at + 1] : 0;
    if (next == '$') {
        if (branch->live)
            put(e, STR("$"), place(e, at, at + 2), NULL);
        return at + 2;
    }
    struct expression x = {.start = at};
    if (next == '{') {
        if (!read_braced(e, braces, at, branch->to, &x)) {
            if (branch->live)
                fail_malformed(e, at, branch->to);
            return at + 2;
        }
    } else {
        x.name = str_slice(text, at + 1, at + 1 + name_length(text, at + 1));
        x.end = at + 1 + x.name.len;
    }
    if (x.name.len)
        apply(e, &x, branch);
    else if (branch->live)
        put_own(e, at, at + 1);
    return x.end;
}

static void walk(struct expansion *e, struct branch branch)
{
    if (branch.depth > limit_value(LIMIT_TEMPLATE_DEPTH)) {
        fail(e, TEMPLATE_TOO_DEEP, branch.from, branch.to);
        return;
    }
    struct line_braces braces = {0};
    for (size_t at = branch.from; at < branch.to;) {
        size_t run = str_find_byte(str_slice(e->text, at, branch.to), '$');
        size_t next = run == STR_NONE ? branch.to : at + run;
        if (branch.live && next > at)
            put_own(e, at, next);
        at = next < branch.to ? dollar(e, &braces, next, &branch) : next;
    }
}

struct template_result template_expand(struct arena *arena, str text, const struct pieces *OR_NULL origin,
    const struct template_scope *OR_NULL scope)
{
    struct template_result result = {.text = text};
    if (!str_has_byte(text, '$')) {
        if (origin)
            result.pieces = *origin;
        result.pieces.list.capacity = result.pieces.list.count; /* the items stay the caller's */
        return result;
    }
    struct expansion e = {
        .arena = arena,
        .scope = scope,
        .text = text,
        .origin = origin,
        .out = buf_new(arena, limit_value(LIMIT_VALUE_BYTES)),
        .result = &result,
    };
    walk(&e, (struct branch){0, text.len, true, 0});
    if (e.out.overflow)
        fail(&e, TEMPLATE_TOO_LARGE, 0, text.len);
    result.text = buf_view(&e.out);
    vec_each(const struct taken *, taken, &e.taken)
        result.uses.items[taken->use].fallback = str_slice(result.text, taken->from, taken->to);
    return result;
}

bool template_has_variable(str text)
{
    for (size_t at = 0; at + 1 < text.len; at++) {
        size_t run = str_find_byte(str_skip(text, at), '$');
        if (run == STR_NONE)
            return false;
        at += run;
        str rest = str_skip(text, at + 1);
        if (str_starts(rest, STR("{")) || name_length(rest, 0))
            return true;
        if (str_starts(rest, STR("$")))
            at++;
    }
    return false;
}
