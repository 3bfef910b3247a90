#include "cli/shell_quote.h"

/* A single quote ends the quoted part, is written by itself, and begins the next part. */
void shell_quote(struct buf *out, str text)
{
    buf_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++)
        buf_str(out, text.ptr[i] == '\'' ? STR("'\\''") : str_slice(text, i, i + 1));
    buf_byte(out, '\'');
}
