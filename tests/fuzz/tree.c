#include "tree.h"

#include <stdlib.h>

enum {
    PRINTED_BYTES = 64 * 1024 * 1024,
    NOW = 1800000000, /* 2027-01-15 */
    FILE_MODE = 0644,
};

struct tree tree_new(struct arena *arena)
{
    struct tree tree = {
        .arena = arena,
        .printed = {buf_new(arena, PRINTED_BYTES), buf_new(arena, PRINTED_BYTES)},
        .written = buf_new(arena, PRINTED_BYTES),
    };
    map_set(arena, &tree.files, STR("/"), NULL);
    map_set(arena, &tree.files, STR(TREE_DIRECTORY), NULL);
    return tree;
}

static str place(const struct tree *tree, str path)
{
    return path_clean(tree->arena, path_join(tree->arena, STR(TREE_DIRECTORY), path));
}

void tree_add(struct tree *tree, str path, str text)
{
    path = place(tree, path);
    if (str_has_byte(path, '\0') || map_has(&tree->files, path))
        return;
    str *kept = arena_new(tree->arena, str);
    *kept = text;
    map_set(tree->arena, &tree->files, path, kept);
    for (str above = path_directory(path); !map_has(&tree->files, above); above = path_directory(above))
        map_set(tree->arena, &tree->files, above, NULL);
}

void tree_set(struct tree *tree, str entry)
{
    if (!str_has_byte(entry, '\0') && str_has_byte(entry, '='))
        vec_push(tree->arena, &tree->variables, arena_c_string(tree->arena, entry));
}

static struct host_file tree_read(void *self, struct arena *arena, str path, size_t limit)
{
    (void)arena;
    const struct tree *tree = self;
    bool is_input = str_eq(path, STR("-"));
    path = place(tree, path);
    if (!is_input && !map_has(&tree->files, path))
        return (struct host_file){.status = HOST_MISSING};
    const str *text = is_input ? &tree->input : map_get(&tree->files, path);
    if (text == NULL)
        return (struct host_file){.status = HOST_DIRECTORY};
    if (text->len > limit)
        return (struct host_file){.status = HOST_TOO_LARGE};
    return (struct host_file){.status = HOST_OK, .text = *text, .mode = FILE_MODE};
}

static enum host_status tree_visit(void *self, str path, struct host_visitor *visitor)
{
    struct host_file file = tree_read(self, NULL, path, SIZE_MAX);
    bool goes_on = file.status == HOST_OK;
    for (size_t offset = 0; goes_on && offset < file.text.len;) {
        str part = str_take(str_skip(file.text, offset), HOST_PART_BYTES);
        goes_on = visitor->see(visitor->self, part, offset, file.text.len, &offset);
    }
    return file.status;
}

static struct host_stat tree_stat(void *self, str path)
{
    const struct tree *tree = self;
    path = place(tree, path);
    if (!map_has(&tree->files, path))
        return (struct host_stat){.status = HOST_MISSING};
    bool is_file = map_get(&tree->files, path) != NULL;
    return (struct host_stat){.is_directory = !is_file, .is_regular = is_file, .mode = FILE_MODE};
}

static int compare_entries(const void *a, const void *b)
{
    return str_compare(((const struct host_entry *)a)->name, ((const struct host_entry *)b)->name);
}

static struct host_entries tree_list(void *self, struct arena *arena, str path)
{
    const struct tree *tree = self;
    path = place(tree, path);
    struct host_entries entries = {.status = HOST_MISSING};
    if (!map_has(&tree->files, path) || map_get(&tree->files, path) != NULL)
        return entries;
    entries.status = HOST_OK;
    vec_each(const struct map_entry *, file, &tree->files.entries) {
        if (!str_eq(path_directory(file->key), path) || str_eq(file->key, path))
            continue;
        struct host_entry entry = {.name = path_base(file->key), .is_directory = file->value == NULL};
        vec_push(arena, &entries.list, entry);
    }
    if (entries.list.count > 1)
        qsort(entries.list.items, entries.list.count, sizeof *entries.list.items, compare_entries);
    return entries;
}

static enum host_status tree_write(void *self, str path, str text, struct host_writing how)
{
    struct tree *tree = self;
    if (how.only_new && map_has(&tree->files, place(tree, path)))
        return HOST_DENIED;
    buf_str(&tree->written, text);
    return HOST_OK;
}

/* All hold what they held, or the change is refused. What is written may be secret: it is kept nowhere. */
static enum host_status tree_change(void *self, struct arena *arena, str directory,
    const struct host_change *changes, size_t count, size_t *ret_failed)
{
    (void)arena;
    (void)directory;
    const struct tree *tree = self;
    for (*ret_failed = 0; *ret_failed < count; ++*ret_failed) {
        const struct host_change *change = &changes[*ret_failed];
        const str *text = map_get(&tree->files, place(tree, change->path));
        if (change->is_new ? text != NULL : text == NULL || !str_eq(*text, change->before))
            return HOST_CHANGED;
    }
    *ret_failed = 0;
    return HOST_OK;
}

static enum host_status tree_recover(
    void *self, struct arena *arena, str directory, enum host_recovery *ret_recovery)
{
    (void)self;
    (void)arena;
    (void)directory;
    *ret_recovery = RECOVERY_NOTHING;
    return HOST_OK;
}

/* Every byte in turn, and the same in each run. */
static bool tree_random(void *self, void *bytes, size_t count)
{
    struct tree *tree = self;
    for (size_t i = 0; i < count; i++)
        ((unsigned char *)bytes)[i] = tree->random_byte += 151;
    return true;
}

static bool tree_getenv(void *self, str name, str *ret_value)
{
    const struct tree *tree = self;
    vec_each(const char *const *, entry, &tree->variables) {
        struct str_cut cut = *entry == NULL ? (struct str_cut){0} : str_cut_byte(str_from_c(*entry), '=');
        if (cut.found && str_eq(cut.head, name)) {
            *ret_value = cut.tail;
            return true;
        }
    }
    return false;
}

static const char *const *tree_environment(void *self)
{
    return ((const struct tree *)self)->variables.items;
}

static str tree_current_directory(void *self, struct arena *arena)
{
    (void)self;
    (void)arena;
    return STR(TREE_DIRECTORY);
}

static int64_t tree_now(void *self)
{
    (void)self;
    return NOW;
}

static struct host_run tree_run(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    (void)arena;
    (void)input;
    struct tree *tree = self;
    if (tree->run == NULL)
        return (struct host_run){.status = HOST_MISSING, .exit_code = 127};
    struct host_run run = tree->run(tree, arguments);
    if (run.output.len > limit)
        return (struct host_run){.status = HOST_TOO_LARGE};
    return run;
}

static void tree_print(void *self, int stream, str text)
{
    buf_str(&((struct tree *)self)->printed[stream - 1], text);
}

static void tree_lose(void *self, int stream)
{
    (void)stream;
    ((struct tree *)self)->has_lost = true;
}

static bool tree_has_lost(void *self)
{
    return ((const struct tree *)self)->has_lost;
}

static bool tree_is_terminal(void *self, int stream)
{
    (void)stream;
    return ((const struct tree *)self)->is_terminal;
}

struct host tree_host(struct tree *tree)
{
    vec_push(tree->arena, &tree->variables, NULL);
    return (struct host){
        .self = tree,
        .read = tree_read,
        .visit = tree_visit,
        .stat = tree_stat,
        .list = tree_list,
        .write = tree_write,
        .change = tree_change,
        .recover = tree_recover,
        .random = tree_random,
        .getenv = tree_getenv,
        .environment = tree_environment,
        .current_directory = tree_current_directory,
        .now = tree_now,
        .run = tree_run,
        .print = tree_print,
        .lose = tree_lose,
        .has_lost = tree_has_lost,
        .is_terminal = tree_is_terminal,
    };
}
