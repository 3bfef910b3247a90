#include "check/check.h"

#include "check/input.h"
#include "check/judge.h"
#include "check/known.h"
#include "check/loaders.h"
#include "check/operand.h"
#include "check/tree.h"
#include "facts/mode.h"
#include "language/pack.h"
#include "text/reads.h"

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
    judge_leftovers(run, directory);
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
        judge_pass_over(run, &paths, STR(" (to be rendered first)"));
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
    judge_begin_unit(run, input_name(input, directory));
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
    judge_begin_unit(run, input_name(input, path));
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
        judge_begin_unit(run, input_name(&run->input, files->items[0]));
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
        judge_begin_unit(run, input_name(input, *path));
        if (!map_has(&run->judged, input_name(input, path_clean(input->arena, *path))))
            judge_env_files(
                run, &one, input_config(input, run->options->config, path_directory(*path)), false);
    }
}

/* The files that reports count; the others say how these are judged, or were looked into for a number. */
static const bool is_judged[SOURCE_BUILTIN + 1] = {
    [SOURCE_ENV] = true,
    [SOURCE_COMPOSE] = true,
    [SOURCE_MANIFEST] = true,
    [SOURCE_DESCRIPTION] = true,
    [SOURCE_IMAGE] = true,
    [SOURCE_SETTINGS] = true,
};

static struct check_result *finish(struct run *run)
{
    struct check_result *result = run->input.result;
    judge_settle_unit(run);
    known_suppress(&run->input);
    diag_sort(&result->diags);
    known_leave_out(&run->input, run->options);
    result->left_unread = !reads_settle(&result->sources, &result->diags);
    diag_sort(&result->diags);
    vec_each(struct source *const *, source, &result->sources.items)
        result->file_count += is_judged[(*source)->kind];
    result->cannot_judge =
        result->projects.count == 0 || result->left_unread || diag_any_fatal(&result->diags);
    tree_glimpse(&run->input, run->options);
    return result;
}

/* -f: one deployment of whatever kind the files are. */
static void judge_named(struct run *run)
{
    judge_begin_unit(run, input_name(&run->input, run->options->deployment.files.items[0]));
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
            input_env(input, &input->result->diags, source, &file, judge_first_reader(inputs.config), &outer);
        row.is_live = true;
        is_whole = is_whole && !row.is_refused;
        vec_push(arena, &inputs.files, row);
        input_stack(&inputs.environment, &row.env);
    }
    if (!is_whole) {
        judge_refuse(&run, &inputs, 0);
        return finish(&run);
    }
    struct env process = input_process_env(input);
    input_stack(&inputs.environment, &process);
    if (options->amend)
        options->amend(options->amender, &inputs.environment, inputs.config, &input->result->diags);
    judge_begin_unit(&run, STR("environment"));
    judge_inputs(&run, &inputs, STR("environment"), 0);
    return finish(&run);
}
