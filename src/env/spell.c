#include "env/spell.h"

/* What is written for a byte that means something to a reader. */
struct escape {
    char byte;
    const char *written;
};

enum { ESCAPES_MAX = 6 };

/* Ways to write a value, the plainest first. */
static const struct {
    str quote;
    struct escape escapes[ESCAPES_MAX];
    str advice;
} ways[] = {
    {STR_INIT(""), {{0}}, STR_INIT("write the value without quotes: all these readers then agree")},
    {STR_INIT("'"), {{0}}, STR_INIT("put the value in single quotes: all these readers then agree")},
    {STR_INIT("\""), {{0}}, STR_INIT("put the value in double quotes: all these readers then agree")},
    {STR_INIT("`"), {{0}}, STR_INIT("put the value in backticks: all these readers then agree")},
    {STR_INIT(""), {{'$', "$$"}}, STR_INIT("write each dollar twice, without quotes")},
    {STR_INIT("\""), {{'$', "$$"}}, STR_INIT("write each dollar twice, in double quotes")},
    {STR_INIT(""), {{'$', "\\$"}}, STR_INIT("write a backslash before each dollar, without quotes")},
    {STR_INIT("'"), {{'$', "\\$"}}, STR_INIT("write a backslash before each dollar, in single quotes")},
    {STR_INIT("\""), {{'$', "\\$"}}, STR_INIT("write a backslash before each dollar, in double quotes")},
    {STR_INIT("`"), {{'$', "\\$"}}, STR_INIT("write a backslash before each dollar, in backticks")},
    {STR_INIT("\""), {{'\n', "\\n"}, {'\r', "\\r"}},
        STR_INIT("put the value in double quotes, with `\\n` for each line end")},
    {STR_INIT("\""), {{'\n', "\\n"}, {'\r', "\\r"}, {'$', "\\$"}},
        STR_INIT("put the value in double quotes, with `\\n` for each line end and `\\$` for each dollar")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}},
        STR_INIT("put the value in double quotes, with a backslash before each quote and backslash")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'$', "$$"}},
        STR_INIT("put the value in double quotes, with a backslash before each quote and backslash, and each "
                 "dollar twice")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'$', "\\$"}, {'`', "\\`"}},
        STR_INIT("put the value in double quotes, with a backslash before each of \" \\ $ `")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'$', "\\$"}},
        STR_INIT("put the value in double quotes, with a backslash before each of \" \\ $")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'\n', "\\n"}, {'\r', "\\r"}},
        STR_INIT("put the value in double quotes, with a backslash before each of \" \\, and `\\n` for line "
                 "ends")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'\n', "\\n"}, {'\r', "\\r"}, {'$', "$$"}},
        STR_INIT(
            "put the value in double quotes, with a backslash before each of \" \\, `\\n` for line ends, "
            "and each dollar twice")},
    {STR_INIT("\""), {{'\\', "\\\\"}, {'"', "\\\""}, {'\n', "\\n"}, {'\r', "\\r"}, {'$', "\\$"}},
        STR_INIT(
            "put the value in double quotes, with a backslash before each of \" \\ $, and `\\n` for line "
            "ends")},
    {STR_INIT("'"), {{'\\', "\\\\"}, {'\'', "\\'"}},
        STR_INIT("put the value in single quotes, with a backslash before each quote and backslash")},
    {STR_INIT("'"), {{'\'', "\\'"}},
        STR_INIT("put the value in single quotes, with a backslash before each quote")},
    {STR_INIT("'"), {{'\'', "'\\''"}},
        STR_INIT("put the value in single quotes, and write '\\'' for each quote in it")},
    {STR_INIT(""), {{'\\', "\\\\"}, {'"', "\\\""}, {'\'', "\\'"}, {'$', "\\$"}, {' ', "\\ "}, {'#', "\\#"}},
        STR_INIT("write a backslash before each of \\ \" ' $ # and blank, without quotes")},
};

static str escaped(const struct escape *escapes, const char *byte)
{
    for (size_t i = 0; i < ESCAPES_MAX && escapes[i].written; i++)
        if (escapes[i].byte == *byte)
            return str_from_c(escapes[i].written);
    return (str){byte, 1};
}

/* True when each reader takes the line for `wanted` and nothing else, whatever others have set. */
static bool is_read_alike(struct arena *arena, const dialect_list *readers, str line, str name, str wanted)
{
    struct sources sources = {.arena = arena};
    struct diags diags = {.arena = arena, .sources = &sources, .least = SEVERITY_ERROR + 1};
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(""), STR(""), line);
    vec_each(const struct dialect *const *, reader, readers) {
        struct dotenv_result result = dotenv_read(arena, &diags, source, *reader, NULL, ORIGIN_ENV_FILE);
        const struct value *value = env_get(&result.env, name);
        if (!result.ok || !value || !value->set || value->uses.count > 0 || !str_eq(value->text, wanted) ||
            result.env.map.live != 1)
            return false;
    }
    return true;
}

bool spell_value(struct arena *arena, const dialect_list *readers, str before, str name, str text,
    struct spelling *ret_spelling)
{
    for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
        struct buf buf = buf_new(arena, SIZE_MAX / 4);
        buf_str(&buf, ways[i].quote);
        for (size_t at = 0; at < text.len; at++)
            buf_str(&buf, escaped(ways[i].escapes, text.ptr + at));
        buf_str(&buf, ways[i].quote);
        str line = arena_join(arena, before, name, STR("="), buf_view(&buf), STR("\n"));
        if (!is_read_alike(arena, readers, line, name, text))
            continue;
        *ret_spelling = (struct spelling){buf_view(&buf), ways[i].advice};
        return true;
    }
    return false;
}
