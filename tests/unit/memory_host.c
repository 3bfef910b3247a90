#include "memory_host.h"

static struct host_file memory_read(void *self, struct arena *arena, str path, size_t limit)
{
    (void)arena;
    (void)limit;
    for (const struct memory_file *file = self; file->path; file++)
        if (str_eq(str_from_c(file->path), path))
            return (struct host_file){.status = HOST_OK, .text = str_from_c(file->text), .mode = 0644};
    return (struct host_file){.status = HOST_MISSING};
}

static struct host_stat memory_stat(void *self, str path)
{
    struct host_stat stat = {.status = HOST_MISSING};
    for (const struct memory_file *file = self; file->path; file++) {
        str name = str_from_c(file->path);
        if (str_eq(name, path))
            return (struct host_stat){.status = HOST_OK, .is_regular = true, .mode = 0644};
        if (str_eq(path_directory(name), path))
            stat = (struct host_stat){.status = HOST_OK, .is_directory = true, .mode = 0755};
    }
    return stat;
}

/* The files must be given in the order of their names. */
static struct host_entries memory_list(void *self, struct arena *arena, str path)
{
    struct host_entries entries = {.status = HOST_MISSING};
    for (const struct memory_file *file = self; file->path; file++) {
        str name = str_from_c(file->path);
        if (!str_eq(path_directory(name), path))
            continue;
        entries.status = HOST_OK;
        vec_push(arena, &entries.list, ((struct host_entry){.name = path_base(name)}));
    }
    return entries;
}

static str memory_directory(void *self, struct arena *arena)
{
    (void)self;
    (void)arena;
    return STR("/app");
}

struct host memory_host(const struct memory_file *files)
{
    return (struct host){
        .self = (void *)(uintptr_t)files,
        .read = memory_read,
        .stat = memory_stat,
        .list = memory_list,
        .current_directory = memory_directory,
    };
}
