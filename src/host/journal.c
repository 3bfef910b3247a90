#include "host/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/number.h"
#include "host/status.h"
#include "host/target.h"

/* The first line; its last byte but one becomes COUNTS. */
#define HEAD        "bootgate journal 1 -\n"
#define COUNTS      '+'
#define COUNTS_AT   (sizeof HEAD - 3)
#define JOURNAL_MAX ((size_t)64 * 1024 * 1024)

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

void journal_note(struct journal_entry *entry, const struct stat *about)
{
    entry->inode = about->st_ino;
    entry->size = (uint64_t)about->st_size;
    entry->changed_at = nanoseconds(about->st_mtim);
}

bool journal_is_unchanged(const struct journal_entry *entry)
{
    struct stat about;
    if (lstat(entry->path.ptr, &about) != 0)
        return entry->is_new && errno == ENOENT;
    return !entry->is_new && about.st_ino == entry->inode && (uint64_t)about.st_size == entry->size &&
           nanoseconds(about.st_mtim) == entry->changed_at;
}

static const char *path_of(struct arena *arena, str directory)
{
    return arena_c_string(arena, path_join(arena, directory, STR(HOST_JOURNAL)));
}

/* Makes the removal or the new name of a file last. 0, or an errno. */
static int sync_directory(struct arena *arena, str path)
{
    int fd = open(arena_c_string(arena, path_directory(path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = fsync(fd) == 0 || errno == EINVAL ? 0 : errno; /* some file systems sync no directories */
    close(fd);
    return error;
}

/* --- writing */

static void write_text(struct buf *buf, str text)
{
    buf_printf(buf, "%zu:" STR_FMT "\n", text.len, STR_ARG(text));
}

static void write_number(struct buf *buf, uint64_t number)
{
    buf_printf(buf, "%llu\n", (unsigned long long)number);
}

static str journal_text(struct arena *arena, const struct journal *journal)
{
    struct buf buf = buf_new(arena, JOURNAL_MAX);
    buf_str(&buf, STR(HEAD));
    vec_each(const struct journal_entry *, entry, &journal->entries) {
        write_text(&buf, entry->temporary);
        write_text(&buf, entry->path);
        write_number(&buf, entry->is_new);
        write_number(&buf, entry->inode);
        write_number(&buf, entry->size);
        write_number(&buf, (uint64_t)entry->changed_at);
    }
    return buf_view(&buf);
}

enum host_status journal_begin(struct arena *arena, str directory, struct journal *journal)
{
    journal->path = path_of(arena, directory);
    journal->fd = open(journal->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, TARGET_OWN_MODE);
    if (journal->fd < 0)
        return errno == EEXIST ? HOST_BUSY : posix_status(errno);
    int error = flock(journal->fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (error == 0)
        error = target_write(journal->fd, journal_text(arena, journal));
    if (error == 0 && fsync(journal->fd) != 0)
        error = errno;
    if (error == 0)
        error = sync_directory(arena, str_from_c(journal->path));
    if (error != 0)
        journal_end(arena, journal, true);
    return error == 0 ? HOST_OK : posix_status(error);
}

int journal_commit(struct journal *journal)
{
    static const char counts = COUNTS;
    ssize_t written;
    while ((written = pwrite(journal->fd, &counts, 1, COUNTS_AT)) < 0 && errno == EINTR)
        ;
    if (written != 1)
        return written < 0 ? errno : EIO;
    journal->counts = true;
    return fsync(journal->fd) == 0 ? 0 : errno;
}

int journal_finish(const struct journal *journal)
{
    vec_each(const struct journal_entry *, entry, &journal->entries)
        if (rename(entry->temporary.ptr, entry->path.ptr) != 0 && errno != ENOENT)
            return errno;
    return 0;
}

void journal_take_back(const struct journal *journal)
{
    vec_each(const struct journal_entry *, entry, &journal->entries)
        unlink(entry->temporary.ptr);
}

int journal_sync(struct arena *arena, const struct journal *journal)
{
    str last = {0};
    vec_each(const struct journal_entry *, entry, &journal->entries) {
        str directory = path_directory(entry->path);
        int error = str_eq(directory, last) ? 0 : sync_directory(arena, entry->path);
        if (error != 0)
            return error;
        last = directory;
    }
    return 0;
}

void journal_end(struct arena *arena, struct journal *journal, bool is_settled)
{
    if (journal->fd < 0)
        return;
    if (is_settled && unlink(journal->path) == 0)
        sync_directory(arena, str_from_c(journal->path));
    close(journal->fd);
    journal->fd = -1;
}

/* --- reading */

static bool read_number(str *rest, uint64_t *ret_number)
{
    struct str_cut line = str_cut_byte(*rest, '\n');
    *rest = line.tail;
    return line.found && number_parse_unsigned(line.head, UINT64_MAX, ret_number);
}

static bool read_text(struct arena *arena, str *rest, str *ret_text)
{
    struct str_cut length = str_cut_byte(*rest, ':');
    uint64_t count;
    if (!length.found || !number_parse_unsigned(length.head, length.tail.len, &count) ||
        count >= length.tail.len || length.tail.ptr[count] != '\n')
        return false;
    *ret_text = arena_copy(arena, str_take(length.tail, (size_t)count));
    *rest = str_skip(length.tail, (size_t)count + 1);
    return !str_has_byte(*ret_text, '\0');
}

static bool read_entry(struct arena *arena, str *rest, struct journal_entry *entry)
{
    uint64_t is_new, changed_at;
    bool is_whole = read_text(arena, rest, &entry->temporary) && read_text(arena, rest, &entry->path) &&
                    read_number(rest, &is_new) && read_number(rest, &entry->inode) &&
                    read_number(rest, &entry->size) && read_number(rest, &changed_at);
    if (!is_whole)
        return false;
    entry->is_new = is_new != 0;
    entry->changed_at = (int64_t)changed_at;
    return path_is_absolute(entry->path) &&
           str_eq(path_directory(entry->temporary), path_directory(entry->path)) &&
           str_starts(path_base(entry->temporary), STR(JOURNAL_TEMPORARY));
}

/* What was written of it: a run that was stopped while it wrote its journal has made no file yet. */
static bool parse(struct arena *arena, str text, struct journal *journal)
{
    str head = str_take(text, sizeof HEAD - 1), rest = str_skip(text, sizeof HEAD - 1);
    journal->counts = head.len == sizeof HEAD - 1 && head.ptr[COUNTS_AT] == COUNTS;
    while (rest.len > 0) {
        struct journal_entry entry = {0};
        if (!read_entry(arena, &rest, &entry))
            return !journal->counts;
        vec_push(arena, &journal->entries, entry);
    }
    return true;
}

static enum host_status read_journal(struct arena *arena, struct journal *journal)
{
    struct stat about, named;
    if (flock(journal->fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? HOST_BUSY : posix_status(errno);
    if (fstat(journal->fd, &about) != 0)
        return posix_status(errno);
    /* Its run has ended meanwhile, and perhaps another has begun. */
    if (lstat(journal->path, &named) != 0 || named.st_ino != about.st_ino)
        return HOST_BUSY;
    /* Whoever else could write it could have any file of ours replaced. */
    if (!S_ISREG(about.st_mode))
        return HOST_NOT_REGULAR;
    if (about.st_uid != geteuid() || (about.st_mode & 077) != 0 || about.st_nlink != 1)
        return HOST_DENIED;
    if ((uintmax_t)about.st_size > JOURNAL_MAX)
        return HOST_TOO_LARGE;
    size_t size = (size_t)about.st_size;
    char *bytes = arena_array(arena, char, size + 1);
    ssize_t got;
    while ((got = pread(journal->fd, bytes, size, 0)) < 0 && errno == EINTR)
        ;
    if (got < 0 || (size_t)got != size)
        return got < 0 ? posix_status(errno) : HOST_CHANGED;
    return parse(arena, (str){bytes, size}, journal) ? HOST_OK : HOST_FAILED;
}

enum host_status journal_open(struct arena *arena, str directory, struct journal *ret_journal)
{
    *ret_journal = (struct journal){.path = path_of(arena, directory)};
    ret_journal->fd = open(ret_journal->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (ret_journal->fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? HOST_OK
               : errno == ELOOP                    ? HOST_NOT_REGULAR
                                                   : posix_status(errno);
    enum host_status status = read_journal(arena, ret_journal);
    if (status != HOST_OK)
        journal_end(arena, ret_journal, false);
    return status;
}
