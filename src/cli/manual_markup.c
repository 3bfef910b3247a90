#include "cli/manual_markup.h"

/* scdoc reads `_`, `*`, `\` and a leading `#`, `-`, `|`, `[` as marks: all of them are escaped. */
void markup_escaped(struct out *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (memchr("_*\\#-|[]<>`~", text.ptr[i], 12) != NULL)
            out_text(out, "\\");
        out_str(out, str_slice(text, i, i + 1));
    }
}

void markup_paragraphs(struct out *out, const char *text)
{
    str rest = str_from_c(text != NULL ? text : "");
    for (str line; str_next(&rest, '\n', &line);) {
        markup_escaped(out, line);
        out_text(out, "\n\n");
    }
}

void markup_entry(struct out *out, str term, const char *argument, str about)
{
    out_text(out, "*");
    markup_escaped(out, term);
    out_text(out, "*");
    if (argument != NULL)
        out_printf(out, " _%s_", argument);
    out_text(out, "\n\t");
    markup_escaped(out, about);
    out_text(out, "\n\n");
}

void markup_literal(struct out *out, str lines)
{
    out_text(out, "```\n");
    lines = str_trim_bytes(lines, STR("\n"));
    for (str line; str_next(&lines, '\n', &line);)
        out_printf(out, STR_FMT "\n", STR_ARG(line));
    out_text(out, "```\n\n");
}
