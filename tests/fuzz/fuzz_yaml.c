/*
 * Any bytes as YAML: no crash, every span inside the source, every piece list as long as its text.
 */
#include "syntax/yaml.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(const struct source *source, span at)
{
    if ((size_t)at.offset + at.length > source->text.len)
        abort();
}

static void check_node(struct arena *arena, const struct sources *sources, const struct source *source,
    const struct yaml_node *node)
{
    check_span(source, node->at);
    check_span(source, node->inner);
    if (node->kind == YAML_SCALAR) {
        struct pieces pieces = yaml_pieces(arena, sources, node);
        size_t length = 0;
        vec_each(const struct piece *, piece, &pieces.list) {
            check_span(source, piece->at);
            if (piece->start != length)
                abort();
            length += piece->length;
        }
        if (length != node->text.len)
            abort();
    }
    vec_each(struct yaml_node *const *, item, &node->items)
        check_node(arena, sources, source, *item);
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        check_node(arena, sources, source, pair->key);
        check_node(arena, sources, source, pair->value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    struct yaml_options options = {
        .rule = STR("compose-syntax"), .merge_keys = true, .max_depth = 64, .max_nodes = 20000};
    str text = yaml_decode(&arena, (str){(const char *)data, size});
    struct source *source = source_add(&sources, SOURCE_COMPOSE, STR("f"), STR("f"), text);
    struct yaml_documents documents = yaml_read(&arena, &diags, source, &options);
    if (!documents.ok && diags.list.count == 0)
        abort();
    vec_each(struct yaml_node *const *, root, &documents.list)
        if (*root != NULL)
            check_node(&arena, &sources, source, *root);
    arena_free(&arena);
    return 0;
}
