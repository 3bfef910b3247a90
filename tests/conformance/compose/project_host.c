#include "project_host.h"

void project_host_add(struct project_host *project, str path, str text)
{
    str *kept = arena_new(project->arena, str);
    *kept = text;
    map_set(project->arena, &project->files, path, kept);
    for (str directory = path_directory(path); directory.len > 1; directory = path_directory(directory)) {
        if (map_has(&project->files, directory))
            break;
        map_set(project->arena, &project->files, directory, NULL);
    }
}

void project_host_set(struct project_host *project, str name, str value)
{
    str entry = arena_printf(project->arena, STR_FMT "=" STR_FMT, STR_ARG(name), STR_ARG(value));
    vec_push(project->arena, &project->variables, entry.ptr);
}

static struct host_file read_file(void *self, struct arena *arena, str path, size_t limit)
{
    (void)arena;
    const struct project_host *project = self;
    if (!map_has(&project->files, path))
        return (struct host_file){.status = HOST_MISSING};
    const str *text = map_get(&project->files, path);
    if (text == NULL)
        return (struct host_file){.status = HOST_DIRECTORY};
    if (text->len > limit)
        return (struct host_file){.status = HOST_TOO_LARGE};
    return (struct host_file){.status = HOST_OK, .text = *text, .mode = 0644};
}

static struct host_stat stat_file(void *self, str path)
{
    const struct project_host *project = self;
    if (!map_has(&project->files, path))
        return (struct host_stat){.status = HOST_MISSING};
    bool is_directory = map_get(&project->files, path) == NULL;
    return (struct host_stat){
        .status = HOST_OK, .is_directory = is_directory, .is_regular = !is_directory, .mode = 0644};
}

static const char *const *environment(void *self)
{
    struct project_host *project = self;
    return project->variables.items;
}

static bool get_variable(void *self, str name, str *ret_value)
{
    const struct project_host *project = self;
    vec_each(const char *const *, entry, &project->variables) {
        struct str_cut cut = str_cut_byte(str_from_c(*entry), '=');
        if (*entry != NULL && str_eq(cut.head, name)) {
            *ret_value = cut.tail;
            return true;
        }
    }
    return false;
}

static str current_directory(void *self, struct arena *arena)
{
    (void)arena;
    return ((const struct project_host *)self)->directory;
}

struct host project_host_open(struct project_host *project)
{
    vec_push(project->arena, &project->variables, NULL);
    return (struct host){
        .self = project,
        .read = read_file,
        .stat = stat_file,
        .environment = environment,
        .getenv = get_variable,
        .current_directory = current_directory,
    };
}
