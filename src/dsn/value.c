#include "dsn/value.h"

#include "dsn/client.h"

bool value_is_integer(str value)
{
    return str_is_digits(str_skip(value, value.len && (value.ptr[0] == '-' || value.ptr[0] == '+')));
}

bool value_is_filled(str value)
{
    return str_trim(value).len > 0;
}

bool value_is_nothing(str value)
{
    (void)value;
    return false;
}

bool value_is_go_bool(str value)
{
    static const str words[] = {STR_INIT("1"), STR_INIT("t"), STR_INIT("T"), STR_INIT("TRUE"),
        STR_INIT("true"), STR_INIT("True"), STR_INIT("0"), STR_INIT("f"), STR_INIT("F"), STR_INIT("FALSE"),
        STR_INIT("false"), STR_INIT("False")};
    return STR_IS_IN(value, words);
}

bool value_is_go_duration(str value)
{
    static const str units[] = {STR_INIT("ns"), STR_INIT("us"), STR_INIT("\xC2\xB5s"), STR_INIT("\xCE\xBCs"),
        STR_INIT("ms"), STR_INIT("s"), STR_INIT("m"), STR_INIT("h")};
    value = str_skip(value, value.len && (value.ptr[0] == '-' || value.ptr[0] == '+'));
    if (str_eq(value, STR("0")))
        return true;
    bool is_duration = value.len > 0;
    while (is_duration && value.len > 0) {
        size_t number = 0, unit = 0, points = 0;
        for (; number < value.len && (byte_is_digit(value.ptr[number]) || value.ptr[number] == '.'); number++)
            points += value.ptr[number] == '.';
        value = str_skip(value, number);
        while (unit < value.len && !byte_is_digit(value.ptr[unit]) && value.ptr[unit] != '.')
            unit++;
        is_duration = number > points && points <= 1 && STR_IS_IN(str_take(value, unit), units);
        value = str_skip(value, unit);
    }
    return is_duration;
}

bool value_is_anything(str value)
{
    (void)value;
    return true;
}

bool value_is_java_bool(str value)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("1"), STR_INIT("false"), STR_INIT("0")};
    return value.len == 0 || STR_IS_IN_FOLD(value, words);
}

bool value_is_net_bool(str value)
{
    static const str words[] = {STR_INIT("true"), STR_INIT("false"), STR_INIT("yes"), STR_INIT("no")};
    return value.len == 0 || STR_IS_IN_FOLD(str_trim(value), words); /* an empty one takes the key away */
}

/* int(text): blanks around it, a sign, single underscores between digits. */
bool value_is_python_int(str value)
{
    value = str_trim(value);
    if (value.len && (value.ptr[0] == '+' || value.ptr[0] == '-'))
        value = str_skip(value, 1);
    bool is_int = value.len > 0;
    for (str digits; is_int && str_next(&value, '_', &digits);)
        is_int = str_is_digits(digits);
    return is_int;
}

/* float(text): digits with a point and an exponent, or a word. */
bool value_is_python_float(str value)
{
    static const str words[] = {STR_INIT("inf"), STR_INIT("infinity"), STR_INIT("nan")};
    value = str_trim(value);
    str bare = value.len && (value.ptr[0] == '+' || value.ptr[0] == '-') ? str_skip(value, 1) : value;
    if (STR_IS_IN_FOLD(bare, words))
        return true;
    size_t exponent = find_any(bare, STR("eE"));
    struct str_cut point = str_cut_byte(str_take(bare, exponent), '.');
    bool whole = point.head.len == 0 || value_is_python_int(point.head);
    bool part = point.tail.len == 0 || value_is_python_int(point.tail);
    bool power = exponent == STR_NONE || value_is_python_int(str_skip(bare, exponent + 1));
    return point.head.len + point.tail.len > 0 && whole && part && power &&
           find_any(point.head, STR("+-")) == STR_NONE && find_any(point.tail, STR("+-")) == STR_NONE;
}

static bool is_named(str names, str key, bool folds)
{
    for (str name; str_next(&names, ',', &name);)
        if (folds ? str_eq_fold(name, key) : str_eq(name, key))
            return true;
    return false;
}

/* Of several parameters with one name, in whatever case where `folds`, the one that the client looks at. */
static bool counts(const struct reader *reader, const struct dsn_parameter *parameter, bool folds)
{
    const struct dsn_parameter *counting = parameter;
    bool is_first = reader->rules && reader->rules->first_counts;
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        if ((is_first ? it < counting : it > counting) &&
            (folds ? str_eq_fold(it->key.text, parameter->key.text)
                   : str_eq(it->key.text, parameter->key.text)))
            counting = it;
    return counting == parameter;
}

static const struct dsn_parameter *OR_NULL find_refused(
    const struct reader *reader, const struct value_rule *rules, size_t count, bool folds)
{
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters)
        for (size_t i = 0; i < count; i++)
            if (is_named(rules[i].names, it->key.text, folds) && !rules[i].takes(it->value.text) &&
                counts(reader, it, folds))
                return it;
    return NULL;
}

enum dsn_error values_check(struct reader *reader, const struct value_rule *rules, size_t count, bool folds)
{
    const struct dsn_parameter *refused = find_refused(reader, rules, count, folds);
    return refused ? reader_fail_part(reader, &refused->value, DSN_BAD_PARAMETER) : DSN_OK;
}

enum dsn_error values_check_all(struct reader *reader, const struct value_rule *rules, size_t count)
{
    vec_each(const struct dsn_parameter *, it, &reader->reading->parameters) {
        bool is_known = false;
        for (size_t i = 0; i < count && !is_known; i++)
            is_known = is_named(rules[i].names, it->key.text, false);
        if (!is_known)
            return reader_fail_part(reader, &it->key, DSN_BAD_PARAMETER);
    }
    return values_check(reader, rules, count, false);
}

void values_note(struct reader *reader, const struct value_rule *rules, size_t count, bool folds)
{
    const struct dsn_parameter *refused = find_refused(reader, rules, count, folds);
    if (refused)
        reader->reading->refused_value = (uint32_t)(refused - reader->reading->parameters.items) + 1;
}
