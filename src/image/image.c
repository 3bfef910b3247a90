#include "image/image.h"

#include "base/limit.h"
#include "deploy/launcher.h"
#include "deploy/path.h"
#include "env/dotenv.h"
#include "image/context.h"
#include "image/instruction.h"
#include "image/script.h"
#include "image/stage.h"
#include "text/reads.h"

#define SCRIPTS_MAX 8 /* that call each other; one that calls itself ends there */

/* All images of one deployment. */
struct filler {
    struct arena *arena;
    struct diags *diags;
    struct sources *sources;
    const struct host *host;
    struct deployment *deployment;
    struct map files;  /* path → struct value *: texts that were read */
    struct map parsed; /* path → struct dockerfile * */
    size_t steps;
};

/* One workload with its image. */
struct filling {
    struct filler *filler;
    struct workload *workload;
    struct workload_image *built;
    struct image_plan plan;
    struct build_context context;
    const struct image *image;
};

/* ---- files */

/* A file as a value with places; NULL: it is not there. What cannot be read is entered as such. */
static const struct value *OR_NULL read_text(struct filler *f, str path, span at)
{
    struct value *value = map_get(&f->files, path);
    if (value)
        return value;
    struct host_file file =
        reads_file(f->sources, f->host, f->arena, path, limit_value(LIMIT_DOCKERFILE_BYTES), at);
    if (file.status != HOST_OK)
        return NULL;
    str name = path_relative(f->arena, f->sources->reads->directory, path);
    const struct source *source = source_add(f->sources, SOURCE_IMAGE, name, path, file.text);
    value = arena_new(f->arena, struct value);
    *value = (struct value){.text = file.text, .set = true, .at = span_make(source->id, 0, 0)};
    pieces_add(f->arena, &value->pieces, file.text.len, span_make(source->id, 0, file.text.len), NULL);
    map_set(f->arena, &f->files, path, value);
    return value;
}

/* The Dockerfile of a build; NULL: it cannot be looked into, `built->unknown` says why. */
static const struct dockerfile *OR_NULL find_dockerfile(struct filling *g, str *ret_path)
{
    struct filler *f = g->filler;
    const struct workload_build *build = g->workload->build;
    *ret_path = STR("");
    if (build->text)
        return dockerfile_read(f->arena, f->diags, build->text);
    if (build->is_remote) {
        g->built->unknown = STR("its build context is not on this machine");
        return NULL;
    }
    bool is_default = build->dockerfile.len == 0 || str_eq(build->dockerfile, STR("Dockerfile"));
    str name = build->dockerfile.len ? build->dockerfile : STR("Dockerfile");
    str path = path_clean(f->arena, path_join(f->arena, build->context, name));
    const struct value *text = read_text(f, path, build->dockerfile_at);
    if (!text && is_default) {
        /* dockerui/config.go of BuildKit: this very name is looked for in lower case too. */
        path = path_clean(f->arena, path_join(f->arena, build->context, STR("dockerfile")));
        text = read_text(f, path, build->dockerfile_at);
    }
    if (!text) {
        g->built->unknown = STR("its Dockerfile is not there");
        return NULL;
    }
    *ret_path = path;
    const struct dockerfile *parsed = map_get(&f->parsed, path);
    if (!parsed) {
        parsed = dockerfile_read(f->arena, f->diags, text);
        map_set(f->arena, &f->parsed, path, (void *)(uintptr_t)parsed);
    }
    return parsed;
}

/* ---- Compose over the image */

/* The image's value under those that the description sets: at the bottom of their chain. */
static void put_under(
    struct arena *arena, struct env *env, const struct value *top, const struct value *bottom)
{
    if (!top->set && top->origin == ORIGIN_SERVICE_FILE)
        return; /* a bare name in an env_file that is set nowhere says nothing */
    VEC(const struct value *) chain = {0};
    for (const struct value *value = top; value; value = value->shadows)
        vec_push(arena, &chain, value);
    for (; chain.count > 0; chain.count--) {
        struct value *copy = arena_new(arena, struct value);
        *copy = *chain.items[chain.count - 1];
        copy->shadows = bottom;
        bottom = copy;
    }
    map_set(arena, &env->map, top->name, (void *)(uintptr_t)bottom);
}

static void put_environment(struct filling *g)
{
    struct arena *arena = g->filler->arena;
    struct env *own = &g->workload->environment;
    vec_each(const struct map_entry *, entry, &g->image->environment.map.entries) {
        const struct value *top = env_get(own, entry->key);
        if (top)
            put_under(arena, own, top, entry->value);
        if (!top || (!top->set && top->origin == ORIGIN_SERVICE_FILE))
            map_set(arena, &own->map, entry->key, entry->value);
    }
}

/* moby's merge(): an empty command is none, a set entrypoint drops the image's CMD, an empty one does not. */
static void put_words(struct filling *g)
{
    struct workload *workload = g->workload;
    const struct image *image = g->image;
    struct arena *arena = g->filler->arena;
    bool has_entrypoint = workload->entrypoint.count > 0,
         clears = workload->entrypoint_set && !has_entrypoint;
    bool has_command = workload->command.count > 0;
    if (!workload->entrypoint_set && image->entrypoint.is_known)
        vec_each(struct value *const *, word, &image->entrypoint.list)
            vec_push(arena, &workload->entrypoint, *word);
    if (!has_command && !has_entrypoint && image->command.is_known)
        vec_each(struct value *const *, word, &image->command.list)
            vec_push(arena, &workload->command, *word);
    workload->entrypoint_set = has_entrypoint || clears || image->entrypoint.is_known;
    workload->command_set = has_command || has_entrypoint || image->command.is_known;
}

/* ---- what is baked in */

static bool is_env_file(str path)
{
    static const str examples[] = {STR_INIT("example"), STR_INIT("sample"), STR_INIT("template"),
        STR_INIT("dist"), STR_INIT("defaults")};
    str name = path_base(path), part;
    if (!str_starts(name, STR(".env")) && !str_ends(name, STR(".env")))
        return false;
    while (str_next(&name, '.', &part))
        if (STR_IS_IN(part, examples))
            return false;
    return true;
}

/* The variables of an env file that the build copies, `at` its word in the Dockerfile. Programs in an
 * image read it themselves, most of them as dotenv does. */
static void bake_file(struct filling *g, enum baked_kind kind, str path, span at)
{
    struct filler *f = g->filler;
    str whole = path_clean(f->arena, path_join(f->arena, g->context.directory, path));
    const struct dialect *reader = dialect_find(STR("node"));
    const struct value *text =
        context_sends(&g->context, path_clean(f->arena, path)) ? read_text(f, whole, at) : NULL;
    if (!text || !reader)
        return;
    struct diags unheard = {.arena = f->arena, .sources = f->sources};
    struct source *source = (struct source *)(uintptr_t)source_of(f->sources, text->at);
    struct dotenv_result result = dotenv_read(f->arena, &unheard, source, reader, NULL, ORIGIN_ENV_FILE);
    vec_each(const struct map_entry *, entry, &result.env.map.entries)
        if (!entry->removed)
            vec_push(
                f->arena, &g->built->baked, ((struct workload_baked){kind, entry->key, entry->value, at}));
}

static void bake_copy(struct filling *g, const struct image_step *step)
{
    const struct instruction *instruction = step->instruction;
    if (instruction->kind == INSTRUCTION_RUN || step->stage.len || g->context.directory.len == 0)
        return;
    for (size_t i = 0; i + 1 < step->words.count && i < instruction->words.count; i++) {
        str source = str_trim_bytes(step->words.items[i], STR("/"));
        span at = instruction->words.items[i]->at;
        bool is_pattern = str_has_any(source, STR("*?["));
        if (is_pattern && context_match(g->filler->arena, source, STR(".env")))
            bake_file(g, BAKED_FILE, STR(".env"), at);
        else if (is_env_file(source))
            bake_file(g, BAKED_FILE, source, at);
        else if (source.len == 0 || str_eq(source, STR(".")))
            bake_file(g, BAKED_CONTEXT, STR(".env"), at);
    }
}

static void bake(struct filling *g)
{
    struct arena *arena = g->filler->arena;
    vec_each(const struct map_entry *, entry, &g->image->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set)
            vec_push(
                arena, &g->built->baked, ((struct workload_baked){BAKED_ENV, entry->key, value, value->at}));
    }
    vec_each(const struct image_argument *, argument, &g->image->arguments)
        if (argument->value->set)
            vec_push(arena, &g->built->baked,
                ((struct workload_baked){
                    BAKED_ARGUMENT, argument->name, argument->value, argument->value->key}));
    vec_each(const struct image_step *, step, &g->image->steps)
        bake_copy(g, step);
}

/* ---- the start script */

/* What lies at a path that is called: mounted over the image, or in it. */
static const struct value *OR_NULL script_text(struct filling *g, str path)
{
    struct filler *f = g->filler;
    struct workload_path mounted = workload_path(f->arena, f->deployment, g->workload, path);
    if (mounted.kind == PATH_FILE)
        return read_text(f, mounted.file, mounted.at);
    if (mounted.kind != PATH_UNKNOWN)
        return NULL;
    struct workload_file file = context_find(&g->context, &g->plan, g->image, path);
    if (!file.is_known)
        return NULL;
    return file.text ? file.text : read_text(f, file.path, (span){0});
}

/* A word that is called, as the paths that it may be. */
static const struct value *OR_NULL find_script(struct filling *g, str word)
{
    static const str directories[] = {STR_INIT("/usr/local/bin"), STR_INIT("/usr/bin"), STR_INIT("/bin")};
    struct arena *arena = g->filler->arena;
    str directory = g->workload->working_directory.len ? g->workload->working_directory : g->image->directory;
    if (str_has_byte(word, '/') || str_ends(word, STR(".sh"))) {
        str path = path_join(arena, directory, word);
        const struct value *text = path_is_absolute(path) ? script_text(g, path) : NULL;
        if (text || str_has_byte(word, '/'))
            return text;
    }
    for (size_t i = 0; i < ARRAY_COUNT(directories); i++) {
        const struct value *text = script_text(g, path_join(arena, directories[i], word));
        if (text)
            return text;
    }
    return NULL;
}

/* Shell scripts alone: a program of another language says nothing about what it starts. */
static bool is_shell_script(str text)
{
    str first = str_cut_byte(text, '\n').head;
    return !str_starts(first, STR("#!")) || str_contains(first, STR("sh"));
}

/* ---- what the image has at its paths, for whoever asks later */

static struct workload_file find_file(const void *self, str path)
{
    const struct filling *g = self;
    struct image_plan plan = g->plan;
    return context_find(&g->context, &plan, g->image, path);
}

static str_vec list_directory(const void *self, str directory)
{
    const struct filling *g = self;
    struct image_plan plan = g->plan;
    return context_list(&g->context, &plan, g->image, directory);
}

static str_vec copied_directories(const void *self)
{
    const struct filling *g = self;
    struct image_plan plan = g->plan;
    return context_copied(&g->context, &plan);
}

static bool sends_file(const void *self, str path)
{
    const struct filling *g = self;
    return context_sends(&g->context, path_relative(g->filler->arena, g->context.directory, path));
}

static bool is_edited_file(const void *self, str path)
{
    const struct filling *g = self;
    return context_is_edited(g->image, path);
}

static void offer_files(struct filling *g)
{
    struct filling *kept = arena_new(g->filler->arena, struct filling);
    *kept = *g;
    g->built->directory = g->image->directory;
    g->built->files = (struct workload_files){.self = kept,
        .find = find_file,
        .list = list_directory,
        .copied = copied_directories,
        .sends = sends_file,
        .is_edited = is_edited_file};
}

/* The script that a command calls, by itself, of a shell or behind launchers; `ret_first`: its arguments. */
static const struct value *OR_NULL called_script(
    struct filling *g, const struct command *command, size_t *ret_first)
{
    const struct command_word *words = command->words.items;
    for (size_t at = 0, taken; at < command->words.count; at += taken) {
        size_t file = launcher_file(command, at), called = file ? file : at;
        taken = file ? 0 : launcher_words(command, at);
        if (taken == 0 && g->image->known && str_eq(words[at].text, g->image->known->entrypoint))
            taken = 1;
        /* An entry point may be the project's own; what wait-for-it.sh does with its words is known. */
        bool may_be_script = taken == 0 || str_contains(words[at].text, STR("entrypoint"));
        const struct value *text = may_be_script ? find_script(g, words[called].text) : NULL;
        *ret_first = called + 1;
        if (text && is_shell_script(text->text))
            return text;
        if (taken == 0)
            return NULL;
    }
    return NULL;
}

static struct script_arguments arguments_of(struct arena *arena, const struct command *command, size_t first)
{
    VEC(struct value *) words = {0};
    for (size_t i = first; i < command->words.count; i++) {
        const struct command_word *word = &command->words.items[i];
        struct value *value = arena_new(arena, struct value);
        *value = (struct value){.text = word->text, .set = true, .origin = ORIGIN_IMAGE, .at = word->at};
        vec_push(arena, &words, value);
    }
    return (struct script_arguments){words.items, words.count};
}

static void note_beside(struct filling *g, const struct value *text)
{
    str_vec programs = script_programs(g->filler->arena, text);
    vec_each(const str *, program, &programs)
        vec_push(g->filler->arena, &g->workload->beside, *program);
}

/* What is started, through the scripts that call each other. */
static void follow_scripts(struct filling *g)
{
    struct workload *workload = g->workload;
    struct arena *arena = g->filler->arena;
    struct commands commands = commands_of(arena, workload);
    const struct value *text = NULL;
    for (size_t i = 0, first; i == 0 || text; i++) {
        const struct command *last = command_last(&commands);
        text = last ? called_script(g, last, &first) : NULL;
        if (!text)
            return;
        struct script_arguments arguments = arguments_of(arena, last, first);
        workload->runs =
            i < SCRIPTS_MAX ? script_last(arena, text, &arguments, &workload->environment) : NULL;
        workload->runs_script = workload->runs == NULL;
        note_beside(g, text);
        if (!workload->runs)
            return;
        commands = commands_of(arena, workload);
    }
}

static void follow_start(struct filling *g)
{
    struct workload *workload = g->workload;
    if (!workload->entrypoint_set)
        return;
    command_values values = command_written(g->filler->arena, workload);
    struct command command = command_whole(g->filler->arena, &values);
    size_t at = command.words.count ? launcher_script(&command, command_launchers(&command)) : 0;
    workload->beside_open = launcher_supervises(&command);
    if (at)
        note_beside(g, values.items[at]);
    follow_scripts(g);
}

/* ---- one workload */

/* Which instruction and stage a value comes from is asked by its place. */
static void note_instructions(struct filling *g)
{
    struct arena *arena = g->filler->arena;
    const struct image_plan *plan = &g->plan;
    size_t next = 0;
    str stage = STR("");
    for (size_t i = 0; i < plan->file->instructions.count; i++) {
        const struct instruction *instruction = plan->file->instructions.items[i];
        if (next < plan->stages.count && plan->stages.items[next] == i) {
            bool is_named = instruction->words.count == 3;
            stage = is_named ? instruction->words.items[2]->text : arena_integer(arena, (int64_t)next);
            next++;
        }
        span at = instruction->rest ? span_cover(instruction->at, instruction->rest->at) : instruction->at;
        vec_push(arena, &g->built->instructions,
            ((struct workload_instruction){at, instruction_name(arena, instruction->kind), stage}));
    }
}

static bool fill(struct filling *g)
{
    struct filler *f = g->filler;
    const struct workload_build *build = g->workload->build;
    str path;
    const struct dockerfile *file = find_dockerfile(g, &path);
    if (!file)
        return true;
    if (file->is_foreign)
        g->built->unknown = STR("its Dockerfile is for another builder");
    if (!file->ok || file->is_foreign)
        return file->ok;
    g->plan = (struct image_plan){
        .arena = f->arena, .diags = f->diags, .file = file, .build = build, .steps = &f->steps};
    if (!stage_plan(&g->plan))
        return false;
    note_instructions(g);
    size_t stages = g->plan.stages.count;
    size_t stage = build->target.len ? stage_find(&g->plan, build->target, stages, false) : stages - 1;
    if (stage == SIZE_MAX) {
        diag_add(f->diags, STR("dockerfile-syntax"), SEVERITY_ERROR, build->target_at,
            "the Dockerfile has no stage `" STR_FMT "`", STR_ARG(build->target))
            ->fatal = true;
        return false;
    }
    str directory = build->is_remote ? STR("") : build->context;
    g->context = context_open(f->arena, f->sources, f->host, directory, path);
    g->image = stage_image(&g->plan, stage);
    if (!g->image->ok)
        return false;
    g->built->base = g->image->base;
    g->built->base_at = g->image->base_at;
    if (g->workload->user.len == 0)
        g->workload->user = g->image->user;
    put_environment(g);
    put_words(g);
    vec_each(const str *, port, &g->image->exposed)
        if (!str_is_in(*port, g->workload->expose.items, g->workload->expose.count))
            vec_push(f->arena, &g->workload->expose, *port);
    bake(g);
    offer_files(g);
    follow_start(g);
    return true;
}

/* Exec forms that are none, and only of what is started: the builder says nothing, and nothing runs. */
static void note_shell_forms(struct filling *g)
{
    struct workload *workload = g->workload;
    size_t count = g->plan.file ? g->plan.file->instructions.count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct instruction *instruction = g->plan.file->instructions.items[i];
        bool is_start = instruction->kind == INSTRUCTION_CMD || instruction->kind == INSTRUCTION_ENTRYPOINT;
        if (!is_start || instruction->is_json || !instruction->looks_like_json)
            continue;
        bool is_used = false;
        vec_each(struct value *const *, word, &workload->command)
            is_used |= *word == instruction->rest;
        vec_each(struct value *const *, word, &workload->entrypoint)
            is_used |= *word == instruction->rest;
        if (is_used)
            vec_push(g->filler->arena, &g->built->shell_forms, instruction->rest->at);
    }
}

void image_fill(struct arena *arena, struct diags *diags, struct sources *sources, const struct host *host,
    struct deployment *deployment)
{
    struct filler *filler = arena_new(arena, struct filler);
    *filler = (struct filler){
        .arena = arena, .diags = diags, .sources = sources, .host = host, .deployment = deployment};
    vec_each(struct workload *const *, workload, &deployment->workloads) {
        if (!(*workload)->active || !(*workload)->build)
            continue;
        struct filling filling = {.filler = filler, .workload = *workload};
        filling.built = arena_new(arena, struct workload_image);
        (*workload)->built = filling.built;
        size_t before = diags->list.count;
        bool is_good = fill(&filling);
        for (size_t i = before; i < diags->list.count; i++)
            diags->list.items[i].service = (*workload)->name;
        deployment->ok &= is_good;
        if (!is_good)
            deployment->refused = true;
        else
            note_shell_forms(&filling);
    }
}
