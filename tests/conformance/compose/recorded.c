/*
 * Recorded projects: cases.jsonl holds what Compose loaded from each, rules.jsonl what follows from its
 * documented rules.
 *
 * usage: recorded FILE.jsonl... [CASE]...
 */
#include "project_host.h"

#include "base/buf.h"
#include "compose/compose.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define TOP STR_INIT("/case/app")

static const str top = TOP;

static str text_of(const json_t *value)
{
    return (str){json_string_value(value), json_string_length(value)};
}

static json_t *json_of(str text)
{
    json_t *value = json_stringn(text.ptr ? text.ptr : "", text.len);
    return value ? value : json_string("<no UTF-8>");
}

static json_t *json_or_null(str text)
{
    return text.len > 0 ? json_of(text) : json_null();
}

static int base64_digit(char byte)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = byte ? memchr(digits, byte, sizeof digits - 1) : NULL;
    return at ? (int)(at - digits) : -1;
}

static str base64_decode(struct arena *arena, str text)
{
    struct buf out = buf_new(arena, text.len);
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < text.len && base64_digit(text.ptr[i]) >= 0; i++) {
        bits = bits << 6 | (unsigned)base64_digit(text.ptr[i]);
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_byte(&out, (char)(bits >> count & 0xFF));
        }
    }
    return buf_view(&out);
}

static void add_texts(struct arena *arena, const json_t *list, str_vec *texts)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) vec_push(arena, texts, text_of(item));
}

static struct project_host host_of(struct arena *arena, const json_t *test)
{
    struct project_host project = {.arena = arena, .directory = top};
    const char *name;
    json_t *value;
    map_set(arena, &project.files, top, NULL);
    json_object_foreach(json_object_get(test, "files"), name, value)
        project_host_add(&project, path_join(arena, top, str_from_c(name)), text_of(value));
    json_object_foreach(json_object_get(test, "files_b64"), name, value) project_host_add(
        &project, path_join(arena, top, str_from_c(name)), base64_decode(arena, text_of(value)));
    project_host_set(&project, STR("PATH"), STR("/usr/bin:/bin"));
    project_host_set(&project, STR("HOME"), STR("/nonexistent"));
    json_object_foreach(json_object_get(test, "process_env"), name, value)
        project_host_set(&project, str_from_c(name), text_of(value));
    if (json_object_get(test, "cwd"))
        project.directory = path_join(arena, top, text_of(json_object_get(test, "cwd")));
    return project;
}

static int compare_json(const void *a, const void *b)
{
    char *x = json_dumps(*(json_t *const *)a, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *y = json_dumps(*(json_t *const *)b, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    int order = str_compare(str_from_c(x), str_from_c(y));
    free(x);
    free(y);
    return order;
}

static json_t *sorted(json_t *list)
{
    size_t count = json_array_size(list);
    json_t **items = malloc((count + 1) * sizeof *items), *copy = json_array();
    for (size_t i = 0; i < count; i++)
        items[i] = json_array_get(list, i);
    qsort(items, count, sizeof *items, compare_json);
    for (size_t i = 0; i < count; i++)
        json_array_append(copy, items[i]);
    free(items);
    return copy;
}

static json_t *sorted_texts(const str_vec *texts)
{
    json_t *list = json_array();
    vec_each(const str *, text, texts)
        json_array_append_new(list, json_of(*text));
    json_t *result = sorted(list);
    json_decref(list);
    return result;
}

static json_t *environment_of(const struct env *env)
{
    json_t *variables = json_object();
    vec_each(const struct map_entry *, entry, &env->map.entries) {
        const struct value *value = entry->value;
        char name[512];
        snprintf(name, sizeof name, STR_FMT, STR_ARG(value->name));
        if (!entry->removed && value->set)
            json_object_set_new(variables, name, json_of(value->text));
    }
    return variables;
}

static json_t *ports_of(const struct workload *service)
{
    json_t *list = json_array();
    vec_each(const struct workload_port *, port, &service->ports)
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I}", "host_ip", json_of(port->host_ip),
                                        "protocol", json_of(port->protocol), "published",
                                        json_of(port->published), "target", (json_int_t)port->target));
    json_t *result = sorted(list);
    json_decref(list);
    return result;
}

static json_t *words_of(struct value *const *words, size_t count, bool is_set)
{
    json_t *list = is_set ? json_array() : json_null();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_of(words[i]->text));
    return list;
}

static json_t *service_of(const struct workload *service)
{
    str_vec dependencies = {0};
    struct arena arena = {0};
    vec_each(const struct workload_dependency *, dependency, &service->depends_on)
        vec_push(&arena, &dependencies, dependency->service);
    json_t *result = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "command",
        words_of(service->command.items, service->command.count, service->command_set), "entrypoint",
        words_of(service->entrypoint.items, service->entrypoint.count, service->entrypoint_set),
        "container_name", json_or_null(service->container_name), "environment",
        environment_of(&service->environment), "image", json_or_null(service->image), "network_mode",
        json_or_null(service->network.text), "ports", ports_of(service), "replicas",
        span_is_set(service->replicas.at) ? json_integer(service->replicas.count) : json_null(), "hostname",
        json_or_null(service->hostname), "aliases", sorted_texts(&service->aliases), "expose",
        sorted_texts(&service->expose), "depends_on", sorted_texts(&dependencies), "profiles",
        sorted_texts(&service->profiles));
    arena_free(&arena);
    return result;
}

static json_t *resource_of(struct arena *arena, const struct deployment_resource *secret)
{
    json_t *result = json_object();
    if (secret->file.len > 0)
        json_object_set_new(result, "file", json_of(path_relative(arena, top, secret->file)));
    if (secret->environment.len > 0)
        json_object_set_new(result, "environment", json_of(secret->environment));
    if (secret->content.len > 0)
        json_object_set_new(result, "content", json_of(secret->content));
    if (secret->external)
        json_object_set_new(result, "external", json_true());
    return result;
}

static json_t *project_of(struct arena *arena, const struct deployment *project)
{
    json_t *services = json_object(), *secrets = json_object(), *configs = json_object();
    str_vec disabled = {0};
    vec_each(struct workload *const *, service, &project->workloads) {
        if ((*service)->active)
            json_object_setn_new(services, (*service)->name.ptr, (*service)->name.len, service_of(*service));
        else
            vec_push(arena, &disabled, (*service)->name);
    }
    vec_each(struct deployment_resource *const *, secret, &project->secrets)
        json_object_setn_new(secrets, (*secret)->name.ptr, (*secret)->name.len, resource_of(arena, *secret));
    vec_each(struct deployment_resource *const *, config, &project->configs)
        json_object_setn_new(configs, (*config)->name.ptr, (*config)->name.len, resource_of(arena, *config));
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "services", services, "disabled", sorted_texts(&disabled),
        "project", json_of(project->name), "secrets", secrets, "configs", configs);
}

static void keep_keys(json_t *object, const char *const *keys)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(object, next, name, value)
    {
        bool is_kept = false;
        for (size_t i = 0; keys[i] != NULL; i++)
            is_kept = is_kept || str_eq(str_from_c(keys[i]), str_from_c(name));
        if (!is_kept)
            json_object_del(object, name);
    }
}

static void sort_key(json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);
    json_object_set_new(object, key, list ? sorted(list) : json_array());
}

static void normalize_service(json_t *service)
{
    static const char *const port_keys[] = {"host_ip", "protocol", "published", "target", NULL};
    const char *name;
    json_t *value, *aliases = json_array();
    void *next;
    size_t i;
    json_array_foreach(json_object_get(service, "ports"), i, value) keep_keys(value, port_keys);
    json_object_foreach_safe(json_object_get(service, "environment"), next, name,
        value) if (json_is_null(value)) json_object_del(json_object_get(service, "environment"), name);
    json_object_foreach(json_object_get(service, "aliases"), name, value) json_array_extend(aliases, value);
    json_object_set_new(service, "aliases", aliases);
    if (!json_object_get(service, "hostname"))
        json_object_set_new(service, "hostname", json_null());
    static const char *const lists[] = {"ports", "aliases", "expose", "depends_on", "profiles"};
    for (i = 0; i < ARRAY_COUNT(lists); i++)
        sort_key(service, lists[i]);
}

static json_t *expected(const json_t *expect)
{
    static const char *const resource_keys[] = {"file", "environment", "content", "external", NULL};
    json_t *copy = json_deep_copy(expect);
    const char *name, *const sections[] = {"secrets", "configs"};
    json_t *value;
    json_object_foreach(json_object_get(copy, "services"), name, value) normalize_service(value);
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        if (!json_object_get(copy, sections[i]))
            json_object_set_new(copy, sections[i], json_object());
        json_object_foreach(json_object_get(copy, sections[i]), name, value) keep_keys(value, resource_keys);
    }
    sort_key(copy, "disabled");
    return copy;
}

static bool matches(struct arena *arena, const struct deployment *project, const json_t *expect)
{
    bool is_refused = json_is_true(json_object_get(expect, "error"));
    if (is_refused || !project->ok)
        return is_refused && !project->ok;
    json_t *got = project_of(arena, project), *wanted = expected(expect);
    bool is_equal = json_equal(got, wanted);
    json_decref(got);
    json_decref(wanted);
    return is_equal;
}

static void show(
    struct arena *arena, const json_t *test, const struct deployment *project, const struct diags *diags)
{
    json_t *got = project->ok ? project_of(arena, project) : json_string("refused");
    json_t *wanted = expected(json_object_get(test, "expect"));
    char *got_text = json_dumps(got, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *wanted_text = json_dumps(wanted, JSON_SORT_KEYS);
    printf("%s\n  wanted %s\n  got    %s\n", json_string_value(json_object_get(test, "id")), wanted_text,
        got_text);
    vec_each(const struct diag *, diag, &diags->list) {
        struct position at = source_position(diags->sources, diag->at.source, diag->at.offset);
        printf("  %u:%u " STR_FMT ": " STR_FMT "\n", at.line, at.column, STR_ARG(diag->rule),
            STR_ARG(diag->message));
    }
    free(got_text);
    free(wanted_text);
    json_decref(got);
    json_decref(wanted);
}

static bool run_case(const json_t *test)
{
    struct arena arena = {0};
    struct project_host files = host_of(&arena, test);
    struct host host = project_host_open(&files);
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    struct deployment_options options = {.search_parents = true};
    add_texts(&arena, json_object_get(test, "args"), &options.files);
    add_texts(&arena, json_object_get(test, "env_files"), &options.env_files);
    add_texts(&arena, json_object_get(test, "profiles"), &options.profiles);
    options.project_directory = text_of(json_object_get(test, "project_directory"));
    struct deployment *project = compose_loader.load(&arena, &diags, &sources, &host, &options);
    bool is_right = matches(&arena, project, json_object_get(test, "expect"));
    size_t i;
    json_t *also;
    json_array_foreach(json_object_get(test, "also"), i, also) is_right =
        is_right || matches(&arena, project, json_object_get(also, "expect"));
    if (!is_right)
        show(&arena, test, project, &diags);
    arena_free(&arena);
    return is_right;
}

static bool is_file_name(const char *argument)
{
    return str_ends(str_from_c(argument), STR(".jsonl"));
}

/* Without names every case is wanted. */
static bool is_wanted(const json_t *test, int count, char **arguments)
{
    str id = text_of(json_object_get(test, "id"));
    int names = 0;
    for (int i = 1; i < count; i++) {
        names += !is_file_name(arguments[i]);
        if (str_eq(id, str_from_c(arguments[i])))
            return true;
    }
    return names == 0;
}

struct tally {
    size_t cases, wrong;
};

static bool run_file(const char *path, int count, char **arguments, struct tally *tally)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    json_t *test;
    while ((test = json_loadf(file, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL)) != NULL) {
        if (is_wanted(test, count, arguments)) {
            tally->cases++;
            tally->wrong += !run_case(test);
        }
        json_decref(test);
    }
    fclose(file);
    return true;
}

int main(int count, char **arguments)
{
    struct tally tally = {0};
    for (int i = 1; i < count; i++)
        if (is_file_name(arguments[i]) && !run_file(arguments[i], count, arguments, &tally))
            return 2;
    printf("%zu cases, %zu wrong\n", tally.cases, tally.wrong);
    return tally.wrong > 0 || tally.cases == 0;
}
