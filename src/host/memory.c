#include "host/memory.h"

#include <string.h>

/* Whether a path, perhaps relative to the current directory, names `absolute`. */
static bool is_path(str absolute, str path)
{
    if (path_is_absolute(path))
        return str_eq(absolute, path);
    if (path.len == 0 || str_eq(path, STR(".")))
        return str_eq(absolute, STR(MEMORY_DIRECTORY));
    return str_starts(absolute, STR(MEMORY_DIRECTORY "/")) &&
           str_eq(str_skip(absolute, sizeof MEMORY_DIRECTORY), path);
}

static uint32_t mode_of(const struct memory_file *file)
{
    return file->mode ? file->mode : 0644;
}

static struct host_file memory_read(void *self, struct arena *arena, str path, size_t limit)
{
    (void)arena;
    enum host_status status = HOST_MISSING;
    for (const struct memory_file *file = self; file->path; file++) {
        if (is_path(path_directory(str_from_c(file->path)), path))
            status = HOST_DIRECTORY;
        if (!is_path(str_from_c(file->path), path))
            continue;
        str text = {file->text, file->length ? file->length : strlen(file->text)};
        if (text.len > limit)
            return (struct host_file){.status = HOST_TOO_LARGE};
        return (struct host_file){.status = HOST_OK, .text = text, .mode = mode_of(file)};
    }
    return (struct host_file){.status = status};
}

static enum host_status memory_visit(void *self, str path, struct host_visitor *visitor)
{
    struct host_file file = memory_read(self, NULL, path, SIZE_MAX);
    bool goes_on = file.status == HOST_OK;
    for (size_t offset = 0; goes_on && offset < file.text.len;) {
        str part = str_take(str_skip(file.text, offset), HOST_PART_BYTES);
        goes_on = visitor->see(visitor->self, part, offset, file.text.len, &offset);
    }
    return file.status;
}

static struct host_stat memory_stat(void *self, str path)
{
    struct host_stat stat = {.status = HOST_MISSING};
    for (const struct memory_file *file = self; file->path; file++) {
        str name = str_from_c(file->path);
        if (is_path(name, path))
            return (struct host_stat){.status = HOST_OK, .is_regular = true, .mode = mode_of(file)};
        if (is_path(path_directory(name), path))
            stat = (struct host_stat){.status = HOST_OK, .is_directory = true, .mode = 0755};
    }
    return stat;
}

static struct host_entries memory_list(void *self, struct arena *arena, str path)
{
    struct host_entries entries = {.status = HOST_MISSING};
    for (const struct memory_file *file = self; file->path; file++) {
        str name = str_from_c(file->path);
        if (!is_path(path_directory(name), path))
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
    return STR(MEMORY_DIRECTORY);
}

static bool memory_getenv(void *self, str name, str *ret_value)
{
    (void)self;
    (void)name;
    (void)ret_value;
    return false;
}

static const char *const *memory_environment(void *self)
{
    static const char *const none[] = {NULL};
    (void)self;
    return none;
}

static int64_t memory_now(void *self)
{
    (void)self;
    return 1000000000; /* 2001-09-09 */
}

struct host memory_host(const struct memory_file *files)
{
    return (struct host){
        .self = (void *)(uintptr_t)files,
        .read = memory_read,
        .visit = memory_visit,
        .stat = memory_stat,
        .list = memory_list,
        .getenv = memory_getenv,
        .environment = memory_environment,
        .current_directory = memory_directory,
        .now = memory_now,
    };
}
