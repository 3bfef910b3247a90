/* bootgate's own JSON: a row of report/report.h. */
#include "report/report.h"

#include "report/json_text.h"

static json_t *related_json(struct gate *gate, const struct report *report, const struct related *related)
{
    struct report_place place = report_place(report->diags->sources, related->at, false);
    return json_pack("{s:o, s:o, s:o, s:o}", "file",
        place.has_file ? json_text(gate, place.file) : json_null(), "line",
        json_number_or_null(place.start.line), "column", json_number_or_null(place.start.column), "message",
        json_visible(gate, related->message));
}

static json_t *suppression_json(struct gate *gate, const struct suppression *suppressed)
{
    if (suppressed == NULL)
        return json_null();
    return json_pack("{s:s, s:o}", "by", suppressed->in_source ? "comment" : "config", "reason",
        json_visible(gate, suppressed->reason));
}

static json_t *joined(struct gate *gate, const str_vec *lines)
{
    struct buf buf = buf_new(gate->arena, SIZE_MAX / 4);
    vec_each(const str *, line, lines) {
        if (line != lines->items)
            buf_byte(&buf, '\n');
        buf_str(&buf, gate_visible(gate, *line));
    }
    return json_text_or_null(gate, buf_view(&buf));
}

/* A fix as splices of the files. */
static json_t *edits_json(struct gate *gate, const struct report *report, const edit_list *edits)
{
    json_t *list = json_array();
    vec_each(const struct edit *, edit, edits) {
        struct report_place place = report_place(report->diags->sources, edit->at, false);
        json_array_append_new(list,
            json_pack("{s:o, s:i, s:i, s:i, s:i, s:o}", "file", json_text(gate, place.file), "line",
                (int)place.start.line, "column", (int)place.start.column, "end_line", (int)place.end.line,
                "end_column", (int)place.end.column, "text", json_text(gate, edit->text)));
    }
    return list;
}

static json_t *finding_json(struct gate *gate, const struct report *report, const struct diag *diag)
{
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    json_t *related = json_array();
    vec_each(const struct related *, item, &diag->related)
        json_array_append_new(related, related_json(gate, report, item));
    str severity = severity_name(diag->severity);
    json_t *finding = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "rule", json_text(gate, diag->rule), "severity", json_text(gate, severity), "file",
        place.has_file ? json_text(gate, place.file) : json_null(), "line",
        json_number_or_null(place.start.line), "column", json_number_or_null(place.start.column), "end_line",
        json_number_or_null(place.end.line), "end_column", json_number_or_null(place.end.column), "variable",
        json_text_or_null(gate, diag->variable), "service", json_text_or_null(gate, diag->service), "message",
        json_visible(gate, diag->message), "why",
        diag->why.len > 0 ? json_visible(gate, diag->why) : json_null(), "help", joined(gate, &diag->help),
        "notes", joined(gate, &diag->notes), "related", related, "suppressed",
        suppression_json(gate, diag->suppressed));
    if (diag->edits.count > 0)
        json_object_set_new(finding, "edits", edits_json(gate, report, &diag->edits));
    return finding;
}

static void print_head(const struct report *report, struct out *out)
{
    struct gate *gate = out->gate;
    out_text(out,
        "{\"version\": 1, \"tool\": {\"name\": \"bootgate\", \"version\": \"" BOOTGATE_VERSION "\"},\n"
        " \"mode\": ");
    json_out(out, json_pack("{s:o, s:o, s:b}", "name", json_text(gate, report->mode), "from",
                      json_text_or_null(gate, report->mode_from), "assumed", report->mode_from.len == 0));
    out_text(out, ",\n \"findings\": [");
}

/* What could not be read is no finding about the deployment: it is among the document's errors alone. */
static bool is_unread(const struct diag *diag)
{
    return diag->fatal && str_eq(diag->rule, STR("unreadable-input"));
}

static void print_findings(const struct report *report, struct out *out)
{
    const char *separator = "\n  ";
    vec_each(const struct diag *, diag, &report->diags->list) {
        if (is_unread(diag))
            continue;
        out_text(out, separator);
        json_out(out, finding_json(out->gate, report, diag));
        separator = ",\n  ";
    }
    out_text(out, "]");
}

static void print_summary(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    vec_each(const struct diag *, diag, &report->diags->list)
        counts.errors -= is_unread(diag) && !diag->suppressed;
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
    json_out(out, report->budgets != NULL ? report->budgets(report, out->gate) : json_array());
    if (report->live != NULL) {
        out_text(out, ",\n \"live\": ");
        json_out(out, report->live(report, out->gate));
    }
    report_errors errors = report_all_errors(out->buf.arena, report);
    if (errors.count != 0) {
        json_t *list = json_array();
        vec_each(const struct report_error *, error, &errors)
            json_array_append_new(list,
                json_pack("{s:o, s:o, s:o}", "file", json_text_or_null(out->gate, error->file), "line",
                    json_number_or_null(error->line), "message", json_visible(out->gate, error->message)));
        out_text(out, ",\n \"errors\": ");
        json_out(out, list);
    }
    print_summary(report, out);
}

const struct report_format report_json = {
    .name = "json",
    .is_machine = true,
    .write = write_json,
};
