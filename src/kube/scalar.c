#include "kube/scalar.h"

#include "base/number.h"

static const str true_words[] = {STR_INIT("y"), STR_INIT("Y"), STR_INIT("yes"), STR_INIT("Yes"),
    STR_INIT("YES"), STR_INIT("true"), STR_INIT("True"), STR_INIT("TRUE"), STR_INIT("on"), STR_INIT("On"),
    STR_INIT("ON")};
static const str false_words[] = {STR_INIT("n"), STR_INIT("N"), STR_INIT("no"), STR_INIT("No"),
    STR_INIT("NO"), STR_INIT("false"), STR_INIT("False"), STR_INIT("FALSE"), STR_INIT("off"), STR_INIT("Off"),
    STR_INIT("OFF")};
static const str float_words[] = {STR_INIT(".nan"), STR_INIT(".NaN"), STR_INIT(".NAN"), STR_INIT(".inf"),
    STR_INIT(".Inf"), STR_INIT(".INF")};

static bool is_digit_of(char byte, unsigned base)
{
    int digit = byte_hex(byte);
    return digit >= 0 && (unsigned)digit < base;
}

/* strconv.ParseInt(plain, 0, 64) after the underscores are gone, and go-yaml's own 0b. */
static bool is_integer(str text)
{
    static const struct {
        str prefix;
        unsigned base;
    } prefixes[] = {{STR_INIT("0x"), 16}, {STR_INIT("0X"), 16}, {STR_INIT("0b"), 2}, {STR_INIT("0B"), 2},
        {STR_INIT("0o"), 8}, {STR_INIT("0O"), 8}, {STR_INIT("0"), 8}};
    unsigned base = 10;
    if (text.len > 1)
        for (size_t i = 0; base == 10 && i < ARRAY_COUNT(prefixes); i++)
            if (str_starts(text, prefixes[i].prefix)) {
                base = prefixes[i].base;
                text = str_skip(text, prefixes[i].prefix.len);
            }
    bool any = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '_')
            continue;
        if (!is_digit_of(text.ptr[i], base))
            return false;
        any = true;
    }
    return any;
}

static size_t skip_digits(str text, size_t at)
{
    while (at < text.len && (byte_is_digit(text.ptr[at]) || text.ptr[at] == '_'))
        at++;
    return at;
}

/* (\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(str text)
{
    size_t at = skip_digits(text, 0), whole = at;
    if (at < text.len && text.ptr[at] == '.') {
        size_t end = skip_digits(text, at + 1);
        if (whole == 0 && end == at + 1)
            return false;
        at = end;
    }
    if (at == 0)
        return false;
    if (at < text.len && byte_lower(text.ptr[at]) == 'e') {
        at++;
        at += at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+');
        size_t end = skip_digits(text, at);
        if (end == at)
            return false;
        at = end;
    }
    return at == text.len;
}

static bool is_number(str text)
{
    if (text.len && (text.ptr[0] == '-' || text.ptr[0] == '+'))
        text = str_skip(text, 1);
    if (text.len == 0 || (!byte_is_digit(text.ptr[0]) && text.ptr[0] != '.'))
        return false;
    return is_integer(text) || is_float(text) || STR_IS_IN(text, float_words);
}

enum kube_scalar kube_scalar(const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR)
        return KUBE_COLLECTION;
    if (node->tag.len ? str_eq(node->tag, STR("!!str")) || str_eq(node->tag, STR("!"))
                      : node->style != YAML_PLAIN)
        return KUBE_TEXT;
    if (yaml_scalar_is_null(node))
        return KUBE_NULL;
    if (STR_IS_IN(node->text, true_words) || STR_IS_IN(node->text, false_words))
        return KUBE_BOOLEAN;
    return is_number(node->text) ? KUBE_NUMBER : KUBE_TEXT;
}

const char *kube_scalar_name(enum kube_scalar scalar)
{
    static const char *const names[] = {
        [KUBE_TEXT] = "a text",
        [KUBE_NULL] = "nothing",
        [KUBE_BOOLEAN] = "a boolean",
        [KUBE_NUMBER] = "a number",
        [KUBE_COLLECTION] = "no text",
    };
    return names[scalar];
}

int64_t kube_integer(const struct yaml_node *node, int64_t otherwise)
{
    int64_t number;
    bool is_whole = node && node->kind == YAML_SCALAR && number_parse(str_trim(node->text), &number);
    return is_whole ? number : otherwise;
}

bool kube_is_true(const struct yaml_node *node)
{
    return node && kube_scalar(node) == KUBE_BOOLEAN && STR_IS_IN(node->text, true_words);
}

bool kube_is_false(const struct yaml_node *node)
{
    return node && kube_scalar(node) == KUBE_BOOLEAN && STR_IS_IN(node->text, false_words);
}

str kube_text(const struct yaml_node *node)
{
    return node && node->kind == YAML_SCALAR && !yaml_scalar_is_null(node) ? node->text : STR("");
}

str kube_text_of(const struct yaml_node *mapping, str key)
{
    return kube_text(yaml_get(mapping, key));
}

struct yaml_node *kube_below(const struct yaml_node *node, str path)
{
    struct yaml_node *found = NULL;
    str key;
    while (str_next(&path, '.', &key)) {
        found = yaml_get(node, key);
        node = found;
    }
    return found;
}

span kube_at(const struct yaml_node *OR_NULL node)
{
    return node ? node->at : (span){0};
}

span kube_inner(const struct yaml_node *OR_NULL node)
{
    return node ? node->inner : (span){0};
}
