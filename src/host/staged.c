#include "host/staged.h"

#include "base/number.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    INDEX_BYTES = 256 * 1024 * 1024,
    PATH_BYTES = 64 * 1024,
    HEADER_BYTES = 256, /* of git cat-file's answer: "OBJECT blob SIZE\n" */
    CHUNK_BYTES = 64 * 1024,
    LINK_DEPTH = 16,
};

/* The index knows nothing of permissions but whether a file is executable. */
enum { FILE_MODE = 0600, DIRECTORY_MODE = 0700 };

enum entry_kind {
    ENTRY_FILE,
    ENTRY_LINK,
    ENTRY_SUBMODULE,
};

struct staged_file {
    enum entry_kind kind;
    str object;        /* the name of its blob */
    bool has_conflict; /* several versions, none of them staged */
};

struct staged_directory {
    VEC(struct host_entry) entries;
};

/* Adds a name to its directory, and the directory to its own where it is new. */
static void add_name(struct staged *staged, str path, bool is_directory)
{
    for (;;) {
        struct str_cut cut = str_rcut_byte(path, '/');
        str parent = cut.found ? cut.head : STR("");
        struct staged_directory *directory = map_get(&staged->directories, parent);
        bool is_known = directory != NULL;
        if (!is_known) {
            directory = arena_new(staged->arena, struct staged_directory);
            map_set(staged->arena, &staged->directories, parent, directory);
        }
        vec_push(staged->arena, &directory->entries,
            ((struct host_entry){.name = cut.found ? cut.tail : path, .is_directory = is_directory}));
        if (is_known || parent.len == 0)
            return;
        path = parent;
        is_directory = true;
    }
}

static enum entry_kind kind_of_mode(str mode)
{
    if (str_eq(mode, STR("120000")))
        return ENTRY_LINK;
    return str_eq(mode, STR("160000")) ? ENTRY_SUBMODULE : ENTRY_FILE;
}

/* One record of git-ls-files(1) --stage: "MODE OBJECT STAGE<TAB>PATH". */
static void add_record(struct staged *staged, str record)
{
    struct str_cut name = str_cut_byte(record, '\t');
    struct str_cut mode = str_cut_byte(name.head, ' ');
    struct str_cut object = str_cut_byte(mode.tail, ' ');
    struct staged_file *known = map_get(&staged->files, name.tail);
    if (!name.found || known != NULL)
        return;
    struct staged_file *file = arena_new(staged->arena, struct staged_file);
    *file = (struct staged_file){
        .kind = kind_of_mode(mode.head),
        .object = object.head,
        .has_conflict = !str_eq(object.tail, STR("0")),
    };
    map_set(staged->arena, &staged->files, name.tail, file);
    add_name(staged, name.tail, file->kind == ENTRY_SUBMODULE);
}

static struct host_run run_git(struct staged *staged, const char *const *arguments, size_t limit)
{
    return staged->under->run(staged->under->self, staged->arena, arguments, STR(""), limit);
}

static enum staged_status find_top(struct staged *staged)
{
    static const char *const arguments[] = {"git", "rev-parse", "--show-toplevel", NULL};
    struct host_run run = run_git(staged, arguments, PATH_BYTES);
    if (run.status == HOST_MISSING || run.exit_code == 127)
        return STAGED_NO_GIT;
    if (run.status != HOST_OK || run.exit_code != 0 || !str_ends(run.output, STR("\n")))
        return STAGED_NO_REPOSITORY;
    staged->top = str_take(run.output, run.output.len - 1);
    return STAGED_OK;
}

static enum staged_status read_index(struct staged *staged)
{
    static const char *const arguments[] = {"git", "ls-files", "--stage", "-z", "--full-name", ":/", NULL};
    struct host_run run = run_git(staged, arguments, INDEX_BYTES);
    if (run.status != HOST_OK || run.exit_code != 0)
        return STAGED_UNREADABLE;
    map_set(staged->arena, &staged->directories, STR(""), arena_new(staged->arena, struct staged_directory));
    for (str record; str_next(&run.output, '\0', &record);)
        add_record(staged, record);
    return STAGED_OK;
}

/* Absolute and clean. */
static str absolute(struct staged *staged, struct arena *arena, str path)
{
    str directory = staged->under->current_directory(staged->under->self, arena);
    return path_join(arena, directory, path);
}

/* The path as the index has it, "" for the root; false for what lies elsewhere. */
static bool below_top(const struct staged *staged, str path, str *ret_name)
{
    if (str_eq(path, staged->top)) {
        *ret_name = STR("");
        return true;
    }
    str rest = str_skip(path, staged->top.len);
    bool is_below = str_starts(path, staged->top) && str_starts(rest, STR("/"));
    *ret_name = is_below ? str_skip(rest, 1) : STR("");
    return is_below;
}

/* "OBJECT blob SIZE"; false for "OBJECT missing" and all else. */
static bool read_header(str header, size_t *ret_size)
{
    struct str_cut object = str_cut_byte(header, ' ');
    struct str_cut type = str_cut_byte(object.tail, ' ');
    uint64_t size;
    if (!str_eq(type.head, STR("blob")) || !number_parse_unsigned(type.tail, SIZE_MAX / 4, &size))
        return false;
    *ret_size = (size_t)size;
    return true;
}

static ssize_t read_some(int fd, char *bytes, size_t count)
{
    ssize_t got;
    do
        got = read(fd, bytes, count);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Byte by byte: what follows belongs to the content. */
static bool take_header(int fd, size_t *ret_size)
{
    char bytes[HEADER_BYTES];
    for (size_t length = 0; length < sizeof bytes; length++) {
        if (read_some(fd, &bytes[length], 1) != 1)
            return false;
        if (bytes[length] == '\n')
            return read_header((str){bytes, length}, ret_size);
    }
    return false;
}

/* The content and the line end behind it; what is too large is read past. */
static struct host_file take_content(struct arena *arena, int fd, size_t size, size_t limit)
{
    bool is_too_large = size > limit;
    char rest[CHUNK_BYTES];
    char *bytes = is_too_large ? rest : arena_array(arena, char, size + 1);
    for (size_t at = 0; at < size + 1;) {
        size_t left = size + 1 - at;
        ssize_t got = is_too_large ? read_some(fd, rest, left < sizeof rest ? left : sizeof rest)
                                   : read_some(fd, bytes + at, left);
        if (got <= 0)
            return (struct host_file){.status = HOST_FAILED};
        at += (size_t)got;
    }
    if (is_too_large)
        return (struct host_file){.status = HOST_TOO_LARGE};
    return (struct host_file){.text = {bytes, size}, .mode = FILE_MODE};
}

static struct host_file read_blob(
    struct staged *staged, struct arena *arena, const struct staged_file *file, size_t limit)
{
    static const char *const arguments[] = {"git", "cat-file", "--batch", NULL};
    struct host_file failed = {.status = HOST_FAILED};
    if (file->has_conflict)
        return failed;
    if (!staged->is_running && process_start(arguments, &staged->git) != HOST_OK)
        return failed;
    staged->is_running = true;
    size_t size;
    if (!process_send(&staged->git, arena_concat(arena, file->object, STR("\n"))) ||
        !take_header(staged->git.output, &size))
        return failed;
    return take_content(arena, staged->git.output, size, limit);
}

/* Follows links inside the index; NULL where they lead out of it, or nowhere. */
static const struct staged_file *find_file(struct staged *staged, str path)
{
    for (int depth = 0; depth < LINK_DEPTH; depth++) {
        str name;
        if (!below_top(staged, path, &name))
            return NULL;
        const struct staged_file *file = map_get(&staged->files, name);
        if (file == NULL || file->kind != ENTRY_LINK)
            return file;
        struct host_file link = read_blob(staged, staged->arena, file, PATH_BYTES);
        if (link.status != HOST_OK)
            return NULL;
        path = path_join(staged->arena, path_directory(path), link.text);
    }
    return NULL;
}

static bool is_directory_at(const struct staged *staged, str path)
{
    str name;
    if (!below_top(staged, path, &name))
        return false;
    const struct staged_file *file = map_get(&staged->files, name);
    /* .git is no part of the index, yet it is where a search upward ends. */
    return map_has(&staged->directories, name) || str_eq(name, STR(".git")) ||
           (file != NULL && file->kind == ENTRY_SUBMODULE);
}

static struct host_file staged_read(void *self, struct arena *arena, str path, size_t limit)
{
    struct staged *staged = self;
    if (str_eq(path, STR("-")))
        return staged->under->read(staged->under->self, arena, path, limit);
    path = absolute(staged, staged->arena, path);
    if (is_directory_at(staged, path))
        return (struct host_file){.status = HOST_DIRECTORY};
    const struct staged_file *file = find_file(staged, path);
    if (file != NULL)
        return read_blob(staged, arena, file, limit);
    vec_push(staged->arena, &staged->missed, path);
    return (struct host_file){.status = HOST_MISSING};
}

static struct host_stat staged_stat(void *self, str path)
{
    struct staged *staged = self;
    path = absolute(staged, staged->arena, path);
    if (is_directory_at(staged, path))
        return (struct host_stat){.is_directory = true, .mode = DIRECTORY_MODE};
    if (find_file(staged, path) != NULL)
        return (struct host_stat){.is_regular = true, .mode = FILE_MODE};
    return (struct host_stat){.status = HOST_MISSING};
}

static int compare_entries(const void *a, const void *b)
{
    return str_compare(((const struct host_entry *)a)->name, ((const struct host_entry *)b)->name);
}

static struct host_entries staged_list(void *self, struct arena *arena, str path)
{
    struct staged *staged = self;
    struct host_entries entries = {.status = HOST_MISSING};
    str name;
    if (!below_top(staged, absolute(staged, staged->arena, path), &name))
        return entries;
    const struct staged_directory *directory = map_get(&staged->directories, name);
    if (directory == NULL)
        return entries;
    entries.status = HOST_OK;
    vec_each(const struct host_entry *, entry, &directory->entries)
        vec_push(arena, &entries.list, *entry);
    if (entries.list.count > 1)
        qsort(entries.list.items, entries.list.count, sizeof *entries.list.items, compare_entries);
    return entries;
}

/* The rest is that of the host below. */

static void under_visit(void *self, str path, struct host_visitor *visitor)
{
    const struct host *under = ((struct staged *)self)->under;
    under->visit(under->self, path, visitor);
}

static enum host_status under_write(void *self, str path, str text, struct host_writing how)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->write(under->self, path, text, how);
}

static bool under_getenv(void *self, str name, str *ret_value)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->getenv(under->self, name, ret_value);
}

static const char *const *under_environment(void *self)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->environment(under->self);
}

static str under_current_directory(void *self, struct arena *arena)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->current_directory(under->self, arena);
}

static int64_t under_now(void *self)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->now(under->self);
}

static struct host_run under_run(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->run(under->self, arena, arguments, input, limit);
}

static void under_print(void *self, int stream, str text)
{
    const struct host *under = ((struct staged *)self)->under;
    under->print(under->self, stream, text);
}

static void under_lose(void *self, int stream)
{
    const struct host *under = ((struct staged *)self)->under;
    under->lose(under->self, stream);
}

static bool under_has_lost(void *self)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->has_lost(under->self);
}

static bool under_is_terminal(void *self, int stream)
{
    const struct host *under = ((struct staged *)self)->under;
    return under->is_terminal(under->self, stream);
}

enum staged_status staged_begin(
    struct arena *arena, const struct host *under, struct staged *ret_staged, struct host *ret_host)
{
    *ret_staged = (struct staged){.arena = arena, .under = under};
    *ret_host = (struct host){
        .self = ret_staged,
        .read = staged_read,
        .visit = under_visit,
        .stat = staged_stat,
        .list = staged_list,
        .write = under_write,
        .getenv = under_getenv,
        .environment = under_environment,
        .current_directory = under_current_directory,
        .now = under_now,
        .run = under_run,
        .print = under_print,
        .lose = under_lose,
        .has_lost = under_has_lost,
        .is_terminal = under_is_terminal,
    };
    enum staged_status status = find_top(ret_staged);
    return status == STAGED_OK ? read_index(ret_staged) : status;
}

void staged_end(struct staged *staged)
{
    if (staged->is_running)
        process_end(&staged->git);
    staged->is_running = false;
}

str staged_status_text(enum staged_status status)
{
    static const str texts[] = {
        [STAGED_OK] = STR_INIT(""),
        [STAGED_NO_GIT] = STR_INIT("git is not installed"),
        [STAGED_NO_REPOSITORY] = STR_INIT("the current directory is in no git work tree"),
        [STAGED_UNREADABLE] = STR_INIT("the git index cannot be read"),
    };
    return texts[status];
}

bool staged_has(struct staged *staged, str path)
{
    return find_file(staged, absolute(staged, staged->arena, path)) != NULL;
}

bool staged_ignores(struct staged *staged, str path)
{
    str name = absolute(staged, staged->arena, path);
    const char *arguments[] = {
        "git", "check-ignore", "--quiet", "--", arena_c_string(staged->arena, name), NULL};
    struct host_run run = run_git(staged, arguments, PATH_BYTES);
    return run.status == HOST_OK && run.exit_code == 0;
}
