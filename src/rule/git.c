#include "rule/git.h"

#include "text/reads.h"

#define GIT_FILE_BYTES_MAX 8192

/* An index file: a header, the entries sorted by name, each a multiple of eight bytes, then extensions. */
enum {
    HEADER_BYTES = 12,
    ENTRY_ALIGNMENT = 8,
    MODE_AT = 24,     /* in an entry */
    FLAGS_AT = 60,    /* a bit for more flags, and the length of the name */
    NAME_AT = 62,     /* two bytes later with more flags */
    NAME_MAX = 0xfff, /* a longer name is said to have this length */
    MORE_FLAGS = 0x4000,
};

static unsigned number_at(str bytes, size_t at)
{
    return (unsigned)(unsigned char)bytes.ptr[at] << 8 | (unsigned char)bytes.ptr[at + 1];
}

/* The mode of a file, an executable one, a link, a submodule or a directory left out. */
static bool is_mode(str bytes, size_t at)
{
    unsigned low = number_at(bytes, at + 2);
    return number_at(bytes, at) == 0 &&
           (low == 0x81a4 || low == 0x81ed || low == 0xa000 || low == 0xe000 || low == 0x4000);
}

/* Whether an entry is at `at`, all of it in `part`; its name, and where the next one begins. */
static bool take_entry(str part, size_t at, str *ret_name, size_t *ret_next)
{
    if (part.len < at + NAME_AT || !is_mode(part, at + MODE_AT))
        return false;
    unsigned flags = number_at(part, at + FLAGS_AT);
    size_t from = at + NAME_AT + (flags & MORE_FLAGS ? 2 : 0);
    size_t length = str_find_byte(str_skip(part, from), '\0');
    if (length == STR_NONE || length == 0 || ((flags & NAME_MAX) != length && length < NAME_MAX))
        return false;
    *ret_name = str_slice(part, from, from + length);
    *ret_next = at + (from - at + length + ENTRY_ALIGNMENT) / ENTRY_ALIGNMENT * ENTRY_ALIGNMENT;
    return true;
}

/* The name lies in an entry that begins in [low, high). */
struct search {
    str name;
    size_t low, high;
    bool found;
};

/* Entries begin at multiples of eight after the header: the first such place that looks like one. */
static size_t first_entry(str part, size_t offset)
{
    str name;
    size_t next, step = offset < HEADER_BYTES
                            ? HEADER_BYTES
                            : (ENTRY_ALIGNMENT * 2 - (offset - HEADER_BYTES)) % ENTRY_ALIGNMENT;
    for (size_t at = step; at < part.len; at += ENTRY_ALIGNMENT)
        if (take_entry(part, at, &name, &next))
            return at;
    return STR_NONE;
}

/* Compares the entries of one part; false: the name is found, or there is no place left for it. */
static bool narrow(struct search *search, str part, size_t offset)
{
    size_t first = first_entry(part, offset), next;
    if (first == STR_NONE) { /* extensions, or a name longer than the part */
        search->high = offset;
        return search->low < search->high;
    }
    str name;
    for (size_t at = first; take_entry(part, at, &name, &next); at = next) {
        int order = str_compare(name, search->name);
        search->found = order == 0;
        if (order > 0 && at == first && offset > search->low)
            search->high = offset;
        if (order >= 0)
            return !search->found && at == first && offset > search->low;
        search->low = offset + next;
    }
    return true;
}

static bool see_index(void *self, str part, size_t offset, size_t size, size_t *ret_next)
{
    struct search *search = self;
    if (offset == 0) {
        bool known = part.len > HEADER_BYTES && str_starts(part, STR("DIRC\0\0\0")) &&
                     (part.ptr[7] == 2 || part.ptr[7] == 3);
        if (!known)
            return false;
        search->high = size;
    }
    size_t before = search->high - search->low;
    if (!narrow(search, part, offset) || search->low >= search->high ||
        (offset > 0 && search->high - search->low >= before))
        return false;
    size_t middle = search->low + (search->high - search->low) / 2;
    *ret_next = search->high - search->low <= HOST_PART_BYTES ? search->low : middle;
    return true;
}

/* Where the index of the work tree that begins at `root` is: .git, or what a file of that name points to. */
static bool find_git(
    struct arena *arena, struct sources *sources, const struct host *host, str root, str *ret_directory)
{
    *ret_directory = path_join(arena, root, STR(".git"));
    if (host_is_absent(reads_stat(sources, host, *ret_directory, (span){0}).status))
        return false;
    struct host_file file = host->read(host->self, arena, *ret_directory, GIT_FILE_BYTES_MAX);
    if (file.status == HOST_DIRECTORY)
        return true;
    if (file.status != HOST_OK) {
        reads_enter(sources, *ret_directory, file.status, (span){0});
        return false;
    }
    struct str_cut cut = str_cut(file.text, STR("gitdir: "));
    if (cut.found)
        *ret_directory = path_join(arena, root, str_trim(cut.tail));
    return cut.found;
}

/*
 * The index of the work tree at `root`. While git commits a part of what is changed, it hands its hooks
 * another one (githooks(5), GIT_INDEX_FILE), relative to the directory that they run in; of their own
 * repository alone.
 */
static str index_of(struct arena *arena, const struct host *host, str root, str directory)
{
    str given, here = host->current_directory(host->self, arena);
    bool is_ours = str_eq(here, root) || path_relative(arena, root, here).len < here.len;
    if (is_ours && host->getenv(host->self, STR("GIT_INDEX_FILE"), &given) && given.len > 0)
        return path_join(arena, here, given);
    return path_join(arena, directory, STR("index"));
}

bool git_tracks(struct arena *arena, struct sources *sources, const struct host *host, str path)
{
    str root = path_directory(path), directory;
    while (!find_git(arena, sources, host, root, &directory)) {
        if (str_eq(root, STR("/")))
            return false;
        root = path_directory(root);
    }
    struct search search = {.name = path_relative(arena, root, path), .low = HEADER_BYTES};
    struct host_visitor visitor = {.self = &search, .see = see_index};
    str index = index_of(arena, host, root, directory);
    enum host_status status = host->visit(host->self, index, &visitor);
    if (status != HOST_OK)
        reads_enter(sources, index, status, (span){0});
    return search.found;
}
