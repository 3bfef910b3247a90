#include "mend/overlay.h"

static str key_of(struct overlay *overlay, str path)
{
    if (str_eq(path, STR("-")))
        return path;
    return path_clean(overlay->arena, path_join(overlay->arena, overlay->directory, path));
}

static const struct overlay_file *find(struct overlay *overlay, str path)
{
    return overlay->files.live ? map_get(&overlay->files, key_of(overlay, path)) : NULL;
}

static struct host_stat stat_of(const struct overlay *overlay, const struct overlay_file *file, str path)
{
    struct host_stat stat = {.status = HOST_OK, .is_regular = true, .mode = file->mode};
    if (file->mode == 0)
        stat.mode = overlay->beneath->stat(overlay->beneath->self, path).mode;
    return stat;
}

static struct host_file overlay_read(void *self, struct arena *arena, str path, size_t limit)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file)
        return overlay->beneath->read(overlay->beneath->self, arena, path, limit);
    if (file->text.len > limit)
        return (struct host_file){.status = HOST_TOO_LARGE};
    return (struct host_file){
        .status = HOST_OK, .text = file->text, .mode = stat_of(overlay, file, path).mode};
}

static void overlay_visit(void *self, str path, struct host_visitor *visitor)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file) {
        overlay->beneath->visit(overlay->beneath->self, path, visitor);
        return;
    }
    bool goes_on = true;
    for (size_t offset = 0; goes_on && offset < file->text.len;) {
        str part = str_take(str_skip(file->text, offset), HOST_PART_BYTES);
        goes_on = visitor->see(visitor->self, part, offset, file->text.len, &offset);
    }
}

static struct host_stat overlay_stat(void *self, str path)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file)
        return overlay->beneath->stat(overlay->beneath->self, path);
    return stat_of(overlay, file, path);
}

/* Its files are there beneath as well: no name is added. */
static struct host_entries overlay_list(void *self, struct arena *arena, str path)
{
    const struct overlay *overlay = self;
    return overlay->beneath->list(overlay->beneath->self, arena, path);
}

static bool overlay_getenv(void *self, str name, str *ret_value)
{
    const struct overlay *overlay = self;
    return overlay->beneath->getenv(overlay->beneath->self, name, ret_value);
}

static const char *const *overlay_environment(void *self)
{
    const struct overlay *overlay = self;
    return overlay->beneath->environment(overlay->beneath->self);
}

static str overlay_directory(void *self, struct arena *arena)
{
    const struct overlay *overlay = self;
    return overlay->beneath->current_directory(overlay->beneath->self, arena);
}

static int64_t overlay_now(void *self)
{
    const struct overlay *overlay = self;
    return overlay->beneath->now(overlay->beneath->self);
}

static struct host_run overlay_run(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    const struct overlay *overlay = self;
    return overlay->beneath->run(overlay->beneath->self, arena, arguments, input, limit);
}

struct overlay *overlay_new(struct arena *arena, const struct host *beneath)
{
    struct overlay *overlay = arena_new(arena, struct overlay);
    *overlay = (struct overlay){.arena = arena, .beneath = beneath};
    overlay->directory = beneath->current_directory(beneath->self, arena);
    overlay->host = (struct host){
        .self = overlay,
        .read = overlay_read,
        .visit = overlay_visit,
        .stat = overlay_stat,
        .list = overlay_list,
        .getenv = overlay_getenv,
        .environment = overlay_environment,
        .current_directory = overlay_directory,
        .now = overlay_now,
        .run = overlay_run,
    };
    return overlay;
}

void overlay_put(struct overlay *overlay, str path, str text, uint32_t mode)
{
    struct overlay_file *file = arena_new(overlay->arena, struct overlay_file);
    *file = (struct overlay_file){text, mode};
    map_set(overlay->arena, &overlay->files, key_of(overlay, path), file);
}
