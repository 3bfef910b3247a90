/* Any bytes as .git/index: looking a name up ends, whatever the entries say of themselves. */
#include "input.h"
#include "tree.h"

#include "rule/git.h"
#include "text/reads.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    tree_add(&tree, STR(".git/HEAD"), STR("ref: refs/heads/main\n"));
    tree_add(&tree, STR(".git/index"), (str){(const char *)data, size});
    struct host host = tree_host(&tree);
    struct sources sources = {.arena = &arena};
    reads_begin(&sources, STR(TREE_DIRECTORY));
    static const char *const names[] = {".env", "a", "folder/.env", "zz"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        git_tracks(&arena, &sources, &host, path_join(&arena, STR(TREE_DIRECTORY), str_from_c(names[i])));
    arena_free(&arena);
    return 0;
}
