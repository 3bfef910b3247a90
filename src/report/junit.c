/* JUnit's XML: a row of report/report.h. */
#include "report/report.h"

#include "report/escape.h"
#include "text/mask.h"

static void open_case(struct out *out, str class_name, str name)
{
    out_printf(out, "  <testcase classname=\"" STR_FMT "\" name=\"" STR_FMT "\"",
        STR_ARG(escape_visible(out->gate, class_name)), STR_ARG(escape_visible(out->gate, name)));
}

static void print_finding(const struct report *report, struct out *out, const struct diag *diag)
{
    struct gate *gate = out->gate;
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    str name = diag->variable.len == 0 ? diag->rule
                                       : arena_printf(gate->arena, STR_FMT " " STR_FMT, STR_ARG(diag->rule),
                                             STR_ARG(diag->variable));
    open_case(out, place.has_file ? place.file : STR("environment"), name);
    if (diag->suppressed) {
        out_printf(out, "><skipped message=\"allowed: " STR_FMT "\"/></testcase>\n",
            STR_ARG(escape_visible(gate, diag->suppressed->reason)));
        return;
    }
    if (diag->fatal) {
        out_printf(out, "><error type=\"" STR_FMT "\" message=\"" STR_FMT "\"/></testcase>\n",
            STR_ARG(diag->rule), STR_ARG(escape_visible(gate, diag->message)));
        return;
    }
    str severity = severity_name(diag->severity);
    if (diag->severity < report->fail_on) {
        out_printf(out, "><system-out>" STR_FMT ": " STR_FMT "</system-out></testcase>\n", STR_ARG(severity),
            STR_ARG(escape_visible(gate, diag->message)));
        return;
    }
    out_printf(out, "><failure type=\"" STR_FMT "\" message=\"" STR_FMT "\">" STR_FMT, STR_ARG(severity),
        STR_ARG(escape_visible(gate, diag->message)), STR_ARG(escape_visible(gate, place.file)));
    if (place.start.line > 0)
        out_printf(out, ":%u:%u", place.start.line, place.start.column);
    str advice = escape_xml(gate->arena, report_advice(gate, diag, "\n"));
    out_printf(out, STR_FMT "</failure></testcase>\n", STR_ARG(advice));
}

static bool found_something(const struct report *report, str rule)
{
    vec_each(const struct diag *, diag, &report->diags->list)
        if (str_eq(diag->rule, rule))
            return true;
    return false;
}

static bool is_judged(const struct report *report)
{
    return report->errors.count == 0 && !diag_any_fatal(report->diags);
}

static void print_head(const struct report *report, struct out *out)
{
    struct report_counts counts = report_count(report);
    size_t silent = 0, fatal = 0, failed = 0;
    vec_each(const struct diag *, diag, &report->diags->list) {
        fatal += !diag->suppressed && diag->fatal;
        failed += !diag->suppressed && !diag->fatal && diag->severity >= report->fail_on;
    }
    for (size_t i = 0; i < report->rules.count; i++)
        silent += !found_something(report, report->rules.items[i]->name);
    size_t tests = silent + report->diags->list.count + report->errors.count;
    size_t skipped = counts.suppressed + (is_judged(report) ? 0 : silent);
    out_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    out_printf(out,
        " <testsuite name=\"bootgate " STR_FMT
        "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
        STR_ARG(report->mode), tests, failed, report->errors.count + fatal, skipped);
}

/* A rule that found nothing is a test that passed, which is what such viewers show; but not in doubt. */
static void print_silent_rules(const struct report *report, struct out *out)
{
    const char *end =
        is_judged(report) ? "/>\n" : "><skipped message=\"not all could be judged\"/></testcase>\n";
    for (size_t i = 0; i < report->rules.count; i++) {
        if (found_something(report, report->rules.items[i]->name))
            continue;
        open_case(out, STR("bootgate"), report->rules.items[i]->name);
        out_text(out, end);
    }
}

static void write_junit(const struct report *report, struct out *out)
{
    print_head(report, out);
    vec_each(const struct report_error *, error, &report->errors) {
        open_case(out, error->file.len > 0 ? error->file : STR("bootgate"), STR("can be judged"));
        out_printf(out, "><error message=\"" STR_FMT "\"/></testcase>\n",
            STR_ARG(escape_visible(out->gate, error->message)));
    }
    vec_each(const struct diag *, diag, &report->diags->list)
        print_finding(report, out, diag);
    print_silent_rules(report, out);
    out_text(out, " </testsuite>\n</testsuites>\n");
}

const struct report_format report_junit = {
    .name = "junit",
    .is_machine = true,
    .write = write_junit,
};
