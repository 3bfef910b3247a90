#include "rule/secret.h"

#include "rule/credential.h"
#include "rule/dollar.h"
#include "text/mask.h"

struct marking {
    struct arena *arena;
    struct facts *facts;
    struct map names;                  /* names that were judged, by their text */
    struct map seen;                   /* values that were looked at, by address */
    VEC(const struct value *) waiting; /* chains of ${NAME} may be as long as a file: no recursion */
};

static const enum secrecy secrecies[] = {SECRECY_NONE, SECRECY_MASKED, SECRECY_JUDGED};

static enum secrecy judge_name(const struct marking *marking, str name)
{
    const struct config_var *declared = config_var(marking->facts->config, name);
    if (declared && declared->secret_said)
        return declared->secret ? SECRECY_JUDGED : SECRECY_NONE;
    return credential_secrecy(name);
}

/* A name comes many times: in files, services, examples, fallbacks. */
static enum secrecy secrecy_of(struct marking *marking, str name)
{
    const enum secrecy *known = map_get(&marking->names, name);
    if (!known) {
        known = &secrecies[judge_name(marking, name)];
        map_set(marking->arena, &marking->names, name, (void *)(uintptr_t)known);
    }
    return *known;
}

static bool is_secret(struct marking *marking, str name)
{
    return secrecy_of(marking, name) != SECRECY_NONE;
}

/* Bytes of a value, in the deepest file and in the one its reader sees. */
static void mark_bytes(struct marking *marking, const struct value *value, size_t offset, size_t length)
{
    mask_add(marking->facts->sources, value_locate(value, offset, length));
    mask_add(marking->facts->sources, value_locate_outer(value, offset, length));
}

/* Every form that can carry a password has one of these bytes. */
static bool may_be_dsn(str text)
{
    return str_find_byte(text, '=') != STR_NONE || str_find_byte(text, '@') != STR_NONE ||
           str_contains(text, STR("://"));
}

/* The passwords of a text that may be a connection string, also of one that is none. */
static void mark_dsn(struct marking *marking, const struct value *value)
{
    str text = value->text;
    if (!may_be_dsn(text))
        return;
    const struct dsn *dsn = facts_dsn(marking->facts, text, value->name);
    vec_each(const struct dsn_part *, part, &dsn->secrets)
        mark_bytes(marking, value, part->offset, part->length);
}

/* What follows a dollar in a secret is no byte of the value any more. */
static void mark_tails(struct marking *marking, const struct value *value)
{
    struct dollar_value written = dollar_value(marking->facts, value, secrecy_of(marking, value->name));
    vec_each(const struct template_use *, use, &value->uses)
        if (dollar_look(&written, use).is_tail)
            mask_add(marking->facts->sources, use->at);
}

static void mark_use(struct marking *marking, const struct template_use *use, bool secret)
{
    if (use->from)
        vec_push(marking->arena, &marking->waiting, use->from);
    if (!use->has_fallback)
        return;
    if (secret || is_secret(marking, use->name)) {
        mask_add(marking->facts->sources, use->fallback_at);
        return;
    }
    str written = span_text(marking->facts->sources, use->fallback_at);
    if (!may_be_dsn(written))
        return;
    const struct dsn *dsn = facts_dsn(marking->facts, written, use->name);
    vec_each(const struct dsn_part *, part, &dsn->secrets)
        mask_add(marking->facts->sources, span_sub(use->fallback_at, part->offset, part->length));
}

static void mark_setting(struct marking *marking, const struct value *value)
{
    if (value->origin == ORIGIN_PROCESS && !value->shadows)
        return; /* no byte of it stands in a file that could be shown */
    if (map_has(&marking->seen, (str){(const char *)&value, sizeof value}))
        return;
    map_set(marking->arena, &marking->seen, arena_key(marking->arena, value), marking);
    if (value->shadows)
        vec_push(marking->arena, &marking->waiting, value->shadows);
    if (value->origin == ORIGIN_PROCESS)
        return;
    bool secret = is_secret(marking, value->name);
    if (secret) {
        mask_add(marking->facts->sources, value->at);
        mark_bytes(marking, value, 0, value->text.len);
    } else {
        mark_dsn(marking, value);
    }
    mark_tails(marking, value);
    vec_each(const struct template_use *, use, &value->uses)
        mark_use(marking, use, secret);
}

static void mark_value(struct marking *marking, const struct value *value)
{
    vec_push(marking->arena, &marking->waiting, value);
    while (marking->waiting.count)
        mark_setting(marking, marking->waiting.items[--marking->waiting.count]);
}

static void mark_env(struct marking *marking, const struct env *env)
{
    vec_each(const struct map_entry *, entry, &env->map.entries)
        mark_value(marking, entry->value);
}

/* The setting that a server's password or a connection's comes from is secret, whatever its name. */
static void mark_roles(struct facts *facts)
{
    vec_each(struct server *const *, server, &facts->servers)
        if ((*server)->password)
            mask_add(facts->sources, value_locate((*server)->password, 0, (*server)->password->text.len));
    vec_each(struct connection *const *, connection, &facts->connections)
        if ((*connection)->has_password)
            mask_add(facts->sources, connection_locate(*connection, PART_PASSWORD));
}

void secret_mark(struct arena *arena, struct facts *facts)
{
    struct marking marking = {.arena = arena, .facts = facts};
    vec_each(struct variable *const *, variable, &facts->variables) {
        (*variable)->secret = secrecy_of(&marking, (*variable)->value->name) == SECRECY_JUDGED ||
                              secrecy_of(&marking, (*variable)->root->name) == SECRECY_JUDGED;
        mark_value(&marking, (*variable)->value);
    }
    vec_each(const struct input_file *, file, &facts->files)
        mark_env(&marking, &file->env);
    if (facts->deployment) {
        mark_env(&marking, &facts->deployment->environment);
        mark_env(&marking, &facts->deployment->file_environment);
        vec_each(struct workload *const *, service, &facts->deployment->workloads)
            mark_env(&marking, &(*service)->environment);
        vec_each(const struct template_use *, use, &facts->deployment->uses)
            mark_use(&marking, use, false);
        while (marking.waiting.count)
            mark_setting(&marking, marking.waiting.items[--marking.waiting.count]);
    }
    mark_roles(facts);
}
