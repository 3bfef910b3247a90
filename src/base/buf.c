#include "base/buf.h"

#include "base/vec.h"

#define FIRST_CAPACITY 64

struct buf buf_new(struct arena *arena, size_t limit)
{
    return (struct buf){.arena = arena, .limit = limit};
}

/* Room for `count` more bytes, or false and `overflow`. */
static bool reserve(struct buf *buf, size_t count)
{
    if (buf->overflow || count > buf->limit - buf->len) {
        buf->overflow = true;
        return false;
    }
    if (count <= buf->capacity - buf->len)
        return true;
    size_t capacity = buf->capacity ? buf->capacity * 2 : FIRST_CAPACITY;
    while (capacity < buf->len + count)
        capacity *= 2;
    buf->data = vec_move(buf->arena, buf->data, buf->len, &buf->capacity, capacity, 1);
    return true;
}

void buf_byte(struct buf *buf, char byte)
{
    if (reserve(buf, 1))
        buf->data[buf->len++] = byte;
}

void buf_str(struct buf *buf, str s)
{
    if (s.len == 0 || !reserve(buf, s.len))
        return;
    memcpy(buf->data + buf->len, s.ptr, s.len);
    buf->len += s.len;
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buf_str(buf, arena_vprintf(buf->arena, format, arguments));
    va_end(arguments);
}

void buf_repeat(struct buf *buf, char byte, size_t count)
{
    if (count == 0 || !reserve(buf, count))
        return;
    memset(buf->data + buf->len, byte, count);
    buf->len += count;
}

str buf_view(const struct buf *buf)
{
    return (str){buf->data ? buf->data : "", buf->len};
}
