/*
 * How an env file is written: what its readers take differently, keys that are there twice, its mode.
 */
#include "mend/fixer.h"

#include "base/limit.h"
#include "facts/variable.h"
#include "rule/credential.h"
#include "rule/dollar.h"
#include "rule/readers.h"

#define OWNER_ALONE 0600u
/* Each finding of a file with such line ends carries them all; a file with more is for a tool. */
#define RETURNS_MAX ((size_t)10000)

static const struct input_file *file_of(const struct mending *mending)
{
    vec_each(const struct input_file *, file, &mending->facts->files)
        if (file->source->id == mending->finding->at.source &&
            file->source->text.len <= limit_value(LIMIT_MENDED_BYTES))
            return file;
    return NULL;
}

/* The setting whose name the finding stands at. */
static const struct value *setting_at(const struct mending *mending, const struct env *env)
{
    for (const struct value *value = env_get(env, mending->finding->variable); value; value = value->shadows)
        if (span_is_set(value->key) && mending_is_at(mending, value->key))
            return value;
    return NULL;
}

static size_t line_start(str text, size_t at)
{
    while (at > 0 && text.ptr[at - 1] != '\n')
        at--;
    return at;
}

/* The end of the line without what ends it. */
static size_t line_end(str text, size_t at)
{
    while (at < text.len && text.ptr[at] != '\n')
        at++;
    return at > 0 && at <= text.len && text.ptr[at - 1] == '\r' ? at - 1 : at;
}

static size_t value_end(const struct value *value)
{
    span last = span_is_set(value->at) ? value->at : value->key;
    return (size_t)last.offset + last.length;
}

static struct env read_as(
    struct arena *arena, const struct dialect *dialect, const struct source *source, str text, bool *ret_ok)
{
    struct sources sources = {.arena = arena};
    struct diags diags = {.arena = arena, .sources = &sources, .least = SEVERITY_ERROR + 1};
    const struct source *copy = source_add(&sources, SOURCE_ENV, source->name, source->path, text);
    struct dotenv_result result = dotenv_read(arena, &diags, copy, dialect, NULL, ORIGIN_ENV_FILE);
    *ret_ok = result.ok;
    return result.env;
}

/* A carriage return before a line end is the file's, not the value's. */
static bool is_same_text(str a, str b)
{
    while (str_ends(a, STR("\r")))
        a.len--;
    while (str_ends(b, STR("\r")))
        b.len--;
    return str_eq(a, b);
}

/* Whether its first reader sees the same environment in the file after the edits. */
static bool keeps_environment_in(
    struct arena *arena, const struct input_file *file, const edit_list *sorted, const struct dialect *reader)
{
    bool before_ok, after_ok;
    str text = edit_apply(arena, file->source, sorted);
    struct env before = read_as(arena, reader, file->source, file->source->text, &before_ok);
    struct env after = read_as(arena, reader, file->source, text, &after_ok);
    if (!before_ok || !after_ok || before.map.live != after.map.live)
        return false;
    vec_each(const struct map_entry *, entry, &before.map.entries) {
        const struct value *was = entry->value, *is = entry->removed ? NULL : env_get(&after, entry->key);
        if (!entry->removed && (!is || is->set != was->set || !is_same_text(is->text, was->text)))
            return false;
    }
    return true;
}

static bool keeps_environment(
    struct mending *mending, const struct input_file *file, const struct dialect *reader)
{
    struct arena scratch = arena_like(mending->arena);
    edit_sort(&mending->edits);
    bool keeps = keeps_environment_in(&scratch, file, &mending->edits, reader);
    arena_free(&scratch);
    return keeps;
}

/* --- readers that disagree */

static void drop_returns(struct mending *mending, const struct source *source)
{
    for (size_t i = 0; i + 1 < source->text.len && mending->edits.count < RETURNS_MAX; i++)
        if (source->text.ptr[i] == '\r' && source->text.ptr[i + 1] == '\n')
            edit_add(mending->arena, &mending->edits, span_make(source->id, i, 1), STR(""));
}

/* What follows the value on its line: a comment, which goes to a line of its own; false: something else. */
static bool comment_after(str text, const struct value *value, size_t end, str *ret_comment)
{
    size_t from = value_end(value);
    if (from < end && value->at.offset > 0 && text.ptr[from] == text.ptr[value->at.offset - 1] &&
        str_has_byte(STR("'\"`"), text.ptr[from]))
        from++;
    *ret_comment = str_trim(str_slice(text, from, end));
    return ret_comment->len == 0 || ret_comment->ptr[0] == '#';
}

static bool spell_statement(struct mending *mending, const dialect_list *readers, const struct source *source,
    const struct value *value)
{
    str text = source->text;
    size_t start = line_start(text, value->key.offset), end = line_end(text, value_end(value));
    str before = str_slice(text, start, value->key.offset), comment;
    struct spelling spelling;
    if (!comment_after(text, value, end, &comment))
        return false;
    if (!spell_value(mending->arena, readers, before, value->name, value->text, &spelling)) {
        before = STR("");
        if (!spell_value(mending->arena, readers, before, value->name, value->text, &spelling))
            return false;
    }
    str line_break = str_skip(text, end);
    line_break = str_starts(line_break, STR("\r\n")) ? STR("\r\n") : STR("\n");
    str line = arena_join(mending->arena, comment, comment.len ? line_break : STR(""), before, value->name,
        STR("="), spelling.text);
    edit_add(mending->arena, &mending->edits, span_make(source->id, start, end - start), line);
    return true;
}

/* The setting as the first reader has it; false: it has none, or one that another variable goes into. */
static bool find_setting(struct mending *mending, const struct input_file *file, const struct dialect *reader,
    struct value *ret_value)
{
    struct arena scratch = arena_like(mending->arena);
    bool is_read;
    struct env env = read_as(&scratch, reader, file->source, file->source->text, &is_read);
    const struct value *value = is_read ? env_get(&env, mending->finding->variable) : NULL;
    bool is_found = value && value->set && value->uses.count == 0;
    if (is_found)
        *ret_value = (struct value){
            .name = mending->finding->variable,
            .text = arena_copy(mending->arena, value->text),
            .at = {file->source->id, value->at.offset, value->at.length},
            .key = {file->source->id, value->key.offset, value->key.length},
        };
    arena_free(&scratch);
    return is_found;
}

void fix_spelling(struct mending *mending)
{
    const struct input_file *file = file_of(mending);
    if (!file)
        return;
    struct readers readers = readers_of(mending->arena, mending->facts, file);
    if (readers.list.count < 2)
        return;
    const struct dialect *first = readers.list.items[0];
    struct value here;
    if (!find_setting(mending, file, first, &here))
        return;
    drop_returns(mending, file->source);
    if (mending->edits.count == 0 && !spell_statement(mending, &readers.list, file->source, &here))
        return;
    if (!keeps_environment(mending, file, first))
        mending->edits.count = 0;
}

/* --- keys that are there twice */

void fix_duplicate(struct mending *mending)
{
    const struct input_file *file = file_of(mending);
    const struct value *value = file ? setting_at(mending, &file->env) : NULL;
    const struct value *former = value ? value->shadows : NULL;
    if (!former || former->key.source != file->source->id)
        return;
    str text = file->source->text;
    size_t start = line_start(text, former->key.offset), end = line_end(text, value_end(former));
    end += str_starts(str_skip(text, end), STR("\r\n")) ? 2 : end < text.len;
    edit_add(mending->arena, &mending->edits, span_make(file->source->id, start, end - start), STR(""));
    struct readers readers = readers_of(mending->arena, mending->facts, file);
    bool is_kept = true;
    vec_each(const struct dialect *const *, reader, &readers.list)
        is_kept = is_kept && keeps_environment(mending, file, *reader);
    if (!is_kept)
        mending->edits.count = 0;
}

/* --- who may read it */

void fix_permissions(struct mending *mending)
{
    mending->mode = OWNER_ALONE;
}

/* --- a dollar that is a byte of a secret */

/* All references in the value are parts of it: what somebody meant as one is not to be touched. */
static bool is_all_literal(const struct mending *mending, const struct variable *variable)
{
    const struct value *value = variable->value;
    enum secrecy secrecy = variable->secret ? SECRECY_JUDGED : credential_secrecy(value->name);
    struct dollar_value written = dollar_value(mending->arena, mending->facts->sources, value, secrecy);
    vec_each(const struct template_use *, use, &value->uses)
        if (!dollar_look(&written, use).is_tail)
            return false;
    return value->uses.count > 0;
}

static void double_dollars(struct mending *mending, const struct value *value)
{
    vec_each(const struct template_use *, use, &value->uses)
        edit_add(mending->arena, &mending->edits, (span){use->at.source, use->at.offset, 0}, STR("$"));
}

/* The bytes as they are written, with their quotes, are what was meant. */
static void quote_dollars(struct mending *mending, const struct value *value)
{
    const struct input_file *file = file_of(mending);
    str raw = span_text(mending->facts->sources, value->at);
    if (!file || str_has_byte(raw, '\\'))
        return;
    struct readers readers = readers_of(mending->arena, mending->facts, file);
    struct spelling spelling;
    if (!spell_value(mending->arena, &readers.list, STR(""), value->name, raw, &spelling))
        return;
    str text = file->source->text;
    span at = value->at;
    char quote = at.offset > 0 ? text.ptr[at.offset - 1] : '\0';
    if (quote == '"' && at.offset + at.length < text.len && text.ptr[at.offset + at.length] == quote)
        at = (span){at.source, at.offset - 1, at.length + 2};
    edit_add(mending->arena, &mending->edits, at, spelling.text);
}

void fix_dollar(struct mending *mending)
{
    vec_each(struct variable *const *, row, &mending->facts->variables) {
        const struct variable *variable = *row;
        const struct value *value = variable->value;
        if (!span_is_set(value->at) || !mending_is_at(mending, value->at) ||
            !is_all_literal(mending, variable))
            continue;
        if (value->origin == ORIGIN_SERVICE)
            double_dollars(mending, value);
        else if (value->origin == ORIGIN_ENV_FILE || value->origin == ORIGIN_SERVICE_FILE)
            quote_dollars(mending, value);
        return;
    }
}
