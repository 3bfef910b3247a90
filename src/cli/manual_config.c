/* bootgate.yaml(5): the keys, as the reader and the JSON Schema know them. */
#include "cli/manual_markup.h"
#include "cli/manual_pages.h"
#include "language/eval.h"
#include "language/pack_keys.h"

static const char *const kinds[KEY_KIND_COUNT] = {
    [KEY_TEXT] = "TEXT",
    [KEY_TEMPLATE] = "TEXT",
    [KEY_PATTERN] = "PATTERN",
    [KEY_DATE] = "YYYY-MM-DD",
    [KEY_TEXTS] = "LIST",
    [KEY_FLAG] = "true|false",
    [KEY_WORD] = "WORD",
    [KEY_NUMBER] = "NUMBER",
    [KEY_SHARE] = "NUMBER|PERCENTAGE",
    [KEY_CONDITION] = "CONDITION",
    [KEY_EXPRESSIONS] = "LIST",
    [KEY_VERSION] = "1",
    [KEY_STRUCT] = "MAPPING",
    [KEY_NAMED] = "NAME: MAPPING",
    [KEY_ITEMS] = "LIST",
    [KEY_FILES] = "MAPPING",
    [KEY_SEVERITIES] = "MAPPING",
};

static str about_of(struct arena *arena, const struct key *key)
{
    struct buf about = buf_new(arena, SIZE_MAX / 4);
    buf_str(&about, key->about);
    if (key->required)
        buf_str(&about, STR("; required"));
    for (size_t i = 0; key->words != NULL && i < key->words->count; i++)
        buf_printf(&about, "%s" STR_FMT, i == 0 ? "; one of: " : ", ", STR_ARG(key->words->rows[i].text));
    return buf_view(&about);
}

/* The keys of one mapping, then those of the mappings inside, each under its whole path. */
static void print_keys(struct out *out, str path, const struct key_list *list)
{
    struct arena *arena = out->buf.arena;
    for (size_t i = 0; i < list->count; i++) {
        const struct key *key = &list->rows[i];
        str name = arena_concat(arena, path, key->name);
        markup_entry(out, name, kinds[key->kind], about_of(arena, key));
        if (key->keys == NULL)
            continue;
        const char *below = key->kind == KEY_NAMED ? "NAME." : "";
        print_keys(out, arena_printf(arena, STR_FMT ".%s", STR_ARG(name), below), key->keys);
    }
}

static void print_words(struct out *out)
{
    for (size_t i = 0; i < eval_word_count(); i++) {
        struct eval_word word = eval_word_at(i);
        markup_entry(out, word.name, NULL, word.about);
    }
}

static const char example[] =
    "version: 1\n"
    "name: shop\n"
    "mode: ${APP_ENV:-production}\n"
    "vars:\n"
    "  DATABASE_URL: {required: true, type: dsn, driver: asyncpg}\n"
    "rules:\n"
    "  - id: one-password\n"
    "    agree: [POSTGRES_PASSWORD, dsn(DATABASE_URL).password]\n"
    "budget:\n"
    "  consumers:\n"
    "    web: {server: DATABASE_URL, processes: \"${WORKERS:-2}\", each: 20 + 40}\n"
    "allow:\n"
    "  - {rule: wildcard-bind, service: proxy, reason: the public web server, until: 2027-01-31}\n";

void manual_config(struct out *out)
{
    out_text(out, "bootgate.yaml(5) \"bootgate " BOOTGATE_VERSION
                  "\"\n\n# NAME\n\nbootgate.yaml - what a project says about itself\n\n"
                  "# DESCRIPTION\n\n");
    markup_paragraphs(out, "The file lies beside the Compose file, or above it up to the top of the git "
                           "repository. It holds what only "
                           "the project knows: which variables it needs, what must agree, how many "
                           "connections it opens, which findings "
                           "are right here. An unknown key is refused with the nearest known one.\n"
                           "bootgate init writes a first one. bootgate rules --schema prints its JSON "
                           "Schema, which editors take from "
                           "the first line: # yaml-language-server: $schema=FILE.");
    out_text(out, "# KEYS\n\n");
    print_keys(out, STR(""), &pack_keys);
    out_text(out, "# EXPRESSIONS\n\n");
    markup_paragraphs(out, "Conditions and numbers are one small language: == != < <= > >= =~ in && || ! + - "
                           "* / ( ), strings, integers, "
                           "lists, ${VAR:-default} and bare names of variables. It has no loops and no side "
                           "effects. Its words:");
    print_words(out);
    out_text(out, "# SUPPRESSION\n\n");
    markup_paragraphs(out,
        "allow: silences what is right here, with a reason and, if it shall end, a date. So does a comment "
        "on the "
        "line before the value: # bootgate: allow RULE reason=\"...\" until=YYYY-MM-DD. A row that fits "
        "nothing any "
        "more is a finding itself. Documented credentials are silenced in production by allow: alone.");
    out_text(out, "# EXAMPLES\n\n");
    markup_literal(out, str_from_c(example));
    out_text(out, "# SEE ALSO\n\n*bootgate*(1), *bootgate-rules*(7)\n");
}
