#include "outcome.h"

#include "base/buf.h"
#include "base/utf8.h"

static const struct {
    str name, text;
} PROCESS[] = {
    {STR_INIT("PATH"), STR_INIT("/usr/bin:/bin")},
    {STR_INIT("HOME"), STR_INIT("/nonexistent")},
    {STR_INIT("LANG"), STR_INIT("C.UTF-8")},
    {STR_INIT("LC_ALL"), STR_INIT("C.UTF-8")},
    {STR_INIT("HOSTVAR"), STR_INIT("from-host")},
    {STR_INIT("HOSTEMPTY"), STR_INIT("")},
};

static struct template_value process_get(void *self, str name)
{
    (void)self;
    for (size_t i = 0; i < ARRAY_COUNT(PROCESS); i++)
        if (str_eq(PROCESS[i].name, name))
            return (struct template_value){.found = true, .text = PROCESS[i].text};
    return (struct template_value){0};
}

const struct template_scope conformance_process = {.get = process_get};

bool conformance_process_has(str name, str value)
{
    struct template_value known = process_get(NULL, name);
    return known.found && str_eq(known.text, value);
}

json_t *outcome_text(struct arena *arena, str bytes)
{
    struct buf buf = buf_new(arena, bytes.len * 6);
    while (bytes.len) {
        size_t length;
        if (utf8_decode(bytes, &length) == UTF8_INVALID)
            buf_printf(&buf, "<0x%02X>", (unsigned char)bytes.ptr[0]);
        else
            buf_str(&buf, str_take(bytes, length));
        bytes = str_skip(bytes, length);
    }
    return json_stringn(buf_view(&buf).ptr, buf_view(&buf).len);
}

str outcome_base64(struct arena *arena, str text)
{
    static const str digits = STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    struct buf buf = buf_new(arena, text.len);
    unsigned bits = 0, have = 0;
    for (size_t i = 0; i < text.len && text.ptr[i] != '='; i++) {
        bits = bits << 6 | (unsigned)str_find_byte(digits, text.ptr[i]);
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_byte(&buf, (char)(bits >> have & 0xFF));
        }
    }
    return buf_view(&buf);
}

/* Spans must lie in the file and, where they claim to be the very bytes, be them. */
static void check_spans(const struct sources *sources, const struct value *value)
{
    const struct source *source = sources->items.items[0];
    size_t covered = 0;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        bool inside = piece->at.offset + piece->at.length <= source->text.len;
        if (!inside || piece->length == 0)
            abort();
        covered += piece->length;
    }
    bool in_file = value->at.offset + value->at.length <= source->text.len &&
                   value->key.offset + value->key.length <= source->text.len;
    if (!in_file || covered != value->text.len)
        abort();
}

json_t *outcome_read(const struct dialect *dialect, str text)
{
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    const struct source *source = source_add(&sources, SOURCE_ENV, STR(".env"), STR(".env"), text);
    struct dotenv_result result =
        dotenv_read(&arena, &diags, source, dialect, &conformance_process, ORIGIN_ENV_FILE);
    json_t *object = result.ok ? json_object() : json_null();
    vec_each(const struct map_entry *, entry, &result.env.map.entries) {
        const struct value *value = entry->value;
        check_spans(&sources, value);
        json_t *key = outcome_text(&arena, value->name);
        if (result.ok)
            json_object_setn_new_nocheck(object, json_string_value(key), json_string_length(key),
                value->set ? outcome_text(&arena, value->text) : json_null());
        json_decref(key);
    }
    bool explained = result.ok || diag_count(&diags, SEVERITY_ERROR) > 0;
    if (!explained)
        abort();
    arena_free(&arena);
    return object;
}
