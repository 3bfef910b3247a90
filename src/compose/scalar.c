#include "compose/scalar.h"

#include "base/buf.h"
#include "base/calendar.h"
#include "base/number.h"

#include <math.h>

/* The spellings that mean one value; everything else is worked out. */
struct fixed_scalar {
    str spelling;
    struct scalar scalar;
};

#define FIXED_BYTES_MAX 5 /* of the longest spelling */

static const struct fixed_scalar fixed_scalars[] = {
    {STR_INIT("true"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("true")}},
    {STR_INIT("True"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("true")}},
    {STR_INIT("TRUE"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("true")}},
    {STR_INIT("false"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("false")}},
    {STR_INIT("False"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("false")}},
    {STR_INIT("FALSE"), {.kind = SCALAR_BOOLEAN, .text = STR_INIT("false")}},
    {STR_INIT(".nan"), {.kind = SCALAR_FLOAT, .text = STR_INIT("NaN"), .number = NAN}},
    {STR_INIT("-0"), {.kind = SCALAR_FLOAT, .text = STR_INIT("-0"), .number = -0.0}},
    {STR_INIT("<<"), {.kind = SCALAR_NULL}}, /* the merge tag's value, where it is no key */
    {STR_INIT(".NaN"), {.kind = SCALAR_FLOAT, .text = STR_INIT("NaN"), .number = NAN}},
    {STR_INIT(".NAN"), {.kind = SCALAR_FLOAT, .text = STR_INIT("NaN"), .number = NAN}},
    {STR_INIT(".inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT(".Inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT(".INF"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT("+.inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT("+.Inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT("+.INF"), {.kind = SCALAR_FLOAT, .text = STR_INIT("+Inf"), .number = INFINITY}},
    {STR_INIT("-.inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("-Inf"), .number = -INFINITY}},
    {STR_INIT("-.Inf"), {.kind = SCALAR_FLOAT, .text = STR_INIT("-Inf"), .number = -INFINITY}},
    {STR_INIT("-.INF"), {.kind = SCALAR_FLOAT, .text = STR_INIT("-Inf"), .number = -INFINITY}},
};

static bool find_fixed(str text, struct scalar *ret_scalar)
{
    for (size_t i = 0; i < ARRAY_COUNT(fixed_scalars); i++) {
        if (str_eq(text, fixed_scalars[i].spelling)) {
            *ret_scalar = fixed_scalars[i].scalar;
            return true;
        }
    }
    return false;
}

/* Go's strconv.ParseInt and ParseUint with base 0: 0x, 0b, 0o and a bare 0 choose the base. */
static bool parse_integer(struct arena *arena, str text, struct scalar *ret_scalar)
{
    bool is_signed = text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+');
    bool is_negative = is_signed && text.ptr[0] == '-';
    str digits = str_skip(text, is_signed);
    unsigned base = 10;
    if (str_starts_fold(digits, STR("0x")))
        base = 16;
    else if (str_starts_fold(digits, STR("0b")))
        base = 2;
    else if (str_starts_fold(digits, STR("0o")))
        base = 8;
    if (base != 10) {
        digits = str_skip(digits, 2);
    } else if (digits.len > 1 && digits.ptr[0] == '0') {
        base = 8;
        digits = str_skip(digits, 1);
    }
    if (digits.len == 0)
        return false;
    uint64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = byte_hex(digits.ptr[i]);
        if (digit < 0 || (unsigned)digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value))
            return false;
    }
    bool is_large = value > (uint64_t)INT64_MAX + is_negative;
    if (is_large && is_signed)
        return false;
    int64_t integer = is_negative ? (int64_t)(0 - value) : (int64_t)value;
    *ret_scalar = (struct scalar){.kind = SCALAR_INTEGER, .is_large = is_large, .integer = integer};
    ret_scalar->text = is_large ? arena_unsigned(arena, value) : arena_integer(arena, integer);
    return true;
}

/* Go's %v: the fewest digits that read back as the same number, exponents from 1e-05 down and 1e+06 up. */
static str float_text(struct arena *arena, double number)
{
    if (isnan(number))
        return STR("NaN");
    str text = {0};
    double back = 0;
    int precision = -1;
    do
        text = arena_printf(arena, "%.*e", ++precision, number);
    while (precision < 17 && (!number_parse_double(text, &back) || back != number));
    int64_t exponent = 0;
    number_parse(str_skip(text, str_rfind_byte(text, 'e') + 1), &exponent);
    if (exponent < -4 || exponent >= 6)
        return text;
    int decimals = precision - (int)exponent;
    return arena_printf(arena, "%.*f", decimals > 0 ? decimals : 0, number);
}

static bool parse_float(struct arena *arena, str text, struct scalar *ret_scalar)
{
    double number;
    if (!number_parse_double(text, &number))
        return false;
    *ret_scalar = (struct scalar){.kind = SCALAR_FLOAT, .number = number, .text = float_text(arena, number)};
    return true;
}

static str without_underscores(struct arena *arena, str text)
{
    if (!str_has_byte(text, '_'))
        return text;
    struct buf plain = buf_new(arena, text.len);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != '_')
            buf_byte(&plain, text.ptr[i]);
    return buf_view(&plain);
}

/* One or two digits (`width` 4: exactly four) up to `max`. */
static bool read_field(str text, size_t *at, size_t width, uint64_t max, uint64_t *ret_number)
{
    size_t end = *at;
    while (end < text.len && end - *at < width && byte_is_digit(text.ptr[end]))
        end++;
    if (end == *at || (width == 4 && end - *at != 4))
        return false;
    if (!number_parse_unsigned(str_slice(text, *at, end), max, ret_number))
        return false;
    *at = end;
    return true;
}

static bool read_byte(str text, size_t *at, char byte)
{
    if (*at >= text.len || text.ptr[*at] != byte)
        return false;
    (*at)++;
    return true;
}

/* Z or ±hh:mm, as Go prints a zone without a name. */
static bool read_zone(struct arena *arena, str text, size_t *at, str *ret_zone)
{
    uint64_t hours = 0, minutes = 0;
    if (read_byte(text, at, 'Z'))
        return true;
    bool is_west = *at < text.len && text.ptr[*at] == '-';
    if (!is_west && !(*at < text.len && text.ptr[*at] == '+'))
        return false;
    (*at)++;
    if (*at + 5 != text.len || !read_field(text, at, 2, 24, &hours) || !read_byte(text, at, ':') ||
        !read_field(text, at, 2, 59, &minutes))
        return false;
    str zone = arena_printf(arena, "%c%02u%02u", is_west ? '-' : '+', (unsigned)hours, (unsigned)minutes);
    if (hours + minutes > 0)
        *ret_zone = arena_printf(arena, STR_FMT " " STR_FMT, STR_ARG(zone), STR_ARG(zone));
    return true;
}

/* ".500" is ".5", ".000" is nothing. */
static str without_zeros(str fraction)
{
    while (
        fraction.len > 0 && (fraction.ptr[fraction.len - 1] == '0' || fraction.ptr[fraction.len - 1] == '.'))
        fraction.len--;
    return fraction;
}

/* The four layouts that go-yaml takes for times; the text is Go's Time.String(). */
static bool parse_time(struct arena *arena, str text, struct scalar *ret_scalar)
{
    uint64_t year, month, day, hour = 0, minute = 0, second = 0;
    size_t at = 0;
    str fraction = {0}, zone = STR("+0000 UTC");
    if (!read_field(text, &at, 4, 9999, &year) || !read_byte(text, &at, '-') ||
        !read_field(text, &at, 2, 12, &month) || !read_byte(text, &at, '-') ||
        !read_field(text, &at, 2, 31, &day) || month == 0 || day == 0 ||
        day > calendar_days_in_month((unsigned)year, (unsigned)month))
        return false;
    if (at < text.len) {
        bool has_zone = text.ptr[at] == 'T' || text.ptr[at] == 't';
        if (!has_zone && text.ptr[at] != ' ')
            return false;
        at++;
        if (!read_field(text, &at, 2, 23, &hour) || !read_byte(text, &at, ':') ||
            !read_field(text, &at, 2, 59, &minute) || !read_byte(text, &at, ':') ||
            !read_field(text, &at, 2, 59, &second))
            return false;
        if (read_byte(text, &at, '.')) {
            size_t end = str_skip_digits(text, at);
            if (end == at)
                return false;
            fraction = without_zeros(str_slice(text, at - 1, end < at + 9 ? end : at + 9));
            at = end;
        }
        if (has_zone && !read_zone(arena, text, &at, &zone))
            return false;
    }
    if (at != text.len)
        return false;
    *ret_scalar = (struct scalar){.kind = SCALAR_TIME};
    ret_scalar->text = arena_printf(arena, "%04u-%02u-%02u %02u:%02u:%02u" STR_FMT " " STR_FMT,
        (unsigned)year, (unsigned)month, (unsigned)day, (unsigned)hour, (unsigned)minute, (unsigned)second,
        STR_ARG(fraction), STR_ARG(zone));
    return true;
}

static struct scalar resolve_number(struct arena *arena, str text, bool may_be_time)
{
    struct scalar scalar = {.kind = SCALAR_STRING, .text = text};
    if (may_be_time && parse_time(arena, text, &scalar))
        return scalar;
    str plain = without_underscores(arena, text);
    if (!parse_integer(arena, plain, &scalar))
        parse_float(arena, plain, &scalar);
    return scalar;
}

static struct scalar resolve_text(struct arena *arena, str text, bool may_be_time)
{
    struct scalar scalar = {.kind = SCALAR_STRING, .text = text};
    if (text.len == 0 || (text.len <= FIXED_BYTES_MAX && find_fixed(text, &scalar)))
        return scalar;
    if (text.ptr[0] == '.')
        parse_float(arena, text, &scalar);
    else if (byte_is_digit(text.ptr[0]) || text.ptr[0] == '+' || text.ptr[0] == '-')
        scalar = resolve_number(arena, text, may_be_time);
    return scalar;
}

/* An explicit tag that go-yaml resolves must fit; !!float also takes integers. */
static struct scalar apply_tag(struct arena *arena, str tag, struct scalar scalar)
{
    static const str tags[] = {
        [SCALAR_NULL] = STR_INIT("!!null"),
        [SCALAR_BOOLEAN] = STR_INIT("!!bool"),
        [SCALAR_INTEGER] = STR_INIT("!!int"),
        [SCALAR_FLOAT] = STR_INIT("!!float"),
        [SCALAR_TIME] = STR_INIT("!!timestamp"),
    };
    if (scalar.kind == SCALAR_INTEGER && str_eq(tag, tags[SCALAR_FLOAT])) {
        scalar.kind = SCALAR_FLOAT;
        scalar.number = (double)scalar.integer;
        scalar.text = float_text(arena, scalar.number);
    }
    if (scalar.kind == SCALAR_STRING || !str_eq(tag, tags[scalar.kind]))
        scalar.kind = SCALAR_BAD;
    return scalar;
}

static bool is_resolvable(str tag)
{
    static const str tags[] = {
        STR_INIT("!!null"),
        STR_INIT("!!bool"),
        STR_INIT("!!int"),
        STR_INIT("!!float"),
        STR_INIT("!!timestamp"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(tags); i++)
        if (str_eq(tag, tags[i]))
            return true;
    return false;
}

struct scalar scalar_resolve(struct arena *arena, const struct yaml_node *node)
{
    struct scalar scalar = {.kind = SCALAR_BAD};
    if (node == NULL || node->kind != YAML_SCALAR)
        return scalar;
    scalar = (struct scalar){.kind = SCALAR_STRING, .text = node->text};
    bool is_tagged = node->tag.len > 0;
    if (is_tagged ? !is_resolvable(node->tag) : node->style != YAML_PLAIN)
        return scalar;
    struct yaml_node untagged = {.kind = YAML_SCALAR, .style = YAML_PLAIN, .text = node->text};
    if (yaml_is_null(&untagged))
        scalar.kind = SCALAR_NULL;
    else
        scalar = resolve_text(arena, node->text, !is_tagged || str_eq(node->tag, STR("!!timestamp")));
    return is_tagged ? apply_tag(arena, node->tag, scalar) : scalar;
}

bool scalar_to_integer(str text, int64_t *ret_integer)
{
    return number_parse(text, ret_integer);
}

bool scalar_to_boolean(str text, bool *ret_boolean)
{
    static const struct {
        str word;
        bool value;
    } words[] = {
        {STR_INIT("true"), true},
        {STR_INIT("yes"), true},
        {STR_INIT("on"), true},
        {STR_INIT("y"), true},
        {STR_INIT("false"), false},
        {STR_INIT("no"), false},
        {STR_INIT("off"), false},
        {STR_INIT("n"), false},
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_eq_fold(text, words[i].word)) {
            *ret_boolean = words[i].value;
            return true;
        }
    }
    return false;
}
