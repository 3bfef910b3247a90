/*
 * Whether the programs of a live deployment know that it is live.
 */
#include "base/word.h"
#include "deploy/image.h"
#include "facts/mode.h"
#include "facts/variable.h"
#include "rule/check.h"

/* ---- mode-not-passed */

/* A registry of one's own: what lies in a public one may be anybody's program. */
static bool is_own_registry(str image)
{
    static const str public_hosts[] = {STR_INIT("docker.io"), STR_INIT("registry-1.docker.io"),
        STR_INIT("ghcr.io"), STR_INIT("quay.io"), STR_INIT("gcr.io"), STR_INIT("mcr.microsoft.com"),
        STR_INIT("public.ecr.aws"), STR_INIT("registry.k8s.io"), STR_INIT("lscr.io"),
        STR_INIT("docker.elastic.co"), STR_INIT("registry.gitlab.com"), STR_INIT("docker.n8n.io")};
    str host = str_cut_byte(image, '/').head;
    bool is_host = host.len < image.len && (str_contains(host, STR(".")) || str_contains(host, STR(":")));
    return is_host && !STR_IS_IN(host, public_hosts);
}

static bool is_project_program(const struct service *service)
{
    const struct workload *workload = service->workload;
    return mode_is_own_program(workload) && (workload->build || is_own_registry(workload->image));
}

static bool is_handed(const struct service *service, str name)
{
    const struct value *value = env_get(&service->workload->environment, name);
    return value && value->set;
}

/* Who is handed the variable that names the mode. */
struct receivers {
    bool has_programs;       /* that are nobody else's */
    bool has_own;            /* somebody is surely the project's, handed it or not */
    struct map repositories; /* of all */
    struct map settings;     /* what programs that are surely the project's are handed; see setting_key() */
};

/* A setting of the env files under the name that the program knows it by; empty: the value is none. */
static str setting_key(const struct facts *facts, const struct map_entry *entry)
{
    const struct value *value = entry->value;
    if (entry->removed || !value->set || value->text.len == 0)
        return STR("");
    return arena_concat(facts->arena, arena_key(facts->arena, facts_root(facts, value)), entry->key);
}

static struct receivers receivers_gather(const struct check_run *run, str name)
{
    struct receivers receivers = {0};
    vec_each(struct service *const *, row, &run->facts->services) {
        const struct workload *workload = (*row)->workload;
        bool is_own = workload->active && is_project_program(*row);
        receivers.has_own |= is_own;
        if (!workload->active || !is_handed(*row, name))
            continue;
        receivers.has_programs |= mode_is_own_program(workload);
        str repository = image_reference(workload->image).repository;
        if (repository.len)
            map_set(run->arena, &receivers.repositories, repository, (void *)(uintptr_t)workload);
        if (!is_own)
            continue;
        vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
            str key = setting_key(run->facts, entry);
            if (key.len)
                map_set(run->arena, &receivers.settings, key, (void *)(uintptr_t)workload);
        }
    }
    return receivers;
}

/* Some receiver that is the project's is handed the same setting: parts of one program. */
static bool shares_settings(
    const struct facts *facts, const struct receivers *receivers, const struct service *service)
{
    if (receivers->settings.live)
        vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
            str key = setting_key(facts, entry);
            if (key.len && map_has(&receivers->settings, key))
                return true;
        }
    return false;
}

/*
 * The program, which is not handed the variable, is one that reads it, as far as files tell: its image, or
 * one that shares settings with it, is handed the variable elsewhere; where nobody is, any program that is
 * built here and that the env files speak to.
 */
static bool reads_mode(
    const struct check_run *run, const struct receivers *receivers, const struct service *service)
{
    const struct workload *workload = service->workload;
    bool is_own = is_project_program(service);
    str repository = image_reference(workload->image).repository;
    if (repository.len && map_has(&receivers->repositories, repository))
        return true;
    if (is_own && shares_settings(run->facts, receivers, service))
        return true;
    if (span_is_set(run->facts->config->mode.at)) /* the project says that its programs have a mode */
        return is_own || !receivers->has_own;
    if (receivers->has_programs || !workload->build)
        return false;
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set && facts_root(run->facts, value)->origin == ORIGIN_ENV_FILE)
            return true;
    }
    return false;
}

/* The image says development, and nothing puts the mode over it. */
static bool is_told_by_image(struct check_run *run, const struct service *service, str name)
{
    const struct value *told = NULL;
    vec_each(const struct map_entry *, entry, &service->workload->environment.map.entries) {
        const struct value *value = entry->value;
        enum mode mode;
        if (!entry->removed && value->set && value->origin == ORIGIN_IMAGE && mode_is_variable(entry->key) &&
            mode_of_word(value->text, &mode) && mode == MODE_DEVELOPMENT)
            told = value;
    }
    if (!told || !mode_is_own_program(service->workload) || service->mode_by)
        return false;
    struct place place = {.at = told->at, .variable = told->name, .service = service};
    struct diag *finding = finding_add(run, RULE_MODE_NOT_PASSED, place,
        STR_FMT " is production, but `" STR_FMT "` gets what its image says", STR_ARG(name),
        STR_ARG(service_name(service)));
    finding_help(run, finding, "add `" STR_FMT ": ${" STR_FMT "}` to its environment", STR_ARG(told->name),
        STR_ARG(name));
    return true;
}

/* The program that guards itself by the mode never learns it: its own guard cannot engage. */
static void judge_mode_passed(struct check_run *run)
{
    const struct facts *facts = run->facts;
    str name = facts->mode_variable;
    const struct value *value =
        facts->deployment && name.len ? env_get(&facts->deployment->file_environment, name) : NULL;
    if (!value || facts->mode != MODE_PRODUCTION)
        return;
    struct receivers receivers = receivers_gather(run, name);
    bool is_received = span_is_set(facts->config->mode.at);
    vec_each(struct service *const *, row, &facts->services)
        is_received |= mode_is_own_program((*row)->workload) && is_handed(*row, name);
    vec_each(struct service *const *, row, &facts->services) {
        const struct service *service = *row;
        const struct workload *workload = service->workload;
        if (is_told_by_image(run, service, name))
            continue;
        if (!mode_is_own_program(workload) || workload->environment.map.live == 0 ||
            env_get(&workload->environment, name) || service->mode_by ||
            mode_sees_env_file(facts->deployment, workload) || !reads_mode(run, &receivers, service))
            continue;
        bool has_place = span_is_set(workload->environment_at);
        span at = has_place ? workload->environment_at : workload->at;
        /* Nobody gets it: one cause, one finding, at the line that does nothing. */
        struct place place = {.at = is_received ? at : value->at, .variable = name, .service = service};
        struct diag *finding = finding_add(run, RULE_MODE_NOT_PASSED, place,
            STR_FMT " is set, but `" STR_FMT "` never receives it", STR_ARG(name), STR_ARG(workload->name));
        if (!is_received)
            finding_related(run, finding ? finding : finding_at(run, RULE_MODE_NOT_PASSED, place), at,
                "not handed to `" STR_FMT "`", STR_ARG(workload->name));
        finding_why(
            run, finding, "a program that checks itself in production does not know that it is there");
        finding_help(run, finding, "add `" STR_FMT ": ${" STR_FMT "}` to its environment", STR_ARG(name),
            STR_ARG(name));
    }
}

/* Programs of one image in one zone, of which one is told the mode: the others are told none. */
static void judge_mode_of_image(struct check_run *run)
{
    struct map told = {0};
    vec_each(struct service *const *, row, &run->facts->services) {
        const struct workload *workload = (*row)->workload;
        if (!mode_is_own_program(workload) || !(*row)->mode_by || workload->unit.len == 0)
            continue;
        str key =
            arena_join(run->arena, workload->zone, STR(" "), image_reference(workload->image).repository);
        map_set(run->arena, &told, key, *row);
    }
    vec_each(struct service *const *, row, &run->facts->services) {
        const struct workload *workload = (*row)->workload;
        if (!mode_is_own_program(workload) || (*row)->mode_by || workload->unit.len == 0 || workload->ends ||
            workload->environment_is_open || workload->environment.map.live == 0)
            continue;
        str key =
            arena_join(run->arena, workload->zone, STR(" "), image_reference(workload->image).repository);
        const struct service *other = map_get(&told, key);
        if (!other || str_eq(other->workload->unit, workload->unit))
            continue;
        str name = other->mode_by->name;
        const struct value *own = env_get(&workload->environment, name);
        if (own && own->is_hidden)
            continue;
        struct place place = {.at = workload->environment_at, .variable = name, .service = *row};
        struct diag *finding = finding_add(run, RULE_MODE_NOT_PASSED, place,
            "`" STR_FMT "` is not told " STR_FMT ", which another program of its image is",
            STR_ARG(workload_label(workload)), STR_ARG(name));
        finding_related(run, finding, other->mode_by->key, "told to `" STR_FMT "` here",
            STR_ARG(workload_label(other->workload)));
        finding_why(
            run, finding, "a program that checks itself in production does not know that it is there");
        finding_help(run, finding, "set " STR_FMT " for it as well", STR_ARG(name));
    }
}

/* ---- mode-contradiction */

/* Names that are no mode's by their ending. The last word of a path counts: config.settings.local. */
static const struct {
    str name;
    bool is_path; /* else a list */
} profile_settings[] = {
    {STR_INIT("SPRING_PROFILES_ACTIVE"), false},
    {STR_INIT("QUARKUS_PROFILE"), false},
    {STR_INIT("MICRONAUT_ENVIRONMENTS"), false},
    {STR_INIT("DJANGO_SETTINGS_MODULE"), true},
    {STR_INIT("DJANGO_CONFIGURATION"), false},
};

static bool says_development(str text)
{
    enum mode mode;
    return mode_of_word(text, &mode) && mode == MODE_DEVELOPMENT;
}

static bool chooses_development(const struct value *value)
{
    str text = str_trim(value->text), part;
    if (mode_is_variable(value->name))
        return says_development(text);
    if (str_eq(value->name, STR("GIN_MODE")))
        return str_eq(text, STR("debug"));
    for (size_t i = 0; i < ARRAY_COUNT(profile_settings); i++) {
        if (!str_eq(value->name, profile_settings[i].name))
            continue;
        bool is_path = profile_settings[i].is_path, found = false;
        while (str_next(&text, is_path ? '.' : ',', &part))
            found = is_path ? says_development(part) : found || says_development(str_trim(part));
        return found;
    }
    return false;
}

/* DEBUG=true, APP_DEBUG=1, DEBUG_MODE=on; a 1 after other words is a level, a count. */
static bool switches_debugging_on(const struct value *value)
{
    static const str yes[] = {STR_INIT("true"), STR_INIT("yes"), STR_INIT("on")};
    str text = str_trim(value->text);
    if (!STR_IS_IN_FOLD(text, yes) && !str_eq(text, STR("1")))
        return false;
    if (!word_is_in(value->name, STR("debug")) || word_is_in(value->name, STR("disable")) ||
        word_is_in(value->name, STR("no debug")))
        return false;
    bool is_switch = word_is_last(value->name, STR("debug")) ||
                     word_is_last(value->name, STR("debug mode")) ||
                     word_is_last(value->name, STR("debug enabled"));
    return STR_IS_IN_FOLD(text, yes) || (is_switch && str_eq(text, STR("1")));
}

/* One cause, one finding: that its image says so is reported, or the project rules on the values itself. */
static bool is_told_otherwise(struct check_run *run, const struct value *value, const struct service *service)
{
    const struct config_var *var = config_var(run->facts->config, value->name);
    struct place place = {.at = value->at, .variable = value->name, .service = service};
    return (var && (var->forbid.count || var->one_of.count)) ||
           finding_at(run, RULE_MODE_NOT_PASSED, place) != NULL;
}

static void judge_environment(
    struct check_run *run, const struct env *environment, const struct service *service)
{
    const struct facts *facts = run->facts;
    if (facts_mode(facts, service) != MODE_PRODUCTION)
        return;
    vec_each(const struct map_entry *, entry, &environment->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set)
            continue;
        bool is_mode = chooses_development(value);
        if ((!is_mode && !switches_debugging_on(value)) || is_told_otherwise(run, value, service))
            continue;
        span at = value_locate(value, 0, value->text.len);
        struct place place = {
            .at = span_is_set(at) ? at : value->at, .variable = value->name, .service = service};
        struct diag *finding =
            finding_add(run, RULE_MODE_CONTRADICTION, place, STR_FMT " %s", STR_ARG(value->name),
                is_mode ? "says development in production" : "switches debugging on in production");
        finding_why(run, finding, STR_FMT "; %s", STR_ARG(facts_mode_sentence(facts, run->arena, service)),
            is_mode ? "the program itself runs as a developer's: its own guards are off"
                    : "error pages and logs then show settings and data to whoever causes an error");
        finding_help(run, finding,
            is_mode ? "set it to production where this deployment is set up"
                    : "switch it off, or leave it out");
    }
}

static void judge_contradictions(struct check_run *run)
{
    const struct facts *facts = run->facts;
    bool has_programs = false;
    struct map templates = {0};
    if (facts->deployment)
        templates = mode_templates(run->arena, facts->deployment);
    vec_each(struct service *const *, row, &facts->services) {
        const struct service *service = *row;
        if (!mode_is_own_program(service->workload) || map_has(&templates, service_name(service)))
            continue;
        has_programs = true;
        judge_environment(run, &service->workload->environment, service);
    }
    /* What no container is handed says nothing of the programs in them. */
    if (!has_programs)
        judge_environment(
            run, facts->deployment ? &facts->deployment->file_environment : &facts->environment, NULL);
}

const struct check mode_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_mode_passed}},
    {FACT_ENVIRONMENT, {.environment = judge_mode_of_image}},
    {FACT_ENVIRONMENT, {.environment = judge_contradictions}},
    {0},
};
