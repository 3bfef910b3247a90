#include "check/check.h"

#include "check/input.h"
#include "check/known.h"
#include "check/loaders.h"
#include "check/operand.h"
#include "check/tree.h"
#include "facts/mode.h"
#include "language/pack.h"
#include "rule/engine.h"
#include "rule/secret.h"
#include "syntax/yaml.h"
#include "text/reads.h"

/* A run while it goes on. */
struct run {
    struct input input;
    const struct check_options *options;
    size_t settled;    /* findings that are known to be of their unit */
    struct map judged; /* names of sources that were judged as part of a project */
    suppositions suppositions;
};

/* False: nothing can be found, because the system does not tell where this is. */
static bool start(struct run *run, struct arena *arena, const struct host *host)
{
    struct check_result *result = arena_new(arena, struct check_result);
    result->sources.arena = arena;
    result->diags.arena = arena;
    result->diags.sources = &result->sources;
    result->mode_assumed = true; /* until something is judged */
    result->rule_count = rule_count();
    run->input =
        (struct input){.arena = arena, .host = host, .result = result, .proposed = run->options->proposed};
    run->input.directory = host->current_directory(host->self, arena);
    reads_begin(&result->sources, run->input.directory);
    return run->input.directory.len > 0;
}

/* What was found since the last unit began is that one's. */
static void settle_unit(struct run *run)
{
    struct check_result *result = run->input.result;
    for (; run->settled < result->diags.list.count; run->settled++)
        result->diags.list.items[run->settled].unit = result->units.count;
}

static void begin_unit(struct run *run, str label)
{
    struct check_result *result = run->input.result;
    settle_unit(run);
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

/* Settles the mode, gathers the facts and runs the rules over one project. */
static void judge(struct run *run, const struct inputs *inputs, str label, size_t first_diag)
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

static const struct dialect *first_reader(const struct config *config)
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

/* `reason` stands after the name; empty: the name says it. */
static void pass_over(struct run *run, const str_vec *paths, str reason)
{
    struct arena *arena = run->input.arena;
    vec_each(const str *, path, paths)
        vec_push(
            arena, &run->input.result->skipped, arena_concat(arena, input_name(&run->input, *path), reason));
}

static void add_leftovers(struct run *run, str directory)
{
    str_vec paths = input_list(&run->input, directory, INPUT_LEFTOVER);
    pass_over(run, &paths, STR(""));
}

static uint32_t mode_of_path(struct run *run, str path)
{
    return reads_stat(&run->input.result->sources, run->input.host, path, (span){0}).mode;
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
        struct host_file file = {.mode = mode_of_path(run, source->path)};
        struct input_file row = input_env(input, &unheard, source, &file, dialect_get(dialect), &process);
        row.is_live = true;
        vec_push(input->arena, &inputs->files, row);
    }
}

/*
 * A reader refuses its file, or Compose the project: what was said of it makes the run exit 2. No facts are
 * gathered, so that the gate learns here what was read until then.
 */
static void refuse(struct run *run, const struct inputs *inputs, size_t first_diag)
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

/* Returns the project's configuration; NULL where there is nothing to go on with. */
static const struct config *judge_deployment(struct run *run, const struct deployment_loader *loader,
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
        refuse(run, &inputs, first_diag);
        return inputs.config;
    }
    /* A file that is kept out of the repository is absent from every commit: the hook judges the rest. */
    if (deployment->refused || (deployment->lacks_file && !run->options->staged)) {
        refuse(run, &inputs, first_diag);
        return inputs.config;
    }
    add_examples(run, &inputs, deployment->directory);
    add_leftovers(run, deployment->directory);
    str_vec unread = {0};
    if (options->files.count == 0)
        unread = input_unread_compose(input, deployment->directory, &run->judged);
    pass_over(run, &unread, STR(" (Compose does not read it by itself)"));
    judge(run, &inputs, directory, first_diag);
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

/* Env files that form one environment, judged without a Compose file. */
/* One environment of the files. `is_beside`: a deployment beside them gets nothing of it. */
static void judge_env_files(
    struct run *run, const str_vec *paths, const struct config *config, bool is_beside)
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
            input_env(input, &input->result->diags, source, &file, first_reader(config), &outer);
        map_set(input->arena, &run->judged, source->name, run);
        row.is_live = true;
        vec_push(input->arena, &inputs.files, row);
        input_stack(&inputs.environment, &row.env);
        judged += !row.is_refused;
    }
    if (judged < paths->count) { /* the environment without one of its files is another environment */
        refuse(run, &inputs, first_diag);
        return;
    }
    add_examples(run, &inputs, path_directory(paths->items[0]));
    judge(run, &inputs, input_name(input, paths->items[0]), first_diag);
}

/* An example by itself: its values are published, never live, so that only how it is written counts. */
static void judge_example(struct run *run, str path)
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
    judge(run, &inputs, input_name(input, path), first_diag);
}

static bool reads_local(const struct config *config)
{
    vec_each(const struct config_reader *, reader, &config->read_by)
        if (dialect_reads_local(reader->dialect))
            return true;
    return false;
}

/* .env.production and its kin: each judged alone, in its own mode, unless the project has read it already. */
static void judge_mode_files(struct run *run, str directory, const struct config *config, bool is_beside)
{
    str_vec paths = input_list(&run->input, directory, INPUT_ENV);
    vec_each(const str *, path, &paths) {
        enum mode mode;
        bool known = map_has(&run->judged, input_name(&run->input, *path));
        bool has_mode = mode_of_file_name(*path, &mode) || mode_is_local_file(*path);
        if (known || !str_starts(path_base(*path), STR(".env.")) || !has_mode)
            continue;
        str_vec one = {0};
        vec_push(run->input.arena, &one, *path);
        judge_env_files(run, &one, config, is_beside);
    }
}

/* A directory without a Compose file: its .env, with .env.local over it where its readers do that. */
static void judge_env_directory(struct run *run, str directory, const struct config *config)
{
    struct input *input = &run->input;
    str_vec paths = {0};
    str env = path_join(input->arena, directory, STR(".env"));
    str local = path_join(input->arena, directory, STR(".env.local"));
    if (input_is_there(input, env))
        vec_push(input->arena, &paths, env);
    if (paths.count && input_is_there(input, local) && reads_local(config))
        vec_push(input->arena, &paths, local);
    if (paths.count)
        judge_env_files(run, &paths, config, false);
    add_leftovers(run, directory);
}

/* The only Compose file has a name that Compose does not look for: .env alone is not what will run. */
static bool refuse_unread_compose(struct run *run, str directory)
{
    struct input *input = &run->input;
    str_vec unread = input_unread_compose(input, directory, &run->judged);
    vec_each(const str *, path, &unread) {
        str name = input_name(input, *path);
        input_refuse(input, *path,
            STR("Compose does not read this file by itself, and there is none that it reads: nothing is "
                "judged"),
            arena_concat(input->arena, STR("bootgate check -f "), name));
    }
    return unread.count > 0;
}

/* Templates are told to be rendered; where nothing else is there, the run has judged nothing. */
static void tell_unrendered(struct run *run, str directory, bool is_alone)
{
    str_vec paths = input_unrendered(&run->input, directory);
    /* What a commit brings is judged as far as files go: rendering is the pipeline's. */
    is_alone = is_alone && !run->options->staged;
    if (!is_alone)
        pass_over(run, &paths, STR(" (to be rendered first)"));
    vec_each(const str *, path, &paths)
        if (is_alone)
            input_refuse(
                &run->input, *path, operand_refusal(OPERAND_UNRENDERED), input_rendering(&run->input, *path));
}

/* The current directory is searched upward from, as Compose does; another one stands for itself. */
static void judge_directory(struct run *run, str directory)
{
    struct input *input = &run->input;
    struct deployment_options options = run->options->deployment;
    size_t projects = input->result->projects.count, faults = input->result->diags.list.count;
    const struct config *config;
    begin_unit(run, input_name(input, directory));
    options.directory = directory;
    options.is_walked = run->options->recursive;
    /* `bootgate check` in a subdirectory means the project around it; `check DIR` means that directory. */
    options.search_parents = !run->options->recursive &&
                             str_eq(path_join(input->arena, input->directory, directory), input->directory);
    const struct deployment_loader *loader = loaders_discover(input->arena, input->host, &options);
    if (loader) {
        config = judge_deployment(run, loader, &options, directory);
    } else {
        config = input_config(input, run->options->config, directory);
        if (!run->options->recursive && refuse_unread_compose(run, directory))
            return;
        if (options.env_files.count)
            judge_env_files(run, &options.env_files, config, false);
        else
            judge_env_directory(run, directory, config);
    }
    if (config)
        judge_mode_files(run, directory, config, loader != NULL);
    bool is_alone = input->result->projects.count == projects && input->result->diags.list.count == faults;
    tell_unrendered(run, directory, is_alone);
}

/* Operands that wait for the others: files of one kind that are given together are one deployment, and what
 * that has read is not judged again by itself (a hook names .env beside compose.yml). */
struct operands {
    str_vec described[OPERAND_KINDS]; /* files of a loader, by their kind */
    str_vec env_files;
};

/* A file by its content. */
static void judge_file(struct run *run, str path, struct operands *operands)
{
    struct input *input = &run->input;
    str text;
    begin_unit(run, input_name(input, path));
    if (!input_open(input, path, &text))
        return;
    enum operand_kind kind = operand_kind(path, text);
    if (loaders_of(kind)) {
        loaders_keep(input->arena, &input->result->sources, input->directory, kind, path, text);
        vec_push(input->arena, &operands->described[kind], path);
    } else if (kind != OPERAND_ENV) {
        str advice = kind == OPERAND_UNRENDERED ? input_rendering(&run->input, path) : operand_advice(kind);
        input_refuse(input, path, operand_refusal(kind), advice);
    } else if (input_kind(path) == INPUT_EXAMPLE) {
        judge_example(run, path);
    } else {
        vec_push(input->arena, &operands->env_files, path);
    }
}

/* Files of one kind: one deployment, but for Dockerfiles, each of which is an image of its own. */
static void judge_described(struct run *run, enum operand_kind kind, const str_vec *files)
{
    const struct deployment_loader *loader = loaders_of(kind);
    struct deployment_options options = run->options->deployment;
    options.files = *files;
    if (files->count)
        begin_unit(run, input_name(&run->input, files->items[0]));
    if (kind != OPERAND_DOCKERFILE && loader && files->count) {
        judge_deployment(run, loader, &options, path_directory(files->items[0]));
        return;
    }
    vec_each(const str *, path, files) {
        options = (struct deployment_options){0};
        vec_push(run->input.arena, &options.files, *path);
        judge_deployment(run, loader, &options, path_directory(*path));
    }
}

/* Operands: directories and env files stand alone, files of a loader given together are one deployment. */
static void judge_operands(struct run *run)
{
    struct input *input = &run->input;
    struct sources *sources = &input->result->sources;
    struct operands operands = {0};
    vec_each(const str *, path, &run->options->paths)
        reads_expect(sources, *path);
    vec_each(const str *, path, &run->options->paths) {
        bool is_stream = str_eq(*path, STR("-"));
        struct host_stat stat = {0};
        if (!is_stream)
            stat = reads_stat(sources, input->host, *path, (span){0});
        if (stat.status == HOST_OK && stat.is_directory) {
            reads_close(sources, *path);
            judge_directory(run, *path);
        } else if (input_kind(*path) == INPUT_LEFTOVER) {
            reads_close(sources, *path);
            vec_push(input->arena, &input->result->skipped, input_name(input, *path));
        } else if (host_is_absent(stat.status) && input_kind(*path) == INPUT_COMPOSE) {
            vec_push(input->arena, &operands.described[OPERAND_COMPOSE], *path); /* Compose's to refuse */
        } else {
            judge_file(run, *path, &operands);
        }
    }
    for (int kind = 0; kind < OPERAND_KINDS; kind++)
        judge_described(run, (enum operand_kind)kind, &operands.described[kind]);
    vec_each(const str *, path, &operands.env_files) {
        str_vec one = {0};
        vec_push(input->arena, &one, *path);
        begin_unit(run, input_name(input, *path));
        if (!map_has(&run->judged, input_name(input, path_clean(input->arena, *path))))
            judge_env_files(
                run, &one, input_config(input, run->options->config, path_directory(*path)), false);
    }
}

static struct check_result *finish(struct run *run)
{
    struct check_result *result = run->input.result;
    settle_unit(run);
    known_suppress(&run->input);
    diag_sort(&result->diags);
    known_leave_out(&run->input, run->options);
    result->left_unread = !reads_settle(&result->sources, &result->diags);
    diag_sort(&result->diags);
    vec_each(struct source *const *, source, &result->sources.items)
        result->file_count += (*source)->kind == SOURCE_ENV || (*source)->kind == SOURCE_COMPOSE ||
                              (*source)->kind == SOURCE_MANIFEST || (*source)->kind == SOURCE_IMAGE ||
                              (*source)->kind == SOURCE_SETTINGS || (*source)->kind == SOURCE_UNIT;
    result->cannot_judge =
        result->projects.count == 0 || result->left_unread || diag_any_fatal(&result->diags);
    tree_glimpse(&run->input, run->options);
    return result;
}

/* -f: one deployment of whatever kind the files are. */
static void judge_named(struct run *run)
{
    begin_unit(run, input_name(&run->input, run->options->deployment.files.items[0]));
    struct input *input = &run->input;
    struct deployment_options options = run->options->deployment;
    str_vec none = {0};
    const struct deployment_loader *loader =
        loaders_choose(input->arena, &input->result->sources, input->host, &none, &options);
    judge_deployment(run, loader, &options, STR("."));
}

/* Deployments first: an env file that one of them reads is no project by itself. */
static void judge_tree(struct run *run)
{
    const struct check_options *options = run->options;
    size_t done = 0;
    tree_places places = tree_walk(&run->input, &options->paths, &options->ignored);
    for (int pass = 0; pass < 2; pass++)
        vec_each(const struct tree_place *, place, &places) {
            if (place->has_deployment != (pass == 0))
                continue;
            if (options->progress)
                options->progress(options->progress_self, done++, places.count);
            str env = path_join(run->input.arena, place->directory, STR(".env"));
            if (pass == 0 || !map_has(&run->judged, input_name(&run->input, env)))
                judge_directory(run, place->directory);
        }
    if (options->progress)
        options->progress(options->progress_self, places.count, places.count);
}

struct check_result *check_files(
    struct arena *arena, const struct host *host, const struct check_options *options)
{
    struct run run = {.options = options, .suppositions = options->suppositions};
    if (!start(&run, arena, host))
        reads_expect(&run.input.result->sources, STR("."));
    else if (options->recursive)
        judge_tree(&run);
    else if (options->paths.count)
        judge_operands(&run);
    else if (options->deployment.files.count)
        judge_named(&run);
    else
        judge_directory(&run, STR("."));
    str_vec unmet = suppose_unmet(arena, &run.suppositions);
    vec_each(const str *, reason, &unmet) {
        input_refuse(&run.input, STR("--what-if"), *reason, STR(""));
        run.input.result->projects.count = 0; /* nothing that is known answers it */
    }
    return finish(&run);
}

struct check_result *check_environment(
    struct arena *arena, const struct host *host, const struct environment_options *options)
{
    struct check_options as_check = {.mode = options->mode, .config = options->config, .live = options->live};
    struct run run = {.options = &as_check};
    start(&run, arena, host);
    struct input *input = &run.input;
    struct inputs inputs = {.is_process = true, .environment = {.arena = arena}};
    inputs.config =
        options->config.len ? input_config(input, options->config, STR(".")) : pack_default(arena);
    bool is_whole = true;
    vec_each(const str *, path, &options->env_files) {
        struct host_file file;
        struct source *source = input_read(input, SOURCE_ENV, *path, &file);
        is_whole = is_whole && source;
        if (!source)
            continue;
        struct template_scope outer = input_process_scope(host);
        struct input_file row =
            input_env(input, &input->result->diags, source, &file, first_reader(inputs.config), &outer);
        row.is_live = true;
        is_whole = is_whole && !row.is_refused;
        vec_push(arena, &inputs.files, row);
        input_stack(&inputs.environment, &row.env);
    }
    if (!is_whole) {
        refuse(&run, &inputs, 0);
        return finish(&run);
    }
    struct env process = input_process_env(input);
    input_stack(&inputs.environment, &process);
    if (options->amend)
        options->amend(options->amender, &inputs.environment, inputs.config, &input->result->diags);
    begin_unit(&run, STR("environment"));
    judge(&run, &inputs, STR("environment"), 0);
    return finish(&run);
}
