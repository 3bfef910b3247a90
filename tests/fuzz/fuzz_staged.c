/*
 * Answers of git that git would not give: an index and a stream of objects of any bytes, read in pieces of
 * any size. No crash, and what a file of the index holds is what the stream says of it, never less.
 *
 * The parts are those of git_answers.h.
 */
#include "git_answers.h"
#include "input.h"

#include "host/staged.h"

#include "base/limit.h"

enum { MOST_ENTRIES = 1000 };

static void take_part(struct git_answers *git, const struct fuzz_part *part)
{
    if (str_eq(part->name, STR("@index")))
        git->index = str_ends(part->text, STR("\n")) ? str_take(part->text, part->text.len - 1) : part->text;
    else if (str_eq(part->name, STR("@top")))
        git->top = part->text;
    else if (str_eq(part->name, STR("@blobs")))
        git->blobs = part->text;
    else if (str_eq(part->name, STR("@split")) && part->text.len > 0)
        git->read_bytes = (uint8_t)part->text.ptr[0];
}

/* Links that lead back make a tree of any size: no more than `*left` entries are looked at. */
static void read_tree(struct arena *arena, const struct host *host, str directory, size_t *left)
{
    struct host_entries entries = host->list(host->self, arena, directory);
    vec_each(const struct host_entry *, entry, &entries.list) {
        if (*left == 0)
            return;
        --*left;
        str path = path_join(arena, directory, entry->name);
        struct host_stat stat = host->stat(host->self, path);
        struct host_file file = host->read(host->self, arena, path, limit_value(LIMIT_FILE_BYTES));
        fuzz_require(file.status != HOST_OK || stat.is_regular, "what can be read is a file");
        if (entry->is_directory)
            read_tree(arena, host, path, left);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    struct git_answers git = {.blobs = STR("")};
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR("@index"), &part);)
        take_part(&git, &part);
    git_answers_serve(&tree, &git);
    struct host under = tree_host(&tree), host;
    struct staged staged;
    size_t left = MOST_ENTRIES;
    if (staged_begin(&arena, &under, &staged, &host) == STAGED_OK)
        read_tree(&arena, &host, STR(TREE_DIRECTORY), &left);
    staged_end(&staged);
    arena_free(&arena);
    return 0;
}
