#include "text/host.h"

#include <stdlib.h>

static const str status_texts[] = {
    [HOST_OK] = STR_INIT("ok"),
    [HOST_MISSING] = STR_INIT("no such file"),
    [HOST_DENIED] = STR_INIT("permission denied"),
    [HOST_EXISTS] = STR_INIT("it is there already, and would have to be new"),
    [HOST_DIRECTORY] = STR_INIT("is a directory"),
    [HOST_DANGLING] = STR_INIT("its symbolic link leads nowhere"),
    [HOST_CIRCLE] = STR_INIT("its symbolic links lead in a circle"),
    [HOST_NOT_REGULAR] = STR_INIT("not a regular file"),
    [HOST_TOO_LARGE] = STR_INIT("larger than the limit for one file"),
    [HOST_NO_SPACE] = STR_INIT("no space left"),
    [HOST_READ_ONLY] = STR_INIT("the file system is read-only"),
    [HOST_TOO_LONG] = STR_INIT("its path is too long"),
    [HOST_CHANGED] = STR_INIT("was changed while it was read"),
    [HOST_LINKED] = STR_INIT("has other names (hard links), which would keep the old text"),
    [HOST_BUSY] = STR_INIT("another run is changing files here"),
    [HOST_FAILED] = STR_INIT("cannot be read"),
};

str host_status_text(enum host_status status)
{
    return status_texts[status];
}

bool host_variable(const char *const *entries, str name, str *ret_value)
{
    for (; entries && *entries; entries++) {
        struct str_cut cut = str_cut_byte(str_from_c(*entries), '=');
        if (!cut.found || !str_eq(cut.head, name))
            continue;
        *ret_value = cut.tail;
        return true;
    }
    return false;
}

static int compare_entries(const void *a, const void *b)
{
    return str_compare(((const struct host_entry *)a)->name, ((const struct host_entry *)b)->name);
}

void host_entries_sort(struct host_entries *entries)
{
    if (entries->list.count > 1)
        qsort(entries->list.items, entries->list.count, sizeof *entries->list.items, compare_entries);
}

/* ---- a host over another */

static const struct host *under(void *self)
{
    return ((const struct host_layer *)self)->under;
}

static struct host_file read_under(void *self, struct arena *arena, str path, size_t limit)
{
    return under(self)->read(under(self)->self, arena, path, limit);
}

static enum host_status visit_under(void *self, str path, struct host_visitor *visitor)
{
    return under(self)->visit(under(self)->self, path, visitor);
}

static struct host_stat stat_under(void *self, str path)
{
    return under(self)->stat(under(self)->self, path);
}

static struct host_entries list_under(void *self, struct arena *arena, str path)
{
    return under(self)->list(under(self)->self, arena, path);
}

static bool getenv_under(void *self, str name, str *ret_value)
{
    return under(self)->getenv(under(self)->self, name, ret_value);
}

static const char *const *environment_under(void *self)
{
    return under(self)->environment(under(self)->self);
}

static str current_directory_under(void *self, struct arena *arena)
{
    return under(self)->current_directory(under(self)->self, arena);
}

static int64_t now_under(void *self)
{
    return under(self)->now(under(self)->self);
}

static struct host_run run_under(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    return under(self)->run(under(self)->self, arena, arguments, input, limit);
}

struct host host_over(struct host_layer *layer)
{
    return (struct host){
        .self = layer,
        .read = read_under,
        .visit = visit_under,
        .stat = stat_under,
        .list = list_under,
        .getenv = getenv_under,
        .environment = environment_under,
        .current_directory = current_directory_under,
        .now = now_under,
        .run = run_under,
    };
}

/* ---- paths */

bool path_is_absolute(str path)
{
    return path.len > 0 && path.ptr[0] == '/';
}

str path_directory(str path)
{
    size_t slash = str_rfind_byte(path, '/');
    if (slash == STR_NONE)
        return STR(".");
    return slash == 0 ? STR("/") : str_take(path, slash);
}

str path_base(str path)
{
    size_t slash = str_rfind_byte(path, '/');
    return slash == STR_NONE ? path : str_skip(path, slash + 1);
}

str path_join(struct arena *arena, str directory, str name)
{
    if (path_is_absolute(name) || directory.len == 0 || str_eq(directory, STR(".")))
        return path_clean(arena, name);
    return path_clean(arena, arena_join(arena, directory, STR("/"), name));
}

/* Whether the component that begins at `at` stays when a path is cleaned. */
static bool stays(str path, size_t at)
{
    str rest = str_skip(path, at);
    size_t dots = 0;
    while (dots < rest.len && dots < 2 && rest.ptr[dots] == '.')
        dots++;
    return dots < rest.len && rest.ptr[dots] != '/';
}

static bool is_clean(str path)
{
    if (!stays(path, path_is_absolute(path)))
        return false;
    for (size_t i = 1; i < path.len; i++)
        if (path.ptr[i] == '/' && !stays(path, i + 1))
            return false;
    return true;
}

/* Drops the last component of `out`, unless there is none to go up from. */
static bool go_up(struct buf *out, size_t root)
{
    str so_far = str_skip(buf_view(out), root);
    str last = path_base(so_far);
    if (so_far.len == 0)
        return root > 0;
    if (str_eq(last, STR("..")))
        return false;
    out->len -= last.len;
    if (out->len > root)
        out->len--;
    return true;
}

str path_clean(struct arena *arena, str path)
{
    if (is_clean(path))
        return path;
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    size_t root = path_is_absolute(path) ? 1 : 0;
    if (root)
        buf_byte(&out, '/');
    str rest = path, part;
    while (str_next(&rest, '/', &part)) {
        if (part.len == 0 || str_eq(part, STR(".")))
            continue;
        if (str_eq(part, STR("..")) && go_up(&out, root))
            continue;
        if (out.len > root)
            buf_byte(&out, '/');
        buf_str(&out, part);
    }
    return out.len ? buf_view(&out) : STR(".");
}

str path_relative(struct arena *arena, str base, str path)
{
    if (str_eq(base, path))
        return STR(".");
    str prefix = str_ends(base, STR("/")) ? base : arena_concat(arena, base, STR("/"));
    return str_starts(path, prefix) ? str_skip(path, prefix.len) : path;
}
