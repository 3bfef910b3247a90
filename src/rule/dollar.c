#include "rule/dollar.h"

#include "env/dialect.h"
#include "facts/variable.h"
#include "rule/command_secret.h"
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

/* What a file of the project sets was meant as a reference, wherever it stands. */
static bool may_be_tail(const struct template_use *use)
{
    return !use->found || (use->from && use->from->origin == ORIGIN_PROCESS);
}

struct dollar_value dollar_value(
    struct arena *arena, const struct sources *sources, const struct value *value, enum secrecy secrecy)
{
    struct dollar_value written = {.sources = sources, .value = value, .is_secret = secrecy != SECRECY_NONE};
    bool is_needed = false;
    vec_each(const struct template_use *, use, &value->uses) {
        is_needed |= may_be_tail(use);
        if (use->has_fallback)
            vec_push(arena, &written.fallbacks, use);
    }
    /* A value that is secret as a whole needs no taking apart. */
    if (written.is_secret || !is_needed)
        return written;
    str text = without_references(arena, sources, value);
    if (str_has_any(text, STR("=@")) || str_contains(text, STR("://")))
        written.dsn = dsn_parse(arena, text, NULL, value->name);
    return written;
}

/* The secret stretch that `use` stands in, in the source; nowhere: it stands in none. */
static span secret_around(const struct dollar_value *written, const struct template_use *use)
{
    if (written->is_secret)
        return written->value->at;
    vec_each(const struct template_use *const *, outer, &written->fallbacks)
        if (*outer != use && overlap(use->at, (*outer)->fallback_at) &&
            credential_secrecy((*outer)->name) != SECRECY_NONE)
            return (*outer)->fallback_at;
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
    if (!dollar->in_secret || !may_be_tail(use))
        return false;
    /* A name that only the process has, glued into a password: `Pa$HOME` was never meant as a reference. */
    if (use->found)
        return dollar->is_bare && dollar->is_glued;
    return dollar->is_glued || (dollar->is_bare && !str_eq(use->name, value->name));
}

/* The fallback that is all of `around` and holds the use: ${A:-${B}} is a whole B where A is unset. */
static const struct template_use *whole_fallback(
    const struct dollar_value *written, span around, const struct template_use *use)
{
    vec_each(const struct template_use *const *, outer, &written->fallbacks)
        if (*outer != use && (*outer)->at.offset == around.offset && (*outer)->at.length == around.length &&
            overlap(use->at, (*outer)->fallback_at))
            return *outer;
    return NULL;
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
    for (const struct template_use *outer; (outer = whole_fallback(written, around, use)) != NULL;)
        around = outer->fallback_at;
    dollar.in_secret = span_is_set(secret);
    dollar.is_bare = text.ptr[1] != '{';
    dollar.is_glued = around.length > use->at.length;
    dollar.is_tail = is_tail(&dollar, value, use);
    return dollar;
}

bool dollar_is_lost(const struct template_use *use)
{
    return use->live && !use->found && !use->has_fallback && !use->required && !use->alternative;
}

bool dollar_leaves_hole(const struct value *value)
{
    vec_each(const struct template_use *, use, &value->uses)
        if (dollar_is_lost(use) || use->refused)
            return true;
    return false;
}

/* Where the host of a URL begins and ends, as written or as it came out; braces are skipped. */
static bool find_host(str url, size_t *ret_from, size_t *ret_to)
{
    size_t at = str_find(url, STR("://")), depth = 0;
    if (at == STR_NONE)
        return false;
    *ret_from = at += STR("://").len;
    for (; at < url.len && (depth > 0 || !str_has_byte(STR("/?#"), url.ptr[at])); at++) {
        depth += url.ptr[at] == '{';
        depth -= url.ptr[at] == '}' && depth > 0;
        if (url.ptr[at] == '@')
            *ret_from = at + 1;
    }
    *ret_to = at;
    return true;
}

/* What it stands for is no text at all: unset, set to nothing, or with an empty fallback. */
static bool is_blank(const struct template_use *use)
{
    return dollar_is_lost(use) || (use->fallback_taken && use->fallback.len == 0) ||
           (use->live && use->found && use->from && use->from->text.len == 0 && !use->fallback_taken);
}

const struct template_use *dollar_blank_host(const struct sources *sources, const struct value *value)
{
    const struct value *root = value_root(value);
    size_t from, to;
    if (root->uses.count == 0 || !find_host(root->text, &from, &to))
        return NULL;
    str host = str_slice(root->text, from, to);
    if (!str_starts(host, STR("[")))
        host = str_cut_byte(host, ':').head;
    if (host.len > 0 && !str_starts(host, STR(".")) && !str_ends(host, STR(".")))
        return NULL;
    if (!find_host(span_text(sources, root->at), &from, &to))
        return NULL;
    vec_each(const struct template_use *, use, &root->uses)
        if (is_blank(use) && use->at.source == root->at.source && use->at.offset >= root->at.offset + from &&
            use->at.offset < root->at.offset + to)
            return use;
    return NULL;
}

/* Looked through around each reference, of which a text may hold thousands: no login, password or hash of one
 * is longer. */
enum { AROUND_BYTES = 4096, HASH_BYTES = 512 };

static str last_bytes(str text, size_t most)
{
    return str_skip(text, text.len > most ? text.len - most : 0);
}

/* The identifiers of crypt(5) and of htpasswd, argon2 and passlib, as they begin a hash. */
static const str hash_marks[] = {STR_INIT("$1$"), STR_INIT("$2a$"), STR_INIT("$2b$"), STR_INIT("$2x$"),
    STR_INIT("$2y$"), STR_INIT("$5$"), STR_INIT("$6$"), STR_INIT("$7$"), STR_INIT("$y$"), STR_INIT("$gy$"),
    STR_INIT("$apr1$"), STR_INIT("$argon2i$"), STR_INIT("$argon2d$"), STR_INIT("$argon2id$"),
    STR_INIT("$scrypt$"), STR_INIT("$pbkdf2-sha256$"), STR_INIT("$pbkdf2-sha512$")};

static bool is_in_hash(str text, size_t end)
{
    size_t from = end, least = end > (size_t)HASH_BYTES ? end - HASH_BYTES : 0;
    /* Back to where the hash may begin: its bytes are those of base64 and a few marks, `$` among them. */
    while (from > least &&
           (byte_is_alnum(text.ptr[from - 1]) || str_has_byte(STR("$./+=-_"), text.ptr[from - 1])))
        from--;
    for (; from <= end && from < text.len; from++)
        for (size_t i = 0; i < ARRAY_COUNT(hash_marks); i++)
            if (text.ptr[from] == '$' && str_starts(str_skip(text, from), hash_marks[i]))
                return true;
    return false;
}

/* "--password $NAME", also as two items of a list. */
static bool follows_password_option(str before, str word)
{
    before = last_bytes(before, AROUND_BYTES);
    word = str_take(word, AROUND_BYTES);
    while (before.len > 0 && str_has_byte(STR(" \t\r\n\"',-"), before.ptr[before.len - 1]))
        before.len--;
    size_t from = before.len;
    while (from > 0 && !str_has_byte(STR(" \t\r\n\"',["), before.ptr[from - 1]))
        from--;
    struct command_place place = {.before = str_skip(before, from)};
    return command_secret(&place, word).len > 0;
}

/* Whether all of it is references in braces and the marks between a user and a password. */
static bool is_references(str text)
{
    while (text.len > 0) {
        size_t close = str_starts(text, STR("${")) ? str_find_byte(text, '}') : STR_NONE;
        if (close == STR_NONE && !str_has_byte(STR(":/"), text.ptr[0]))
            return false;
        text = str_skip(text, close == STR_NONE ? 1 : close + 1);
    }
    return true;
}

/* `before` ends in the value of a secret's key, password='… or Pwd={…; glued: bytes of it stand beside. */
static bool is_of_secret_key(str before, str after, bool *ret_is_glued)
{
    struct str_cut cut = str_rcut_byte(last_bytes(before, AROUND_BYTES), '=');
    size_t opening = cut.tail.len > 0 && str_has_byte(STR("\"'{"), cut.tail.ptr[0]);
    str value = str_skip(cut.tail, opening);
    size_t from = cut.head.len;
    while (from > 0 && byte_is_name(cut.head.ptr[from - 1]))
        from--;
    bool is_open = str_starts(cut.tail, STR("{")) && !str_starts(after, STR("}"));
    *ret_is_glued = !is_references(value) || is_open;
    return cut.found && !str_has_any(value, STR(" \t\r\n\"'`,;()[]&")) &&
           credential_secrecy(str_skip(cut.head, from)) != SECRECY_NONE;
}

bool dollar_is_of_secret(const struct sources *sources, span at, const struct template_use *use)
{
    const struct source *source = source_of(sources, at);
    str text = span_text(sources, at);
    if (!source || use->at.source != at.source || use->at.offset < at.offset ||
        use->at.offset - at.offset >= text.len)
        return false;
    size_t place = use->at.offset - at.offset;
    bool is_glued;
    return is_of_secret_key(str_take(text, place), str_skip(text, place + use->at.length), &is_glued) ||
           follows_password_option(str_take(source->text, use->at.offset), str_skip(text, place));
}

bool dollar_is_rest(
    const struct env *known, const struct sources *sources, span at, const struct template_use *use)
{
    static const str ends = STR_INIT(" \t\r\n\"'`,;()[]");
    const struct source *source = source_of(sources, at);
    str text = span_text(sources, at);
    if (!source || use->at.source != at.source || use->at.offset < at.offset ||
        use->at.offset - at.offset >= text.len)
        return false;
    size_t place = use->at.offset - at.offset, from = place;
    size_t least = place > (size_t)AROUND_BYTES ? place - AROUND_BYTES : 0;
    if (is_in_hash(text, place))
        return true;
    while (from > least && !str_has_byte(ends, text.ptr[from - 1]))
        from--;
    str before = str_slice(text, from, place), after = str_skip(text, place + use->at.length);
    bool is_bare = place + 1 < text.len && text.ptr[place + 1] != '{';
    if (is_bare && known && env_get(known, use->name))
        return false;
    bool is_glued;
    if (is_of_secret_key(str_take(text, place), after, &is_glued) && (is_bare || is_glued))
        return true;
    if (before.len == 0)
        return is_bare &&
               follows_password_option(str_take(source->text, at.offset + from), str_skip(text, place));
    if (is_bare)
        return true;
    /* In braces somebody meant it, but for the middle of a password: postgres://u:pa${ss}@h. */
    after = str_take(after, AROUND_BYTES);
    size_t end = str_find_any(after, ends);
    bool is_login = str_has_byte(str_take(after, end == STR_NONE ? after.len : end), '@');
    return is_login && str_contains(before, STR("://")) &&
           !str_has_byte(STR(":/@"), before.ptr[before.len - 1]);
}

bool dollar_may_be_of_secret(str key)
{
    static const str plain[] = {STR_INIT("image"), STR_INIT("container_name"), STR_INIT("hostname"),
        STR_INIT("domainname"), STR_INIT("platform"), STR_INIT("ports"), STR_INIT("expose"),
        STR_INIT("volumes"), STR_INIT("user"), STR_INIT("restart"), STR_INIT("networks")};
    return !STR_IS_IN(key, plain);
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
