#include "rule/published.h"

#include "rule/credential.h"

static const char in_example[] = "the example file shows the same value";

static void publish(struct check_run *run, str name, str secret, span at, const char *what)
{
    if (secret.len == 0)
        return;
    struct published_value *row = arena_new(run->arena, struct published_value);
    *row = (struct published_value){.name = name, .at = at, .what = what};
    struct published_value *last = map_get(&run->published, secret);
    while (last && last->next)
        last = last->next;
    if (last)
        last->next = row;
    else
        map_set(run->arena, &run->published, secret, row);
}

/* The passwords of a text that is a connection string. */
static void publish_dsn(struct check_run *run, str name, str text, span at, const char *what)
{
    if (!dsn_recognise(text, name))
        return;
    const struct dsn *dsn = facts_dsn(run->facts, text, name);
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->error == DSN_OK && reading->password.offset)
            publish(run, name, reading->password.text, at, what);
}

static void publish_value(struct check_run *run, str name, str text, span at, const char *what)
{
    /* A secret name may hold a whole connection string: then its password is what is published. */
    if (credential_is_secret_name(name) && !str_contains(text, STR("://")))
        publish(run, name, text, at, what);
    else
        publish_dsn(run, name, text, at, what);
}

/* Where a fallback only hands on another variable, that one's value is not in the repository. */
static str fallback_as_written(const struct check_run *run, const struct template_use *use)
{
    str written = span_text(run->facts->sources, use->fallback_at);
    return template_has_variable(written) ? written : use->fallback;
}

static void gather(struct check_run *run)
{
    vec_each(const struct map_entry *, entry, &run->facts->example.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && value->set)
            publish_value(run, value->name, value->text, value->at, in_example);
    }
    if (!run->facts->deployment)
        return;
    str file = deployment_words(run->facts->deployment)->file;
    const char *in_fallback = arena_c_string(
        run->arena, arena_join(run->arena, STR("the fallback in "), file, STR(" is the value")));
    vec_each(const struct template_use *, use, &run->facts->deployment->uses) {
        if (!use->has_fallback)
            continue;
        str written = fallback_as_written(run, use);
        publish(run, use->name, written, use->fallback_at, in_fallback); /* whatever the variable is called */
        publish_dsn(run, use->name, written, use->fallback_at, in_fallback);
    }
}

const struct published_value *published_find(struct check_run *run, str name, str secret)
{
    /* Gathered when the first secret asks: most runs of an env file alone have none to compare. */
    if (!run->published_gathered)
        gather(run);
    run->published_gathered = true;
    if (credential_is_none(secret))
        return NULL;
    const struct published_value *first = map_get(&run->published, secret), *own = first;
    while (own && !str_eq(own->name, name))
        own = own->next;
    return own ? own : first;
}
