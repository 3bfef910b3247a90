#include "base/number.h"

#include <math.h>
#include <stdlib.h>

int64_t number_add(int64_t a, int64_t b)
{
    if (a == NUMBER_UNBOUNDED || b == NUMBER_UNBOUNDED)
        return NUMBER_UNBOUNDED;
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return a > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

int64_t number_subtract(int64_t a, int64_t b)
{
    if (a == NUMBER_UNBOUNDED)
        return NUMBER_UNBOUNDED;
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference))
        return b < 0 ? INT64_MAX : INT64_MIN;
    return difference;
}

int64_t number_multiply(int64_t a, int64_t b)
{
    if (a == 0 || b == 0)
        return 0;
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product))
        return (a > 0) == (b > 0) ? INT64_MAX : INT64_MIN;
    return product;
}

bool number_parse(str s, int64_t *ret_value)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+'))
        s = str_skip(s, 1);
    uint64_t digits;
    uint64_t max = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    if (!number_parse_unsigned(s, max, &digits))
        return false;
    *ret_value = negative ? (int64_t)(0 - digits) : (int64_t)digits;
    return true;
}

bool number_parse_unsigned(str s, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!byte_is_digit(s.ptr[i]))
            return false;
        if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.ptr[i] - '0'), &value) || value > max)
            return false;
    }
    *ret_value = value;
    return true;
}

/* [-+]? (.digits | digits (. digits?)?) ([eE] [-+]? digits)? */
static bool is_decimal(str s)
{
    size_t from = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+');
    size_t at = str_skip_digits(s, from);
    size_t digits = at - from;
    if (at < s.len && s.ptr[at] == '.') {
        size_t end = str_skip_digits(s, at + 1);
        digits += end - at - 1;
        at = end;
    }
    if (digits > 0 && at < s.len && byte_lower(s.ptr[at]) == 'e') {
        at++;
        at += at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+');
        size_t end = str_skip_digits(s, at);
        if (end == at)
            return false;
        at = end;
    }
    return digits > 0 && at == s.len;
}

bool number_parse_double(str s, double *ret_value)
{
    char text[1001];
    if (s.len >= sizeof text || !is_decimal(s))
        return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    double value = strtod(text, NULL);
    if (isinf(value))
        return false;
    *ret_value = value;
    return true;
}

bool number_parse_duration(str s, int64_t most, int64_t *ret_milliseconds)
{
    static const struct {
        str suffix;
        int64_t milliseconds;
    } units[] = {
        {STR_INIT("ms"), 1}, {STR_INIT("s"), 1000}, {STR_INIT("m"), 60 * 1000}, {STR_INIT(""), 1000}};
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        uint64_t count = 0;
        if (!str_ends(s, units[i].suffix))
            continue;
        str digits = str_take(s, s.len - units[i].suffix.len);
        if (!number_parse_unsigned(digits, (uint64_t)most / (uint64_t)units[i].milliseconds, &count) ||
            count == 0)
            return false;
        *ret_milliseconds = (int64_t)count * units[i].milliseconds;
        return true;
    }
    return false;
}
