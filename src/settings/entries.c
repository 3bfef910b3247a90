#include "settings/entries.h"

#define JOINED_BYTES_MAX 4096 /* of a value over several lines; commands are shorter */

/* What the readers of these files do differently. */
static const struct entry_rules {
    str comments;     /* first bytes of a line that is one */
    str inline_after; /* bytes that begin a comment behind a blank */
    str separators;   /* between name and value */
    bool goes_on;     /* an indented line goes on with the value before it */
    bool has_escape;  /* a backslash at the end goes on in the next line */
    bool strips_quotes;
} rules[ENTRY_FORM_COUNT] = {
    [ENTRIES_SUPERVISOR] = {STR_INIT(";#"), STR_INIT(";#"), STR_INIT("=:"), .goes_on = true},
    [ENTRIES_CONFIGPARSER] = {STR_INIT(";#"), STR_INIT(""), STR_INIT("=:"), .goes_on = true},
    [ENTRIES_UWSGI] = {STR_INIT(";#"), STR_INIT(""), STR_INIT("=")},
    [ENTRIES_PHP] = {STR_INIT(";"), STR_INIT(";"), STR_INIT("="), .strips_quotes = true},
    [ENTRIES_GO] = {STR_INIT(";#"), STR_INIT(";#"), STR_INIT("=:"), .strips_quotes = true},
    [ENTRIES_PROPERTIES] = {STR_INIT("#!"), STR_INIT(""), STR_INIT("=: \t"), .has_escape = true},
};

struct scanner {
    struct arena *arena;
    const struct entry_rules *rules;
    str file, section;
    size_t part;
    entry_list list;
};

static bool has_byte(str bytes, char byte)
{
    return str_has_byte(bytes, byte);
}

static str without_comment(const struct scanner *s, str text)
{
    for (size_t i = 1; i < text.len; i++)
        if (byte_is_blank(text.ptr[i - 1]) && has_byte(s->rules->inline_after, text.ptr[i]))
            return str_trim_end(str_take(text, i));
    return text;
}

static str without_quotes(str text)
{
    char first = text.len > 1 ? text.ptr[0] : '\0';
    bool is_quoted = (first == '"' || first == '\'' || first == '`') && text.ptr[text.len - 1] == first;
    return is_quoted ? str_slice(text, 1, text.len - 1) : text;
}

static void add_more(struct scanner *s, str line)
{
    struct entry *last = &s->list.items[s->list.count - 1];
    str more = without_comment(s, str_trim(line));
    if (last->text.len + more.len < JOINED_BYTES_MAX)
        last->text = arena_join(s->arena, last->text, STR(" "), more);
}

static void add(struct scanner *s, str line)
{
    size_t sign = str_find_any(line, s->rules->separators);
    str name = sign == STR_NONE ? line : str_take(line, sign);
    str text = sign == STR_NONE ? STR("") : str_trim_start(str_skip(line, sign));
    /* Properties: blanks, then one of = and :, or blanks alone. */
    if (text.len && (text.ptr[0] == '=' || text.ptr[0] == ':'))
        text = str_trim_start(str_skip(text, 1));
    text = without_comment(s, text);
    if (s->rules->strips_quotes)
        text = without_quotes(text);
    vec_push(s->arena, &s->list,
        ((struct entry){.section = s->section,
            .name = str_trim(name),
            .text = text,
            .offset = text.len ? (size_t)(text.ptr - s->file.ptr) : (size_t)(line.ptr - s->file.ptr),
            .part = s->part}));
}

static void scan_line(struct scanner *s, str line)
{
    bool is_indented = line.len && byte_is_blank(line.ptr[0]);
    str text = str_trim(line);
    if (s->rules->has_escape && (str_starts(text, STR("#---")) || str_starts(text, STR("!---"))))
        s->part++;
    if (text.len == 0 || has_byte(s->rules->comments, text.ptr[0]))
        return;
    if (is_indented && s->rules->goes_on && s->list.count)
        add_more(s, line);
    else if (text.ptr[0] == '[' && str_has_byte(text, ']') && !s->rules->has_escape)
        s->section = str_trim(str_slice(text, 1, str_find_byte(text, ']')));
    else
        add(s, text);
}

/* Whether the line goes on: an odd number of backslashes at its end. */
static bool is_continued(str line)
{
    size_t count = 0;
    while (count < line.len && line.ptr[line.len - 1 - count] == '\\')
        count++;
    return count % 2 == 1;
}

entry_list entries_read(struct arena *arena, enum entry_form form, str file)
{
    struct scanner scanner = {.arena = arena, .rules = &rules[form], .file = file};
    str rest = file, line;
    bool goes_on = false;
    while (str_next(&rest, '\n', &line)) {
        str text = str_ends(line, STR("\r")) ? str_take(line, line.len - 1) : line;
        /* What a continued line of properties adds is no number of ours: the first line tells. */
        if (!goes_on)
            scan_line(&scanner, text);
        goes_on = scanner.rules->has_escape && is_continued(text);
    }
    return scanner.list;
}

const struct entry *entries_get(const entry_list *entries, str section, str name)
{
    for (size_t i = entries->count; i > 0; i--) {
        const struct entry *entry = &entries->items[i - 1];
        if (str_eq(entry->section, section) && str_eq_fold(entry->name, name))
            return entry;
    }
    return NULL;
}
