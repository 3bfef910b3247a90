#include "report/svg.h"

#include "base/utf8.h"
#include "report/escape.h"

#include <stdarg.h>
#include <wchar.h>

/* Tenths of a pixel for each column: of wide fonts, so that what fits here fits everywhere. */
static const struct {
    const char *class;
    int column;
} fonts[SVG_FONT_COUNT] = {
    [SVG_NAME] = {"name", 88},
    [SVG_PLAIN] = {"plain", 66},
    [SVG_CODE] = {"code", 67},
    [SVG_SMALL] = {"small", 61},
};

#define LIGHT                                                                                                \
    "--paper:#ffffff;--ink:#17212b;--soft:#566370;--line:#7c8996;--card:#f5f7f9;--edge:#cbd4dc;"             \
    "--store:#e6f0fb;--store-edge:#86aeda;--bad:#b3261e;--bad-soft:#fdeceb;--mild:#8a5a00;--mild-soft:#"     \
    "fff4d6;"                                                                                                \
    "--good:#1f7a3f;--a:#3b6fb5;--b:#2a8a7f;--c:#8a5fb0;--d:#b06a2c;--e:#5b7a2e;--f:#a8497a;"
#define DARK                                                                                                 \
    "--paper:#11171d;--ink:#e6ebf0;--soft:#a0acb8;--line:#7f8c99;--card:#1a222a;--edge:#38444f;"             \
    "--store:#152a40;--store-edge:#3f6fa5;--bad:#ff8a80;--bad-soft:#3b1c1c;--mild:#f2c14e;--mild-soft:#"     \
    "352a10;"                                                                                                \
    "--good:#6fce8e;--a:#6ea3e6;--b:#52bdb0;--c:#b78fdc;--d:#dd9a5c;--e:#9cbf63;--f:#dd84b0;"

const char svg_style[] =
    ":root{" LIGHT "color-scheme:light dark}"
    "@media(prefers-color-scheme:dark){:root{" DARK "}}"
    ".bootgate text{font-family:ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:var(--ink)}"
    ".bootgate .name{font-size:13px;font-weight:600}"
    ".bootgate .plain{font-size:11px}"
    ".bootgate .code{font-size:11px;font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}"
    ".bootgate .small{font-size:10px}"
    ".bootgate text.soft{fill:var(--soft)}"
    ".bootgate text.bad{fill:var(--bad)}.bootgate text.mild{fill:var(--mild)}.bootgate "
    "text.good{fill:var(--good)}"
    ".bootgate text.end{text-anchor:end}.bootgate text.mid{text-anchor:middle}"
    ".bootgate text.on{fill:var(--paper);font-weight:700}"
    ".bootgate .paper{fill:var(--paper)}"
    ".bootgate .box{fill:var(--card);stroke:var(--edge);stroke-width:1.2}"
    ".bootgate .store{fill:var(--store);stroke:var(--store-edge)}"
    ".bootgate .outside{fill:none;stroke:var(--line);stroke-dasharray:2 3}"
    ".bootgate .asleep{stroke-dasharray:5 4;opacity:.75}"
    ".bootgate .row-bad{fill:var(--bad-soft)}.bootgate .row-mild{fill:var(--mild-soft)}"
    ".bootgate .badge-bad{fill:var(--bad)}.bootgate .badge-mild{fill:var(--mild)}"
    ".bootgate .rule{stroke:var(--edge);stroke-width:1}"
    ".bootgate .dot{fill:var(--line)}.bootgate .dot-bad{fill:var(--bad)}.bootgate .dot-mild{fill:var(--mild)}"
    ".bootgate .way{fill:none;stroke:var(--line);stroke-width:1.4}"
    ".bootgate .way-bad{stroke:var(--bad);stroke-width:2}.bootgate "
    ".way-mild{stroke:var(--mild);stroke-width:1.7}"
    ".bootgate .way-off{stroke-dasharray:3 4}"
    ".bootgate .bar{fill:var(--card);stroke:var(--edge)}"
    ".bootgate .limit{stroke:var(--ink);stroke-width:2}.bootgate .most{stroke:var(--soft);stroke-width:1.2}"
    ".bootgate .over{fill:none;stroke:var(--bad);stroke-width:2.5}"
    ".bootgate .kept{fill:var(--edge)}"
    ".bootgate .a{fill:var(--a)}.bootgate .b{fill:var(--b)}.bootgate .c{fill:var(--c)}"
    ".bootgate .d{fill:var(--d)}.bootgate .e{fill:var(--e)}.bootgate .f{fill:var(--f)}"
    ".bootgate .guess{fill-opacity:.55}";

struct svg svg_new(struct gate *gate)
{
    return (struct svg){.gate = gate, .out = buf_new(gate->arena, SIZE_MAX / 4)};
}

void svg_open(struct svg *svg, int width, int height, str title, bool with_style)
{
    str name = escape_visible(svg->gate, title);
    buf_printf(&svg->out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bootgate\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"" STR_FMT "\">\n<title>" STR_FMT "</title>\n",
        width, height, width, height, STR_ARG(name), STR_ARG(name));
    if (with_style)
        buf_printf(&svg->out, "<style>%s</style>\n", svg_style);
    svg_shape(svg, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", width, height);
}

str svg_close(struct svg *svg)
{
    buf_str(&svg->out, STR("</svg>\n"));
    return buf_view(&svg->out);
}

void svg_shape(struct svg *svg, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    str text = arena_vprintf(svg->gate->arena, format, list);
    va_end(list);
    buf_str(&svg->out, text);
}

static int columns_of(uint32_t code)
{
    /* East Asian scripts and pictographs: wcwidth(3) needs a locale, which nothing else here does. */
    return code >= 0x1100 && (code <= 0x115F || (code >= 0x2E80 && code <= 0xD7A3) ||
                                 (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE6F) ||
                                 (code >= 0xFF00 && code <= 0xFF60) || code >= 0x1F300)
               ? 2
               : 1;
}

/* How much of `text` fits into `room`. */
static str fitting(enum svg_font font, str text, int room)
{
    int width = 0;
    for (size_t at = 0, length; at < text.len; at += length) {
        width += fonts[font].column * columns_of(utf8_decode(str_skip(text, at), &length));
        if (width > room * 10)
            return str_take(text, at);
    }
    return text;
}

int svg_width(enum svg_font font, str text)
{
    int width = 0;
    for (size_t at = 0, length; at < text.len && width < INT32_MAX / 2; at += length)
        width += fonts[font].column * columns_of(utf8_decode(str_skip(text, at), &length));
    return (width + 9) / 10;
}

void svg_text(struct svg *svg, int x, int y, enum svg_font font, const char *class, int room, str text)
{
    str whole = gate_visible(svg->gate, text);
    bool is_cut = fitting(font, whole, room).len < whole.len;
    str shown = is_cut ? fitting(font, whole, room - fonts[font].column / 10) : whole;
    buf_printf(&svg->out, "<text x=\"%d\" y=\"%d\" class=\"%s %s\">" STR_FMT "%s", x, y, fonts[font].class,
        class, STR_ARG(escape_xml(svg->gate->arena, shown)), is_cut ? "…" : "");
    if (is_cut)
        svg_tip(svg, text);
    buf_str(&svg->out, STR("</text>\n"));
}

/* The first line of a paragraph: a break between words where there is one. */
static str first_line(enum svg_font font, str text, int room)
{
    str line = fitting(font, text, room);
    for (size_t at = line.len; line.len < text.len && at > 0; at--)
        if (text.ptr[at] == ' ')
            return str_take(text, at);
    return line.len > 0 ? line : text;
}

int svg_lines(struct gate *gate, enum svg_font font, int room, str text)
{
    int lines = 0;
    for (str rest = str_trim(gate_visible(gate, text)); rest.len > 0; lines++)
        rest = str_trim(str_skip(rest, first_line(font, rest, room).len));
    return lines;
}

int svg_paragraph(struct svg *svg, int x, int y, enum svg_font font, const char *class, int room, str text)
{
    int lines = 0;
    text = str_trim(gate_visible(svg->gate, text));
    while (text.len > 0) {
        str line = first_line(font, text, room);
        buf_printf(&svg->out, "<text x=\"%d\" y=\"%d\" class=\"%s %s\">" STR_FMT "</text>\n", x,
            y + lines * SVG_LINE, fonts[font].class, class, STR_ARG(escape_xml(svg->gate->arena, line)));
        text = str_trim(str_skip(text, line.len));
        lines++;
    }
    return lines;
}

void svg_append(struct svg *svg, const struct svg *part)
{
    buf_str(&svg->out, buf_view(&part->out));
}

void svg_tip(struct svg *svg, str text)
{
    buf_printf(&svg->out, "<title>" STR_FMT "</title>", STR_ARG(escape_visible(svg->gate, text)));
}
