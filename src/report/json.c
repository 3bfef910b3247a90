#include "report/report.h"

#include "report/json_text.h"

static json_t *related_json(struct arena *arena, const struct report *report, const struct related *related)
{
    struct report_place place = report_place(report->diags->sources, related->at, false);
    return json_pack("{s:o, s:o, s:o, s:o}", "file",
        place.has_file ? json_text(arena, place.file) : json_null(), "line",
        json_number_or_null(place.start.line), "column", json_number_or_null(place.start.column), "message",
        json_text(arena, related->message));
}

static json_t *suppression_json(struct arena *arena, const struct suppression *suppressed)
{
    if (suppressed == NULL)
        return json_null();
    return json_pack("{s:s, s:o}", "by", suppressed->in_source ? "comment" : "config", "reason",
        json_text(arena, suppressed->reason));
}

static str joined(struct arena *arena, const str_vec *lines)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    vec_each(const str *, line, lines) {
        if (line != lines->items)
            buf_byte(&buf, '\n');
        buf_str(&buf, *line);
    }
    return buf_view(&buf);
}

static json_t *finding_json(struct arena *arena, const struct report *report, const struct diag *diag)
{
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    json_t *related = json_array();
    vec_each(const struct related *, item, &diag->related)
        json_array_append_new(related, related_json(arena, report, item));
    str severity = severity_name(diag->severity);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
        json_text(arena, diag->rule), "severity", json_text(arena, severity), "file",
        place.has_file ? json_text(arena, place.file) : json_null(), "line",
        json_number_or_null(place.start.line), "column", json_number_or_null(place.start.column), "end_line",
        json_number_or_null(place.end.line), "end_column", json_number_or_null(place.end.column), "variable",
        json_text_or_null(arena, diag->variable), "service", json_text_or_null(arena, diag->service),
        "message", json_text(arena, diag->message), "why", json_text_or_null(arena, diag->why), "help",
        json_text_or_null(arena, joined(arena, &diag->help)), "notes",
        json_text_or_null(arena, joined(arena, &diag->notes)), "related", related, "suppressed",
        suppression_json(arena, diag->suppressed));
}

static json_t *error_json(struct arena *arena, const struct report_error *error)
{
    return json_pack("{s:o, s:o, s:o}", "file", json_text_or_null(arena, error->file), "line",
        json_number_or_null(error->line), "message", json_text(arena, error->message));
}

static void print_head(const struct report *report, struct out *out)
{
    struct arena *arena = out->buf.arena;
    out_text(out,
        "{\"version\": 1, \"tool\": {\"name\": \"bootgate\", \"version\": \"" BOOTGATE_VERSION "\"},\n"
        " \"mode\": ");
    json_out(out, json_pack("{s:o, s:o, s:b}", "name", json_text(arena, report->mode), "from",
                      json_text_or_null(arena, report->mode_from), "assumed", report->mode_from.len == 0));
    out_text(out, ",\n \"findings\": [");
}

static void print_findings(const struct report *report, struct out *out)
{
    const char *separator = "\n  ";
    vec_each(const struct diag *, diag, &report->diags->list) {
        out_text(out, separator);
        json_out(out, finding_json(out->buf.arena, report, diag));
        separator = ",\n  ";
    }
    out_text(out, "]");
}

static void print_errors(const struct report *report, struct out *out)
{
    report_errors errors = report_all_errors(out->buf.arena, report);
    if (errors.count == 0)
        return;
    json_t *list = json_array();
    vec_each(const struct report_error *, error, &errors)
        json_array_append_new(list, error_json(out->buf.arena, error));
    out_text(out, ",\n \"errors\": ");
    json_out(out, list);
}

static void print_summary(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    out_text(out, ",\n \"summary\": ");
    json_out(
        out, json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "errors", (json_int_t)counts.errors, "warnings",
                 (json_int_t)counts.warnings, "notes", (json_int_t)counts.notes, "suppressed",
                 (json_int_t)counts.suppressed, "dropped", (json_int_t)report->diags->dropped, "files",
                 (json_int_t)report->files, "rules", (json_int_t)report->rule_count));
    out_text(out, "}\n");
}

static void write_json(const struct report *report, struct out *out)
{
    print_head(report, out);
    print_findings(report, out);
    out_text(out, ",\n \"budgets\": ");
    json_out(out, report->budgets != NULL ? report->budgets(report, out->buf.arena) : json_array());
    print_errors(report, out);
    print_summary(report, out);
}

const struct report_format report_json = {
    .name = "json",
    .about = "For programs: one object, stable from the first version.",
    .is_machine = true,
    .write = write_json,
};
