/*
 * Any bytes as a Dockerfile and the files around it: reading ends, a refusal says why, and the bytes of
 * every value lie inside of a file.
 *
 * A line "==> NAME" begins the file NAME of the build context; what stands before the first such line is
 * Dockerfile. It is built twice, once with a build argument for everything that it declares.
 */
#include "input.h"
#include "tree.h"

#include "image/image.h"
#include "text/reads.h"

static void check_value(const struct sources *sources, const struct value *value)
{
    size_t length = 0;
    fuzz_require_inside(sources, value->at);
    vec_each(const struct piece *, piece, &value->pieces.list) {
        fuzz_require_inside(sources, piece->at);
        fuzz_require(piece->start == length, "pieces know where they begin");
        length += piece->length;
    }
    fuzz_require(value->pieces.list.count == 0 || length == value->text.len, "pieces cover their text");
    fuzz_require(!value->is_hidden || (!value->set && value->text.len == 0), "what is hidden says nothing");
}

static void build(struct tree *tree, const char *argument)
{
    struct host host = tree_host(tree);
    struct sources sources = {.arena = tree->arena};
    struct diags diags = {.arena = tree->arena, .sources = &sources};
    struct workload_build build = {.context = STR(TREE_DIRECTORY)};
    struct value value = {.name = STR("A"), .text = str_from_c(argument), .set = true};
    build.arguments.arena = tree->arena;
    if (argument[0])
        env_put(&build.arguments, &value);
    struct workload app = {.name = STR("app"), .active = true, .build = &build};
    app.environment.arena = tree->arena;
    struct deployment deployment = {.ok = true};
    vec_push(tree->arena, &deployment.workloads, &app);
    reads_begin(&sources, STR(TREE_DIRECTORY));
    image_fill(tree->arena, &diags, &sources, &host, &deployment);
    fuzz_require(deployment.ok || diags.list.count > 0, "a refusal says why");
    vec_each(const struct diag *, diag, &diags.list)
        fuzz_require_inside(&sources, diag->at);
    vec_each(const struct map_entry *, entry, &app.environment.map.entries)
        check_value(&sources, entry->value);
    vec_each(struct value *const *, word, &app.entrypoint)
        check_value(&sources, *word);
    vec_each(struct value *const *, word, &app.command)
        check_value(&sources, *word);
    if (app.runs)
        check_value(&sources, app.runs);
    fuzz_require(app.built != NULL, "an active build is looked at");
    vec_each(const struct workload_baked *, baked, &app.built->baked)
        fuzz_require_inside(&sources, baked->at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR("Dockerfile"), &part);)
        tree_add(&tree, part.name, part.text);
    build(&tree, "");
    build(&tree, "a b$A");
    arena_free(&arena);
    return 0;
}
