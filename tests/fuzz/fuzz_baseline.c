/*
 * Any bytes as a baseline, and names of any bytes in one: what is written is read back whole, and a baseline
 * never hides what makes judging impossible.
 *
 * The part @findings holds a finding a line: rule, variable and service, tab-separated; a rule that begins
 * with "!" is fatal. What stands before is the baseline.
 */
#include "input.h"

#include "host/memory.h"
#include "rule/baseline.h"

/* As bootgate.yaml takes them. */
static bool is_rule_id(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!byte_is_alnum(text.ptr[i]) && !str_has_byte(STR("-_./!"), text.ptr[i]))
            return false;
    return text.len > 0;
}

static void add_findings(struct diags *diags, span at, str lines)
{
    for (str line; str_next(&lines, '\n', &line);) {
        struct str_cut rule = str_cut_byte(line, '\t');
        struct str_cut variable = str_cut_byte(rule.tail, '\t');
        if (!is_rule_id(rule.head))
            continue;
        struct diag *diag = diag_add(diags, rule.head, SEVERITY_ERROR, at, "x");
        diag->variable = variable.head;
        diag->service = variable.tail;
        diag->fatal = str_starts(rule.head, STR("!"));
    }
}

static void require_fatal_counts(const struct diags *diags)
{
    vec_each(const struct diag *, diag, &diags->list)
        fuzz_require(!diag->fatal || diag->suppressed == NULL, "no baseline hides what is fatal");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    str rest = {(const char *)data, size}, baseline = STR(""), findings = STR("");
    for (struct fuzz_part part; fuzz_part_next(&rest, STR(""), &part);)
        *(str_eq(part.name, STR("@findings")) ? &findings : &baseline) = part.text;
    struct source *file = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), STR("A=1\n"));
    add_findings(&diags, span_make(file->id, 0, 1), findings);
    diag_sort(&diags);
    struct baseline given = baseline_read(&arena, &sources, STR("old"), baseline);
    baseline_apply(&given, &diags);
    require_fatal_counts(&diags);

    static const struct memory_file no_files[] = {{0}};
    struct host host = memory_host(no_files);
    struct baseline_change change = baseline_write(&diags, &host, STR("new"), &given);
    struct baseline written = baseline_read(&arena, &sources, STR("new"), change.text);
    baseline_apply(&written, &diags);
    require_fatal_counts(&diags);
    vec_each(const struct diag *, diag, &diags.list)
        fuzz_require(diag->fatal || diag->suppressed != NULL, "what was written is read back");
    arena_free(&arena);
    return 0;
}
