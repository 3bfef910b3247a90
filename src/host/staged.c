#include "host/staged.h"

#include "base/number.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

enum {
    INDEX_BYTES = 256 * 1024 * 1024,
    PATH_BYTES = 64 * 1024,
    HEADER_BYTES = 256, /* of git cat-file's answer: "OBJECT blob SIZE\n" */
    CHUNK_BYTES = 64 * 1024,
    LINK_DEPTH = 40, /* as the kernel follows */
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

/* One pair of git-diff-index(1) --raw -z: ":MODE MODE OBJECT OBJECT STATUS", then the path. */
static bool add_record(struct staged *staged, str record, str path)
{
    str fields[5]; /* what was, what is: mode, mode, object, object, status */
    size_t count = 0;
    str rest = str_skip(record, 1);
    while (count < ARRAY_COUNT(fields) && str_next(&rest, ' ', &fields[count]))
        count++;
    if (!str_starts(record, STR(":")) || count < ARRAY_COUNT(fields) || path.len == 0)
        return false;
    struct staged_file *file = arena_new(staged->arena, struct staged_file);
    *file = (struct staged_file){
        .kind = kind_of_mode(fields[1]),
        .object = fields[3],
        .has_conflict = !str_eq(fields[4], STR("A")),
    };
    map_set(staged->arena, &staged->files, path, file);
    add_name(staged, path, file->kind == ENTRY_SUBMODULE);
    return true;
}

static struct host_run run_git(struct staged *staged, const char *const *arguments, size_t limit)
{
    return staged->layer.under->run(staged->layer.under->self, staged->arena, arguments, STR(""), limit);
}

static bool has_run(const struct host_run *run)
{
    return run->status == HOST_OK && run->exit_code == 0;
}

/* The tree without a file has the same name in all repositories of one format. */
static const struct format {
    str name;
    const char *empty_tree;
} formats[] = {
    {STR_INIT("sha1"), "4b825dc642cb6eb9a060e54bf8d69288fbee4904"},
    {STR_INIT("sha256"), "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"},
};

/* The root of the work tree, which may hold a line feed, and how objects are named, which holds none. */
static enum staged_status find_top(struct staged *staged)
{
    static const char *const arguments[] = {
        "git", "rev-parse", "--show-toplevel", "--show-object-format", NULL};
    struct host_run run = run_git(staged, arguments, PATH_BYTES);
    if (run.status == HOST_MISSING || run.exit_code == 127)
        return STAGED_NO_GIT;
    if (run.status != HOST_OK)
        return STAGED_UNREADABLE;
    struct str_cut lines = str_rcut_byte(str_trim_bytes(run.output, STR("\n")), '\n');
    if (run.exit_code != 0 || !lines.found || !path_is_absolute(lines.head))
        return STAGED_NO_REPOSITORY;
    staged->top = lines.head;
    for (size_t i = 0; i < ARRAY_COUNT(formats); i++)
        if (str_eq(lines.tail, formats[i].name))
            staged->empty_tree = formats[i].empty_tree;
    return staged->empty_tree != NULL ? STAGED_OK : STAGED_UNREADABLE;
}

/*
 * What the index holds beyond `tree`. No option of the user's and no variable of git's may narrow it: what is
 * left out here is a commit that nobody read. Entries that are only intended (git add -N) are no part of the
 * commit, and of sparse and skipped ones the index is all there is.
 */
static struct host_run diff_index(struct staged *staged, const char *form, const char *tree)
{
    const char *const arguments[] = {"git", "--no-replace-objects", "diff-index", "--cached", form, "-z",
        "--no-abbrev", "--no-renames", "--no-relative", "--no-ext-diff", "--ita-invisible-in-index",
        "--ignore-submodules=none", tree, NULL};
    return run_git(staged, arguments, INDEX_BYTES);
}

static enum staged_status read_index(struct staged *staged)
{
    struct host_run run = diff_index(staged, "--raw", staged->empty_tree);
    if (!has_run(&run))
        return STAGED_UNREADABLE;
    map_set(staged->arena, &staged->directories, STR(""), arena_new(staged->arena, struct staged_directory));
    while (run.output.len > 0) {
        str record, path;
        str_next(&run.output, '\0', &record);
        if (!str_next(&run.output, '\0', &path) || !add_record(staged, record, path))
            return STAGED_UNREADABLE;
    }
    return STAGED_OK;
}

/* Absolute and clean. */
static str absolute(struct staged *staged, struct arena *arena, str path)
{
    str directory = staged->layer.under->current_directory(staged->layer.under->self, arena);
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
static bool read_header(str header, str wanted, size_t *ret_size)
{
    struct str_cut object = str_cut_byte(header, ' ');
    struct str_cut type = str_cut_byte(object.tail, ' ');
    uint64_t size;
    if (!str_eq(object.head, wanted) || !str_eq(type.head, STR("blob")) ||
        !number_parse_unsigned(type.tail, SIZE_MAX / 4, &size))
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
static bool take_header(int fd, str wanted, size_t *ret_size)
{
    char bytes[HEADER_BYTES];
    for (size_t length = 0; length < sizeof bytes; length++) {
        if (read_some(fd, &bytes[length], 1) != 1)
            return false;
        if (bytes[length] == '\n')
            return read_header((str){bytes, length}, wanted, ret_size);
    }
    return false;
}

/* The content and the line end after it; what is too large is read past. */
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
    if (bytes[size] != '\n')
        return (struct host_file){.status = HOST_FAILED};
    return (struct host_file){.text = {bytes, size}, .mode = FILE_MODE};
}

/* After a failure nothing that git still says is an answer to what is asked then. */
static struct host_file read_blob(
    struct staged *staged, struct arena *arena, const struct staged_file *file, size_t limit)
{
    static const char *const arguments[] = {"git", "--no-replace-objects", "cat-file", "--batch", NULL};
    struct host_file failed = {.status = HOST_FAILED};
    if (file->has_conflict || staged->has_failed)
        return failed;
    staged->has_failed = true;
    if (!staged->is_running && process_start(staged->arena, arguments, &staged->git) != HOST_OK)
        return failed;
    staged->is_running = true;
    size_t size;
    if (!process_send(&staged->git, arena_concat(arena, file->object, STR("\n"))) ||
        !take_header(staged->git.output, file->object, &size))
        return failed;
    struct host_file blob = take_content(arena, staged->git.output, size, limit);
    staged->has_failed = blob.status == HOST_FAILED;
    return blob;
}

/* What a path leads to, every link on the way followed inside the index. */
struct found {
    enum host_status status;        /* HOST_MISSING also where a link leads out of the index */
    const struct staged_file *file; /* of HOST_OK: NULL for a directory */
    str name;                       /* as the index has it; empty for the root */
};

/* The first part of `name`, from its left, that is a link; NULL where none is. */
static const struct staged_file *first_link(const struct staged *staged, str name, str *ret_link)
{
    for (size_t at = 0; at < name.len; at++) {
        size_t slash = str_find_byte(str_skip(name, at), '/');
        at = slash == STR_NONE ? name.len : at + slash;
        *ret_link = str_take(name, at);
        const struct staged_file *file = map_get(&staged->files, *ret_link);
        if (file != NULL && file->kind == ENTRY_LINK)
            return file;
    }
    return NULL;
}

static struct found found_at(const struct staged *staged, str name)
{
    const struct staged_file *file = map_get(&staged->files, name);
    if (file != NULL)
        return (struct found){HOST_OK, file->kind == ENTRY_SUBMODULE ? NULL : file, name};
    /* .git is no part of the index, yet it is where a search upward ends. */
    bool is_directory = map_has(&staged->directories, name) || str_eq(name, STR(".git"));
    return (struct found){is_directory ? HOST_OK : HOST_MISSING, NULL, name};
}

static struct found find(struct staged *staged, str path)
{
    path = absolute(staged, staged->arena, path);
    for (int depth = 0; depth < LINK_DEPTH; depth++) {
        str name, link;
        if (path.len >= PATH_MAX) /* each part of it is looked up; no file has such a path */
            return (struct found){.status = HOST_TOO_LONG};
        if (!staged->is_listing)
            map_set(staged->arena, &staged->asked_for, path, staged);
        if (!below_top(staged, path, &name))
            return (struct found){.status = HOST_MISSING};
        const struct staged_file *file = first_link(staged, name, &link);
        if (file == NULL)
            return found_at(staged, name);
        struct host_file target = read_blob(staged, staged->arena, file, PATH_BYTES);
        if (target.status != HOST_OK)
            return (struct found){.status = HOST_FAILED};
        str directory = path_directory(path_join(staged->arena, staged->top, link));
        str rest = str_skip(name, link.len + (link.len < name.len));
        path = path_join(staged->arena, path_join(staged->arena, directory, target.text), rest);
    }
    return (struct found){.status = HOST_CIRCLE};
}

static struct host_file staged_read(void *self, struct arena *arena, str path, size_t limit)
{
    struct staged *staged = self;
    if (str_eq(path, STR("-")))
        return staged->layer.under->read(staged->layer.under->self, arena, path, limit);
    struct found found = find(staged, path);
    if (found.status == HOST_MISSING)
        vec_push(staged->arena, &staged->missed, absolute(staged, staged->arena, path));
    if (found.status != HOST_OK)
        return (struct host_file){.status = found.status};
    return found.file != NULL ? read_blob(staged, arena, found.file, limit)
                              : (struct host_file){.status = HOST_DIRECTORY};
}

static struct host_stat staged_stat(void *self, str path)
{
    struct found found = find(self, path);
    bool is_file = found.file != NULL, is_there = found.status == HOST_OK;
    return (struct host_stat){
        .status = found.status,
        .is_regular = is_there && is_file,
        .is_directory = is_there && !is_file,
        .mode = is_file ? FILE_MODE : DIRECTORY_MODE,
    };
}

static struct host_entries staged_list(void *self, struct arena *arena, str path)
{
    struct staged *staged = self;
    struct found found = find(staged, path);
    struct host_entries entries = {.status = found.status};
    const struct staged_directory *directory = map_get(&staged->directories, found.name);
    if (found.status == HOST_OK && directory == NULL)
        entries.status = HOST_MISSING;
    if (entries.status != HOST_OK)
        return entries;
    staged->is_listing = true;
    vec_each(const struct host_entry *, entry, &directory->entries) {
        str child = path_join(staged->arena, path, entry->name);
        bool is_directory = entry->is_directory || staged_stat(staged, child).is_directory;
        vec_push(arena, &entries.list, ((struct host_entry){entry->name, is_directory}));
    }
    staged->is_listing = false;
    host_entries_sort(&entries);
    return entries;
}

enum staged_status staged_begin(
    struct arena *arena, const struct host *under, struct staged *ret_staged, struct host *ret_host)
{
    *ret_staged = (struct staged){.layer = {under}, .arena = arena};
    *ret_host = host_over(&ret_staged->layer);
    ret_host->read = staged_read;
    ret_host->stat = staged_stat;
    ret_host->list = staged_list;
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
    return find(staged, path).file != NULL;
}

/* What a submodule holds is part of another repository's commits. */
static bool is_in_submodule(struct staged *staged, str path)
{
    str name;
    if (!below_top(staged, path, &name))
        return false;
    for (str above = path_directory(name); above.len > 1; above = path_directory(above)) {
        const struct staged_file *file = map_get(&staged->files, above);
        if (file != NULL)
            return file->kind == ENTRY_SUBMODULE;
    }
    return false;
}

bool staged_ignores(struct staged *staged, str path)
{
    str name = absolute(staged, staged->arena, path);
    if (is_in_submodule(staged, name))
        return true;
    const char *arguments[] = {
        "git", "check-ignore", "--quiet", "--", arena_c_string(staged->arena, name), NULL};
    struct host_run run = run_git(staged, arguments, PATH_BYTES);
    return has_run(&run);
}

bool staged_changes(struct staged *staged, str_vec *ret_names)
{
    static const char *const arguments[] = {
        "git", "--no-replace-objects", "rev-parse", "--quiet", "--verify", "HEAD^{commit}", NULL};
    struct host_run head = run_git(staged, arguments, PATH_BYTES);
    if (head.status != HOST_OK)
        return false;
    /* Before the first commit there is nothing to compare with: all is new. */
    struct host_run run = diff_index(staged, "--name-only", has_run(&head) ? "HEAD" : staged->empty_tree);
    if (!has_run(&run))
        return false;
    for (str name; str_next(&run.output, '\0', &name);)
        if (name.len > 0)
            vec_push(staged->arena, ret_names, path_join(staged->arena, staged->top, name));
    return true;
}
