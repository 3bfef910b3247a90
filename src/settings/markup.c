#include "settings/markup.h"

static void blank(char *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (bytes[i] != '\n')
            bytes[i] = ' ';
}

/* ---- comments of JSON */

/* Tabs too, which YAML has other rules for. */
static void blank_comments(char *bytes, size_t length)
{
    str text = {bytes, length};
    for (size_t i = 0; i < length;) {
        str rest = str_skip(text, i);
        size_t end = 1;
        if (bytes[i] == '"') {
            while (end < rest.len && rest.ptr[end] != '"')
                end += rest.ptr[end] == '\\' && end + 1 < rest.len ? 2 : 1;
            i += end < rest.len ? end + 1 : rest.len;
            continue;
        }
        if (str_starts(rest, STR("//")))
            end = str_cut_byte(rest, '\n').head.len;
        else if (str_starts(rest, STR("/*")))
            end = rest.len - str_cut(rest, STR("*/")).tail.len;
        if (end > 1 || bytes[i] == '\t')
            blank(bytes, i, i + end);
        i += end;
    }
}

/* ---- ERB */

/* The bytes of a tag become its value; one that is too long, or is not known, becomes null. */
static void put_value(struct arena *arena, char *bytes, const struct markup_tag *tag)
{
    const struct expression *value = &tag->value;
    str text = value->kind == EXPRESSION_NUMBER ? arena_integer(arena, value->number) : value->text;
    blank(bytes, tag->from, tag->to);
    bool is_plain =
        value->kind == EXPRESSION_TEXT || (value->kind == EXPRESSION_NUMBER && !value->per_processor);
    bool is_safe = text.len > 0 && str_is_all(text, byte_is_unreserved);
    if (is_plain && is_safe && text.len <= tag->to - tag->from)
        memcpy(bytes + tag->from, text.ptr, text.len);
    else
        bytes[tag->from] = '~';
}

/* False: a tag decides what the file is. */
static bool expand_tags(
    struct arena *arena, struct markup *document, char *bytes, size_t length, const struct env *environment)
{
    struct expression_scope scope = {.environment = environment};
    str text = {bytes, length};
    bool is_comment = false; /* what is before, in the line so far */
    for (size_t at = 0, seen = 0;;) {
        size_t open = str_find(str_skip(text, at), STR("<%"));
        if (open == STR_NONE)
            return true;
        size_t from = at + open;
        size_t close = str_find(str_skip(text, from), STR("%>"));
        for (; seen < from; seen++)
            is_comment = text.ptr[seen] != '\n' && (is_comment || text.ptr[seen] == '#');
        if (close == STR_NONE)
            return false;
        at = seen = from + close + 2;
        str body = str_slice(text, from + 2, at - 2);
        if (str_starts(body, STR("#")) || is_comment) {
            blank(bytes, from, at);
            continue;
        }
        if (!str_starts(body, STR("=")))
            return false;
        str code = str_trim(str_trim_bytes(str_skip(body, 1), STR("-"))), rest;
        struct markup_tag tag = {
            from, at, expression_read(arena, LANGUAGE_RUBY, arena_copy(arena, code), &scope, &rest)};
        if (rest.len)
            tag.value.kind = EXPRESSION_UNKNOWN;
        put_value(arena, bytes, &tag);
        vec_push(arena, &document->tags, tag);
    }
}

/* ---- the tree */

struct markup markup_read(struct arena *arena, enum markup_form form, str file, const struct env *environment)
{
    struct markup document = {.ok = true};
    char *bytes = arena_array(arena, char, file.len + 1);
    memcpy(bytes, file.len ? file.ptr : "", file.len);
    if (form == MARKUP_JSON)
        blank_comments(bytes, file.len);
    if (form == MARKUP_ERB)
        document.ok = expand_tags(arena, &document, bytes, file.len, environment);
    /* Its faults are not ours: the program will say what it cannot read. */
    struct sources *sources = arena_new(arena, struct sources);
    *sources = (struct sources){.arena = arena};
    struct diags unheard = {.arena = arena, .sources = sources};
    const struct source *source =
        source_add(sources, SOURCE_SETTINGS, STR(""), STR(""), (str){bytes, file.len});
    struct yaml_options options = {.rule = STR("config-syntax"), .merge_keys = true};
    struct yaml_documents documents = {0};
    if (document.ok)
        documents = yaml_read(arena, &unheard, source, &options);
    document.ok = documents.ok;
    vec_each(struct yaml_node *const *, root, &documents.list)
        if (*root)
            vec_push(arena, &document.roots, *root);
    return document;
}

const struct markup_tag *markup_tag_at(const struct markup *document, size_t offset)
{
    vec_each(const struct markup_tag *, tag, &document->tags)
        if (offset >= tag->from && offset < tag->to)
            return tag;
    return NULL;
}
