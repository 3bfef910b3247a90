/*
 * What the project declares of its variables, and what its example file has that is not there.
 */
#include "language/shape.h"

#include "base/word.h"
#include "env/file_form.h"
#include "facts/choice.h"
#include "facts/mode.h"
#include "rule/comment.h"
#include "rule/example.h"
#include "rule/scope.h"

/* The env file that was read first: where a missing variable belongs. */
static span first_env_file(const struct facts *facts)
{
    vec_each(const struct input_file *, file, &facts->files)
        if (file->is_live && file->source->kind == SOURCE_ENV)
            return span_make(file->source->id, 0, 0);
    return (span){0};
}

static bool is_required(const struct facts *facts, const struct config_var *var)
{
    return var->required == REQUIRED_YES ||
           (var->required == REQUIRED_PRODUCTION && facts->mode == MODE_PRODUCTION);
}

/* The file of X_FILE stands in for X. */
static bool has_file_form(struct check_run *run, str name)
{
    const struct value *value = scope_variable(run->facts, file_form_of(run->arena, name));
    return value && value->text.len;
}

/* Set for some program to what cannot be seen here, or perhaps. */
static bool is_hidden(const struct facts *facts, str name)
{
    vec_each(struct service *const *, service, &facts->services) {
        const struct value *value = env_get(&(*service)->workload->environment, name);
        bool is_open = (*service)->workload->active && (*service)->workload->environment_is_open;
        if ((value && value->is_hidden) || (is_open && mode_is_own_program((*service)->workload)))
            return true;
    }
    return false;
}

static void judge_required(struct check_run *run)
{
    vec_each(const struct config_var *, var, &run->facts->config->vars) {
        const struct value *value = scope_variable(run->facts, var->name);
        bool is_set = (value && value->text.len) || is_hidden(run->facts, var->name);
        if (!is_required(run->facts, var) || is_set || has_file_form(run, var->name))
            continue;
        struct place place = {.at = value ? value->at : first_env_file(run->facts), .variable = var->name};
        if (value && !span_is_set(place.at))
            place.at = value->key;
        struct diag *finding = finding_add(run, RULE_REQUIRED_MISSING, place, STR_FMT " is %s",
            STR_ARG(var->name), value ? "empty" : "not set");
        if (finding)
            finding->line_only = !value;
        finding_related(run, finding, var->required_at, "declared as required here");
        if (span_is_set(var->default_text.at))
            finding_why(run, finding, "the program then falls back to its own default");
        finding_help(run, finding, "set " STR_FMT " in the environment", STR_ARG(var->name));
    }
}

/* A host that not-host rules out may be an error by itself already: one cause, one finding. */
static bool is_found_already(const struct check_run *run, const struct config_var *var)
{
    vec_each(const struct diag *, diag, &run->diags->list)
        if (diag->severity == SEVERITY_ERROR && str_eq(diag->variable, var->name) &&
            str_eq(diag->rule, rule_info(RULE_LOOPBACK_HOST)->name))
            return true;
    return false;
}

static void judge_declared(struct check_run *run)
{
    struct rule_scope keeper = {.run = run};
    struct eval_scope scope = rule_scope(&keeper);
    vec_each(const struct config_var *, var, &run->facts->config->vars) {
        const struct value *value = scope_variable(run->facts, var->name);
        if (!value || value->text.len == 0)
            continue;
        struct var_verdict verdict = var_judge(run->arena, var, value->text, run->patterns, &scope);
        if (verdict.is_unjudged) {
            diag_limit(run->diags, verdict.limit, verdict.limit_at);
            continue;
        }
        bool is_host = span_starts_at(verdict.at, var->not_host.at);
        if (verdict.rule == RULE_NONE || (is_host && is_found_already(run, var)))
            continue;
        span at = value_locate(value, 0, value->text.len);
        struct place place = {.at = span_is_set(at) ? at : value->at, .variable = var->name};
        struct diag *finding = finding_add(
            run, verdict.rule, place, STR_FMT " " STR_FMT, STR_ARG(var->name), STR_ARG(verdict.message));
        bool is_shown = !verdict.quotes || !scope_is_secret(run, var->name);
        if (verdict.why.len > 0 && is_shown)
            finding_why(run, finding, STR_FMT, STR_ARG(verdict.why));
        finding_related(run, finding, verdict.at, "declared here");
    }
}

static void judge_comment(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->root;
    if (!comment_is_value(run->facts->sources, value))
        return;
    static const str places[] = {STR_INIT("url"), STR_INIT("uri"), STR_INIT("dsn")};
    bool is_needed = variable->secret;
    for (size_t i = 0; i < ARRAY_COUNT(places); i++)
        is_needed = is_needed || word_is_last(value->name, places[i]);
    struct place place = {.at = value->at, .variable = value->name, .service = variable->service};
    struct diag *finding = finding_add_as(run, RULE_ENV_SYNTAX, is_needed ? SEVERITY_ERROR : SEVERITY_WARNING,
        place, STR_FMT " gets a comment as its value", STR_ARG(value->name));
    finding_label(run, finding, "nothing comes before the #: all of this is the value");
    finding_help(run, finding, "write " STR_FMT "= and the comment on a line of its own before it",
        STR_ARG(value->name));
    finding_holders(run, finding, variable);
}

/* What an editor or a chat makes of "…": no reader of settings takes them for quotes. */
static void judge_quotes(struct check_run *run, const struct variable *variable)
{
    static const str quotes[] = {STR_INIT("“"), STR_INIT("”"), STR_INIT("„"), STR_INIT("‟"), STR_INIT("‘"),
        STR_INIT("’"), STR_INIT("‚"), STR_INIT("«"), STR_INIT("»")};
    const struct value *value = variable->root;
    bool begins = false, ends = false;
    for (size_t i = 0; i < ARRAY_COUNT(quotes); i++) {
        begins |= str_starts(value->text, quotes[i]);
        ends |= str_ends(value->text, quotes[i]) && value->text.len > quotes[i].len;
    }
    if (!begins || !ends || str_has_byte(value->text, ' ')) /* a title may well be quoted */
        return;
    struct place place = {.at = value->at, .variable = value->name, .service = variable->service};
    struct diag *finding = finding_add_as(run, RULE_ENV_SYNTAX, SEVERITY_WARNING, place,
        STR_FMT " has typographic quotes as part of its value", STR_ARG(value->name));
    finding_help(run, finding, "write straight quotes, or none");
    finding_holders(run, finding, variable);
}

/* The file that an example is of: .env.example and .example.env of .env, web.env.sample of web.env. */
static str modelled(struct arena *arena, str path)
{
    static const str words[] = {STR_INIT(".example"), STR_INIT(".sample"), STR_INIT(".template"),
        STR_INIT(".dist"), STR_INIT("example."), STR_INIT("sample.")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        size_t at = str_find(path_base(path), words[i]);
        str base = path_base(path), directory = str_take(path, path.len - base.len);
        if (at == STR_NONE)
            continue;
        str before = str_take(base, at), after = str_skip(base, at + words[i].len);
        bool is_joined = words[i].ptr[0] != '.' && !str_ends(before, STR("."));
        return arena_concat(arena, directory,
            arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(before), is_joined ? "." : "", STR_ARG(after)));
    }
    return STR("");
}

/* Who would miss a key of a file. */
struct readers {
    const struct facts *facts;
    bool read_by_all;                    /* programs elsewhere, or libraries, read the file as it is */
    VEC(const struct workload *) handed; /* programs that are handed all of it */
    VEC(const struct choices *) choices; /* of each of them; without a deployment, of the file */
    struct map used, spared;             /* names that the deployment uses; … and has a fallback for */
};

static struct readers readers_of(struct check_run *run, const struct input_file *file)
{
    const struct facts *facts = run->facts;
    struct readers readers = {.facts = facts, .read_by_all = true};
    if (!facts->deployment) {
        vec_push(run->arena, &readers.choices, choices_of(run->arena, &facts->environment, STR("")));
        return readers;
    }
    vec_each(struct service *const *, row, &facts->services) {
        const struct workload *workload = (*row)->workload;
        if (!mode_is_own_program(workload))
            continue;
        readers.read_by_all = false;
        vec_each(const struct workload_env_file *, given, &workload->env_files)
            if (str_eq(given->path, file->source->path)) {
                vec_push(run->arena, &readers.handed, workload);
                vec_push(run->arena, &readers.choices,
                    choices_of(run->arena, &workload->environment, workload->image));
            }
    }
    vec_each(const struct config_reader *, reader, &facts->config->read_by)
        readers.read_by_all |= !dialect_starts_programs(reader->dialect);
    vec_each(const struct template_use *, use, &facts->deployment->uses)
        map_set(run->arena, use->has_fallback ? &readers.spared : &readers.used, use->name, run);
    return readers;
}

/* What the deployment falls back to, nobody is handed or a switch leaves out may be missing. */
static bool is_missed(const struct readers *readers, str key)
{
    const struct deployment *deployment = readers->facts->deployment;
    if (!deployment)
        return choices_judge(readers->choices.items[0], key).kind == FORCE_IN;
    bool is_own = deployment->own_prefix.len && str_starts(key, deployment->own_prefix);
    if (is_own || map_has(&readers->spared, key))
        return false;
    if (readers->read_by_all || map_has(&readers->used, key) || config_var(readers->facts->config, key))
        return true;
    for (size_t i = 0; i < readers->handed.count; i++)
        if (!env_get(&readers->handed.items[i]->environment, key) &&
            choices_judge(readers->choices.items[i], key).kind == FORCE_IN)
            return true;
    return false;
}

enum {
    KEYS_TOLD_MAX = 8, /* with more of them the file was made from something else: that is one fault */
};

typedef VEC(const struct value *) missed_keys;

static void report_missed_key(struct check_run *run, const struct input_file *file, const struct value *value)
{
    struct place place = {.at = span_make(file->source->id, 0, 0), .variable = value->name};
    struct diag *finding = finding_add(run, RULE_EXAMPLE_KEY_MISSING, place,
        "the example file has " STR_FMT ", this file has not", STR_ARG(value->name));
    if (finding)
        finding->line_only = true;
    finding_related(run, finding, value->key, "named here");
}

static void report_missed_keys(struct check_run *run, const struct input_file *file, const missed_keys *keys)
{
    struct place place = {.at = span_make(file->source->id, 0, 0)};
    struct diag *finding = finding_add(run, RULE_EXAMPLE_KEY_MISSING, place,
        "the example file has %zu keys that this file has not", keys->count);
    if (finding)
        finding->line_only = true;
    for (size_t i = 0; i < KEYS_TOLD_MAX; i++)
        finding_related(run, finding, keys->items[i]->key, STR_FMT, STR_ARG(keys->items[i]->name));
    finding_why(run, finding,
        "it may be made from another one; %zu more are missing below those that are shown",
        keys->count - KEYS_TOLD_MAX);
}

static missed_keys missed_keys_of(
    struct check_run *run, const struct input_file *file, const struct input_file *example)
{
    struct readers readers = readers_of(run, file);
    missed_keys missed = {0};
    vec_each(const struct map_entry *, entry, &example->env.map.entries)
        if (!entry->removed && entry->key.len > 0 && !scope_variable(run->facts, entry->key) &&
            !env_get(&file->env, entry->key) && is_missed(&readers, entry->key))
            vec_push(run->arena, &missed, entry->value);
    return missed;
}

static void judge_example(struct check_run *run, const struct input_file *example)
{
    const struct input_file *file = NULL;
    str model = example->is_example ? modelled(run->arena, example->source->path) : STR("");
    vec_each(const struct input_file *, row, &run->facts->files)
        if (model.len && row->is_live && str_eq(row->source->path, model))
            file = row;
    missed_keys missed = {0};
    if (file)
        missed = missed_keys_of(run, file, example);
    const struct input_file *nearer = missed.count ? example_of(run, file, example) : example;
    if (!nearer)
        return;
    if (nearer != example)
        missed = missed_keys_of(run, file, nearer);
    if (missed.count > KEYS_TOLD_MAX) {
        report_missed_keys(run, file, &missed);
        return;
    }
    vec_each(const struct value *const *, value, &missed)
        report_missed_key(run, file, *value);
}

const struct check variable_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_required}},
    {FACT_ENVIRONMENT, {.environment = judge_declared}},
    {FACT_VARIABLE, {.variable = judge_comment}},
    {FACT_VARIABLE, {.variable = judge_quotes}},
    {FACT_FILE, {.file = judge_example}},
    {0},
};
