/*
 * URLs on standard input, a NUL behind each; for each a line of JSON: what libcurl's URL API makes of it,
 * with escapes decoded, or null.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    CURLUPart part;
    unsigned flags;
} parts[] = {
    {"user", CURLUPART_USER, CURLU_URLDECODE},
    {"password", CURLUPART_PASSWORD, CURLU_URLDECODE},
    {"host", CURLUPART_HOST, CURLU_URLDECODE},
    {"port", CURLUPART_PORT, CURLU_DEFAULT_PORT},
};

/* False where the part is there and cannot be told: an escape of a control byte. */
static bool add_part(json_t *object, CURLU *url, size_t index)
{
    char *text = NULL;
    CURLUcode code = curl_url_get(url, parts[index].part, &text, parts[index].flags);
    if (code == CURLUE_URLDECODE || code == CURLUE_BAD_HOSTNAME)
        return false;
    json_t *value = json_string(text ? text : "");
    json_object_set_new(object, parts[index].name, value ? value : json_string("\xEF\xBF\xBD"));
    curl_free(text);
    return true;
}

static json_t *read_url(const char *text)
{
    CURLU *url = curl_url();
    json_t *object = json_object();
    bool is_read = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK;
    for (size_t i = 0; is_read && i < sizeof parts / sizeof parts[0]; i++)
        is_read = add_part(object, url, i);
    curl_url_cleanup(url);
    if (is_read)
        return object;
    json_decref(object);
    return json_null();
}

int main(void)
{
    char *text = NULL;
    size_t capacity = 0;
    while (getdelim(&text, &capacity, 0, stdin) > 0) {
        json_t *line = read_url(text);
        json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
        putchar('\n');
        json_decref(line);
    }
    free(text);
    return 0;
}
