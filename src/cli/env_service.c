/* `bootgate env --service`: cli/env_view.h. */
#include "cli/env_view.h"

#include "base/nearest.h"

#include "check/loaders.h"
#include "cli/findings.h"
#include "cli/origin.h"
#include "cli/project.h"
#include "cli/reveal.h"
#include "cli/session.h"
#include "facts/force.h"
#include "rule/credential.h"
#include "rule/dollar.h"
#include "rule/secret.h"
#include "text/mask.h"
#include "text/reads.h"

#include <unistd.h>

/* The project as Compose loads it, without judging it. */
struct loaded {
    struct sources sources;
    struct diags diags;
    const struct deployment *project;  /* NULL: there is none */
    const struct workload *service;    /* NULL: no service of that name */
    bool is_known;                     /* Compose takes the project, and all of it was read */
    const struct facts *facts;         /* --explain: what a check knows of it; NULL: nothing */
    const struct check_result *unread; /* … and it could not read all that this hangs on */
};

static void load(struct session *session, struct loaded *loaded)
{
    struct check_options options = findings_options(session);
    options.deployment.started = session->settings.service; /* as `docker compose up NAME` does */
    *loaded = (struct loaded){.sources = {.arena = session->arena}};
    session->gate = sources_gate(&loaded->sources);
    loaded->diags = (struct diags){.arena = session->arena, .sources = &loaded->sources};
    const struct deployment_loader *loader =
        loaders_choose(session->arena, &loaded->sources, session->host, &options.paths, &options.deployment);
    loaded->project = loaders_load(
        loader, session->arena, &loaded->diags, &loaded->sources, session->host, &options.deployment);
    bool is_read = reads_settle(&loaded->sources, &loaded->diags);
    loaded->is_known = loaded->project != NULL && loaded->project->ok && is_read;
    diag_sort(&loaded->diags);
    if (loaded->project != NULL && !session->settings.reveal)
        secret_hide_deployment(session->gate, &loaded->sources, loaded->project);
    if (loaded->project != NULL)
        loaded->service = deployment_called(loaded->project, session->settings.service);
    if (!session->settings.explain || !loaded->is_known)
        return;
    const struct check_result *judged = check_files(session->arena, session->host, &options);
    loaded->is_known = !judged->left_unread;
    loaded->unread = judged->left_unread ? judged : NULL;
    loaded->facts = judged->projects.count ? judged->projects.items[0].facts : NULL;
}

static str nearest_service(const struct session *session, const struct deployment *project)
{
    struct nearest nearest = {.word = session->settings.service};
    vec_each(struct workload *const *, service, &project->workloads)
        nearest_offer(&nearest, (*service)->name);
    return nearest.best;
}

static enum outcome no_service(struct session *session, const struct loaded *loaded)
{
    env_faults_print(session, &loaded->diags);
    if (loaded->project == NULL)
        return session_fault(
            session, OUTCOME_MISSING_INPUT, "no Compose file, manifest or unit is found here");
    if (diag_any_fatal(&loaded->diags))
        return OUTCOME_BAD_INPUT;
    str nearest = nearest_service(session, loaded->project);
    if (nearest.len == 0)
        return session_fault(session, OUTCOME_MISSING_INPUT, "no program of the deployment is called so");
    return session_fault(session, OUTCOME_MISSING_INPUT, "no such service, did you mean `" STR_FMT "`?",
        STR_ARG(gate_visible(session->gate, nearest)));
}

/* "compose.yml:12", or the process environment. */
static str place_text(const struct session *session, const struct sources *sources, span at)
{
    struct report_place place = report_place(sources, at, false);
    if (!place.has_file)
        return STR("process environment");
    str file = gate_visible(session->gate, place.file);
    return arena_printf(session->arena, STR_FMT ":%u", STR_ARG(file), place.start.line);
}

/* What follows a dollar in a secret is its rest, whatever its reader makes of it. */
static str use_name(const struct session *session, const struct sources *sources, const struct value *value,
    const struct template_use *use)
{
    struct dollar_value written =
        dollar_value(session->arena, sources, value, credential_secrecy(value->name));
    return dollar_look(&written, use).is_tail ? reveal_value(session, use->name) : use->name;
}

static json_t *layer_json(
    const struct session *session, const struct sources *sources, const struct value *value)
{
    struct report_place place = report_place(sources, value->at, false);
    json_t *uses = json_array();
    vec_each(const struct template_use *, use, &value->uses)
        json_array_append_new(uses, json_pack("{s:o, s:b, s:b}", "variable",
                                        json_text(session->gate, use_name(session, sources, value, use)),
                                        "set", use->found, "fallback", use->fallback_taken));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "origin",
        json_text(session->gate, origin_name(value->origin)), "file",
        place.has_file ? json_text(session->gate, place.file) : json_null(), "line",
        json_number_or_null(place.start.line), "value", env_value_json(session, value), "uses", uses);
}

/* Why the program does not use a value, as a check of the same deployment knows; empty: it may. */
static str reason_out_of_force(struct session *session, const struct loaded *loaded, str name)
{
    vec_each(struct variable *const *, row, &loaded->facts->variables)
        vec_each(const struct holder *, holder, &(*row)->holders)
            if (str_eq(holder->value->name, name) &&
                str_eq(service_name(holder->service), loaded->service->name))
                return force_sentence(session->arena, &holder->force);
    return STR("");
}

/* What is known of it by its form alone is shown as what cannot be seen. */
static const struct value *as_shown(struct arena *arena, const struct value *value)
{
    if (!value->is_outline)
        return value;
    struct value *shown = arena_new(arena, struct value);
    *shown = *value;
    shown->is_hidden = true;
    shown->set = false;
    shown->text = STR("");
    return shown;
}

/* Without what the program's own settings fall back to: nobody hands it that. */
static const struct env *handed(struct arena *arena, const struct env *environment)
{
    struct env *env = arena_new(arena, struct env);
    env->arena = arena;
    vec_each(const struct map_entry *, entry, &environment->map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->origin != ORIGIN_DEFAULT)
            map_set(arena, &env->map, entry->key, (void *)(uintptr_t)as_shown(arena, value));
    }
    return env;
}

/* Highest first: the layer that won, then those it hides. */
static json_t *layers_json(
    const struct session *session, const struct sources *sources, const struct env *env)
{
    json_t *object = json_object();
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        if (entry->removed)
            continue;
        json_t *layers = json_array();
        for (const struct value *value = entry->value; value != NULL; value = value->shadows)
            json_array_append_new(layers, layer_json(session, sources, value));
        json_set_text_key(session->gate, object, entry->key, layers);
    }
    return object;
}

/* Of the variables that the image alone gives. */
static json_t *origins_json(const struct session *session, const struct loaded *loaded, const struct env *env)
{
    json_t *object = json_object();
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        json_t *origin =
            entry->removed ? NULL : origin_json(session->gate, &loaded->sources, loaded->service, value->at);
        if (origin != NULL)
            json_set_text_key(session->gate, object, entry->key, origin);
    }
    return object;
}

/* The words that a program is started with; null where only its image knows them. */
static json_t *words_json(
    const struct session *session, struct value *const *words, size_t count, bool is_known)
{
    if (!is_known)
        return json_null();
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, env_value_json(session, words[i]));
    return list;
}

/* The variables that are set to what cannot be seen here. */
static json_t *hidden_json(const struct session *session, const struct env *env)
{
    json_t *list = json_array();
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->is_hidden)
            json_array_append_new(list, json_text(session->gate, entry->key));
    }
    return list;
}

static void print_json(struct session *session, const struct loaded *loaded)
{
    const struct env *env = handed(session->arena, &loaded->service->environment);
    json_t *document = json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "service",
        json_text(session->gate, loaded->service->name), "variables",
        loaded->is_known ? env_variables_json(session, env) : json_null(), "errors",
        env_faults_json(session, &loaded->diags, SEVERITY_ERROR), "warnings",
        env_faults_json(session, &loaded->diags, SEVERITY_WARNING));
    const struct workload *service = loaded->service;
    json_object_set_new(document, "entrypoint",
        words_json(session, service->entrypoint.items, service->entrypoint.count,
            loaded->is_known && service->entrypoint_set));
    json_object_set_new(document, "command",
        words_json(session, service->command.items, service->command.count,
            loaded->is_known && service->command_set));
    json_object_set_new(document, "hidden", hidden_json(session, env));
    json_t *origins = origins_json(session, loaded, env);
    if (json_object_size(origins) > 0)
        json_object_set_new(document, "origins", origins);
    else
        json_decref(origins);
    if (session->settings.explain)
        json_object_set_new(document, "layers", layers_json(session, &loaded->sources, env));
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    json_out(&out, document);
    out_text(&out, "\n");
    out_flush(&out);
}

static void print_use(const struct session *session, struct out *out, const struct sources *sources,
    const struct value *value, const struct template_use *use)
{
    str name = gate_visible(session->gate, use_name(session, sources, value, use));
    out_printf(out, "      ${" STR_FMT "} at " STR_FMT ": ", STR_ARG(name),
        STR_ARG(place_text(session, sources, use->at)));
    if (use->fallback_taken)
        out_text(out, "its fallback\n");
    else if (!use->found)
        out_text(out, "not set\n");
    else
        out_printf(out, "from " STR_FMT "\n",
            STR_ARG(place_text(session, sources, use->from ? use->from->at : (span){0})));
}

static void print_layers(
    const struct session *session, struct out *out, const struct sources *sources, const struct value *top)
{
    for (const struct value *value = top; value != NULL; value = value->shadows) {
        out_printf(out, "    %s " STR_FMT " (" STR_FMT ")", value == top ? "from" : "hides",
            STR_ARG(place_text(session, sources, value->at)), STR_ARG(origin_name(value->origin)));
        if (value != top && value->set)
            out_printf(out, " " STR_FMT, STR_ARG(env_value_text(session, value)));
        out_text(out, "\n");
        vec_each(const struct template_use *, use, &value->uses)
            print_use(session, out, sources, value, use);
    }
}

static void print_text(struct session *session, const struct loaded *loaded)
{
    struct out out = out_new(session->gate, session->host, STDOUT_FILENO);
    const struct env *env = handed(session->arena, &loaded->service->environment);
    if (!session->settings.explain)
        env_variables_print(session, &out, env);
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !session->settings.explain)
            continue;
        out_str(&out, gate_visible(session->gate, entry->key));
        if (value->set)
            out_printf(&out, "=" STR_FMT, STR_ARG(env_value_text(session, value)));
        out_text(&out, "\n");
        print_layers(session, &out, &loaded->sources, value);
        str reason = loaded->facts ? reason_out_of_force(session, loaded, entry->key) : STR("");
        if (reason.len)
            out_printf(&out, "    not in force: " STR_FMT "\n", STR_ARG(gate_visible(session->gate, reason)));
    }
    out_flush(&out);
}

enum outcome env_service_run(struct session *session)
{
    struct loaded loaded;
    if (!session_knows_directory(session))
        return OUTCOME_MISSING_INPUT; /* which project is meant, and what paths are, hangs on it */
    load(session, &loaded);
    if (loaded.service == NULL)
        return no_service(session, &loaded);
    if (session_is_json(session)) {
        print_json(session, &loaded);
    } else {
        if (loaded.is_known)
            print_text(session, &loaded);
        env_faults_print(session, &loaded.diags);
    }
    if (loaded.unread != NULL)
        project_faults(session, loaded.unread);
    return loaded.is_known ? OUTCOME_OK : OUTCOME_BAD_INPUT;
}
