#include "language/schema.h"

#include "language/pack_keys.h"

#include <jansson.h>

static json_t *text(str s)
{
    return json_stringn(s.ptr, s.len);
}

static json_t *type(const char *name)
{
    return json_pack("{s:s}", "type", name);
}

/* YAML readers make numbers and truths of plain scalars; this program takes the text. */
static json_t *scalar(void)
{
    return json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
}

static json_t *either(json_t *a, json_t *b)
{
    return json_pack("{s:[o,o]}", "anyOf", a, b);
}

static json_t *list_of(json_t *items)
{
    return json_pack("{s:s,s:o}", "type", "array", "items", items);
}

static json_t *object_of(const struct key_list *list);

static json_t *text_schema(const struct key *key)
{
    (void)key;
    return scalar();
}

static json_t *pattern_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:s,s:s}", "type", "string", "format", "regex");
}

static json_t *date_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:s,s:s}", "type", "string", "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
}

static json_t *texts_schema(const struct key *key)
{
    (void)key;
    return either(scalar(), list_of(scalar()));
}

static json_t *flag_schema(const struct key *key)
{
    (void)key;
    return type("boolean");
}

/* true and false are words here and truths in YAML. */
static json_t *words_schema(const struct pack_words *words)
{
    json_t *list = json_array();
    for (size_t i = 0; i < words->count; i++) {
        str word = words->rows[i].text;
        bool is_true = str_eq(word, STR("true")), is_false = str_eq(word, STR("false"));
        json_array_append_new(list, is_true || is_false ? json_boolean(is_true) : text(word));
    }
    return json_pack("{s:o}", "enum", list);
}

static json_t *word_schema(const struct key *key)
{
    return words_schema(key->words);
}

static json_t *number_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:[s,s]}", "type", "number", "string");
}

static json_t *condition_schema(const struct key *key)
{
    (void)key;
    return type("string");
}

static json_t *expressions_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:s,s:o,s:i}", "type", "array", "items", scalar(), "minItems", 2);
}

static json_t *version_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:i}", "const", 1);
}

static json_t *struct_schema(const struct key *key)
{
    json_t *object = object_of(key->keys);
    return key->scalar ? either(scalar(), object) : object;
}

static json_t *named_schema(const struct key *key)
{
    json_t *value = key->scalar ? struct_schema(key) : either(type("null"), object_of(key->keys));
    return json_pack("{s:s,s:o}", "type", "object", "additionalProperties", value);
}

static json_t *items_schema(const struct key *key)
{
    return list_of(struct_schema(key));
}

static json_t *files_schema(const struct key *key)
{
    (void)key;
    return json_pack("{s:s,s:o}", "type", "object", "additionalProperties", type("string"));
}

/* YAML 1.1 readers take a plain `off` for false. */
static json_t *severities_schema(const struct key *key)
{
    (void)key;
    json_t *lines = json_pack("{s:s,s:{s:[s,s,s,s,b]}}", "type", "object", "additionalProperties", "enum",
        "error", "warning", "note", "off", 0);
    return json_pack("{s:s,s:b,s:{s:O,s:o}}", "type", "object", "additionalProperties", 0, "properties",
        "production", lines, "development", lines);
}

static json_t *(*const schemas[KEY_KIND_COUNT])(const struct key *key) = {
    [KEY_TEXT] = text_schema,
    [KEY_TEMPLATE] = text_schema,
    [KEY_PATTERN] = pattern_schema,
    [KEY_DATE] = date_schema,
    [KEY_TEXTS] = texts_schema,
    [KEY_FLAG] = flag_schema,
    [KEY_WORD] = word_schema,
    [KEY_NUMBER] = number_schema,
    [KEY_SHARE] = number_schema,
    [KEY_CONDITION] = condition_schema,
    [KEY_EXPRESSIONS] = expressions_schema,
    [KEY_VERSION] = version_schema,
    [KEY_STRUCT] = struct_schema,
    [KEY_NAMED] = named_schema,
    [KEY_ITEMS] = items_schema,
    [KEY_FILES] = files_schema,
    [KEY_SEVERITIES] = severities_schema,
};

static json_t *object_of(const struct key_list *list)
{
    json_t *properties = json_object(), *required = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct key *key = &list->rows[i];
        json_t *schema = schemas[key->kind](key);
        json_object_set_new(schema, "description", text(key->about));
        json_object_setn_new(properties, key->name.ptr, key->name.len, schema);
        if (key->required)
            json_array_append_new(required, text(key->name));
    }
    json_t *object =
        json_pack("{s:s,s:b,s:o}", "type", "object", "additionalProperties", 0, "properties", properties);
    if (json_array_size(required) > 0)
        json_object_set(object, "required", required);
    json_decref(required);
    return object;
}

static int append(const char *bytes, size_t count, void *out)
{
    buf_str(out, (str){bytes, count});
    return 0;
}

str schema_print(struct arena *arena)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    json_t *schema = object_of(&pack_keys);
    json_t *root = json_pack("{s:s,s:s,s:s}", "$schema", "http://json-schema.org/draft-07/schema#", "title",
        "bootgate.yaml", "description", "what a project knows about itself");
    json_object_update(root, schema);
    json_decref(schema);
    json_dump_callback(root, append, &out, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(root);
    buf_byte(&out, '\n');
    return buf_view(&out);
}
