#include "unit/specifier.h"

struct unit_name unit_name_parse(str file)
{
    struct str_cut suffix = str_rcut_byte(file, '.'), at = str_cut_byte(suffix.head, '@');
    return (struct unit_name){.id = file,
        .prefix = at.head,
        .instance = at.found ? at.tail : STR(""),
        .is_template = at.found && at.tail.len == 0};
}

/* The same for every unit of the system's manager. */
static const struct {
    char letter;
    str text;
} fixed[] = {
    {'%', STR_INIT("%")},
    {'t', STR_INIT("/run")},
    {'S', STR_INIT("/var/lib")},
    {'C', STR_INIT("/var/cache")},
    {'L', STR_INIT("/var/log")},
    {'E', STR_INIT("/etc")},
    {'T', STR_INIT("/tmp")},
    {'V', STR_INIT("/var/tmp")},
    {'h', STR_INIT("/root")},
    {'u', STR_INIT("root")},
    {'U', STR_INIT("0")},
    {'g', STR_INIT("root")},
    {'G', STR_INIT("0")},
};

/* unit_name_unescape(): `-` is a slash, \xAB a byte. Texts of any other kind are left to the machine. */
static bool unescape(struct arena *arena, str text, str *ret_text)
{
    char *copy = arena_array(arena, char, text.len + 1);
    if (str_has_byte(text, '\\'))
        return false;
    for (size_t i = 0; i < text.len; i++)
        copy[i] = text.ptr[i] == '-' ? '/' : text.ptr[i];
    *ret_text = (str){copy, text.len};
    return true;
}

/* False: only the machine knows. */
static bool from_name(struct arena *arena, const struct unit_name *name, char letter, str *ret_text)
{
    struct str_cut dash = str_rcut_byte(name->prefix, '-');
    str last = dash.found ? dash.tail : name->prefix;
    bool knows_instance = name->id.len > 0 && !name->is_template;
    bool takes_instance = letter == 'i' || letter == 'I' || letter == 'n' || letter == 'N';
    if (name->id.len == 0 || (takes_instance && !knows_instance))
        return false;
    *ret_text = letter == 'n'   ? name->id
                : letter == 'N' ? str_rcut_byte(name->id, '.').head
                : letter == 'i' ? name->instance
                : letter == 'p' ? name->prefix
                : letter == 'j' ? last
                                : STR("");
    if (letter == 'P')
        return unescape(arena, name->prefix, ret_text);
    if (letter == 'J' || letter == 'I')
        return unescape(arena, letter == 'J' ? last : name->instance, ret_text);
    return true;
}

/* What the byte behind a percent sign stands for; false: for nothing. */
static bool look_up(
    struct arena *arena, const struct unit_name *name, char letter, str *ret_text, bool *ret_is_hidden)
{
    static const str of_name = STR_INIT("nNpPiIjJ"), of_machine = STR_INIT("aAbBcdfHlmMoqrRsvwWyY");
    *ret_is_hidden = false;
    for (size_t i = 0; i < ARRAY_COUNT(fixed); i++)
        if (fixed[i].letter == letter) {
            *ret_text = fixed[i].text;
            return true;
        }
    if (str_has_byte(of_name, letter)) {
        *ret_is_hidden = !from_name(arena, name, letter, ret_text);
        return true;
    }
    *ret_is_hidden = true;
    return str_has_byte(of_machine, letter);
}

const struct value *unit_specifiers(
    struct arena *arena, const struct unit_name *name, const struct value *value)
{
    str text = value->text;
    struct unit_text made = {.arena = arena};
    struct unit_view view = {.value = value};
    size_t own = 0, at = str_find_byte(text, '%');
    if (at == STR_NONE)
        return value;
    for (; at + 1 < text.len; at++) {
        str inserted = {0};
        bool is_hidden;
        if (text.ptr[at] != '%')
            continue;
        bool is_known = look_up(arena, name, text.ptr[at + 1], &inserted, &is_hidden);
        if (!is_known && byte_is_alnum(text.ptr[at + 1]))
            return NULL;
        if (is_known) {
            unit_text_own(&made, &view, own, at);
            if (is_hidden)
                unit_text_hidden(&made, &view, at, at + 2);
            else
                unit_text_made(&made, inserted, &view, at, at + 2);
            own = at + 2;
        }
        at++;
    }
    unit_text_own(&made, &view, own, text.len);
    return made.out.overflow ? NULL : unit_text_value(&made, value, value->at);
}
