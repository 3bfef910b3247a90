#include "env/reading.h"

#include "base/limit.h"
#include "base/utf8.h"

static struct template_value get_file(void *self, str name)
{
    const struct reading *r = self;
    const struct value *value = env_get(&r->result->env, name);
    if (value)
        return (struct template_value){true, value->text, value};
    return r->earlier ? r->earlier->get(r->earlier->self, name) : (struct template_value){0};
}

static struct template_value get_outer_first(void *self, str name)
{
    struct template_value value = reading_outer(self, name);
    return value.found ? value : get_file(self, name);
}

static struct template_value get_file_first(void *self, str name)
{
    struct template_value value = get_file(self, name);
    return value.found ? value : reading_outer(self, name);
}

static struct template_value get_nothing(void *self, str name)
{
    (void)self;
    (void)name;
    return (struct template_value){0};
}

static struct template_value (*const LOOKUPS[])(void *self, str name) = {
    [LOOKUP_NOTHING] = get_nothing,
    [LOOKUP_OUTER_FIRST] = get_outer_first,
    [LOOKUP_FILE_FIRST] = get_file_first,
    [LOOKUP_FILE] = get_file,
};

/* True when the file has more lines than may be judged. */
static bool has_too_many_lines(struct diags *diags, const struct source *source)
{
    size_t limit = limit_value(LIMIT_LINES), lines = 0;
    for (size_t i = 0; i < source->text.len && source->text.len > limit; i++)
        lines += source->text.ptr[i] == '\n';
    if (lines > limit)
        diag_limit(diags, LIMIT_LINES, span_make(source->id, 0, 0));
    return lines > limit;
}

static void refuse_bad_utf8(struct reading *r)
{
    size_t bad = utf8_first_invalid(r->view.text);
    if (bad != STR_NONE)
        reading_refuse(r, bad, bad + 1, "the file is no UTF-8: the reader refuses it as a whole");
}

/* Where a name or a value of this file holds a NUL byte; nowhere: it holds none. */
static span nul_of(const struct value *value)
{
    if (str_has_byte(value->name, '\0'))
        return value->key;
    size_t at = str_find_byte(value->text, '\0');
    return at == STR_NONE ? (span){0} : value_locate_outer(value, at, 1);
}

/* The first NUL byte of the view inside the span, or STR_NONE. */
static size_t find_nul(const struct view *view, span inside)
{
    size_t end = inside.offset + (size_t)inside.length;
    for (size_t at = 0; at < view->text.len; at++) {
        size_t next = str_find_byte(str_skip(view->text, at), '\0');
        if (next == STR_NONE)
            break;
        at += next;
        uint32_t offset = view_span(view, at, at + 1).offset;
        if (offset >= inside.offset)
            return offset < end ? at : STR_NONE;
    }
    return STR_NONE;
}

/* execve(2) hands over C strings: what readers pass on without a word fails when the program is started. */
static void report_nul(struct reading *r)
{
    if (!r->result->ok || !str_has_byte(r->view.text, '\0'))
        return;
    vec_each(const struct map_entry *, entry, &r->result->env.map.entries) {
        span inside = nul_of(entry->value);
        size_t nul = span_is_set(inside) ? find_nul(&r->view, inside) : STR_NONE;
        if (nul == STR_NONE) /* none, or another file's, which has been told about it */
            continue;
        reading_fault(r, nul, nul + 1, "a NUL byte: no program's environment can hold it");
        r->result->holds_nul = true;
        return;
    }
}

struct dotenv_result dotenv_read(struct arena *arena, struct diags *diags, const struct source *source,
    const struct dialect *dialect, const struct template_scope *outer, enum origin origin)
{
    return dotenv_read_after(arena, diags, source, dialect, outer, NULL, origin);
}

struct dotenv_result dotenv_read_after(struct arena *arena, struct diags *diags, const struct source *source,
    const struct dialect *dialect, const struct template_scope *outer, const struct template_scope *earlier,
    enum origin origin)
{
    struct dotenv_result result = {.ok = true, .env = {.arena = arena}};
    struct reading reading = {
        .arena = arena,
        .diags = diags,
        .dialect = dialect,
        .outer = outer,
        .earlier = earlier,
        .scope = {.self = &reading, .get = LOOKUPS[dialect->lookup]},
        .origin = origin,
        .result = &result,
    };
    if (has_too_many_lines(diags, source)) {
        result.ok = false;
        return result;
    }
    reading.view = view_open(arena, source, &dialect->view);
    if (dialect->refuse_bad_utf8)
        refuse_bad_utf8(&reading);
    if (result.ok)
        dialect->read(&reading);
    report_nul(&reading);
    return result;
}
