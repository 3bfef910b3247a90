#include "rule/cause.h"

#include "base/buf.h"
#include "language/pack.h"
#include "text/mask.h"

/* A word of a message names something where it is quoted, has a digit, or is a path; the rest is wording. */
static bool is_particular(str word, bool is_quoted, bool counts_numbers)
{
    bool has_digit = false, has_letter = false;
    for (size_t i = 0; i < word.len; i++) {
        has_digit |= byte_is_digit(word.ptr[i]);
        has_letter |= byte_is_letter(word.ptr[i]);
    }
    bool is_path = has_letter && str_has_any(word, STR("._/"));
    return is_quoted || is_path || (has_digit && (has_letter || counts_numbers));
}

str cause_of(struct arena *arena, const struct diags *diags, const struct diag *diag)
{
    const struct rule_info *info = rule_find(diag->rule);
    bool counts_numbers = info == NULL || !str_eq(info->group, STR("budget"));
    bool is_own_rule = str_eq(diag->rule, rule_info(RULE_RULE_FAILED)->name);
    str rest = gate_visible(sources_gate(diags->sources), diag->message), word;
    struct buf cause = buf_new(arena, SIZE_MAX / 4);
    if (is_own_rule) /* "ID: message", which the project words */
        return str_cut_byte(rest, ':').head;
    while (str_next(&rest, ' ', &word)) {
        str bare = str_trim_bytes(word, STR(",:;.()'"));
        str name = str_trim_bytes(bare, STR("`"));
        bool is_quoted = bare.len > name.len;
        if (name.len > 0 && is_particular(name, is_quoted, counts_numbers) && !str_eq(name, diag->service) &&
            !str_eq(name, diag->variable))
            buf_printf(&cause, "%s" STR_FMT, cause.len > 0 ? " " : "", STR_ARG(name));
    }
    return buf_view(&cause);
}
