#include "cli/exec_show.h"

#include "dsn/dsn.h"
#include "rule/secret.h"

static str mask_connection_string(struct arena *arena, str word)
{
    const struct dsn *dsn = dsn_parse(arena, word, NULL, STR(""));
    str shown = STR("");
    size_t at = 0;
    vec_each(const struct dsn_part *, secret, &dsn->secrets) {
        if (secret->length == 0 || secret->offset < at)
            continue;
        shown = arena_concat(arena, shown, str_slice(word, at, secret->offset));
        shown = arena_concat(arena, shown, STR(MASK));
        at = secret->offset + secret->length;
    }
    return arena_concat(arena, shown, str_skip(word, at));
}

static str mask_word(struct gate *gate, str word, str before)
{
    struct arena *arena = gate->arena;
    bool follows_option = str_starts(before, STR("-")) && str_find_byte(before, '=') == STR_NONE;
    if (follows_option && secret_is_option(arena, before))
        return STR(MASK);
    struct str_cut cut = str_cut_byte(word, '=');
    bool has_value = cut.found && cut.tail.len > 0;
    if (has_value && secret_is_option(arena, cut.head))
        return arena_printf(arena, STR_FMT "=" MASK, STR_ARG(cut.head));
    return gate_visible(gate, mask_connection_string(arena, word));
}

static bool is_plain(str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!byte_is_name(word.ptr[i]) && str_find_byte(STR("-./:=@%+,*"), word.ptr[i]) == STR_NONE)
            return false;
    return word.len > 0 && str_find_byte(word, '*') == STR_NONE;
}

/* In single quotes where a shell would see more than letters; a mask stays bare. */
static str quote(struct arena *arena, str word)
{
    if (is_plain(word) || str_eq(word, STR(MASK)))
        return word;
    str quoted = STR("'");
    for (str rest = word, piece; str_next(&rest, '\'', &piece);) {
        quoted = arena_concat(arena, quoted, piece);
        if (rest.ptr != NULL)
            quoted = arena_concat(arena, quoted, STR("'\\''"));
    }
    return arena_concat(arena, quoted, STR("'"));
}

str exec_show(struct gate *gate, const str_vec *words)
{
    struct arena *arena = gate->arena;
    str line = STR(""), before = STR("");
    vec_each(const str *, word, words) {
        str shown = quote(arena, mask_word(gate, *word, before));
        line =
            arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(line), line.len > 0 ? " " : "", STR_ARG(shown));
        before = *word;
    }
    return line;
}
