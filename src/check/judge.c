#include "check/judge.h"

#include "check/known.h"
#include "check/loaders.h"
#include "facts/mode.h"
#include "language/pack.h"
#include "rule/engine.h"
#include "rule/secret.h"
#include "text/reads.h"

void judge_settle_unit(struct run *run)
{
    struct check_result *result = run->input.result;
    for (; run->settled < result->diags.list.count; run->settled++)
        result->diags.list.items[run->settled].unit = result->units.count;
}

void judge_begin_unit(struct run *run, str label)
{
    struct check_result *result = run->input.result;
    judge_settle_unit(run);
    *vec_add(run->input.arena, &result->units) =
        (struct check_unit){.label = label, .projects = result->projects.count};
}

/* What readers reported has the severity of their rule, as everything else. */
static void settle_reader_severities(struct run *run, const struct facts *facts, size_t from)
{
    struct diags *diags = &run->input.result->diags;
    for (size_t i = from; i < diags->list.count; i++) {
        struct diag *diag = &diags->list.items[i];
        const struct rule_info *rule = rule_find(diag->rule);
        if (diag->fatal || rule == NULL)
            continue;
        /* Never more than the reader said, and no mode starts what Compose refuses. */
        enum severity usual = rule->severity[diag->refuses ? MODE_PRODUCTION : facts->mode];
        usual = diag->severity < usual ? diag->severity : usual;
        diag->severity = rule_severity(facts->config, facts->mode, diag->rule, usual);
    }
}

static void note_mode(struct run *run, const struct mode_verdict *verdict)
{
    struct check_result *result = run->input.result;
    /* The first project speaks for the run in reports; each keeps its own in its facts. */
    if (result->projects.count)
        return;
    result->mode = verdict->mode;
    result->mode_from = verdict->assumed ? STR("") : verdict->from;
    result->mode_assumed = verdict->assumed;
    result->mode_unknown_word = verdict->unknown_word;
    result->mode_doubt = verdict->doubt;
}

void judge_inputs(struct run *run, const struct inputs *inputs, str label, size_t first_diag)
{
    struct input *input = &run->input;
    struct check_result *result = input->result;
    struct mode_verdict verdict =
        mode_find(input->arena, &result->sources, inputs, run->options ? run->options->mode : STR(""));
    note_mode(run, &verdict);
    struct facts *facts = facts_gather(input->arena, &result->diags, input->host, inputs, &verdict);
    settle_reader_severities(run, facts, first_diag);
    facts->asker = run->options ? run->options->live : NULL;
    engine_run(input->arena, &result->diags, facts);
    bool has_name = inputs->config->name.text.len > 0;
    vec_push(input->arena, &result->projects,
        ((struct check_project){facts, has_name ? inputs->config->name.text : label}));
    vec_last(&result->units)->config =
        inputs->deployment ? known_with_allowances(input->arena, inputs->config, inputs->deployment)
                           : inputs->config;
    result->rule_count = rule_count() + inputs->config->rules.count;
}

const struct dialect *judge_first_reader(const struct config *config)
{
    return config->read_by.count ? config->read_by.items[0].dialect : dialect_get(DIALECT_COMPOSE);
}

/* What is beside an env file and publishes values. */
static void add_examples(struct run *run, struct inputs *inputs, str directory)
{
    struct input *input = &run->input;
    str_vec paths = input_list(input, directory, INPUT_EXAMPLE);
    struct diags unheard = {.arena = input->arena, .sources = &input->result->sources};
    vec_each(const str *, path, &paths) {
        struct host_file file;
        struct source *source = input_read(input, SOURCE_ENV, *path, &file);
        if (!source)
            continue;
        struct input_file row = input_env(input, &unheard, source, &file, dialect_get(DIALECT_COMPOSE), NULL);
        row.is_example = true;
        vec_push(input->arena, &inputs->files, row);
    }
}

void judge_pass_over(struct run *run, const str_vec *paths, str reason)
{
    struct arena *arena = run->input.arena;
    vec_each(const str *, path, paths)
        vec_push(
            arena, &run->input.result->skipped, arena_concat(arena, input_name(&run->input, *path), reason));
}

void judge_leftovers(struct run *run, str directory)
{
    str_vec paths = input_list(&run->input, directory, INPUT_LEFTOVER);
    judge_pass_over(run, &paths, STR(""));
}

/* The env files that the project read, each with its own story for the rules about files. */
static void add_project_files(
    struct run *run, struct inputs *inputs, size_t first_source, enum dialect_id dialect)
{
    struct input *input = &run->input;
    struct sources *sources = &input->result->sources;
    /* The loader has told these files' faults: a second reading must not repeat them. */
    struct diags unheard = {.arena = input->arena, .sources = sources};
    struct template_scope process = input_process_scope(input->host);
    size_t count = sources->items.count;
    for (size_t i = first_source; i < count; i++) {
        const struct source *source = sources->items.items[i];
        map_set(input->arena, &run->judged, source->name, run);
        if (source->kind != SOURCE_ENV)
            continue;
        struct host_file file = {.mode = reads_stat(sources, input->host, source->path, (span){0}).mode};
        struct input_file row = input_env(input, &unheard, source, &file, dialect_get(dialect), &process);
        row.is_live = true;
        vec_push(input->arena, &inputs->files, row);
    }
}

/*
 * A reader refuses its file, or Compose the project: what was said of it makes the run exit 2. No facts are
 * gathered, so that the gate learns here what was read until then.
 */
void judge_refuse(struct run *run, const struct inputs *inputs, size_t first_diag)
{
    struct diags *diags = &run->input.result->diags;
    struct gate *gate = sources_gate(diags->sources);
    vec_each(const struct input_file *, file, &inputs->files)
        secret_hide_env(gate, diags->sources, &file->env, NULL);
    secret_hide_env(gate, diags->sources, &inputs->environment, NULL);
    if (inputs->deployment)
        secret_hide_deployment(gate, diags->sources, inputs->deployment);
    for (size_t i = first_diag; i < diags->list.count; i++)
        if (diags->list.items[i].severity == SEVERITY_ERROR)
            diags->list.items[i].fatal = true;
}

/* Some files may be old and others new: passwords that no longer agree would be judged as meant. */
static bool refuse_half_changed(struct run *run, str directory)
{
    struct input *input = &run->input;
    str journal = path_join(input->arena, directory, STR(HOST_JOURNAL));
    if (reads_stat(&input->result->sources, input->host, journal, (span){0}).status != HOST_OK)
        return false; /* what cannot be looked at is told at the end, and no pass either */
    str where = path_directory(input_name(input, journal)), command = STR("bootgate fix --write");
    if (!str_eq(where, STR(".")))
        command = arena_join(input->arena, command, STR(" "), where);
    input_refuse(input, journal,
        STR("a run that changes files was stopped here: nothing is judged until the next one has finished it "
            "or "
            "taken it back"),
        command);
    return true;
}

const struct config *judge_deployment(struct run *run, const struct deployment_loader *loader,
    const struct deployment_options *options, str directory)
{
    struct input *input = &run->input;
    struct check_result *result = input->result;
    /* What was registered after this point belongs to this project: a run may judge several. */
    size_t first_source = result->sources.items.count, first_diag = result->diags.list.count;
    struct deployment *deployment =
        loaders_load(loader, input->arena, &result->diags, &result->sources, input->host, options);
    struct inputs inputs = {.deployment = deployment};
    suppose_apply(&run->suppositions, deployment);
    add_project_files(run, &inputs, first_source, loader->env_dialect);
    inputs.config = input_config(input, run->options->config, deployment->directory);
    if (refuse_half_changed(run, deployment->directory)) {
        judge_refuse(run, &inputs, first_diag);
        return inputs.config;
    }
    /* A file that is kept out of the repository is absent from every commit: the hook judges the rest. */
    if (deployment->refused || (deployment->lacks_file && !run->options->staged)) {
        judge_refuse(run, &inputs, first_diag);
        return inputs.config;
    }
    add_examples(run, &inputs, deployment->directory);
    judge_leftovers(run, deployment->directory);
    str_vec unread = {0};
    if (options->files.count == 0)
        unread = input_unread_compose(input, deployment->directory, &run->judged);
    judge_pass_over(run, &unread, STR(" (Compose does not read it by itself)"));
    judge_inputs(run, &inputs, directory, first_diag);
    return inputs.config;
}

struct env_chain {
    const struct env *inner;
    struct template_scope outer;
};

static struct template_value chain_get(void *self, str name)
{
    const struct env_chain *chain = self;
    const struct value *value = env_get(chain->inner, name);
    if (value && value->set)
        return (struct template_value){.found = true, .text = value->text, .from = value};
    return chain->outer.get(chain->outer.self, name);
}

void judge_env_files(struct run *run, const str_vec *paths, const struct config *config, bool is_beside)
{
    struct input *input = &run->input;
    size_t first_diag = input->result->diags.list.count;
    struct inputs inputs = {.config = config, .environment = {.arena = input->arena}, .is_beside = is_beside};
    size_t judged = 0;
    if (refuse_half_changed(run, path_directory(paths->items[0])))
        return;
    vec_each(const str *, path, paths) {
        struct host_file file;
        struct source *source = input_read(input, SOURCE_ENV, *path, &file);
        if (!source)
            continue;
        struct env_chain chain = {&inputs.environment, input_process_scope(input->host)};
        struct template_scope outer = {.self = &chain, .get = chain_get};
        struct input_file row =
            input_env(input, &input->result->diags, source, &file, judge_first_reader(config), &outer);
        map_set(input->arena, &run->judged, source->name, run);
        row.is_live = true;
        vec_push(input->arena, &inputs.files, row);
        input_stack(&inputs.environment, &row.env);
        judged += !row.is_refused;
    }
    if (judged < paths->count) { /* the environment without one of its files is another environment */
        judge_refuse(run, &inputs, first_diag);
        return;
    }
    add_examples(run, &inputs, path_directory(paths->items[0]));
    judge_inputs(run, &inputs, input_name(input, paths->items[0]), first_diag);
}

void judge_example(struct run *run, str path)
{
    struct input *input = &run->input;
    size_t first_diag = input->result->diags.list.count;
    struct inputs inputs = {
        .config = arena_new(input->arena, struct config), .environment = {.arena = input->arena}};
    struct host_file file;
    struct source *source = input_read(input, SOURCE_ENV, path, &file);
    if (!source)
        return;
    struct input_file row =
        input_env(input, &input->result->diags, source, &file, dialect_get(DIALECT_COMPOSE), NULL);
    row.is_example = true;
    vec_push(input->arena, &inputs.files, row);
    judge_inputs(run, &inputs, input_name(input, path), first_diag);
}
