/*
 * Which major version of a package may be installed, out of requirements and lock files: settings/number.h.
 *
 * Requirements: pip's requirements file format and PEP 508; a lock of Poetry, uv or PDM has a table for each
 * package. Only what bounds the version from above tells: without such a bound it is the newest.
 */
#include "base/number.h"
#include "settings/number.h"

/* The first part of a version, and whether nothing but zeros follows it. */
static bool parse_major(str version, uint64_t *ret_major, bool *ret_is_round)
{
    str first = str_cut_byte(version, '.').head, rest = str_skip(version, first.len);
    *ret_is_round = true;
    for (size_t i = 0; i < rest.len; i++)
        *ret_is_round &= rest.ptr[i] == '.' || rest.ptr[i] == '0';
    return number_parse_unsigned(first, 9999, ret_major);
}

/* `<2.0` lets 1 in, `==1.4.46`, `~=1.4`, `<=1.4` and 1.4.46 alone do; `>=1.4` lets all in. */
static bool bound_of(str clause, uint64_t *ret_major)
{
    static const str signs[] = {
        STR_INIT("==="), STR_INIT("=="), STR_INIT("~="), STR_INIT("<="), STR_INIT("<"), STR_INIT("")};
    bool is_round;
    clause = str_trim(clause);
    for (size_t i = 0; i < ARRAY_COUNT(signs); i++) {
        if (!str_starts(clause, signs[i]))
            continue;
        if (!parse_major(str_trim_start(str_skip(clause, signs[i].len)), ret_major, &is_round))
            return false;
        bool is_below = str_eq(signs[i], STR("<")) && is_round && *ret_major > 0;
        *ret_major -= is_below;
        return true;
    }
    return false;
}

/* The least of the bounds between commas; none: no text. */
static struct workload_number newest_of(
    const struct settings_reading *r, const struct source *source, str specifier)
{
    struct workload_number number = {.at = settings_span(source, specifier)};
    uint64_t least = UINT64_MAX, major;
    str rest = specifier, clause;
    while (str_next(&rest, ',', &clause))
        if (bound_of(clause, &major) && major < least)
            least = major;
    if (least != UINT64_MAX)
        number.text = arena_integer(r->arena, (int64_t)least);
    return number;
}

struct workload_number version_of_requirement(
    const struct settings_reading *r, const struct source *source, str package)
{
    str rest = source->text, line;
    while (str_next(&rest, '\n', &line)) {
        line = str_trim(str_cut_byte(line, '#').head);
        line = str_trim(str_cut_byte(str_cut(line, STR(" --")).head, ';').head);
        size_t end = str_find_any(line, STR("<>=~![ (@"));
        if (end == STR_NONE || !settings_same_letters(str_take(line, end), package))
            continue;
        str specifier = str_skip(line, end);
        if (str_starts(specifier, STR("[")))
            specifier = str_cut_byte(specifier, ']').tail;
        return newest_of(r, source, str_trim_bytes(specifier, STR(" ()\\")));
    }
    return (struct workload_number){0};
}

/* The text between the quotes of `KEY = "…"`; false: it is another line. */
static bool quoted(str line, str key, str *ret_text)
{
    struct str_cut cut = str_cut_byte(line, '=');
    if (!cut.found || !str_eq(str_trim(cut.head), key))
        return false;
    *ret_text = str_trim_bytes(str_trim(cut.tail), STR("\""));
    return true;
}

struct workload_number version_of_lock(
    const struct settings_reading *r, const struct source *source, str package)
{
    str rest = source->text, line, name = {0}, version;
    while (str_next(&rest, '\n', &line)) {
        if (str_starts(line, STR("[")))
            name = STR("");
        else if (!quoted(line, STR("name"), &name) && quoted(line, STR("version"), &version) &&
                 settings_same_letters(name, package))
            return newest_of(r, source, version);
    }
    return (struct workload_number){0};
}
