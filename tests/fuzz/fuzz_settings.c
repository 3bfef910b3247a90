/*
 * Any bytes as settings of PostgreSQL, MySQL and PgBouncer, includes among them: reading ends, and what is
 * set lies inside its file. The parts are files of /etc/server; the first one is where each server begins.
 */
#include "input.h"
#include "tree.h"

#include "budget/settings.h"

static void read_as(struct tree *tree, const struct host *host, enum settings_syntax syntax)
{
    struct workload service = {.name = STR("db")};
    vec_push(tree->arena, &service.mounts,
        ((struct workload_mount){.source = STR(TREE_DIRECTORY), .target = STR("/etc/server"), .bind = true}));
    struct sources sources = {.arena = tree->arena};
    struct settings_reader reader = {tree->arena, &sources, host, NULL, &service};
    struct settings settings = {0};
    bool is_there = settings_read(&reader, syntax, STR("/etc/server/main"), &settings);
    settings_read_directory(&reader, syntax, STR("/etc/server"), STR(".cnf"), &settings);
    fuzz_require(is_there == settings.any || settings.any, "a file that was read counts");
    vec_each(const struct setting *, setting, &settings.list) {
        fuzz_require_inside(&sources, setting->at);
        fuzz_require(
            settings_get(&settings, setting->section, setting->name) != NULL, "what is set is found");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR("main"), &part);)
        tree_add(&tree, part.name, part.text);
    struct host host = tree_host(&tree);
    for (int syntax = SETTINGS_POSTGRESQL; syntax <= SETTINGS_PGBOUNCER; syntax++)
        read_as(&tree, &host, (enum settings_syntax)syntax);
    arena_free(&arena);
    return 0;
}
