/* Findings for people: a row of report/report.h. */
#include "report/report.h"

#include "report/paint.h"
#include "text/mask.h"
#include "text/snippet.h"

enum { GUTTER_MIN = 3 };

/* One finding being printed. */
struct frame {
    const struct report *report;
    struct out *out;
    const struct diag *diag;
    int gutter; /* columns of the line number */
};

static str visible(const struct frame *frame, str text)
{
    return gate_visible(frame->out->gate, text);
}

static void paint(const struct frame *frame, enum paint which)
{
    out_text(frame->out, paint_code(frame->report->has_color, which));
}

/* Text from `column` on; what does not fit goes on below, `indent` columns in. */
static void wrapped(const struct frame *frame, str text, size_t column, size_t indent)
{
    size_t columns = frame->report->columns, typed = report_typed_from(text);
    if (columns == 0 || column + text.len <= columns || typed == 0) {
        out_str(frame->out, text);
        return;
    }
    out_wrapped(frame->out, str_trim_end(str_take(text, typed)), column, indent, columns);
    if (typed == text.len)
        return;
    out_text(frame->out, "\n");
    out_repeat(frame->out, ' ', indent);
    out_str(frame->out, str_skip(text, typed));
}

static void painted(const struct frame *frame, enum paint which, str text)
{
    paint(frame, which);
    out_str(frame->out, text);
    paint(frame, PAINT_OFF);
}

static enum paint severity_paint(const struct diag *diag)
{
    static const enum paint paints[] = {
        [SEVERITY_OFF] = PAINT_NOTE,
        [SEVERITY_NOTE] = PAINT_NOTE,
        [SEVERITY_WARNING] = PAINT_WARNING,
        [SEVERITY_ERROR] = PAINT_ERROR,
    };
    return diag->suppressed ? PAINT_NOTE : paints[diag->severity];
}

static void print_title(const struct frame *frame)
{
    const struct diag *diag = frame->diag;
    str word = diag->suppressed ? STR("allowed") : severity_name(diag->severity);
    painted(frame, severity_paint(diag),
        arena_printf(frame->out->buf.arena, STR_FMT "[" STR_FMT "]", STR_ARG(word), STR_ARG(diag->rule)));
    paint(frame, PAINT_BOLD);
    out_text(frame->out, ": ");
    wrapped(frame, visible(frame, diag->message), word.len + diag->rule.len + sizeof "[]: " - 1, 4);
    paint(frame, PAINT_OFF);
    out_text(frame->out, "\n");
}

/* ".env:8:35", or the file alone, or where in the process environment. Empty: the run as a whole. */
static str place_text(const struct frame *frame, span at, bool line_only, str variable)
{
    struct arena *arena = frame->out->buf.arena;
    struct report_place place = report_place(frame->report->diags->sources, at, line_only);
    if (place.has_file && place.start.line > 0)
        return arena_printf(arena, STR_FMT ":%u:%u", STR_ARG(visible(frame, place.file)), place.start.line,
            place.start.column);
    if (place.has_file)
        return visible(frame, place.file);
    if (variable.len > 0)
        return arena_printf(arena, "process environment: " STR_FMT, STR_ARG(visible(frame, variable)));
    return span_is_set(at) ? STR("process environment") : STR("");
}

/* A bar of the gutter: blanks, then `mark`. */
static void print_gutter(const struct frame *frame, int blanks, const char *mark)
{
    out_repeat(frame->out, ' ', (size_t)blanks);
    painted(frame, PAINT_FRAME, str_from_c(mark));
}

static void print_bar(const struct frame *frame)
{
    print_gutter(frame, frame->gutter + 1, "|");
    out_text(frame->out, "\n");
}

static void print_notes(const struct frame *frame)
{
    if (frame->diag->notes.count == 0)
        return;
    print_bar(frame);
    vec_each(const str *, line, &frame->diag->notes) {
        print_gutter(frame, frame->gutter + 1, line->len > 0 ? "|  " : "|");
        out_printf(frame->out, STR_FMT "\n", STR_ARG(visible(frame, *line)));
    }
}

static void print_related(const struct frame *frame)
{
    vec_each(const struct related *, related, &frame->diag->related) {
        str place = place_text(frame, related->at, false, STR(""));
        print_gutter(frame, frame->gutter, ":::");
        size_t column = (size_t)frame->gutter + sizeof "::: " - 1 + place.len + (place.len > 0 ? 3 : 0);
        out_printf(frame->out, " " STR_FMT "%s", STR_ARG(place), place.len > 0 ? "   " : "");
        wrapped(frame, visible(frame, related->message), column, (size_t)frame->gutter + sizeof "::: " - 1);
        out_text(frame->out, "\n");
    }
}

static void print_entry(const struct frame *frame, const char *head, str text)
{
    print_gutter(frame, frame->gutter + 1, "=");
    out_printf(frame->out, " %s: ", head);
    size_t column = (size_t)frame->gutter + sizeof " = : " - 1 + str_from_c(head).len;
    wrapped(frame, visible(frame, text), column, column);
    out_text(frame->out, "\n");
}

/* A further line below an entry's text. */
static void print_below(const struct frame *frame, size_t head, str text)
{
    size_t column = (size_t)frame->gutter + head;
    out_repeat(frame->out, ' ', column);
    wrapped(frame, visible(frame, text), column, column);
    out_text(frame->out, "\n");
}

static void print_help(const struct frame *frame)
{
    vec_each(const str *, line, &frame->diag->help) {
        if (line == frame->diag->help.items) {
            print_entry(frame, "fix", *line);
            continue;
        }
        print_below(frame, sizeof " = fix: " - 1, *line);
    }
}

/* Where it is right: the row to paste. */
static void print_allow_row(const struct frame *frame)
{
    const struct allow_rows *rows = frame->report->allow_rows;
    str row = rows != NULL && frame->diag->suppressed == NULL ? allow_row(rows, frame->diag) : STR("");
    if (row.len == 0)
        return;
    print_entry(frame, "allow", STR("where it is right, below `allow:` in bootgate.yaml:"));
    print_below(frame, sizeof " = allow: " - 1, arena_concat(frame->out->buf.arena, STR("- "), row));
}

static void print_entries(const struct frame *frame)
{
    const struct diag *diag = frame->diag;
    if (diag->why.len > 0)
        print_entry(frame, "why", diag->why);
    print_help(frame);
    if (diag->suppressed)
        print_entry(frame, "allowed", diag->suppressed->reason);
    print_allow_row(frame);
    if (report_rule_index(frame->report, diag->rule) != SIZE_MAX)
        print_entry(frame, "more",
            arena_printf(frame->out->buf.arena, "bootgate rules " STR_FMT, STR_ARG(diag->rule)));
}

static int digits(uint32_t number)
{
    int count = 1;
    while (number >= 10) {
        number /= 10;
        count++;
    }
    return count;
}

static void print_finding(const struct report *report, struct out *out, const struct diag *diag)
{
    struct frame frame = {report, out, diag, GUTTER_MIN};
    struct snippet snippet = {0};
    if (!diag->line_only)
        snippet = snippet_make(report->diags->sources, out->buf.arena, diag->at);
    if (digits(snippet.line) > frame.gutter)
        frame.gutter = digits(snippet.line);
    print_title(&frame);
    str place = place_text(&frame, frame.diag->at, frame.diag->line_only, frame.diag->variable);
    if (place.len != 0) {
        print_gutter(&frame, frame.gutter - 1, "-->");
        out_printf(frame.out, " " STR_FMT "\n", STR_ARG(place));
    }
    if (snippet.line > 0) {
        print_bar(&frame);
        painted(&frame, PAINT_FRAME, arena_printf(frame.out->buf.arena, "%*u |", frame.gutter, snippet.line));
        out_printf(frame.out, " " STR_FMT "\n", STR_ARG(snippet.text));
        print_gutter(&frame, frame.gutter + 1, "|");
        out_repeat(frame.out, ' ', snippet.caret_column + 1);
        paint(&frame, severity_paint(frame.diag));
        out_repeat(frame.out, '^', snippet.caret_width);
        if (frame.diag->label.len > 0)
            out_printf(frame.out, " " STR_FMT, STR_ARG(visible(&frame, frame.diag->label)));
        paint(&frame, PAINT_OFF);
        out_text(frame.out, "\n");
    }
    print_notes(&frame);
    if (snippet.line > 0 || diag->notes.count > 0)
        print_bar(&frame);
    print_related(&frame);
    print_entries(&frame);
    out_text(out, "\n");
}

static void print_counts(struct out *out, const struct report_counts *counts, bool tells_verbose)
{
    out_printf(out, "%zu error%s, %zu warning%s", counts->errors, report_plural(counts->errors),
        counts->warnings, report_plural(counts->warnings));
    if (counts->notes > 0)
        out_printf(out, ", %zu note%s%s", counts->notes, report_plural(counts->notes),
            tells_verbose ? " (-v shows them)" : "");
    if (counts->suppressed > 0)
        out_printf(out, ", %zu allowed", counts->suppressed);
}

static void print_unit(struct out *out, const struct report_unit *unit)
{
    out_printf(out, "bootgate: " STR_FMT ": ", STR_ARG(gate_visible(out->gate, unit->label)));
    if (unit->counts.fatal > 0 || unit->mode.len == 0)
        out_text(out, "could not judge: ");
    print_counts(out, &unit->counts, false);
    if (unit->mode.len > 0)
        out_printf(out, " (" STR_FMT ": " STR_FMT ")", STR_ARG(unit->mode),
            STR_ARG(gate_visible(out->gate, unit->mode_from)));
    out_text(out, "\n");
}

static void print_mode(const struct report *report, struct out *out)
{
    out_printf(out, " (" STR_FMT, STR_ARG(report->mode));
    if (report->mode_from.len > 0)
        out_printf(out, ": " STR_FMT, STR_ARG(gate_visible(out->gate, report->mode_from)));
    else if (report->mode_doubt.len > 0)
        out_printf(out, ", assumed: " STR_FMT, STR_ARG(gate_visible(out->gate, report->mode_doubt)));
    else
        out_text(out, ", assumed: no variable and no --mode says otherwise");
    if (report->other_mode.len > 0)
        out_printf(out, "; " STR_FMT, STR_ARG(gate_visible(out->gate, report->other_mode)));
    out_text(out, ")");
}

static void print_summary(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    bool is_whole = counts.fatal == 0 && report->errors.count == 0;
    vec_each(const struct report_unit *, unit, &report->units)
        print_unit(out, unit);
    out_text(out, is_whole ? "bootgate: " : "bootgate: could not judge: ");
    print_counts(out, &counts, !report->is_verbose);
    if (report->diags->dropped > 0)
        out_printf(out, ", %zu more not shown", report->diags->dropped);
    out_printf(out, " in %zu file%s", report->files, report_plural(report->files));
    if (report->units.count > 0)
        out_printf(out, " of %zu project%s", report->units.count, report_plural(report->units.count));
    else if (is_whole || report->mode_from.len > 0)
        print_mode(report, out);
    out_text(out, "\n");
    if (report->mode_note.len > 0)
        out_printf(out, "bootgate: " STR_FMT "\n", STR_ARG(gate_visible(out->gate, report->mode_note)));
}

static void print_lines(struct out *out, const char *what, const str_vec *lines)
{
    vec_each(const str *, line, lines)
        out_printf(out, "bootgate: %s " STR_FMT "\n", what, STR_ARG(gate_visible(out->gate, *line)));
}

static void write_text(const struct report *report, struct out *out)
{
    /* Notes ask for nothing: they are counted, and printed where asked for or where they decide the exit. */
    struct report_counts counts = report_count(report);
    bool notes_decide = report->exit_code != 0 && counts.errors + counts.warnings == 0;
    enum severity least = report->is_verbose || notes_decide ? SEVERITY_NOTE : SEVERITY_WARNING;
    vec_each(const struct diag *, diag, &report->diags->list)
        if (report->is_verbose || (!diag->suppressed && diag->severity >= least))
            print_finding(report, out, diag);
    if (report->is_quiet)
        return;
    if (report->is_verbose) {
        print_lines(out, "not in force", &report->not_in_force);
        print_lines(out, "read", &report->files_read);
    }
    print_lines(out, "passed over", &report->passed_over);
    print_lines(out, "running server:", &report->live_lines);
    print_summary(report, out);
}

const struct report_format report_text = {
    .name = "text",
    .write = write_text,
};
