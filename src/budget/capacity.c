#include "budget/capacity.h"

#include "deploy/image.h"
#include "text/cursor.h"

/* Families whose limit is read from the service, or is one documented number. */
static const struct {
    void (*read)(const struct settings_reader *reader, struct capacity *capacity);
    int64_t limit; /* without `read`; 0: not known */
} limits[FAMILY_COUNT] = {
    [FAMILY_POSTGRESQL] = {.read = capacity_postgresql}, /* PostgreSQL documentation, max_connections */
    [FAMILY_MYSQL] = {.read = capacity_mysql},           /* MySQL manual, max_connections */
    [FAMILY_MSSQL] = {.limit = 32767},                   /* SQL Server documentation, user connections */
};

void capacity_settle(struct capacity *capacity)
{
    capacity->known = count_is_known(capacity->max_connections) && !capacity->cannot_start;
    if (!capacity->known)
        return;
    int64_t usable = capacity->max_connections.value;
    if (!capacity->is_usable_declared) {
        usable = number_subtract(usable, capacity->superuser_reserved.value);
        usable = number_subtract(usable, capacity->reserved.value);
    }
    usable = number_subtract(usable, capacity->outside.value);
    if (count_is_known(capacity->role_limit) && capacity->role_limit.value < usable)
        usable = capacity->role_limit.value;
    bool first_start = capacity->hold == HOLD_FIRST_START && capacity->certain < usable;
    capacity->usable = usable < 0 ? 0 : usable;
    if (!first_start)
        capacity->certain = capacity->usable;
}

struct capacity capacity_of_service(
    const struct settings_reader *reader, enum family_id family, bool is_limited)
{
    struct capacity capacity = {.at = reader->workload->image_at};
    if (!span_is_set(capacity.at))
        capacity.at = reader->workload->at;
    if (is_limited && limits[family].read)
        limits[family].read(reader, &capacity);
    else if (is_limited && limits[family].limit)
        capacity.max_connections = count_default(limits[family].limit, STR("the server's default"));
    capacity_settle(&capacity);
    return capacity;
}

int capacity_image_version(str image)
{
    struct image_reference reference = image_reference(image);
    int64_t version;
    str rest = reference.tag, word;
    while (str_next(&rest, '-', &word)) {
        str digits = str_cut_byte(str_skip(word, 2), '.').head;
        if (str_starts(word, STR("pg")) && number_parse(digits, &version) && version > 0 && version < 100)
            return (int)version;
    }
    size_t length = str_skip_digits(reference.tag, 0);
    bool is_server = str_starts(reference.name, STR("post")); /* pgvector:0.8.0 counts its own versions */
    if (is_server && length > 0 && number_parse(str_take(reference.tag, length), &version) && version > 6 &&
        version < 100)
        return (int)version;
    return 0;
}

/* What is read of a number before its exponent is known. */
struct decimal {
    double mantissa;
    int exponent;
    bool any;
};

static void read_digits(struct cursor *c, struct decimal *number, int step)
{
    for (; !cursor_done(c) && byte_is_digit(cursor_peek(c)); c->at++) {
        number->any = true;
        number->mantissa = number->mantissa * 10 + (cursor_peek(c) - '0');
        number->exponent += step;
    }
}

/* The exponent after a number; without digits it is no exponent and nothing is taken (strtod). */
static void read_exponent(struct cursor *c, struct decimal *number)
{
    struct cursor look = *c;
    if (!cursor_byte(&look, 'e') && !cursor_byte(&look, 'E'))
        return;
    int sign = cursor_byte(&look, '-') ? -1 : 1;
    if (sign > 0)
        cursor_byte(&look, '+');
    struct decimal exponent = {0};
    read_digits(&look, &exponent, 0);
    if (!exponent.any)
        return;
    number->exponent += sign * (exponent.mantissa > 400 ? 400 : (int)exponent.mantissa);
    *c = look;
}

static double scale(double value, int exponent)
{
    for (; exponent > 0 && value < 1e30; exponent--)
        value *= 10;
    for (; exponent < 0 && value > 0; exponent++)
        value /= 10;
    return value;
}

/* Rounds half to even, as rint() does. */
static int64_t round_even(double value)
{
    int64_t whole = (int64_t)value;
    double rest = value - (double)whole;
    if (rest > 0.5 || (rest == 0.5 && whole % 2 == 1))
        whole++;
    return whole;
}

static int digit_value(char byte, int base)
{
    int value = byte_hex(byte);
    return value >= 0 && value < base ? value : -1;
}

/* An integer of base 8 or 16; false when nothing of it is there. */
static bool read_radix(struct cursor *c, int base, double *ret_value)
{
    size_t start = c->at;
    for (*ret_value = 0; !cursor_done(c) && digit_value(cursor_peek(c), base) >= 0; c->at++)
        *ret_value = *ret_value * base + digit_value(cursor_peek(c), base);
    return c->at > start;
}

/* Reads the number itself the way strtol(…, 0) and, for floats, strtod do one after the other. */
static bool read_number(struct cursor *c, double *ret_value)
{
    struct cursor look = *c;
    if (cursor_word_fold(&look, STR("0x")) && read_radix(&look, 16, ret_value)) {
        *c = look;
        return true;
    }
    look = *c;
    bool octal = cursor_byte(&look, '0');
    if (octal)
        read_radix(&look, 8, ret_value);
    char after = cursor_peek(&look);
    if (octal && after != '.' && after != 'e' && after != 'E') {
        *c = look; /* the 8 of 08 stays, and is refused */
        return true;
    }
    struct decimal number = {0};
    read_digits(c, &number, 0);
    if (cursor_byte(c, '.'))
        read_digits(c, &number, -1);
    if (!number.any)
        return false;
    read_exponent(c, &number);
    *ret_value = scale(number.mantissa, number.exponent);
    return true;
}

bool capacity_parse_setting(str text, int64_t *ret_value)
{
    struct cursor c = {text, 0};
    cursor_skip(&c, byte_is_blank);
    bool negative = cursor_byte(&c, '-');
    if (!negative)
        cursor_byte(&c, '+');
    double value;
    if (!read_number(&c, &value))
        return false;
    cursor_skip(&c, byte_is_blank);
    if (!cursor_done(&c) || value > INT32_MAX)
        return false;
    *ret_value = negative ? -round_even(value) : round_even(value);
    return true;
}

/* Units of memory of the server's settings; their case counts (guc.c, memory_unit_conversion_table). */
static const struct {
    str name;
    double bytes;
} memory_units[] = {
    {STR_INIT("B"), 1},
    {STR_INIT("kB"), 1024},
    {STR_INIT("MB"), 1048576},
    {STR_INIT("GB"), 1073741824},
    {STR_INIT("TB"), 1099511627776},
};

bool capacity_parse_memory(str text, int64_t unit, int64_t *ret_bytes)
{
    struct cursor c = {text, 0};
    double value, factor = (double)unit;
    cursor_skip(&c, byte_is_blank);
    if (!read_number(&c, &value))
        return false;
    cursor_skip(&c, byte_is_blank);
    str name = str_trim(str_skip(text, c.at));
    bool is_known = name.len == 0;
    for (size_t i = 0; i < ARRAY_COUNT(memory_units); i++)
        if (str_eq(name, memory_units[i].name)) {
            factor = memory_units[i].bytes;
            is_known = true;
        }
    if (!is_known || value * factor > 9e18)
        return false;
    *ret_bytes = (int64_t)(value * factor);
    return true;
}
