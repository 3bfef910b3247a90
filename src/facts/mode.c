#include "facts/mode.h"

#include "base/word.h"
#include "facts/data.h"
#include "facts/variable.h"

static const struct {
    str word;
    enum mode mode;
} mode_words[] = {
    {STR_INIT("production"), MODE_PRODUCTION},
    {STR_INIT("development"), MODE_DEVELOPMENT},
    {STR_INIT("prod"), MODE_PRODUCTION},
    {STR_INIT("live"), MODE_PRODUCTION},
    {STR_INIT("staging"), MODE_PRODUCTION},
    {STR_INIT("stage"), MODE_PRODUCTION},
    {STR_INIT("preprod"), MODE_PRODUCTION},
    {STR_INIT("develop"), MODE_DEVELOPMENT},
    {STR_INIT("dev"), MODE_DEVELOPMENT},
    {STR_INIT("local"), MODE_DEVELOPMENT},
    {STR_INIT("test"), MODE_DEVELOPMENT},
    {STR_INIT("testing"), MODE_DEVELOPMENT},
    {STR_INIT("ci"), MODE_DEVELOPMENT},
};

/* The first of these that is set decides. */
static const str mode_variables[] = {
    STR_INIT("APP_ENV"),
    STR_INIT("ENVIRONMENT"),
    STR_INIT("ENV"),
    STR_INIT("NODE_ENV"),
    STR_INIT("RAILS_ENV"),
    STR_INIT("RACK_ENV"),
    STR_INIT("DJANGO_ENV"),
    STR_INIT("FLASK_ENV"),
    STR_INIT("GO_ENV"),
    STR_INIT("ASPNETCORE_ENVIRONMENT"),
};

bool mode_of_word(str word, enum mode *ret_mode)
{
    word = str_trim(word);
    for (size_t i = 0; i < ARRAY_COUNT(mode_words); i++) {
        if (!str_eq_fold(word, mode_words[i].word))
            continue;
        *ret_mode = mode_words[i].mode;
        return true;
    }
    return false;
}

str mode_word_at(size_t index)
{
    return index < ARRAY_COUNT(mode_words) ? mode_words[index].word : STR("");
}

bool mode_of_file_name(str path, enum mode *ret_mode)
{
    str name = path_base(path), part;
    bool found = false;
    while (str_next(&name, '.', &part))
        if (!str_eq(part, STR("local")) && mode_of_word(part, ret_mode))
            found = true;
    return found;
}

bool mode_is_local_file(str path)
{
    enum mode ignored;
    return str_ends(path_base(path), STR(".local")) && !mode_of_file_name(path, &ignored);
}

/* .env.production, app.prod.yml, .envs/.production/.django: a file of a live deployment. */
static bool is_called_production(str path)
{
    str name = path_base(path), folder = path_base(path_directory(path)), word;
    enum mode mode;
    while (word_next(&name, &word))
        if (mode_of_word(word, &mode))
            return mode == MODE_PRODUCTION;
    return mode_of_word(str_trim_bytes(folder, STR(".")), &mode) && mode == MODE_PRODUCTION;
}

/* "file:line what", or what alone where it is in no file. */
static str place(struct arena *arena, const struct sources *sources, span at, str what)
{
    const struct source *source = source_of(sources, at);
    if (!source || source->kind == SOURCE_ENVIRONMENT)
        return arena_printf(arena, "environment " STR_FMT, STR_ARG(what));
    struct position position = source_position(sources, at.source, at.offset);
    return arena_printf(arena, STR_FMT ":%u " STR_FMT, STR_ARG(source->name), position.line, STR_ARG(what));
}

str mode_place(struct arena *arena, const struct sources *sources, const struct value *value)
{
    const struct value *root = value_root(value); /* who wrote the word, not who hands it on */
    str name = value_is_of_object(root) ? value->name : root->name;
    return place(arena, sources, span_is_set(root->key) ? root->key : root->at, name);
}

/* A word that nobody knows counts as production: doubt never makes a deployment easier to pass. */
enum mode mode_of_value(const struct value *value)
{
    enum mode mode;
    return mode_of_word(value->text, &mode) ? mode : MODE_PRODUCTION;
}

static struct mode_verdict say(struct arena *arena, const struct sources *sources, const struct value *value)
{
    enum mode ignored;
    return (struct mode_verdict){
        .mode = mode_of_value(value),
        .unknown_word = !mode_of_word(value->text, &ignored),
        .variable = value->name,
        .from = mode_place(arena, sources, value),
    };
}

/* Whose environment it names to somebody else: a sandbox for payments, a label of traces. */
static const str others[] = {STR_INIT("SENTRY"), STR_INIT("DD"), STR_INIT("OTEL"), STR_INIT("APM"),
    STR_INIT("RELIC"), STR_INIT("ROLLBAR"), STR_INIT("BUGSNAG"), STR_INIT("HONEYBADGER"),
    STR_INIT("LANGFUSE"), STR_INIT("TRACING"), STR_INIT("PAYPAL"), STR_INIT("PADDLE"), STR_INIT("PLAID"),
    STR_INIT("BRAINTREE"), STR_INIT("SQUARE"), STR_INIT("STRIPE"), STR_INIT("ADYEN"), STR_INIT("PINECONE"),
    STR_INIT("APNS"), STR_INIT("VITE")};

bool mode_is_variable(str name)
{
    if (STR_IS_IN(name, mode_variables))
        return true;
    if (!str_ends(name, STR("_ENV")) && !str_ends(name, STR("_ENVIRONMENT")))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        if (word_is_in(name, others[i]))
            return false;
    return true;
}

/* The text is what a ${NAME:-…} falls back to, and no variable brought it. */
static bool is_fallback(const struct value *value)
{
    size_t ignored;
    if (value->origin != ORIGIN_SERVICE || pieces_via(&value->pieces, 0, &ignored))
        return false;
    vec_each(const struct template_use *, use, &value->uses)
        if (use->fallback_taken && str_eq(str_trim(use->fallback), str_trim(value->text)))
            return true;
    return false;
}

static bool is_doubtful(const struct sources *sources, const struct value *value)
{
    const struct value *root = value_root(value);
    const struct source *source = source_of(sources, span_is_set(root->key) ? root->key : root->at);
    return mode_of_value(value) == MODE_DEVELOPMENT &&
           (is_fallback(root) || (source && is_called_production(source->name)));
}

static const struct value *deciding(
    const struct sources *sources, const struct env *environment, const struct value **ret_doubtful)
{
    enum mode ignored;
    /* The well-known names in order, then any *_ENV with a known word. */
    for (size_t i = 0; i < ARRAY_COUNT(mode_variables); i++) {
        const struct value *value = env_get(environment, mode_variables[i]);
        if (!value || !value->set || str_trim(value->text).len == 0)
            continue;
        if (!is_doubtful(sources, value))
            return value;
        *ret_doubtful = *ret_doubtful ? *ret_doubtful : value;
    }
    vec_each(const struct map_entry *, entry, &environment->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set || !mode_is_variable(entry->key) ||
            !mode_of_word(value->text, &ignored))
            continue;
        if (!is_doubtful(sources, value))
            return value;
        *ret_doubtful = *ret_doubtful ? *ret_doubtful : value;
    }
    return NULL;
}

const struct value *mode_told(const struct sources *sources, const struct deployment *deployment,
    const struct workload *workload, const struct value **ret_doubtful)
{
    const struct value *said = deciding(sources, &workload->environment, ret_doubtful), *ignored = NULL;
    if (!said || said->origin != ORIGIN_IMAGE || mode_of_value(said) == MODE_PRODUCTION)
        return said;
    const struct value *of_files = deciding(sources, &deployment->file_environment, &ignored);
    return of_files && mode_of_value(of_files) == MODE_PRODUCTION ? NULL : said;
}

/* FROM postgres, with an extension or a start script: built here, and a server all the same. */
static bool is_built_server(const struct workload *workload)
{
    const struct image_info *base = image_find(workload_reference(workload));
    return base &&
           (base->kind == IMAGE_DATA_STORE || base->kind == IMAGE_BROKER || base->kind == IMAGE_POOLER);
}

bool mode_is_own_program(const struct workload *workload)
{
    bool is_own =
        workload->build ? !is_built_server(workload) : !workload->image.len || !image_find(workload->image);
    return workload->active && is_own;
}

bool mode_sees_env_file(const struct deployment *deployment, const struct workload *workload)
{
    vec_each(const struct workload_mount *, mount, &workload->mounts)
        vec_each(struct source *const *, file, &deployment->env_files)
            if (mount->bind && str_starts((*file)->path, mount->source) &&
                ((*file)->path.len == mount->source.len || (*file)->path.ptr[mount->source.len] == '/'))
                return true;
    return false;
}

struct map mode_templates(struct arena *arena, const struct deployment *deployment)
{
    struct map users = {0}, templates = {0};
    vec_each(struct workload *const *, row, &deployment->workloads) {
        const struct workload *workload = *row;
        str place = arena_printf(arena, "%u:%u", workload->image_at.source, workload->image_at.offset);
        const struct workload *first = map_get(&users, place);
        if (!first)
            map_set(arena, &users, place, (void *)(uintptr_t)workload);
        /* An alias comes after its anchor: the first user is the one that the bytes belong to. */
        bool is_anchor = first && first->unit.len == 0 && span_is_set(first->image_at) &&
                         first->at.source == first->image_at.source &&
                         first->at.offset < first->image_at.offset;
        if (is_anchor && first->ports.count == 0 && !first->command_set && !first->entrypoint_set)
            map_set(arena, &templates, first->name, (void *)(uintptr_t)first);
    }
    return templates;
}

/*
 * Who says what among the project's own programs. One in production is enough: what the others share with it
 * is then live. Of several, the first by name speaks, so that no order of services matters.
 */
struct voices {
    bool has_programs, see_env_file;
    const struct workload *speaker, *doubter;
    const struct value *said, *doubtful;
};

static void hear(const struct sources *sources, const struct deployment *deployment,
    const struct workload *workload, struct voices *voices)
{
    const struct value *doubtful = NULL, *said = mode_told(sources, deployment, workload, &doubtful);
    voices->has_programs = true;
    if (doubtful && (!voices->doubter || str_compare(workload->name, voices->doubter->name) < 0)) {
        voices->doubter = workload;
        voices->doubtful = doubtful;
    }
    if (!said)
        return;
    bool is_more = voices->said && mode_of_value(said) < mode_of_value(voices->said);
    bool is_same = voices->said && mode_of_value(said) == mode_of_value(voices->said);
    if (!voices->said || is_more || (is_same && str_compare(workload->name, voices->speaker->name) < 0)) {
        voices->speaker = workload;
        voices->said = said;
    }
}

/* The env files are read by somebody else than who starts them: a library of the program, a shell. */
static bool is_read_by_programs(const struct config *config, const struct value *value)
{
    if (config_var(config, value->name))
        return true;
    vec_each(const struct config_reader *, reader, &config->read_by)
        if (!dialect_starts_programs(reader->dialect))
            return true;
    return false;
}

static struct template_value scope_get(void *self, str name)
{
    const struct value *value = env_get(self, name);
    if (!value || !value->set)
        return (struct template_value){.found = false};
    return (struct template_value){.found = true, .text = value->text, .from = value};
}

/* `mode: ${APP_ENV:-production}`: the word, and the variable that brought it where there is one. */
static struct mode_verdict mode_of_template(
    struct arena *arena, const struct sources *sources, const struct config *config, struct env *environment)
{
    const struct config_text *text = &config->mode.text;
    struct template_scope scope = {.self = environment, .get = scope_get};
    struct pieces origin = {0};
    pieces_add(arena, &origin, text->text.len, text->at, NULL);
    struct template_result result = template_expand(arena, text->text, &origin, &scope);
    struct mode_verdict verdict = {.from = place(arena, sources, text->at, STR("mode"))};
    vec_each(const struct template_use *, use, &result.uses) {
        if (verdict.variable.len == 0)
            verdict.variable = use->name;
        if (use->from && !use->fallback_taken)
            verdict.from = place(arena, sources, use->from->key, use->name);
    }
    verdict.unknown_word = result.error != TEMPLATE_OK || !mode_of_word(result.text, &verdict.mode);
    if (verdict.unknown_word)
        verdict.mode = MODE_PRODUCTION;
    return verdict;
}

/* `mode: {from, production: […]}`: the listed words are production, all others development. */
static struct mode_verdict mode_of_list(
    struct arena *arena, const struct sources *sources, const struct config *config, struct env *environment)
{
    const struct config_mode *mode = &config->mode;
    const struct value *value = env_get(environment, mode->from.text);
    if (!value || !value->set || str_trim(value->text).len == 0)
        return (struct mode_verdict){.mode = MODE_PRODUCTION,
            .from = place(arena, sources, mode->at, STR("mode")),
            .variable = mode->from.text};
    struct mode_verdict verdict = say(arena, sources, value);
    /* Without a list the known words decide, as they do without `mode`. */
    if (mode->production.count == 0)
        return verdict;
    verdict.unknown_word = false;
    verdict.mode = MODE_DEVELOPMENT;
    vec_each(const struct config_text *, word, &mode->production)
        if (str_eq_fold(str_trim(value->text), word->text))
            verdict.mode = MODE_PRODUCTION;
    return verdict;
}

/* .env.local says whose file it is where it is judged alone; merged over .env it is one more layer. */
static bool mode_of_suffix(const struct inputs *inputs, struct mode_verdict *ret_verdict)
{
    size_t live = 0, local = 0;
    vec_each(const struct input_file *, file, &inputs->files) {
        enum mode mode;
        live += file->is_live;
        local += file->is_live && mode_is_local_file(file->source->name);
        if (!file->is_live || !mode_of_file_name(file->source->name, &mode))
            continue;
        *ret_verdict = (struct mode_verdict){.mode = mode, .from = file->source->name};
        return true;
    }
    /* Several files form one environment: the last one's name does not speak for all. */
    if (inputs->deployment || live != 1 || local != 1)
        return false;
    *ret_verdict = (struct mode_verdict){.mode = MODE_DEVELOPMENT};
    vec_each(const struct input_file *, file, &inputs->files)
        if (file->is_live)
            ret_verdict->from = file->source->name;
    return true;
}

/* A name that the env files set, with the process environment over it where that wins. */
static const struct value *deciding_of_files(
    const struct sources *sources, const struct inputs *inputs, const struct value **ret_doubtful)
{
    if (!inputs->deployment)
        return deciding(sources, &inputs->environment, ret_doubtful);
    const struct value *value = deciding(sources, &inputs->deployment->file_environment, ret_doubtful);
    return value ? env_get(&inputs->deployment->environment, value->name) : NULL;
}

/* Nothing that is said counts, or nobody says anything. */
static struct mode_verdict assume(struct arena *arena, const struct sources *sources,
    const struct inputs *inputs, const struct value *doubtful, bool is_unread)
{
    struct mode_verdict verdict = {.mode = MODE_PRODUCTION, .from = STR("assumed"), .assumed = true};
    if (mode_of_suffix(inputs, &verdict)) {
        verdict.assumed = false;
        return verdict;
    }
    if (!doubtful)
        return verdict;
    bool has_fallback = !is_unread && is_fallback(value_root(doubtful));
    str at = mode_place(arena, sources, doubtful);
    verdict.doubt =
        arena_printf(arena, "`" STR_FMT "` of " STR_FMT " %s", STR_ARG(str_trim(doubtful->text)), STR_ARG(at),
            is_unread      ? "reaches no container"
            : has_fallback ? "is only a fallback"
                           : "is in a file of production");
    return verdict;
}

struct mode_verdict mode_find(
    struct arena *arena, const struct sources *sources, const struct inputs *inputs, str option)
{
    const struct config *config = inputs->config;
    struct env environment = inputs->deployment ? inputs->deployment->environment : inputs->environment;
    struct mode_verdict given = {.mode = MODE_PRODUCTION, .from = STR("--mode"), .is_given = true};
    /* From the most to the least explicit: option, bootgate.yaml, programs, files, the name of a file. */
    if (option.len) {
        given.unknown_word = !mode_of_word(option, &given.mode);
        return given;
    }
    if (span_is_set(config->mode.from.at) || span_is_set(config->mode.text.at)) {
        given = span_is_set(config->mode.from.at) ? mode_of_list(arena, sources, config, &environment)
                                                  : mode_of_template(arena, sources, config, &environment);
        given.is_given = true;
        return given;
    }
    struct voices voices = {0};
    if (inputs->deployment) {
        struct map templates = mode_templates(arena, inputs->deployment);
        vec_each(struct workload *const *, workload, &inputs->deployment->workloads)
            if (mode_is_own_program(*workload) && !map_has(&templates, (*workload)->name)) {
                hear(sources, inputs->deployment, *workload, &voices);
                voices.see_env_file |= mode_sees_env_file(inputs->deployment, *workload);
            }
    }
    if (voices.said)
        return say(arena, sources, voices.said);
    const struct value *doubtful = voices.doubtful;
    const struct value *value = deciding_of_files(sources, inputs, &doubtful);
    /* What reaches no program makes none of them a developer's; production it may be all the same. */
    bool is_unread =
        value && voices.has_programs && !voices.see_env_file && !is_read_by_programs(config, value);
    if (value && (!is_unread || mode_of_value(value) == MODE_PRODUCTION))
        return say(arena, sources, value);
    return assume(arena, sources, inputs,
        voices.doubtful ? voices.doubtful
        : value         ? value
                        : doubtful,
        is_unread && !voices.doubtful);
}
