/* One page for a browser, with everything inside: a row of report/report.h. */
#include "report/report.h"

#include "base/utf8.h"
#include "report/budget_svg.h"
#include "report/escape.h"
#include "report/graph_svg.h"
#include "report/svg.h"
#include "text/snippet.h"

/* Nothing is fetched and nothing runs: the page says so to the browser too. */
static const char head[] = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                           "style-src 'unsafe-inline'\">\n";

static const char page_style[] =
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:15px/1.5 ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',sans-serif}"
    "main{max-width:960px;margin:0 auto;padding:24px 16px 64px}"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:36px 0 12px}"
    "h3{font-size:15px;margin:0;overflow-wrap:anywhere}p{margin:6px 0;overflow-wrap:anywhere}"
    "code,pre{font:13px/1.5 ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}"
    ".counts{display:flex;flex-wrap:wrap;gap:8px;padding:0;margin:12px 0;list-style:none}"
    ".counts li{border:1px solid var(--edge);border-radius:8px;padding:4px 12px;background:var(--card)}"
    ".counts b{font-size:18px;margin-right:4px}"
    ".soft{color:var(--soft)}.bad{color:var(--bad)}.mild{color:var(--mild)}.good{color:var(--good)}"
    ".wide{overflow-x:auto;border:1px solid var(--edge);border-radius:10px;margin:0 0 16px}.wide "
    "svg{display:block}"
    "article{border:1px solid var(--edge);border-left:4px solid var(--line);border-radius:8px;padding:12px "
    "16px;"
    "margin:0 0 14px}"
    "article.error{border-left-color:var(--bad)}article.warning{border-left-color:var(--mild)}"
    "pre{overflow-x:auto;background:var(--card);border-radius:6px;padding:8px 12px;margin:8px 0}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere}.line{word-break:break-all}"
    ".table{display:block;white-space:pre;overflow-x:auto}"
    ".typed{white-space:pre;display:inline-block;max-width:100%;overflow-x:auto;vertical-align:bottom}"
    "mark{background:var(--mild-soft);color:inherit;border-bottom:2px solid var(--mild)}"
    "mark.bad{background:var(--bad-soft);border-color:var(--bad)}"
    "ul{margin:6px 0;padding-left:20px}summary{cursor:pointer;margin:12px 0}"
    ".fix{white-space:pre-wrap}";

static void write_text(struct out *out, str text)
{
    out_passed(out, escape_visible(out->gate, text));
}

/* What stands between backticks as code. */
static void write_prose(struct out *out, str text)
{
    bool is_code = false;
    for (size_t end; text.len > 0; text = str_skip(text, end + 1)) {
        end = str_find_byte(text, '`');
        bool closes = end != STR_NONE && (is_code || str_has_byte(str_skip(text, end + 1), '`'));
        end = closes ? end : text.len;
        out_passed(out, escape_xml(out->gate->arena, str_take(text, end)));
        is_code = closes && !is_code;
        if (closes)
            out_text(out, is_code ? "<code>" : "</code>");
    }
}

/* Prose, and after it what is typed, in one piece. */
static void write_element(struct out *out, const char *open, str text, const char *close)
{
    text = gate_visible(out->gate, text);
    size_t typed = report_typed_from(text);
    out_text(out, open);
    write_prose(out, str_take(text, typed));
    if (typed < text.len) {
        out_text(out, "<code class=\"typed\">");
        out_passed(out, escape_xml(out->gate->arena, str_skip(text, typed)));
        out_text(out, "</code>");
    }
    out_text(out, close);
}

/* ".env:8:35", the file alone, or the variable of the process environment. */
static str place_text(struct out *out, const struct report *report, const struct diag *diag)
{
    struct arena *arena = out->buf.arena;
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    if (!place.has_file)
        return diag->variable.len > 0
                   ? arena_printf(arena, "process environment: " STR_FMT, STR_ARG(diag->variable))
                   : STR("");
    if (place.start.line == 0)
        return place.file;
    return arena_printf(arena, STR_FMT ":%u:%u", STR_ARG(place.file), place.start.line, place.start.column);
}

/* How many bytes so many columns are: in the locale of a machine's format every code point has one. */
static size_t bytes_of(str text, size_t columns)
{
    size_t at = 0;
    for (size_t length; columns > 0 && at < text.len; columns--, at += length)
        utf8_decode(str_skip(text, at), &length);
    return at;
}

static void write_source(struct out *out, const struct report *report, const struct diag *diag)
{
    struct snippet snippet = {0};
    if (!diag->line_only)
        snippet = snippet_make(report->diags->sources, out->buf.arena, diag->at);
    if (snippet.line == 0 && diag->notes.count == 0)
        return;
    out_text(out, "<pre>");
    if (snippet.line > 0) {
        size_t from = bytes_of(snippet.text, snippet.caret_column);
        size_t to = bytes_of(snippet.text, snippet.caret_column + snippet.caret_width);
        out_printf(out, "<span class=\"line\"><span class=\"soft\">%u | </span>", snippet.line);
        write_text(out, str_take(snippet.text, from));
        out_printf(out, "<mark class=\"%s\">", diag->severity == SEVERITY_ERROR ? "bad" : "mild");
        write_text(out, str_slice(snippet.text, from, to));
        out_text(out, "</mark>");
        write_text(out, str_skip(snippet.text, to));
        out_text(out, "</span>\n");
        if (diag->label.len > 0)
            write_element(out, "<span class=\"soft\">^ ", diag->label, "</span>\n");
    }
    if (diag->notes.count > 0)
        out_text(out, "<span class=\"table\">");
    vec_each(const str *, line, &diag->notes) {
        write_text(out, *line);
        out_text(out, "\n");
    }
    out_text(out, diag->notes.count > 0 ? "</span></pre>\n" : "</pre>\n");
}

static void write_related(struct out *out, const struct report *report, const struct diag *diag)
{
    if (diag->related.count == 0)
        return;
    out_text(out, "<ul>\n");
    vec_each(const struct related *, related, &diag->related) {
        struct diag at = {.at = related->at};
        write_element(out, "<li><code>", place_text(out, report, &at), "</code> ");
        write_element(out, "", related->message, "</li>\n");
    }
    out_text(out, "</ul>\n");
}

static void write_finding(struct out *out, const struct report *report, const struct diag *diag)
{
    str word = diag->suppressed != NULL ? STR("allowed") : severity_name(diag->severity);
    out_printf(out, "<article class=\"" STR_FMT "\">\n<h3>" STR_FMT " <code>", STR_ARG(word), STR_ARG(word));
    write_element(out, "", diag->rule, "</code></h3>\n");
    write_element(out, "<p>", diag->message, "</p>\n");
    str place = place_text(out, report, diag);
    if (place.len > 0)
        write_element(out, "<p><code>", place, "</code></p>\n");
    write_source(out, report, diag);
    write_related(out, report, diag);
    if (diag->why.len > 0)
        write_element(out, "<p class=\"soft\">why: ", diag->why, "</p>\n");
    vec_each(const str *, line, &diag->help)
        write_element(
            out, line == diag->help.items ? "<p class=\"fix\">fix: " : "<p class=\"fix\">", *line, "</p>\n");
    if (diag->suppressed != NULL)
        write_element(out, "<p>allowed: ", diag->suppressed->reason, "</p>\n");
    out_text(out, "</article>\n");
}

static size_t write_findings(
    struct out *out, const struct report *report, enum severity severity, bool is_allowed)
{
    size_t count = 0;
    vec_each(const struct diag *, diag, &report->diags->list) {
        bool is_wanted =
            is_allowed ? diag->suppressed != NULL : !diag->suppressed && diag->severity == severity;
        if (!is_wanted)
            continue;
        write_finding(out, report, diag);
        count++;
    }
    return count;
}

/* What asks for nothing is folded away. */
static void write_folded(
    struct out *out, const struct report *report, const char *what, size_t count, bool is_allowed)
{
    if (count == 0)
        return;
    out_printf(out, "<details>\n<summary>%s: %zu</summary>\n", what, count);
    write_findings(out, report, SEVERITY_NOTE, is_allowed);
    out_text(out, "</details>\n");
}

static void write_count(struct out *out, size_t count, const char *class, const char *what)
{
    out_printf(out, "<li class=\"%s\"><b>%zu</b>%s%s</li>\n", count > 0 ? class : "soft", count, what,
        report_plural(count));
}

static void write_summary(struct out *out, const struct report *report, const struct report_counts *counts)
{
    bool is_judged = report_all_errors(out->buf.arena, report).count == 0;
    const char *verdict = !is_judged               ? "could not be judged"
                          : report->exit_code != 0 ? "not ready for deployment"
                                                   : "no finding stops the deployment";
    out_printf(out, "<h1>bootgate: <span class=\"%s\">%s</span></h1>\n",
        is_judged && report->exit_code == 0 ? "good" : "bad", verdict);
    out_text(out, "<ul class=\"counts\">\n");
    write_count(out, counts->errors, "bad", "error");
    write_count(out, counts->warnings, "mild", "warning");
    write_count(out, counts->notes, "soft", "note");
    write_count(out, counts->suppressed, "soft", "allowed finding");
    out_text(out, "</ul>\n");
    write_element(out, "<p class=\"soft\">judged as ", report->mode, "");
    str from = report->mode_from.len > 0 ? report->mode_from : report->mode_doubt;
    write_element(out,
        report->mode_from.len > 0 ? " ("
        : from.len > 0            ? " (assumed: "
                                  : " (assumed",
        from, ")");
    out_printf(out, " &middot; %zu file%s</p>\n", report->files, report_plural(report->files));
    vec_each(const struct report_error *, error, &report->errors)
        write_element(out, "<p class=\"bad\">", error->message, "</p>\n");
    vec_each(const str *, path, &report->passed_over)
        write_element(out, "<p class=\"soft\">passed over: ", *path, "</p>\n");
}

static void write_picture(struct out *out, str picture)
{
    if (picture.len == 0)
        return;
    out_text(out, "<div class=\"wide\">\n");
    out_passed(out, picture);
    out_text(out, "</div>\n");
}

static void write_live(struct out *out, const struct report *report)
{
    if (report->live_lines.count == 0)
        return;
    out_text(out, "<h2>The running servers</h2>\n<ul>\n");
    vec_each(const str *, line, &report->live_lines)
        write_element(out, "<li>", *line, "</li>\n");
    out_text(out, "</ul>\n");
}

static void write_pictures(struct out *out, const struct report *report)
{
    const char *title = "<h2>Who talks to whom</h2>\n";
    vec_each(const struct graph_input *, input, &report->projects) {
        if (input->facts->services.count + input->facts->connections.count == 0)
            continue;
        out_text(out, title);
        write_picture(out, graph_svg(input, false));
        title = "";
    }
    title = "<h2>Database connections</h2>\n";
    vec_each(const struct graph_input *, input, &report->projects) {
        struct arena *arena = out->buf.arena;
        struct diags unheard = {.arena = arena, .sources = input->facts->sources};
        struct budgets *budgets = budget_compute(arena, &unheard, input->facts, 0);
        if (budgets->rows.count == 0)
            continue;
        out_text(out, title);
        write_picture(out, budget_svg(input->facts, budgets, input->label, false));
        title = "";
    }
}

static void write_html(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    out_text(out, head);
    out_printf(out, "<title>bootgate: %zu error%s, %zu warning%s</title>\n<style>", counts.errors,
        report_plural(counts.errors), counts.warnings, report_plural(counts.warnings));
    out_text(out, svg_style);
    out_text(out, page_style);
    out_text(out, "</style>\n</head>\n<body>\n<main>\n");
    write_summary(out, report, &counts);
    if (counts.errors + counts.warnings > 0)
        out_text(out, "<h2>Findings</h2>\n");
    write_findings(out, report, SEVERITY_ERROR, false);
    write_findings(out, report, SEVERITY_WARNING, false);
    write_folded(out, report, "Notes", counts.notes, false);
    write_folded(out, report, "Allowed", counts.suppressed, true);
    write_live(out, report);
    write_pictures(out, report);
    out_text(out, "</main>\n</body>\n</html>\n");
}

const struct report_format report_html = {
    .name = "html",
    .is_machine = true,
    .write = write_html,
};
