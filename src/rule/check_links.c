/*
 * Variables that the platform sets by itself, and that a program takes for its own: REDIS_PORT=tcp://….
 */
#include "base/word.h"
#include "facts/mode.h"
#include "rule/check.h"

/* The link that a program would find under a name; NULL: it sets the name itself, or nothing does. */
static const struct value *link_of(const struct workload *workload, str name)
{
    const struct value *link = workload->platform ? env_get(workload->platform, name) : NULL;
    const struct value *own = link ? env_get(&workload->environment, name) : NULL;
    bool is_own = own && (own->set || own->is_hidden);
    return link && !is_own && !workload->environment_is_open && str_contains(link->text, STR("://")) ? link
                                                                                                     : NULL;
}

static void explain(struct check_run *run, struct diag *finding, const struct value *link)
{
    str name = link->name;
    finding_related(run, finding, link->at, "this Service sets " STR_FMT "=tcp://…", STR_ARG(name));
    finding_why(
        run, finding, "each Service of the namespace sets variables in every container, this one among them");
    finding_help(run, finding,
        "set " STR_FMT " yourself, or enableServiceLinks: false, or rename the Service", STR_ARG(name));
}

/* A declared number that the program is handed as the text of a link. */
static void judge_declared(struct check_run *run, const struct service *service)
{
    vec_each(const struct config_var *, var, &run->facts->config->vars) {
        bool is_number = var->type == TYPE_PORT || var->type == TYPE_INT || var->type == TYPE_NUMBER;
        const struct value *link = is_number ? link_of(service->workload, var->name) : NULL;
        if (!link)
            continue;
        struct place place = {.at = service->workload->at, .variable = var->name, .service = service};
        struct diag *finding = finding_add(run, RULE_SERVICE_LINK_CLASH, place,
            STR_FMT " of `" STR_FMT "` is the link of a Service, and no number", STR_ARG(var->name),
            STR_ARG(workload_label(service->workload)));
        explain(run, finding, link);
    }
}

/* REDIS_HOST is set, REDIS_PORT is left to the program's default, which the link takes the place of. */
static void judge_likely(struct check_run *run, const struct service *service)
{
    const struct env *env = &service->workload->environment;
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *host = entry->value;
        if (entry->removed || !str_ends(entry->key, STR("_HOST")))
            continue;
        str stem = str_take(entry->key, entry->key.len - STR("HOST").len);
        str name = arena_concat(run->arena, stem, STR("PORT"));
        const struct value *link = link_of(service->workload, name);
        if (!link || config_var(run->facts->config, name))
            continue;
        struct place place = {.at = host->key, .variable = name, .service = service};
        struct diag *finding = finding_add_as(run, RULE_SERVICE_LINK_CLASH, SEVERITY_WARNING, place,
            STR_FMT " is not set beside " STR_FMT ", and is the link of a Service then", STR_ARG(name),
            STR_ARG(entry->key));
        explain(run, finding, link);
    }
}

/* The servers themselves read none of these names, nor do programs whose variables are known. */
static void judge_service(struct check_run *run, const struct service *service)
{
    if (!service->workload->platform || !mode_is_own_program(service->workload))
        return;
    judge_declared(run, service);
    judge_likely(run, service);
}

/* $(REDIS_PORT) in a value: the whole link is put where a number is meant. */
static void judge_variable(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    vec_each(const struct template_use *, use, &value->uses) {
        bool is_link =
            use->from && use->from->origin == ORIGIN_PLATFORM && str_contains(use->from->text, STR("://"));
        bool is_glued = is_link && use->from->text.len < value->text.len;
        if (!is_link || !(is_glued || word_is_last(value->name, STR("port"))))
            continue;
        struct place place = place_of_variable(variable);
        place.at = use->at;
        struct diag *finding = finding_add(run, RULE_SERVICE_LINK_CLASH, place,
            STR_FMT " takes " STR_FMT ", which is the link of a Service", STR_ARG(value->name),
            STR_ARG(use->name));
        finding_label(run, finding, "becomes tcp://…");
        explain(run, finding, use->from);
        return;
    }
}

const struct check link_checks[] = {
    {FACT_SERVICE, {.service = judge_service}},
    {FACT_VARIABLE, {.variable = judge_variable}},
    {0},
};
