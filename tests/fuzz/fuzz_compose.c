/*
 * Any bytes as a Compose project: no crash, a refusal says why, and every value is covered by its pieces.
 *
 * A line "==> NAME" begins the file NAME; what stands before the first such line is compose.yaml.
 */
#include "input.h"
#include "tree.h"

#include "compose/compose.h"
#include "text/reads.h"

#include <stdlib.h>

static void check_value(const struct sources *sources, const struct value *value)
{
    size_t length = 0;
    if (value == NULL)
        return;
    vec_each(const struct piece *, piece, &value->pieces.list) {
        const struct source *source = source_of(sources, piece->at);
        if (source != NULL && (size_t)piece->at.offset + piece->at.length > source->text.len)
            abort();
        if (piece->start != length)
            abort();
        if (piece->via != NULL && (size_t)piece->via_offset + piece->length > piece->via->text.len)
            abort();
        length += piece->length;
    }
    if (value->set && value->pieces.list.count > 0 && length != value->text.len)
        abort();
}

static void check_service(const struct sources *sources, const struct workload *service)
{
    vec_each(const struct map_entry *, entry, &service->environment.map.entries)
        for (const struct value *value = entry->value; value != NULL; value = value->shadows)
            check_value(sources, value);
    vec_each(struct value *const *, word, &service->command)
        check_value(sources, *word);
    vec_each(struct value *const *, word, &service->entrypoint)
        check_value(sources, *word);
    vec_each(const struct workload_port *, port, &service->ports)
        check_value(sources, port->from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR("compose.yaml"), &part);)
        tree_add(&tree, part.name, part.text);
    tree_set(&tree, STR("HOME=/home"));
    struct host host = tree_host(&tree);
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    struct deployment_options options = {0};
    struct deployment *project = compose_loader.load(&arena, &diags, &sources, &host, &options);
    reads_settle(&sources, &diags); /* a file that could not be read is told by the list alone */
    if (!project->ok && diags.list.count == 0)
        abort();
    vec_each(struct workload *const *, service, &project->workloads)
        check_service(&sources, *service);
    arena_free(&arena);
    return 0;
}
