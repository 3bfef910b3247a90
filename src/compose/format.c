#include "compose/format.h"

#include "base/number.h"

/* The factor of a suffix (k, kb, kib, any case, 1024 each), 1 for none and b; 0: no such suffix. */
static double factor_of(str suffix)
{
    if (suffix.len == 0 || str_eq_fold(suffix, STR("b")))
        return 1;
    size_t step = str_find_byte(STR("kmgtp"), byte_lower(suffix.ptr[0]));
    str rest = str_skip(suffix, 1);
    if (step == STR_NONE || (rest.len > 0 && !str_eq_fold(rest, STR("b")) && !str_eq_fold(rest, STR("ib"))))
        return 0;
    double factor = 1024;
    while (step-- > 0)
        factor *= 1024;
    return factor;
}

bool format_size(str text, int64_t *ret_bytes)
{
    if (number_parse(text, ret_bytes))
        return true;
    size_t end = text.len; /* after the last digit, point or blank */
    while (
        end > 0 && !byte_is_digit(text.ptr[end - 1]) && text.ptr[end - 1] != '.' && text.ptr[end - 1] != ' ')
        end--;
    str number = str_take(text, end > 0 && text.ptr[end - 1] == ' ' ? end - 1 : end);
    double factor = factor_of(str_skip(text, end)), size;
    if (end == 0 || factor == 0 || !number_parse_double(number, &size) || size < 0)
        return false;
    *ret_bytes = size * factor < (double)INT64_MAX ? (int64_t)(size * factor) : INT64_MAX;
    return true;
}

bool format_is_size(str text)
{
    int64_t bytes;
    return format_size(text, &bytes);
}

bool format_is_duration(str text)
{
    static const str units[] = {
        STR_INIT("ns"),
        STR_INIT("us"),
        STR_INIT("\xC2\xB5s"), /* micro sign */
        STR_INIT("\xCE\xBCs"), /* Greek mu */
        STR_INIT("ms"),
        STR_INIT("s"),
        STR_INIT("m"),
        STR_INIT("h"),
        STR_INIT("d"),
        STR_INIT("w"),
    };
    if (str_starts(text, STR("-")) || str_starts(text, STR("+")))
        text = str_skip(text, 1);
    if (str_eq(text, STR("0")))
        return true;
    bool is_good = text.len > 0;
    while (is_good && text.len > 0) {
        size_t end = 0, points = 0, unit_end;
        for (; end < text.len && (byte_is_digit(text.ptr[end]) || text.ptr[end] == '.'); end++)
            points += text.ptr[end] == '.';
        for (unit_end = end; unit_end < text.len && !byte_is_digit(text.ptr[unit_end]); unit_end++)
            if (text.ptr[unit_end] == '.')
                break;
        is_good = end > points && points <= 1 && STR_IS_IN(str_slice(text, end, unit_end), units);
        text = str_skip(text, unit_end);
    }
    return is_good;
}

bool format_is_number(str text)
{
    double number;
    return number_parse_double(text, &number);
}

bool format_is_count(str text)
{
    uint64_t number;
    return number_parse_unsigned(text, UINT64_MAX, &number);
}

bool format_is_device_count(str text)
{
    int64_t number;
    return str_eq_fold(text, STR("all")) || number_parse(text, &number);
}

bool format_is_file_mode(str text)
{
    text = str_skip(text, str_starts(text, STR("-")) || str_starts(text, STR("+")));
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '7')
            return false;
    return text.len > 0 && text.len <= 21; /* more octal digits than 64 bits have */
}

bool format_is_host_mapping(str text)
{
    return str_has_any(text, STR("=:"));
}

bool format_is_ssh_key(str text)
{
    return str_eq(text, STR("default")) || str_has_byte(text, '=');
}
