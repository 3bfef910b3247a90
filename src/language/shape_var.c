/* What `vars` demands of one value: language/shape.h. */
#include "base/base64.h"
#include "base/number.h"
#include "facts/connection.h"
#include "language/shape.h"

#include <arpa/inet.h>

#define HOST_BYTES_MAX 253
#define IP_TEXT_MAX    64

/* ---- types: whether a text is of its kind */

static bool is_int(struct arena *arena, str text)
{
    (void)arena;
    int64_t number;
    return number_parse(text, &number);
}

static bool is_number(struct arena *arena, str text)
{
    (void)arena;
    struct str_cut cut = str_cut_byte(text, '.');
    int64_t whole;
    uint64_t fraction;
    return number_parse(cut.head, &whole) &&
           (!cut.found || number_parse_unsigned(cut.tail, UINT64_MAX, &fraction));
}

static bool is_bool(struct arena *arena, str text)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("1"), STR_INIT("0"),
        STR_INIT("yes"), STR_INIT("no"), STR_INIT("on"), STR_INIT("off")};
    (void)arena;
    return STR_IS_IN_FOLD(text, words);
}

static bool is_port(struct arena *arena, str text)
{
    (void)arena;
    uint64_t port;
    return number_parse_unsigned(text, UINT16_MAX, &port) && port > 0;
}

/* RFC 3986 3.1: a scheme, then something after "://", without blanks or control bytes. */
static bool is_url(struct arena *arena, str text)
{
    (void)arena;
    struct str_cut cut = str_cut(text, STR("://"));
    if (!cut.found || cut.head.len == 0 || cut.tail.len == 0 || !byte_is_letter(cut.head.ptr[0]) ||
        !str_is_all(cut.head, byte_is_scheme))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
            return false;
    return true;
}

static bool is_dsn(struct arena *arena, str text)
{
    return dsn_parse(arena, text, NULL, STR(""))->error == DSN_OK;
}

static bool is_ip(struct arena *arena, str text)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (text.len == 0 || text.len > IP_TEXT_MAX || str_has_byte(text, '\0'))
        return false;
    const char *c_text = arena_c_string(arena, text);
    return inet_pton(AF_INET, c_text, address) == 1 || inet_pton(AF_INET6, c_text, address) == 1;
}

/* A DNS name or an address. Underscores are common in container names. */
static bool is_host(struct arena *arena, str text)
{
    if (is_ip(arena, text))
        return true;
    str rest = str_ends(text, STR(".")) ? str_take(text, text.len - 1) : text;
    str label;
    bool any = false;
    if (text.len > HOST_BYTES_MAX || str_ends(rest, STR(".")))
        return false;
    while (str_next(&rest, '.', &label)) {
        any = true;
        if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
            return false;
        for (size_t i = 0; i < label.len; i++)
            if (!byte_is_name(label.ptr[i]) && label.ptr[i] != '-' && (unsigned char)label.ptr[i] < 0x80)
                return false;
    }
    return any;
}

static bool is_path(struct arena *arena, str text)
{
    (void)arena;
    return text.len > 0 && !str_has_byte(text, '\0') && !str_has_byte(text, '\n');
}

/* Numbers with units one after the other, as Go and Compose write them (1h30m, 500ms), or bare seconds. */
static bool is_duration(struct arena *arena, str text)
{
    /* Longer ones come first, so that ms is not m. */
    static const str units[] = {STR_INIT("ns"), STR_INIT("us"), STR_INIT("µs"), STR_INIT("ms"), STR_INIT("s"),
        STR_INIT("m"), STR_INIT("h"), STR_INIT("d"), STR_INIT("w")};
    if (is_number(arena, text))
        return !str_starts(text, STR("-"));
    bool any = text.len > 0;
    while (text.len > 0) {
        size_t digits = 0;
        while (digits < text.len && (byte_is_digit(text.ptr[digits]) || text.ptr[digits] == '.'))
            digits++;
        str rest = str_skip(text, digits);
        size_t unit = 0;
        while (unit < ARRAY_COUNT(units) && !str_starts(rest, units[unit]))
            unit++;
        if (unit == ARRAY_COUNT(units) || !is_number(arena, str_take(text, digits)))
            return false;
        text = str_skip(rest, units[unit].len);
    }
    return any;
}

/* ---- keys: their shapes, as the libraries that read them demand */

enum {
    FERNET_BYTES = 32,      /* cryptography.fernet: 16 to sign, 16 to encrypt */
    LARAVEL_BYTES = 32,     /* Illuminate's Encrypter: AES-256 */
    LARAVEL_OLD_BYTES = 16, /* AES-128 */
};

static bool is_base64_of(struct arena *arena, str text, size_t bytes)
{
    str decoded;
    return base64_decode(arena, text, &decoded) && decoded.len == bytes;
}

/* One key, or several that follow each other (Airflow rotates so). Python's decoder demands the padding. */
static bool is_fernet(struct arena *arena, str text)
{
    str key;
    bool any = false;
    while (str_next(&text, ',', &key)) {
        any = true;
        if (!str_ends(key, STR("=")) || !is_base64_of(arena, key, FERNET_BYTES))
            return false;
    }
    return any;
}

/* base64:… as artisan key:generate writes it, or the bytes themselves. */
static bool is_laravel_key(struct arena *arena, str text)
{
    str encoding = STR("base64:");
    if (!str_starts(text, encoding))
        return text.len == LARAVEL_BYTES || text.len == LARAVEL_OLD_BYTES;
    text = str_skip(text, encoding.len);
    return is_base64_of(arena, text, LARAVEL_BYTES) || is_base64_of(arena, text, LARAVEL_OLD_BYTES);
}

/* RFC 7519: header, claims and signature, the first two JSON objects. */
static bool is_jwt(struct arena *arena, str text)
{
    str part, decoded;
    size_t parts = 0;
    for (; str_next(&text, '.', &part); parts++) {
        if (part.len == 0 || !base64_decode(arena, part, &decoded))
            return false;
        if (parts < 2 && !(str_starts(decoded, STR("{")) && str_ends(decoded, STR("}"))))
            return false;
    }
    return parts == 3;
}

static const struct {
    bool (*is)(struct arena *arena, str text);
    str says;
} types[TYPE_COUNT] = {
    [TYPE_INT] = {is_int, STR_INIT("is not a whole number")},
    [TYPE_NUMBER] = {is_number, STR_INIT("is not a number")},
    [TYPE_BOOL] = {is_bool, STR_INIT("is not true or false")},
    [TYPE_PORT] = {is_port, STR_INIT("is not a port from 1 to 65535")},
    [TYPE_URL] = {is_url, STR_INIT("is not a URL")},
    [TYPE_DSN] = {is_dsn, STR_INIT("is not a connection string")},
    [TYPE_HOST] = {is_host, STR_INIT("is not a host name or address")},
    [TYPE_IP] = {is_ip, STR_INIT("is not an IP address")},
    [TYPE_PATH] = {is_path, STR_INIT("is not a path")},
    [TYPE_DURATION] = {is_duration, STR_INIT("is not a duration such as 30s or 1h30m")},
    [TYPE_FERNET] = {is_fernet, STR_INIT("is not a Fernet key: 32 bytes in base64")},
    [TYPE_LARAVEL_KEY] = {is_laravel_key,
        STR_INIT("is not a key of Laravel: base64: and 32 bytes in base64")},
    [TYPE_JWT] = {is_jwt, STR_INIT("is not a JSON web token")},
};

/* ---- the other attributes */

struct inspection {
    struct arena *arena;
    const struct config_var *var;
    str text;
    struct patterns *patterns;
    const struct eval_scope *scope;
    struct var_verdict verdict;
};

/* Always true: the inspection is over. */
static bool refuse(struct inspection *i, enum rule_id rule, span at, str message)
{
    i->verdict.rule = rule;
    i->verdict.at = at;
    i->verdict.message = message;
    return true;
}

/* The same with the declaration that the message names. */
static bool refuse_by(struct inspection *i, span at, const char *message, str why)
{
    i->verdict.why = why;
    return refuse(i, RULE_NOT_ALLOWED, at, str_from_c(message));
}

static bool reach_limit(struct inspection *i, enum limit_id limit, span at)
{
    i->verdict.is_unjudged = true;
    i->verdict.limit = limit;
    i->verdict.limit_at = at;
    return true;
}

/* A bound that is itself at fault holds nothing: the value cannot pass by it. */
static bool refuse_bound(struct inspection *i, const struct expr *bound, const struct eval_result *fault)
{
    if (fault->error == EVAL_LIMIT)
        return reach_limit(i, fault->limit, bound->at);
    return refuse(i, RULE_NOT_ALLOWED, bound->at,
        arena_printf(i->arena, "has a bound that cannot be told: " STR_FMT, STR_ARG(fault->message)));
}

/* A key of so many bytes, written in hex or base64. */
static bool check_key_bytes(struct inspection *i)
{
    uint64_t bytes = i->var->type_bytes;
    bool is_hex = i->var->type == TYPE_HEX;
    if (is_hex ? i->text.len == bytes * 2 && str_is_all(i->text, byte_is_hex)
               : is_base64_of(i->arena, i->text, (size_t)bytes))
        return false;
    return refuse(i, RULE_WRONG_TYPE, i->var->type_at,
        arena_printf(i->arena, "is not %llu bytes in %s", (unsigned long long)bytes,
            is_hex ? "hexadecimal digits" : "base64"));
}

static bool check_type(struct inspection *i)
{
    enum config_type type = i->var->type;
    if (type == TYPE_HEX || type == TYPE_BASE64)
        return check_key_bytes(i);
    /* Any text is a string, and what its declaration does not say may be anything. */
    return types[type].is && !types[type].is(i->arena, i->text) &&
           refuse(i, RULE_WRONG_TYPE, i->var->type_at, types[type].says);
}

static bool is_among(const config_texts *texts, str text, span *ret_at)
{
    vec_each(const struct config_text *, item, texts)
        if (str_eq(item->text, text)) {
            *ret_at = item->at;
            return true;
        }
    return false;
}

static bool check_one_of(struct inspection *i)
{
    const config_texts *texts = &i->var->one_of;
    span ignored;
    if (texts->count == 0 || is_among(texts, i->text, &ignored))
        return false;
    span at = span_cover(texts->items[0].at, vec_last(texts)->at);
    i->verdict.quotes = true;
    str why = STR("it may be ");
    for (size_t n = 0; n < texts->count; n++)
        why = arena_join(i->arena, why, n == 0 ? STR("") : STR(", "), texts->items[n].text);
    return refuse_by(i, at, "is none of the values in one-of", why);
}

static bool check_forbid(struct inspection *i)
{
    span at;
    return is_among(&i->var->forbid, i->text, &at) &&
           refuse(i, RULE_NOT_ALLOWED, at, STR("is a value that is forbidden"));
}

static bool check_pattern(struct inspection *i)
{
    const struct config_text *pattern = &i->var->pattern;
    if (!span_is_set(pattern->at))
        return false;
    struct eval_match_result result = pattern_match(i->patterns, pattern->text, i->text);
    if (result.outcome == EVAL_MATCH_LIMIT)
        return reach_limit(i, result.limit, pattern->at);
    i->verdict.quotes = result.outcome != EVAL_MATCH_YES;
    return i->verdict.quotes && refuse_by(i, pattern->at, "does not match the pattern",
                                    arena_join(i->arena, STR("the pattern is "), pattern->text));
}

/* The value against a bound; `operation` holds where all is well. */
static bool check_bound(
    struct inspection *i, struct expr *bound, enum expr_operator operation, const char *says)
{
    struct expr number = {.kind = EXPR_STRING, .text = i->text};
    struct expr compare = {.kind = EXPR_BINARY, .operation = operation, .left = &number, .right = bound};
    if (!bound)
        return false;
    struct eval_result limit = eval_number(i->arena, bound, i->scope);
    if (limit.error != EVAL_OK)
        return refuse_bound(i, bound, &limit);
    struct eval_result result = eval(i->arena, &compare, i->scope);
    if (result.error != EVAL_OK)
        return refuse(i, RULE_WRONG_TYPE, bound->at, STR("is not a number"));
    bool is_known = limit.value.divisor == 1 && limit.value.number != NUMBER_UNBOUNDED;
    str why = is_known
                  ? arena_join(i->arena, STR("the bound is "), arena_integer(i->arena, limit.value.number))
                  : STR("");
    return !result.value.is_true && refuse_by(i, bound->at, says, why);
}

static bool check_bounds(struct inspection *i)
{
    return check_bound(i, i->var->min, OPERATOR_GREATER_EQUAL, "is below the minimum") ||
           check_bound(i, i->var->max, OPERATOR_LESS_EQUAL, "is above the maximum");
}

static bool check_min_length(struct inspection *i)
{
    if (!i->var->min_length)
        return false;
    struct eval_result least = eval_count(i->arena, i->var->min_length, i->scope);
    if (least.error != EVAL_OK)
        return refuse_bound(i, i->var->min_length, &least);
    return (int64_t)i->text.len < least.value.number &&
           refuse_by(i, i->var->min_length->at, "is shorter than its min-length",
               arena_join(i->arena, STR("it must have "), arena_integer(i->arena, least.value.number),
                   STR(" bytes or more")));
}

/* True when a client that may well read the connection string dials a host of this class. */
static bool dials(const struct dsn *dsn, str class)
{
    vec_each(const struct dsn_host *, host, &dsn->hosts)
        if (str_eq(host_class_name(host->class), class))
            return true;
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        if (reading->likely)
            vec_each(const struct dsn_host *, host, &reading->hosts)
                if (str_eq(host_class_name(host->class), class))
                    return true;
    return false;
}

/* "10.0.0.5", "db:5432", "[::1]:80", "a, b": one of the hosts is of this class. */
static bool lists(struct arena *arena, str text, str class)
{
    str host;
    while (connection_next_host(&text, &host)) {
        struct str_cut bracket = str_cut_byte(host, ']');
        struct str_cut port = str_cut_byte(host, ':');
        bool is_bare_v6 = port.found && str_has_byte(port.tail, ':');
        if (bracket.found && str_starts(host, STR("[")))
            host = str_skip(bracket.head, 1);
        else if (port.found && !is_bare_v6)
            host = port.head;
        if (str_eq(host_class_name(host_classify(arena, host)), class))
            return true;
    }
    return false;
}

static bool check_not_host(struct inspection *i)
{
    const struct config_text *class = &i->var->not_host;
    if (!span_is_set(class->at))
        return false;
    bool is_dsn =
        str_contains(i->text, STR("://")) || i->var->type == TYPE_DSN || dsn_recognise(i->text, i->var->name);
    bool leads = is_dsn ? dials(dsn_parse(i->arena, i->text, NULL, i->var->name), class->text)
                        : lists(i->arena, i->text, class->text);
    return leads &&
           refuse(i, RULE_NOT_ALLOWED, class->at, STR("leads to a host of a class that not-host rules out"));
}

/* In the order that a reader of the declaration expects; each ends the inspection by returning true. */
static bool (*const inspections[])(struct inspection *i) = {
    check_type, check_one_of, check_forbid, check_pattern, check_bounds, check_min_length, check_not_host};

struct var_verdict var_judge(struct arena *arena, const struct config_var *var, str text,
    struct patterns *patterns, const struct eval_scope *scope)
{
    struct inspection inspection = {
        .arena = arena, .var = var, .text = text, .patterns = patterns, .scope = scope};
    for (size_t i = 0; i < ARRAY_COUNT(inspections); i++)
        if (inspections[i](&inspection))
            break;
    return inspection.verdict;
}
