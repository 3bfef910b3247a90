/*
 * Prints what each client makes of the connection strings on standard input, which stand apart by NUL bytes:
 * one line of JSON for each. Bytes that are no UTF-8 become \xNN text. An argument fixes the family.
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "dsn/dsn.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUT_MAX = 256 << 20 };

static json_t *json_str(struct arena *arena, str text)
{
    if (utf8_valid(text))
        return json_stringn(text.ptr, text.len);
    struct buf safe = buf_new(arena, text.len * 4 + 1);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x80)
            buf_byte(&safe, text.ptr[i]);
        else
            buf_printf(&safe, "\\x%02x", (unsigned char)text.ptr[i]);
    return json_stringn(safe.data, safe.len);
}

static json_t *json_part(struct arena *arena, const struct dsn_part *part)
{
    return part->present || part->text.len ? json_str(arena, part->text) : json_null();
}

static json_t *json_hosts(struct arena *arena, const dsn_hosts *hosts)
{
    json_t *list = json_array();
    vec_each(const struct dsn_host *, it, hosts)
        json_array_append_new(list,
            json_pack("{s:o, s:i, s:s, s:b}", "host", json_str(arena, it->host.text), "port", (int)it->port,
                "class", host_class_name(it->class).ptr, "given", (int)it->host.present));
    return list;
}

static json_t *json_parameters(struct arena *arena, const dsn_parameters *parameters)
{
    json_t *object = json_object();
    vec_each(const struct dsn_parameter *, it, parameters)
        json_object_setn_new(object, it->key.text.ptr ? it->key.text.ptr : "", it->key.text.len,
            json_str(arena, it->value.text));
    return object;
}

static json_t *json_reading(struct arena *arena, const struct dsn_reading *reading)
{
    return json_pack("{s:s%, s:b, s:i, s:b, s:o, s:o, s:o, s:o, s:o}", "client",
        dsn_client_name(reading->client).ptr, dsn_client_name(reading->client).len, "likely",
        (int)reading->likely, "error", (int)reading->error, "indirect", (int)reading->indirect, "user",
        json_part(arena, &reading->user), "password", json_part(arena, &reading->password), "database",
        json_part(arena, &reading->database), "hosts", json_hosts(arena, &reading->hosts), "params",
        json_parameters(arena, &reading->parameters));
}

static void print_dsn(struct arena *arena, str text, const struct dsn_family *family)
{
    const struct dsn *dsn = dsn_parse(arena, text, family, STR(""));
    json_t *readings = json_array();
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (dsn_client_release(it->client).len == 0) /* the clients beside are of the releases before */
            json_array_append_new(readings, json_reading(arena, it));
    json_t *line = json_pack("{s:s, s:s, s:i, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "family",
        dsn_family_name(dsn->family).len ? dsn_family_name(dsn->family).ptr : "", "client",
        dsn->client ? dsn_client_name(dsn->client).ptr : "", "error", (int)dsn->error, "ambiguous",
        (int)dsn->ambiguous, "indirect", (int)dsn->indirect, "user", json_part(arena, &dsn->user), "password",
        json_part(arena, &dsn->password), "database", json_part(arena, &dsn->database), "hosts",
        json_hosts(arena, &dsn->hosts), "params", json_parameters(arena, &dsn->parameters), "recognised",
        (int)dsn_recognise(text, STR("")), "readings", readings);
    json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(line);
}

int main(int count, char **words)
{
    const struct dsn_family *family = count > 1 ? dsn_family_find(str_from_c(words[1])) : NULL;
    char *input = malloc(INPUT_MAX);
    size_t length = input ? fread(input, 1, INPUT_MAX, stdin) : 0;
    struct arena arena = {0};
    str rest = {input, length}, text;
    while (rest.len && str_next(&rest, 0, &text)) {
        print_dsn(&arena, text, family);
        arena_free(&arena);
    }
    free(input);
    return 0;
}
