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
    uint32_t start = 0;
    if (pieces->list.count) {
        struct piece *last = vec_last(&pieces->list);
        bool verbatim = last->length == last->at.length && length == at.length;
        bool adjoins = last->at.source == at.source && last->at.offset + last->at.length == at.offset;
        if (verbatim && adjoins && !last->via && !via) {
            last->length += (uint32_t)length;
            last->at.length += at.length;
            return;
        }
        start = last->start + last->length;
    }
    if (pieces->list.capacity == 0)
        vec_reserve(arena, &pieces->list, 1); /* nearly every text is one piece */
    vec_push(arena, &pieces->list,
        ((struct piece){.length = (uint32_t)length, .at = at, .via = via, .start = start}));
}

const struct piece *pieces_at(const struct pieces *pieces, size_t offset)
{
    size_t low = 0, high = pieces->list.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct piece *piece = &pieces->list.items[middle];
        if ((size_t)piece->start + piece->length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < pieces->list.count ? &pieces->list.items[low] : NULL;
}

span pieces_locate(const struct pieces *pieces, size_t offset, size_t length)
{
    span found = {0};
    /* No bytes at all are where the piece before them ends. */
    const struct piece *first = pieces_at(pieces, length == 0 && offset > 0 ? offset - 1 : offset);
    const struct piece *end = first ? pieces->list.items + pieces->list.count : NULL;
    for (const struct piece *piece = first; piece < end; piece++) {
        if (piece > first && piece->start >= offset + length)
            break;
        size_t from = offset > piece->start ? offset - piece->start : 0, to = offset + length - piece->start;
        span part = piece_part(piece, from, to < piece->length ? to : piece->length);
        found = span_is_set(found) ? span_cover(found, part) : part;
    }
    return found;
}

const struct value *pieces_via(const struct pieces *pieces, size_t offset, size_t *ret_offset)
{
    const struct piece *piece = pieces_at(pieces, offset);
    if (piece && ret_offset)
        *ret_offset = offset - piece->start + piece->via_offset;
    return piece ? piece->via : NULL;
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
    const struct piece *piece = pieces_at(from, offset);
    for (size_t end = offset + length; piece && offset < end; piece++) {
        if (piece == from->list.items + from->list.count)
            return;
        size_t stop = (size_t)piece->start + piece->length, last = stop < end ? stop : end;
        size_t first = offset - piece->start;
        append_piece(arena, pieces,
            (struct piece){
                .length = (uint32_t)(last - offset),
                .at = piece_part(piece, first, last - piece->start),
                .via = piece->via,
                .via_offset = piece->via ? piece->via_offset + (uint32_t)first : 0,
            });
        offset = last;
    }
}
