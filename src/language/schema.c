#include "language/schema.h"

#include "language/pack_keys.h"

#include <jansson.h>

#define SCHEMA_BYTES_MAX 512 /* of the longest row below */

static json_t *text(str s)
{
    return json_stringn(s.ptr, s.len);
}

/* YAML readers make numbers and truths of plain scalars; this program takes the text. */
#define SCALAR "{'type': ['string', 'number', 'boolean']}"
/* YAML 1.1 readers take a plain `off` for false. */
#define SEVERITIES                                                                                           \
    "{'type': 'object', 'additionalProperties': {'enum': ['error', 'warning', 'note', 'off', false]}}"

/* The kinds whose schema is the same for every key, with single quotes for JSON's double ones. */
static const str plain_schemas[KEY_KIND_COUNT] = {
    [KEY_TEXT] = STR_INIT(SCALAR),
    [KEY_TEMPLATE] = STR_INIT(SCALAR),
    [KEY_PATTERN] = STR_INIT("{'type': 'string', 'format': 'regex'}"),
    [KEY_DATE] = STR_INIT("{'type': 'string', 'pattern': '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'}"),
    [KEY_TEXTS] = STR_INIT("{'anyOf': [" SCALAR ", {'type': 'array', 'items': " SCALAR "}]}"),
    [KEY_FLAG] = STR_INIT("{'type': 'boolean'}"),
    [KEY_NUMBER] = STR_INIT("{'type': ['number', 'string']}"),
    [KEY_SHARE] = STR_INIT("{'type': ['number', 'string']}"),
    [KEY_CONDITION] = STR_INIT("{'type': 'string'}"),
    [KEY_EXPRESSIONS] = STR_INIT("{'type': 'array', 'items': " SCALAR ", 'minItems': 2}"),
    [KEY_VERSION] = STR_INIT("{'const': 1}"),
    [KEY_FILES] = STR_INIT("{'type': 'object', 'additionalProperties': {'type': 'string'}}"),
    [KEY_SEVERITIES] =
        STR_INIT("{'type': 'object', 'additionalProperties': false,"
                 " 'properties': {'production': " SEVERITIES ", 'development': " SEVERITIES "}}"),
};

static json_t *plain(str schema)
{
    char json[SCHEMA_BYTES_MAX] = {0};
    for (size_t i = 0; i < schema.len && i < sizeof json; i++)
        json[i] = schema.ptr[i] == '\'' ? '"' : schema.ptr[i];
    return json_loadb(json, schema.len < sizeof json ? schema.len : sizeof json, 0, NULL);
}

static json_t *object_of(const struct key_list *list);

/* A mapping with keys, or what may be in its place. */
static json_t *mapping_schema(const struct key *key)
{
    json_t *object = object_of(key->keys);
    if (key->scalar)
        return json_pack("{s:[o,o]}", "anyOf", plain(STR(SCALAR)), object);
    if (key->kind == KEY_NAMED)
        return json_pack("{s:[o,o]}", "anyOf", plain(STR("{'type': 'null'}")), object);
    return object;
}

/* Words as they are, and those that a number belongs to: "hex:BYTES". */
static json_t *words_schema(const struct pack_words *list)
{
    json_t *words = json_array(), *forms = json_array();
    for (size_t i = 0; i < list->count; i++) {
        /* true and false are words here and truths in YAML. */
        str word = list->rows[i].text;
        struct str_cut number = str_cut(word, STR(":BYTES"));
        bool is_true = str_eq(word, STR("true")), is_false = str_eq(word, STR("false"));
        if (number.found)
            json_array_append_new(
                forms, json_pack("{s:s,s:o}", "type", "string", "pattern",
                           json_sprintf("^%.*s:[1-9][0-9]*$", (int)number.head.len, number.head.ptr)));
        else
            json_array_append_new(words, is_true || is_false ? json_boolean(is_true) : text(word));
    }
    json_t *plain = json_pack("{s:o}", "enum", words);
    if (json_array_size(forms) == 0) {
        json_decref(forms);
        return plain;
    }
    json_array_append_new(forms, plain);
    return json_pack("{s:o}", "anyOf", forms);
}

static json_t *schema_of(const struct key *key)
{
    if (plain_schemas[key->kind].len > 0)
        return plain(plain_schemas[key->kind]);
    if (key->kind == KEY_COUNT)
        return json_pack("{s:[o,o]}", "anyOf", plain(plain_schemas[KEY_NUMBER]), object_of(&pack_place_keys));
    if (key->kind == KEY_STRUCT)
        return mapping_schema(key);
    if (key->kind == KEY_ITEMS)
        return json_pack("{s:s,s:o}", "type", "array", "items", mapping_schema(key));
    if (key->kind == KEY_NAMED)
        return json_pack("{s:s,s:o}", "type", "object", "additionalProperties", mapping_schema(key));
    return words_schema(key->words);
}

static json_t *object_of(const struct key_list *list)
{
    json_t *properties = json_object(), *required = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const struct key *key = &list->rows[i];
        json_t *schema = schema_of(key);
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
