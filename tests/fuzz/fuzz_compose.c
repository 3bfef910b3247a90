/*
 * Any bytes as a Compose project: no crash, a refusal says why, and every value is covered by its pieces.
 *
 * A line "==> NAME" begins the file NAME; what stands before the first such line is compose.yaml.
 */
#include "project_host.h"

#include "compose/explain.h"
#include "compose/project.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void add_file(struct project_host *project, str name, str text)
{
    bool is_good = name.len > 0 && name.len < 100 && str_find_byte(name, '\0') == STR_NONE;
    str path = path_clean(project->arena, path_join(project->arena, STR("/app"), name));
    if (is_good && str_starts(path, STR("/app/")))
        project_host_add(project, path, text);
}

static void add_files(struct project_host *project, str rest)
{
    str name = STR("compose.yaml");
    for (;;) {
        size_t end = str_starts(rest, STR("==> ")) ? 0 : str_find(rest, STR("\n==> "));
        add_file(project, name, end == STR_NONE ? rest : str_take(rest, end > 0 ? end + 1 : 0));
        if (end == STR_NONE)
            return;
        struct str_cut line = str_cut_byte(str_skip(rest, end + (end > 0) + 4), '\n');
        name = line.head;
        rest = line.tail;
    }
}

static void check_value(const struct sources *sources, const struct value *value)
{
    size_t length = 0;
    if (value == NULL)
        return;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        const struct source *source = source_of(sources, piece->at);
        if (source != NULL && (size_t)piece->at.offset + piece->at.length > source->text.len)
            abort();
        if (piece->via != NULL && (size_t)piece->via_offset + piece->length > piece->via->text.len)
            abort();
        length += piece->length;
    }
    if (value->set && value->pieces.list.count > 0 && length != value->text.len)
        abort();
}

static void check_service(
    struct arena *arena, const struct sources *sources, const struct compose_service *service)
{
    vec_each(const struct map_entry *, entry, &service->environment.map.entries) {
        check_value(sources, entry->value);
        compose_explain(arena, service, entry->key);
    }
    vec_each(struct value *const *, word, &service->command)
        check_value(sources, *word);
    vec_each(struct value *const *, word, &service->entrypoint)
        check_value(sources, *word);
    vec_each(const struct compose_port *, port, &service->ports)
        check_value(sources, port->from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct project_host files = {.arena = &arena, .directory = STR("/app")};
    map_set(&arena, &files.files, STR("/app"), NULL);
    add_files(&files, (str){(const char *)data, size});
    project_host_set(&files, STR("HOME"), STR("/home"));
    struct host host = project_host_open(&files);
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    struct compose_options options = {0};
    struct compose_project *project = compose_load(&arena, &diags, &sources, &host, &options);
    if (!project->ok && diags.list.count == 0)
        abort();
    vec_each(struct compose_service *const *, service, &project->services)
        check_service(&arena, &sources, *service);
    arena_free(&arena);
    return 0;
}
