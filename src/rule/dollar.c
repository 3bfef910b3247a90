#include "rule/dollar.h"

#include "env/dialect.h"
#include "rule/credential.h"

static bool overlap(span at, span other)
{
    return at.offset < other.offset + other.length && other.offset < at.offset + at.length;
}

/* The value as it is written, all references made a number: it is taken apart at the bytes of the source. */
static str without_references(struct arena *arena, const struct sources *sources, const struct value *value)
{
    str written = arena_copy(arena, span_text(sources, value->at));
    char *bytes = (char *)(uintptr_t)written.ptr;
    vec_each(const struct template_use *, use, &value->uses) {
        bool is_inside = use->at.source == value->at.source && use->at.offset >= value->at.offset;
        size_t from = use->at.offset - value->at.offset, to = from + use->at.length;
        if (!is_inside || from == to || to > written.len)
            continue;
        memset(bytes + from, '0', to - from); /* may be a port */
        bytes[to - 1] = '1';
    }
    return written;
}

struct dollar_value dollar_value(
    struct arena *arena, const struct sources *sources, const struct value *value, enum secrecy secrecy)
{
    struct dollar_value written = {.sources = sources, .value = value, .is_secret = secrecy != SECRECY_NONE};
    /* A value that is secret as a whole needs no taking apart. */
    if (written.is_secret || value->uses.count == 0)
        return written;
    str text = without_references(arena, sources, value);
    if (str_find_any(text, STR("=@")) != STR_NONE || str_contains(text, STR("://")))
        written.dsn = dsn_parse(arena, text, NULL, value->name);
    return written;
}

/* The secret stretch that `use` stands in, in the source; nowhere: it stands in none. */
static span secret_around(const struct dollar_value *written, const struct template_use *use)
{
    if (written->is_secret)
        return written->value->at;
    vec_each(const struct template_use *, outer, &written->value->uses)
        if (outer != use && outer->has_fallback && overlap(use->at, outer->fallback_at) &&
            credential_secrecy(outer->name) != SECRECY_NONE)
            return outer->fallback_at;
    for (size_t i = 0; written->dsn && i < written->dsn->secrets.count; i++) {
        const struct dsn_part *part = &written->dsn->secrets.items[i];
        span secret = span_sub(written->value->at, part->offset, part->length);
        if (overlap(use->at, secret))
            return secret;
    }
    return (span){0};
}

/* What nothing sets, or what only whoever deploys has: nobody wrote it for a password to go on with. */
static bool is_tail(const struct dollar *dollar, const struct value *value, const struct template_use *use)
{
    if (!dollar->in_secret)
        return false;
    /* A name that only the process has, glued into a password: `Pa$HOME` was never meant as a reference. */
    if (use->found)
        return dollar->is_bare && dollar->is_glued && use->from && use->from->origin == ORIGIN_PROCESS;
    return dollar->is_glued || (dollar->is_bare && !str_eq(use->name, value->name));
}

struct dollar dollar_look(const struct dollar_value *written, const struct template_use *use)
{
    struct dollar dollar = {0};
    const struct value *value = written->value;
    str text = span_text(written->sources, use->at);
    if (use->at.source != value->at.source || !overlap(use->at, value->at) || text.len < 2)
        return dollar;
    span secret = secret_around(written, use);
    span around = span_is_set(secret) ? secret : value->at;
    dollar.in_secret = span_is_set(secret);
    dollar.is_bare = text.ptr[1] != '{';
    dollar.is_glued = around.length > use->at.length;
    dollar.is_tail = is_tail(&dollar, value, use);
    return dollar;
}

str dollar_advice(const struct facts *facts, const struct value *value)
{
    if (value->origin == ORIGIN_SERVICE)
        return STR("$$ for it");
    const struct dialect *dialect = NULL;
    if (value->origin == ORIGIN_ENV_FILE && facts->config->read_by.count)
        dialect = facts->config->read_by.items[0].dialect;
    return dialect_dollar(dialect ? dialect : dialect_get(DIALECT_COMPOSE));
}
