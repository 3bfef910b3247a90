#include "text/piece.h"

span piece_part(const struct piece *piece, size_t from, size_t to)
{
    bool is_verbatim = piece->length == piece->at.length && !piece->via;
    return is_verbatim ? span_sub(piece->at, from, to - from) : piece->at;
}

void pieces_add(struct arena *arena, struct pieces *pieces, size_t length, span at, const struct value *via)
{
    if (length == 0)
        return;
    if (pieces->list.count) {
        struct piece *last = vec_last(&pieces->list);
        bool verbatim = last->length == last->at.length && length == at.length;
        bool adjoins = last->at.source == at.source && last->at.offset + last->at.length == at.offset;
        if (verbatim && adjoins && !last->via && !via) {
            last->length += (uint32_t)length;
            last->at.length += at.length;
            return;
        }
    }
    if (pieces->list.capacity == 0)
        vec_reserve(arena, &pieces->list, 1); /* nearly every text is one piece */
    vec_push(arena, &pieces->list, ((struct piece){.length = (uint32_t)length, .at = at, .via = via}));
}

span pieces_locate(const struct pieces *pieces, size_t offset, size_t length)
{
    span found = {0};
    size_t start = 0;
    vec_each(const struct piece *, piece, &pieces->list) {
        size_t end = start + piece->length;
        if (start > offset + length)
            break;
        bool touches = length ? offset < end && start < offset + length : offset >= start && offset <= end;
        if (touches) {
            size_t from = offset > start ? offset - start : 0;
            size_t to = offset + length < end ? offset + length - start : piece->length;
            span part = piece_part(piece, from, to);
            found = span_is_set(found) ? span_cover(found, part) : part;
            if (length == 0)
                return found;
        }
        start = end;
    }
    return found;
}

const struct value *pieces_via(const struct pieces *pieces, size_t offset, size_t *ret_offset)
{
    size_t start = 0;
    vec_each(const struct piece *, piece, &pieces->list) {
        if (offset < start + piece->length) {
            if (ret_offset)
                *ret_offset = offset - start + piece->via_offset;
            return piece->via;
        }
        start += piece->length;
    }
    return NULL;
}

/* The next bytes of the same inserted variable belong to the piece that has its former ones. */
static bool continues_via(const struct pieces *pieces, const struct piece *next)
{
    if (pieces->list.count == 0 || !next->via)
        return false;
    const struct piece *last = vec_last(&pieces->list);
    return last->via == next->via && last->at.source == next->at.source &&
           last->at.offset == next->at.offset && last->via_offset + last->length == next->via_offset;
}

static void append_piece(struct arena *arena, struct pieces *pieces, struct piece next)
{
    if (continues_via(pieces, &next)) {
        vec_last(&pieces->list)->length += next.length;
        return;
    }
    pieces_add(arena, pieces, next.length, next.at, next.via);
    if (next.via)
        vec_last(&pieces->list)->via_offset = next.via_offset;
}

void pieces_append(
    struct arena *arena, struct pieces *pieces, const struct pieces *from, size_t offset, size_t length)
{
    size_t start = 0;
    vec_each(const struct piece *, piece, &from->list) {
        size_t end = start + piece->length;
        if (start >= offset + length)
            break;
        size_t first = offset > start ? offset : start;
        size_t last = offset + length < end ? offset + length : end;
        if (first < last) {
            span at = piece_part(piece, first - start, last - start);
            uint32_t via_offset = piece->via ? piece->via_offset + (uint32_t)(first - start) : 0;
            append_piece(arena, pieces, (struct piece){(uint32_t)(last - first), at, piece->via, via_offset});
        }
        start = end;
    }
}
