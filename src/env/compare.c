#include "env/compare.h"

#include "base/buf.h"
#include "base/limit.h"
#include "env/spell.h"

/* What may be said about one reader's value: the value, and the line that it was read from. */
struct aspect {
    const struct compared_reader *reader;
    const struct value *value;
    str raw;    /* the source from after `=` to the end of the line, without blanks at the ends */
    str line;   /* the same with its blanks */
    char quote; /* the quote that `raw` begins with, or 0 */
};

static bool is_refused(const struct aspect *a)
{
    return !a->reader->result.ok;
}

static bool is_dropped(const struct aspect *a)
{
    return a->value == NULL;
}

static bool is_known_only(const struct aspect *a)
{
    return !a->value->set;
}

/* The whole text was inserted from the process, though the file has a value of its own. */
static bool keeps_process(const struct aspect *a)
{
    const struct pieces *pieces = &a->value->pieces;
    bool is_one = pieces->list.count == 1 && a->value->uses.count == 0 && a->raw.len > 0;
    return is_one && pieces->list.items[0].at.offset == a->value->key.offset;
}

static bool keeps_quotes(const struct aspect *a)
{
    str text = str_trim_start(a->value->text);
    return a->quote && text.len && text.ptr[0] == a->quote;
}

static bool takes_first_line(const struct aspect *a)
{
    bool unclosed = a->quote && !str_has_byte(str_skip(a->raw, 1), a->quote);
    return unclosed && keeps_quotes(a);
}

/* CR LF line ends are another system's; this reader knows LF alone. */
static bool keeps_return(const struct aspect *a)
{
    return str_ends(a->value->text, STR("\r"));
}

static bool spans_lines(const struct aspect *a)
{
    return a->value->at.length > a->line.len;
}

static bool keeps_comment(const struct aspect *a)
{
    size_t at = str_find(a->line, STR(" #"));
    return at != STR_NONE && str_ends(str_trim(a->value->text), str_trim(str_skip(a->line, at)));
}

static bool stops_at_hash(const struct aspect *a)
{
    size_t at = str_find_byte(a->raw, '#');
    return at != STR_NONE && !str_contains(a->value->text, STR("#")) && a->value->uses.count == 0;
}

static bool expands(const struct aspect *a)
{
    return a->value->uses.count > 0;
}

static bool joins_lines(const struct aspect *a)
{
    return str_ends(a->raw, STR("\\")) && !str_ends(a->value->text, STR("\\"));
}

static bool makes_line_breaks(const struct aspect *a)
{
    return str_contains(a->raw, STR("\\n")) && str_contains(a->value->text, STR("\n"));
}

static size_t count_byte(str text, char byte)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == byte;
    return count;
}

static bool drops_backslashes(const struct aspect *a)
{
    return count_byte(a->value->text, '\\') < count_byte(a->raw, '\\');
}

static bool halves_dollars(const struct aspect *a)
{
    return count_byte(a->value->text, '$') < count_byte(a->raw, '$');
}

static bool keeps_blanks(const struct aspect *a)
{
    return str_trim(a->value->text).len < a->value->text.len && !a->quote;
}

static bool strips_quotes(const struct aspect *a)
{
    return a->quote != 0;
}

static bool is_literal(const struct aspect *a)
{
    return str_eq(a->value->text, a->raw);
}

/* The first row that holds describes the reader; order is from the gross to the fine. */
static const struct {
    bool (*holds)(const struct aspect *a);
    str how;
} ASPECTS[] = {
    {is_refused, STR_INIT("refuses the file")},
    {is_dropped, STR_INIT("does not know the name: it drops the line")},
    {is_known_only, STR_INIT("knows the name without a value")},
    {keeps_process, STR_INIT("keeps the value that the process has")},
    {takes_first_line, STR_INIT("keeps the quote and takes the first line only")},
    {keeps_return, STR_INIT("keeps the carriage return at the end of the line")},
    {spans_lines, STR_INIT("reads on over the following lines")},
    {keeps_quotes, STR_INIT("keeps the quotes")},
    {keeps_comment, STR_INIT("takes the comment as part of the value")},
    {expands, STR_INIT("takes what follows a `$` for a variable")},
    {stops_at_hash, STR_INIT("stops at `#`")},
    {joins_lines, STR_INIT("joins the next line")},
    {makes_line_breaks, STR_INIT("turns `\\n` into a line break")},
    {drops_backslashes, STR_INIT("drops backslashes")},
    {halves_dollars, STR_INIT("takes `$$` as one dollar")},
    {keeps_blanks, STR_INIT("keeps the blanks around the value")},
    {is_literal, STR_INIT("takes the value as it stands")},
    {strips_quotes, STR_INIT("strips the quotes")},
};

static str describe(const struct aspect *aspect)
{
    for (size_t i = 0; i < ARRAY_COUNT(ASPECTS); i++)
        if (ASPECTS[i].holds(aspect))
            return ASPECTS[i].how;
    return STR("reads another value");
}

static bool is_same(const struct value *a, const struct value *b)
{
    if (!a || !b)
        return a == b;
    return a->set == b->set && (!a->set || str_eq(a->text, b->text));
}

static void describe_all(
    const struct comparison *comparison, const struct source *source, struct compared_variable *variable)
{
    for (size_t i = 0; i < comparison->readers.count; i++) {
        struct compared_value *seen = &variable->values[i];
        struct aspect aspect = {.reader = &comparison->readers.items[i], .value = seen->value};
        /* A reader's value may come from further lines: what it is compared with is the line after `=`. */
        span key = seen->value ? seen->value->key : variable->at;
        str rest = str_skip(source->text, key.offset + key.length);
        size_t end = str_find_any(rest, STR("\r\n"));
        str line = str_take(rest, end == STR_NONE ? rest.len : end);
        size_t separator = str_find_any(line, STR("=:"));
        aspect.line = separator == STR_NONE ? STR("") : str_skip(line, separator + 1);
        aspect.raw = str_trim(aspect.line);
        bool quoted = aspect.raw.len && str_has_byte(STR("'\"`"), aspect.raw.ptr[0]);
        aspect.quote = quoted ? aspect.raw.ptr[0] : 0;
        seen->how = describe(&aspect);
    }
}

static str advise(
    struct arena *arena, const struct comparison *comparison, const struct compared_variable *variable)
{
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct value *value = variable->values[i].value;
        if (value && value->set && str_ends(value->text, STR("\r")))
            return STR("save the file with LF line ends: sed -i 's/\\r$//' FILE");
    }
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct value *value = variable->values[i].value;
        if (!value || !value->set)
            continue;
        dialect_list readers = {0};
        vec_each(const struct compared_reader *, reader, &comparison->readers)
            vec_push(arena, &readers, reader->dialect);
        struct spelling spelling;
        if (spell_value(arena, &readers, STR(""), variable->name, value->text, &spelling))
            return spelling.advice;
        break; /* the first reader's value is the one that was meant */
    }
    return STR(
        "no spelling of this value is read alike by all these readers: choose a value of letters and digits");
}

static void find_difference(const struct comparison *comparison, struct compared_variable *variable)
{
    const struct value *first = NULL;
    bool has_first = false;
    for (size_t i = 0; i < comparison->readers.count; i++) {
        if (!comparison->readers.items[i].result.ok)
            continue;
        if (has_first && !is_same(first, variable->values[i].value))
            variable->differs = true;
        first = has_first ? first : variable->values[i].value;
        has_first = true;
    }
}

static void add_variable(
    struct arena *arena, struct comparison *comparison, const struct source *source, const struct value *met)
{
    struct compared_variable *variable = vec_add(arena, &comparison->variables);
    variable->name = met->name;
    variable->at = met->key;
    variable->values = arena_array(arena, struct compared_value, comparison->readers.count);
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct dotenv_result *result = &comparison->readers.items[i].result;
        variable->values[i].value = result->ok ? env_get(&result->env, met->name) : NULL;
    }
    find_difference(comparison, variable);
    if (!variable->differs)
        return;
    describe_all(comparison, source, variable);
    variable->advice = advise(arena, comparison, variable);
}

struct comparison compare_readers(struct arena *arena, struct sources *sources, const struct source *source,
    const struct dialect *const *dialects, size_t count, const struct template_scope *outer)
{
    struct comparison comparison = {0};
    struct map met = {0};
    for (size_t i = 0; i < count; i++) {
        struct compared_reader *reader = vec_add(arena, &comparison.readers);
        reader->dialect = dialects[i];
        reader->diags = (struct diags){.arena = arena, .sources = sources, .least = SEVERITY_ERROR};
        reader->result = dotenv_read(arena, &reader->diags, source, dialects[i], outer, ORIGIN_ENV_FILE);
    }
    vec_each(const struct compared_reader *, reader, &comparison.readers) {
        if (!reader->result.ok)
            continue;
        vec_each(const struct map_entry *, entry, &reader->result.env.map.entries) {
            if (entry->removed || map_has(&met, entry->key))
                continue;
            map_set(arena, &met, entry->key, entry->value);
            add_variable(arena, &comparison, source, entry->value);
        }
    }
    return comparison;
}

str compare_sentence(
    struct arena *arena, const struct comparison *comparison, const struct compared_variable *variable)
{
    struct buf buf = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = 0; i < comparison->readers.count; i++) {
        const struct compared_value *seen = &variable->values[i];
        bool is_other = i > 0 && !is_same(seen->value, variable->values[0].value);
        if (seen->how.len == 0 || (!is_other && i > 0))
            continue;
        str name = dialect_name(comparison->readers.items[i].dialect);
        buf_printf(&buf, "%s`" STR_FMT "` " STR_FMT, buf.len ? ", " : "", STR_ARG(name), STR_ARG(seen->how));
    }
    return buf_view(&buf);
}
