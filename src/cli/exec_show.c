#include "cli/exec_show.h"

#include "cli/shell_quote.h"
#include "dsn/secret.h"
#include "rule/command_secret.h"

/* The end of the secret that the byte at `at` is in; `at` itself: in none. */
static size_t secret_end(const struct dsn *dsn, size_t at)
{
    size_t end = at;
    vec_each(const struct dsn_part *, part, &dsn->secrets)
        if (part->offset <= at && at < (size_t)part->offset + part->length &&
            part->offset + part->length > end)
            end = part->offset + part->length;
    return end;
}

static str mask_connection_string(struct arena *arena, str word)
{
    const struct dsn *dsn = dsn_parse(arena, word, NULL, STR(""));
    struct buf shown = buf_new(arena, SIZE_MAX / 4);
    for (size_t at = 0; at < word.len;) {
        size_t end = secret_end(dsn, at);
        if (end == at)
            buf_byte(&shown, word.ptr[at++]);
        else
            buf_str(&shown, STR(MASK));
        for (size_t next = end; next > at; next = secret_end(dsn, at))
            at = next;
    }
    return buf_view(&shown);
}

static str mask_word(struct gate *gate, str secret, str word)
{
    str open = mask_connection_string(gate->arena, str_take(word, word.len - secret.len));
    str shown = gate_visible(gate, open);
    return secret.len > 0 ? arena_concat(gate->arena, shown, STR(MASK)) : shown;
}

static bool is_plain(str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!byte_is_name(word.ptr[i]) && !str_has_byte(STR("-./:=@%+,*"), word.ptr[i]))
            return false;
    return word.len > 0 && !str_has_byte(word, '*');
}

/* In quotes where a shell would see more than letters; a mask stays bare. */
static void write_word(struct buf *line, str word)
{
    if (line->len > 0)
        buf_byte(line, ' ');
    if (is_plain(word) || str_eq(word, STR(MASK)))
        buf_str(line, word);
    else
        shell_quote(line, word);
}

str exec_show(struct gate *gate, const str_vec *words)
{
    struct arena *arena = gate->arena;
    struct command_place place = {0};
    vec_each(const str *, word, words) {
        gate_hide(gate, command_secret(&place, *word));
        secrets_hide(gate, dsn_parse(arena, *word, NULL, STR("")));
    }
    struct buf line = buf_new(arena, SIZE_MAX / 4);
    place = (struct command_place){0};
    vec_each(const str *, word, words)
        write_word(&line, mask_word(gate, command_secret(&place, *word), *word));
    return buf_view(&line);
}
