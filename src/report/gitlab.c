/* GitLab's code quality report: a row of report/report.h. */
#include "report/report.h"

#include "base/fnv.h"
#include "report/json_text.h"

static const char *severity_word(const struct diag *diag)
{
    static const char *const words[] = {
        [SEVERITY_OFF] = "info",
        [SEVERITY_NOTE] = "info",
        [SEVERITY_WARNING] = "minor",
        [SEVERITY_ERROR] = "critical",
    };
    return diag->fatal ? "blocker" : words[diag->severity];
}

static json_t *issue(struct gate *gate, str description, str rule, str fingerprint, const char *severity,
    const struct report_place *place)
{
    /* Both are required: what is nowhere is shown at the first line of the environment file. */
    str path = place->has_file ? place->file : STR(".env");
    uint32_t line = place->start.line > 0 ? place->start.line : 1;
    /* One opaque word for each finding, of names and places: a value is never hashed. */
    str digest = arena_printf(gate->arena, "%016llx", (unsigned long long)fnv1a(fingerprint));
    return json_pack("{s:o, s:o, s:o, s:s, s:{s:o, s:{s:i}}}", "description", json_visible(gate, description),
        "check_name", json_text(gate, rule), "fingerprint", json_text(gate, digest), "severity", severity,
        "location", "path", json_text(gate, path), "lines", "begin", (int)line);
}

static void print_item(struct out *out, bool *is_first, json_t *item)
{
    out_text(out, *is_first ? "\n  " : ",\n  ");
    *is_first = false;
    json_out(out, item);
}

static void write_gitlab(const struct report *report, struct out *out)
{
    struct report_fingerprints fingerprints = {0};
    struct gate *gate = out->gate;
    bool is_first = true;
    out_text(out, "[");
    vec_each(const struct report_error *, error, &report->errors) {
        struct report_place place = {
            .has_file = error->file.len > 0, .file = error->file, .start = {error->line, 1}};
        str fingerprint = arena_printf(
            gate->arena, "cannot-judge:" STR_FMT ":" STR_FMT, STR_ARG(error->file), STR_ARG(error->message));
        print_item(
            out, &is_first, issue(gate, error->message, STR("cannot-judge"), fingerprint, "blocker", &place));
    }
    vec_each(const struct diag *, diag, &report->diags->list) {
        if (diag->suppressed)
            continue;
        struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
        str fingerprint = report_fingerprint(&fingerprints, gate->arena, report, diag);
        print_item(
            out, &is_first, issue(gate, diag->message, diag->rule, fingerprint, severity_word(diag), &place));
    }
    out_text(out, "\n]\n");
}

const struct report_format report_gitlab = {
    .name = "gitlab",
    .is_machine = true,
    .write = write_gitlab,
};
