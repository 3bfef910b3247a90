#include "report/out.h"

#include <stdarg.h>

enum {
    FLUSH_BYTES = 64 * 1024,
    BUFFER_BYTES = 2 * FLUSH_BYTES,
};

struct out out_new(struct gate *gate, const struct host *host, int stream)
{
    return (struct out){
        .gate = gate, .host = host, .stream = stream, .buf = buf_new(gate->arena, BUFFER_BYTES)};
}

void out_flush(struct out *out)
{
    if (out->buf.len > 0)
        out->host->print(out->host->self, out->stream, buf_view(&out->buf));
    out->buf.len = 0;
}

void out_passed(struct out *out, str s)
{
    if (s.len > FLUSH_BYTES) {
        out_flush(out);
        out->host->print(out->host->self, out->stream, s);
        return;
    }
    buf_str(&out->buf, s);
    if (out->buf.len >= FLUSH_BYTES)
        out_flush(out);
}

void out_str(struct out *out, str s)
{
    out_passed(out, gate_text(out->gate, s));
}

void out_text(struct out *out, const char *text)
{
    out_passed(out, str_from_c(text));
}

void out_printf(struct out *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    out_str(out, arena_vprintf(out->buf.arena, format, arguments));
    va_end(arguments);
}

void out_repeat(struct out *out, char byte, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out_passed(out, (str){&byte, 1});
}

void out_wrapped(struct out *out, str text, size_t column, size_t indent, size_t width)
{
    str word;
    for (bool is_first = true; str_next(&text, ' ', &word); is_first = false) {
        bool fits = column + !is_first + word.len <= width;
        if (!is_first && !fits) {
            out_text(out, "\n");
            out_repeat(out, ' ', indent);
            column = indent;
        } else if (!is_first) {
            out_text(out, " ");
            column++;
        }
        out_str(out, word);
        column += word.len;
    }
}
