/* Workflow commands of GitHub Actions: a row of report/report.h. */
#include "report/report.h"

#include "report/escape.h"
#include "text/mask.h"

/* Workflow commands: `%`, CR and LF are escaped everywhere, `:` and `,` in properties too. */
static const struct escape escapes[] = {
    {STR_INIT("%"), STR_INIT("%25")},
    {STR_INIT("\r"), STR_INIT("%0D")},
    {STR_INIT("\n"), STR_INIT("%0A")},
    {STR_INIT(":"), STR_INIT("%3A")},
    {STR_INIT(","), STR_INIT("%2C")},
};

enum { DATA_ESCAPES = 3 };

static str property(struct gate *gate, str text)
{
    return escape_text(gate->arena, gate_visible(gate, text), escapes, ARRAY_COUNT(escapes));
}

static void print_place(struct out *out, const struct report_place *place)
{
    if (!place->has_file)
        return;
    out_printf(out, "file=" STR_FMT ",", STR_ARG(property(out->gate, place->file)));
    if (place->start.line == 0)
        return;
    out_printf(out, "line=%u,col=%u,", place->start.line, place->start.column);
    if (place->end.line == place->start.line)
        out_printf(out, "endColumn=%u,", place->end.column);
    else
        out_printf(out, "endLine=%u,", place->end.line);
}

static void print_finding(const struct report *report, struct out *out, const struct diag *diag)
{
    static const char *const commands[] = {
        [SEVERITY_OFF] = "debug",
        [SEVERITY_NOTE] = "notice",
        [SEVERITY_WARNING] = "warning",
        [SEVERITY_ERROR] = "error",
    };
    struct gate *gate = out->gate;
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    out_printf(out, "::%s ", commands[diag->severity]);
    print_place(out, &place);
    /* The advice is joined after each text was made visible: its line breaks are ours. */
    str text = arena_concat(gate->arena, gate_visible(gate, diag->message), report_advice(gate, diag, "\n"));
    out_printf(out, "title=" STR_FMT "::" STR_FMT "\n", STR_ARG(property(gate, diag->rule)),
        STR_ARG(escape_text(gate->arena, text, escapes, DATA_ESCAPES)));
}

static void print_counts(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    bool is_judged = counts.fatal == 0 && report->errors.count == 0;
    out_printf(out, "bootgate: %s%zu error%s, %zu warning%s, %zu note%s\n",
        is_judged ? "" : "could not judge: ", counts.errors, report_plural(counts.errors), counts.warnings,
        report_plural(counts.warnings), counts.notes, report_plural(counts.notes));
}

static void write_github(const struct report *report, struct out *out)
{
    vec_each(const struct report_error *, error, &report->errors) {
        struct gate *gate = out->gate;
        out_text(out, "::error ");
        if (error->file.len > 0)
            out_printf(out, "file=" STR_FMT ",", STR_ARG(property(gate, error->file)));
        if (error->line > 0)
            out_printf(out, "line=%u,", error->line);
        out_printf(out, "title=cannot judge::" STR_FMT "\n",
            STR_ARG(escape_text(gate->arena, gate_visible(gate, error->message), escapes, DATA_ESCAPES)));
    }
    /* Worst first: only the first ten of each kind become annotations of a step. */
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
        vec_each(const struct diag *, diag, &report->diags->list)
            if ((int)diag->severity == severity && !diag->suppressed)
                print_finding(report, out, diag);
    print_counts(report, out);
}

const struct report_format report_github = {
    .name = "github",
    .is_machine = true,
    .write = write_github,
};
