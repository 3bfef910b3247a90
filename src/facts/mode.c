#include "facts/mode.h"

static const struct {
    str word;
    enum mode mode;
} mode_words[] = {
    {STR_INIT("production"), MODE_PRODUCTION},
    {STR_INIT("prod"), MODE_PRODUCTION},
    {STR_INIT("live"), MODE_PRODUCTION},
    {STR_INIT("staging"), MODE_PRODUCTION},
    {STR_INIT("stage"), MODE_PRODUCTION},
    {STR_INIT("preprod"), MODE_PRODUCTION},
    {STR_INIT("development"), MODE_DEVELOPMENT},
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

/* "file:line what", or what alone where it is in no file. */
static str place(struct arena *arena, const struct sources *sources, span at, str what)
{
    const struct source *source = source_of(sources, at);
    if (!source || source->kind == SOURCE_ENVIRONMENT)
        return arena_printf(arena, "environment " STR_FMT, STR_ARG(what));
    struct position position = source_position(sources, at.source, at.offset);
    return arena_printf(arena, STR_FMT ":%u " STR_FMT, STR_ARG(source->name), position.line, STR_ARG(what));
}

/* A word that nobody knows counts as production: doubt never makes a deployment easier to pass. */
static struct mode_verdict say(struct arena *arena, const struct sources *sources, const struct value *value)
{
    struct mode_verdict verdict = {.variable = value->name};
    verdict.unknown_word = !mode_of_word(value->text, &verdict.mode);
    if (verdict.unknown_word)
        verdict.mode = MODE_PRODUCTION;
    verdict.from = place(arena, sources, span_is_set(value->key) ? value->key : value->at, value->name);
    return verdict;
}

static bool is_mode_name(str name)
{
    return str_ends(name, STR("_ENV")) || str_ends(name, STR("_ENVIRONMENT"));
}

/* The deciding variable: the well-known names in order, then any *_ENV with a known word. */
static const struct value *deciding(const struct env *env)
{
    enum mode ignored;
    for (size_t i = 0; i < ARRAY_COUNT(mode_variables); i++) {
        const struct value *value = env_get(env, mode_variables[i]);
        if (value && value->set && str_trim(value->text).len)
            return value;
    }
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && is_mode_name(entry->key) && mode_of_word(value->text, &ignored))
            return value;
    }
    return NULL;
}

/* What the services are handed: production where any of them says so. */
static const struct value *deciding_of_services(const struct deployment *project)
{
    const struct value *found = NULL;
    vec_each(struct workload *const *, service, &project->workloads) {
        const struct value *value = (*service)->active ? deciding(&(*service)->environment) : NULL;
        enum mode mode = MODE_PRODUCTION;
        if (!value)
            continue;
        /* One program in production is enough: what the others share with it is then live. */
        if (!mode_of_word(value->text, &mode) || mode == MODE_PRODUCTION)
            return value;
        found = value;
    }
    return found;
}

/* A name that the env files set, with the process environment over it where Compose lets it win. */
static const struct value *deciding_of_files(const struct inputs *inputs)
{
    if (!inputs->deployment)
        return deciding(&inputs->environment);
    const struct value *value = deciding(&inputs->deployment->file_environment);
    return value ? env_get(&inputs->deployment->environment, value->name) : NULL;
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

struct mode_verdict mode_find(
    struct arena *arena, const struct sources *sources, const struct inputs *inputs, str option)
{
    struct mode_verdict verdict = {.mode = MODE_PRODUCTION};
    const struct config *config = inputs->config;
    struct env environment = inputs->deployment ? inputs->deployment->environment : inputs->environment;
    /* From the most to the least explicit: option, bootgate.yaml, files, services, the name of a file. */
    if (option.len) {
        verdict.unknown_word = !mode_of_word(option, &verdict.mode);
        verdict.from = STR("--mode");
        return verdict;
    }
    if (span_is_set(config->mode.from.at))
        return mode_of_list(arena, sources, config, &environment);
    if (span_is_set(config->mode.text.at))
        return mode_of_template(arena, sources, config, &environment);
    const struct value *value = deciding_of_files(inputs);
    if (!value && inputs->deployment)
        value = deciding_of_services(inputs->deployment);
    if (value)
        return say(arena, sources, value);
    if (mode_of_suffix(inputs, &verdict))
        return verdict;
    verdict.assumed = true;
    verdict.from = STR("assumed");
    return verdict;
}
