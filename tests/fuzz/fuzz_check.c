/*
 * A deployment in memory, judged: every place that a finding names lies inside its source, and what cannot
 * be judged says why. The parts are files, as for fuzz_program.
 */
#include "input.h"
#include "tree.h"

#include "check/check.h"

static void require_places(const struct check_result *result)
{
    vec_each(const struct diag *, diag, &result->diags.list) {
        fuzz_require_inside(&result->sources, diag->at);
        vec_each(const struct related *, related, &diag->related)
            fuzz_require_inside(&result->sources, related->at);
        if (diag->suppressed != NULL)
            fuzz_require_inside(&result->sources, diag->suppressed->at);
    }
    vec_each(struct source *const *, source, &result->sources.items)
        vec_each(const span *, secret, &(*source)->secrets)
            fuzz_require_inside(&result->sources, *secret);
}

static void require_reason(const struct check_result *result)
{
    bool is_nothing = result->file_count == 0; /* the command line says so */
    fuzz_require(!result->cannot_judge || result->diags.list.count > 0 || is_nothing,
        "what cannot be judged says why");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR(".env"), &part);)
        if (part.name.len > 0 && part.name.ptr[0] != '@')
            tree_add(&tree, part.name, part.text);
    struct host host = tree_host(&tree);
    struct check_options options = {0};
    struct check_result *result = check_files(&arena, &host, &options);
    require_places(result);
    require_reason(result);
    arena_free(&arena);
    return 0;
}
