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
    if (file->mode != 0)
        return stat;
    struct host_stat beneath = overlay->layer.under->stat(overlay->layer.under->self, path);
    stat.mode = beneath.mode;
    /* A new file has none yet; any other fault would leave its mode unjudged. */
    return beneath.status == HOST_OK || host_is_absent(beneath.status) ? stat : beneath;
}

static struct host_file overlay_read(void *self, struct arena *arena, str path, size_t limit)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file)
        return overlay->layer.under->read(overlay->layer.under->self, arena, path, limit);
    if (file->text.len > limit)
        return (struct host_file){.status = HOST_TOO_LARGE};
    struct host_stat stat = stat_of(overlay, file, path);
    if (stat.status != HOST_OK)
        return (struct host_file){.status = stat.status};
    return (struct host_file){.status = HOST_OK, .text = file->text, .mode = stat.mode};
}

static enum host_status overlay_visit(void *self, str path, struct host_visitor *visitor)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file)
        return overlay->layer.under->visit(overlay->layer.under->self, path, visitor);
    bool goes_on = true;
    for (size_t offset = 0; goes_on && offset < file->text.len;) {
        str part = str_take(str_skip(file->text, offset), HOST_PART_BYTES);
        goes_on = visitor->see(visitor->self, part, offset, file->text.len, &offset);
    }
    return HOST_OK;
}

static struct host_stat overlay_stat(void *self, str path)
{
    struct overlay *overlay = self;
    const struct overlay_file *file = find(overlay, path);
    if (!file)
        return overlay->layer.under->stat(overlay->layer.under->self, path);
    return stat_of(overlay, file, path);
}

struct overlay *overlay_new(struct arena *arena, const struct host *beneath)
{
    struct overlay *overlay = arena_new(arena, struct overlay);
    *overlay = (struct overlay){.layer = {beneath}, .arena = arena};
    overlay->directory = beneath->current_directory(beneath->self, arena);
    /* Its files are there beneath as well: no name is added to a directory. */
    overlay->host = host_over(&overlay->layer);
    overlay->host.read = overlay_read;
    overlay->host.visit = overlay_visit;
    overlay->host.stat = overlay_stat;
    return overlay;
}

void overlay_put(struct overlay *overlay, str path, str text, uint32_t mode)
{
    struct overlay_file *file = arena_new(overlay->arena, struct overlay_file);
    *file = (struct overlay_file){text, mode};
    map_set(overlay->arena, &overlay->files, key_of(overlay, path), file);
}
