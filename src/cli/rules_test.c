#include "cli/rules_test.h"

#include "base/limit.h"
#include "check/check.h"
#include "cli/session.h"
#include "host/memory.h"
#include "report/json_text.h"
#include "report/report.h"
#include "rule/secret.h"
#include "text/mask.h"

#include <stdlib.h>
#include <unistd.h>

/* One rule file, read as check would. */
struct pack {
    str path; /* absolute */
    const struct config *config;
};

/* What came of one sample; without `sample` the rule has none of the kind. */
struct trial {
    const struct config_rule *rule;
    const struct config_sample *sample;
    const char *kind;                  /* good, bad; empty: neither */
    const char *message;               /* what is wrong, NULL: nothing */
    const struct check_result *result; /* where something is */
};

static const char *const trial_kinds[] = {"good", "bad"}; /* by "is it bad" */

struct tester {
    struct session *session;
    struct arena *arena;
    struct sources sources;
    struct diags diags;
    VEC(struct pack) packs;
    VEC(struct trial) trials;
};

static str absolute(const struct tester *t, str path)
{
    str here = t->session->host->current_directory(t->session->host->self, t->arena);
    return path_clean(t->arena, path_join(t->arena, here, path));
}

/* Its faults go to the diagnostics. */
static void read_pack(struct tester *t, str path)
{
    const struct host *host = t->session->host;
    struct host_file file = host->read(host->self, t->arena, path, limit_value(LIMIT_FILE_BYTES));
    struct source *source = source_add(&t->sources, SOURCE_CONFIG, path, path, file.text);
    if (file.status == HOST_OK) {
        struct config *config = pack_read(t->arena, &t->diags, host, source);
        secret_mark_config(&t->sources, config);
        vec_push(t->arena, &t->packs, ((struct pack){absolute(t, path), config}));
        return;
    }
    struct diag *diag = diag_add(&t->diags, STR("unreadable-input"), SEVERITY_ERROR,
        span_make(source->id, 0, 0), STR_FMT, STR_ARG(host_status_text(file.status)));
    diag->fatal = diag->line_only = true;
}

/* ---- a sample as a deployment */

typedef VEC(struct memory_file) memory_files;

static void add_file(const struct tester *t, memory_files *files, str path, str text, uint32_t mode)
{
    struct memory_file file = {
        .path = arena_c_string(t->arena, path),
        .text = text.len > 0 ? text.ptr : "",
        .mode = mode,
        .length = text.len,
    };
    vec_push(t->arena, files, file);
}

static int compare_paths(const void *left, const void *right)
{
    const struct memory_file *a = left, *b = right;
    return str_compare(str_from_c(a->path), str_from_c(b->path));
}

/* The sample's files in a directory of their own, and the rule files where they were found. */
static const struct memory_file *deploy(const struct tester *t, const struct config_sample *sample)
{
    memory_files files = {0};
    vec_each(const struct config_sample_file *, file, &sample->files) {
        bool is_env = str_eq(file->path, STR(".env"));
        uint32_t mode = !is_env ? 0644 : sample->permissions ? sample->permissions : 0600;
        add_file(t, &files, path_join(t->arena, STR(MEMORY_DIRECTORY), file->path), file->text.text, mode);
    }
    vec_each(struct source *const *, source, &t->sources.items)
        if ((*source)->kind == SOURCE_CONFIG)
            add_file(t, &files, absolute(t, (*source)->path), (*source)->text, 0644);
    if (files.count > 0)
        qsort(files.items, files.count, sizeof files.items[0], compare_paths);
    vec_push(t->arena, &files, (struct memory_file){0});
    return files.items;
}

static const struct check_result *judge(
    const struct tester *t, const struct pack *pack, const struct config_sample *sample)
{
    struct host *host = arena_new(t->arena, struct host);
    *host = memory_host(deploy(t, sample));
    struct check_options options = {.config = pack->path, .mode = sample->mode.text};
    return check_files(t->arena, host, &options);
}

/* A finding of a project's rule begins with the rule's id. */
static bool is_of_rule(const struct diag *diag, str id)
{
    return str_eq(diag->rule, rule_info(RULE_RULE_FAILED)->name) && str_starts(diag->message, id) &&
           str_starts(str_skip(diag->message, id.len), STR(": "));
}

static bool reports(const struct check_result *result, str id)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        if (is_of_rule(diag, id) && !diag->suppressed)
            return true;
    return false;
}

static void try_sample(struct tester *t, const struct pack *pack, const struct config_rule *rule, bool is_bad)
{
    struct trial *trial = vec_add(t->arena, &t->trials);
    const struct config_sample *sample = is_bad ? &rule->bad : &rule->good;
    *trial = (struct trial){.rule = rule, .kind = trial_kinds[is_bad]};
    if (!span_is_set(sample->at))
        return;
    trial->sample = sample;
    trial->result = judge(t, pack, sample);
    if (trial->result->cannot_judge)
        trial->message = "it cannot be judged";
    else if (reports(trial->result, rule->id) != is_bad)
        trial->message = is_bad ? "it keeps the rule" : "it breaks the rule";
}

static void try_pack(struct tester *t, const struct pack *pack)
{
    vec_each(const struct config_rule *, rule, &pack->config->rules) {
        if (span_is_set(rule->good.at) || span_is_set(rule->bad.at)) {
            try_sample(t, pack, rule, false);
            try_sample(t, pack, rule, true);
        } else {
            vec_push(t->arena, &t->trials, ((struct trial){.rule = rule, .kind = ""}));
        }
    }
}

/* ---- output */

/* What helps the one who must mend it: why nothing could be judged, why a good sample is none, what a bad one
 * breaks in the rule's place. */
static bool concerns(const struct trial *trial, const struct diag *diag)
{
    if (diag->suppressed)
        return false;
    if (trial->result->cannot_judge)
        return diag->fatal;
    return trial->kind == trial_kinds[true] || is_of_rule(diag, trial->rule->id);
}

/* A place in a rule file is told as the session names it, not as the sample's run does. */
static struct report_place place_of(
    const struct tester *t, const struct trial *trial, const struct diag *diag)
{
    struct report_place place = report_place(&trial->result->sources, diag->at, diag->line_only);
    if (place.has_file && path_is_absolute(place.file))
        place.file = path_relative(t->arena, absolute(t, STR(".")), place.file);
    return place;
}

static void print_findings(const struct tester *t, struct out *out, const struct trial *trial)
{
    vec_each(const struct diag *, diag, &trial->result->diags.list) {
        struct report_place place = place_of(t, trial, diag);
        str message = gate_visible(sources_gate(&trial->result->sources), diag->message);
        if (!concerns(trial, diag))
            continue;
        out_text(out, "#   ");
        if (place.has_file && place.start.line > 0)
            out_printf(out, STR_FMT ":%u: ", STR_ARG(gate_visible(out->gate, place.file)), place.start.line);
        out_printf(out, STR_FMT ": " STR_FMT "\n", STR_ARG(diag->rule), STR_ARG(message));
    }
}

/* The Test Anything Protocol: one line each, the plan at the end. */
static void print_text(struct tester *t, struct out *out)
{
    for (size_t i = 0; i < t->trials.count; i++) {
        const struct trial *trial = &t->trials.items[i];
        struct report_place place = report_place(&t->sources, trial->rule->id_at, false);
        out_printf(out, "%s %zu - " STR_FMT ":%u " STR_FMT, trial->message ? "not ok" : "ok", i + 1,
            STR_ARG(gate_visible(out->gate, place.file)), place.start.line, STR_ARG(trial->rule->id));
        if (!trial->sample)
            out_printf(out, " # SKIP no %s%ssample\n", trial->kind, trial->kind[0] ? " " : "");
        else if (!trial->message)
            out_printf(out, ": the %s sample\n", trial->kind);
        else {
            out_printf(out, ": the %s sample: %s\n", trial->kind, trial->message);
            print_findings(t, out, trial);
        }
    }
    out_printf(out, "1..%zu%s\n", t->trials.count, t->trials.count == 0 ? " # SKIP no rules" : "");
}

static json_t *findings_json(const struct tester *t, const struct trial *trial)
{
    json_t *list = json_array();
    for (size_t i = 0; trial->message && i < trial->result->diags.list.count; i++) {
        const struct diag *diag = &trial->result->diags.list.items[i];
        struct report_place place = place_of(t, trial, diag);
        if (!concerns(trial, diag))
            continue;
        json_t *row = json_pack("{s:o, s:o}", "rule", json_text(t->session->gate, diag->rule), "file",
            json_text_or_null(t->session->gate, place.has_file ? place.file : STR("")));
        json_object_set_new(row, "line", json_number_or_null(place.start.line));
        json_object_set_new(
            row, "message", json_visible(sources_gate(&trial->result->sources), diag->message));
        json_array_append_new(list, row);
    }
    return list;
}

static void print_json(struct tester *t, struct out *out)
{
    json_t *samples = json_array();
    vec_each(const struct trial *, trial, &t->trials) {
        struct report_place place = report_place(&t->sources, trial->rule->id_at, false);
        json_t *row =
            json_pack("{s:o, s:o, s:o, s:o, s:o}", "file", json_text(t->session->gate, place.file), "line",
                json_number_or_null(place.start.line), "rule", json_text(t->session->gate, trial->rule->id),
                "sample", json_text_or_null(t->session->gate, str_from_c(trial->kind)), "ok",
                trial->sample ? json_boolean(!trial->message) : json_null());
        json_object_set_new(row, "message",
            json_text_or_null(t->session->gate, str_from_c(trial->message ? trial->message : "")));
        json_object_set_new(row, "findings", findings_json(t, trial));
        json_array_append_new(samples, row);
    }
    json_out(out, json_pack("{s:i, s:o}", "version", 1, "samples", samples));
    out_text(out, "\n");
}

static void print_faults(struct tester *t, struct out *out, bool is_json)
{
    diag_sort(&t->diags);
    struct report report = {
        .diags = &t->diags,
        .mode = mode_name(MODE_PRODUCTION),
        .files = t->sources.items.count,
        .is_quiet = true,
    };
    (is_json ? report_json : report_text).write(&report, out);
}

enum outcome rules_test(struct session *session)
{
    if (session->operands.count < 2)
        return session_fault(session, OUTCOME_USAGE, "test needs a rule file, such as bootgate.yaml");
    vec_each(const str *, operand, &session->operands)
        if (options_is_connection(session->arena, *operand))
            return session_fault(
                session, OUTCOME_USAGE, "test needs a rule file, and this is a connection string");
    if (!session_knows_directory(session))
        return OUTCOME_MISSING_INPUT;
    struct tester t = {.session = session, .arena = session->arena, .sources.arena = session->arena};
    t.diags = (struct diags){.arena = t.arena, .sources = &t.sources};
    session->gate = sources_gate(&t.sources);
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    bool is_json = session_is_json(session);
    for (size_t i = 1; i < session->operands.count; i++)
        read_pack(&t, session->operands.items[i]);
    enum outcome outcome = OUTCOME_OK;
    if (t.diags.list.count > 0) {
        print_faults(&t, &out, is_json);
        outcome = OUTCOME_BAD_INPUT;
    } else {
        vec_each(const struct pack *, pack, &t.packs)
            try_pack(&t, pack);
        vec_each(const struct trial *, trial, &t.trials)
            if (trial->message)
                outcome = OUTCOME_FINDINGS;
        (is_json ? print_json : print_text)(&t, &out);
    }
    out_flush(&out);
    return outcome;
}
