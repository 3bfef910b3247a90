#include "report/report.h"

#include "text/mask.h"

static const struct report_format *const formats[] = {
#define FORMAT_ROW(name) &report_##name,
    REPORT_FORMATS(FORMAT_ROW)
#undef FORMAT_ROW
};

const struct report_format *report_format_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        if (str_eq(name, str_from_c(formats[i]->name)))
            return formats[i];
    return NULL;
}

str report_format_choice(size_t index)
{
    return str_from_c(index < ARRAY_COUNT(formats) ? formats[index]->name : NULL);
}

struct report_place report_place(const struct sources *sources, span at, bool line_only)
{
    const struct source *source = source_of(sources, at);
    if (source == NULL || source->kind == SOURCE_ENVIRONMENT)
        return (struct report_place){0};
    struct report_place place = {.has_file = true, .file = gate_name(sources_gate(sources), source->name)};
    if (line_only)
        return place;
    place.start = source_position(sources, at.source, at.offset);
    place.end = source_position(sources, at.source, at.offset + at.length);
    return place;
}

report_errors report_all_errors(struct arena *arena, const struct report *report)
{
    report_errors all = {0};
    vec_each(const struct report_error *, error, &report->errors)
        vec_push(arena, &all, *error);
    vec_each(const struct diag *, diag, &report->diags->list) {
        if (!diag->fatal)
            continue;
        struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
        *vec_add(arena, &all) = (struct report_error){place.file, place.start.line, diag->message};
    }
    return all;
}

size_t report_rule_index(const struct report *report, str name)
{
    for (size_t i = 0; i < report->rules.count; i++)
        if (str_eq(report->rules.items[i]->name, name))
            return i;
    return SIZE_MAX;
}

str report_advice(struct gate *gate, const struct diag *diag, const char *line_break)
{
    struct buf buf = buf_new(gate->arena, SIZE_MAX / 4);
    if (diag->why.len > 0)
        buf_printf(&buf, "%swhy: " STR_FMT, line_break, STR_ARG(gate_visible(gate, diag->why)));
    vec_each(const str *, line, &diag->help)
        buf_printf(&buf, "%s%s" STR_FMT, line_break, line == diag->help.items ? "fix: " : "     ",
            STR_ARG(gate_visible(gate, *line)));
    return buf_view(&buf);
}

void report_tally(struct report_counts *counts, const struct diag *diag)
{
    bool counts_itself = diag->suppressed == NULL;
    counts->errors += counts_itself && diag->severity == SEVERITY_ERROR;
    counts->warnings += counts_itself && diag->severity == SEVERITY_WARNING;
    counts->notes += counts_itself && diag->severity == SEVERITY_NOTE;
    counts->suppressed += !counts_itself;
    counts->fatal += diag->fatal;
}

struct report_counts report_count(const struct report *report)
{
    struct report_counts counts = {0};
    vec_each(const struct diag *, diag, &report->diags->list)
        report_tally(&counts, diag);
    return counts;
}

str report_fingerprint(struct report_fingerprints *fingerprints, struct arena *arena,
    const struct report *report, const struct diag *diag)
{
    struct report_place place = report_place(report->diags->sources, diag->at, diag->line_only);
    str key = arena_printf(arena, STR_FMT ":" STR_FMT ":" STR_FMT, STR_ARG(diag->rule), STR_ARG(place.file),
        STR_ARG(diag->variable));
    if (diag->service.len > 0)
        key = arena_printf(arena, STR_FMT ":" STR_FMT, STR_ARG(key), STR_ARG(diag->service));
    size_t *seen = map_get(&fingerprints->seen, key);
    if (seen == NULL) {
        seen = arena_new(arena, size_t);
        map_set(arena, &fingerprints->seen, key, seen);
    }
    return ++*seen == 1 ? key : arena_printf(arena, STR_FMT ":%zu", STR_ARG(key), *seen);
}

size_t report_typed_from(str text)
{
    static const str starts[] = {STR_INIT("- "), STR_INIT("ALTER "), STR_INIT("bootgate "),
        STR_INIT("chmod "), STR_INIT("docker "), STR_INIT("git "), STR_INIT("helm "), STR_INIT("kustomize "),
        STR_INIT("openssl ")};
    for (size_t at = 0; at < text.len; at++) {
        bool may_begin = at == 0 || (at >= 2 && str_eq(str_slice(text, at - 2, at), STR(": ")));
        for (size_t i = 0; may_begin && i < ARRAY_COUNT(starts); i++)
            if (str_starts(str_skip(text, at), starts[i]))
                return at;
    }
    return text.len;
}
