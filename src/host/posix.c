#include "host/posix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "host/change.h"
#include "host/output.h"
#include "host/process.h"
#include "host/status.h"
#include "host/target.h"

enum { FIRST_READ_BYTES = 64 * 1024 }; /* where the size is not known: pipes, /proc */

/* A path as the system calls want it, in PATH_MAX bytes. A NUL byte inside would cut it to another path. */
static enum host_status path_to_c(str path, char *ret_text)
{
    if (path.len >= PATH_MAX)
        return HOST_TOO_LONG;
    if (path.len == 0)
        return HOST_MISSING;
    if (str_has_byte(path, '\0'))
        return HOST_FAILED;
    memcpy(ret_text, path.ptr, path.len);
    ret_text[path.len] = '\0';
    return HOST_OK;
}

/* Reads to the end of `fd`, at most `limit` bytes; `expected` is a first guess at the size. */
static struct host_file read_all(struct arena *arena, int fd, size_t expected, size_t limit)
{
    size_t capacity = expected + 1, used = 0; /* one more: the end is seen without growing */
    char *bytes = arena_array(arena, char, capacity);
    for (;;) {
        ssize_t got = read(fd, bytes + used, capacity - used);
        /* Files were opened so, and have nothing to wait for. */
        if (got < 0 && (fd == STDIN_FILENO ? target_again(fd, POLLIN) : errno == EINTR))
            continue;
        if (got < 0)
            return (struct host_file){.status = posix_status(errno)};
        if (got == 0)
            return (struct host_file){.text = {bytes, used}};
        used += (size_t)got;
        if (used > limit)
            return (struct host_file){.status = HOST_TOO_LARGE};
        if (used == capacity) {
            char *larger = arena_array(arena, char, capacity * 2);
            memcpy(larger, bytes, used);
            bytes = larger;
            capacity *= 2;
        }
    }
}

static enum host_status status_of_kind(const struct stat *about)
{
    if (S_ISDIR(about->st_mode))
        return HOST_DIRECTORY;
    return S_ISREG(about->st_mode) ? HOST_OK : HOST_NOT_REGULAR;
}

/* Whether what was read is the file at one moment. /proc tells no size and changes with every look. */
static bool is_whole(const struct stat *before, const struct stat *after, size_t used)
{
    bool has_size = before->st_size != 0 || after->st_size != 0;
    return before->st_size == after->st_size && (!has_size || (uintmax_t)after->st_size == used) &&
           before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
           before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

static struct host_file read_descriptor(struct arena *arena, int fd, size_t limit)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return (struct host_file){.status = posix_status(errno)};
    if (status_of_kind(&about) != HOST_OK)
        return (struct host_file){.status = status_of_kind(&about)};
    if ((uintmax_t)about.st_size > limit)
        return (struct host_file){.status = HOST_TOO_LARGE};
    size_t expected = about.st_size > 0 ? (size_t)about.st_size : FIRST_READ_BYTES;
    struct host_file file = read_all(arena, fd, expected, limit);
    struct stat after;
    if (file.status == HOST_OK && fstat(fd, &after) != 0)
        return (struct host_file){.status = posix_status(errno)};
    if (file.status == HOST_OK && !is_whole(&about, &after, file.text.len))
        return (struct host_file){.status = HOST_CHANGED};
    file.mode = about.st_mode & 07777;
    return file;
}

/* Why a name led to nothing: a link that leads nowhere is there, and somebody meant it. */
static enum host_status status_of_name(const char *name, int error_number)
{
    struct stat about;
    if (error_number != ENOENT)
        return posix_status(error_number);
    if (lstat(name, &about) != 0)
        return posix_status(errno);
    return S_ISLNK(about.st_mode) ? HOST_DANGLING : HOST_MISSING;
}

static enum host_status open_to_read(str path, int *ret_fd)
{
    char name[PATH_MAX];
    enum host_status status = path_to_c(path, name);
    if (status != HOST_OK)
        return status;
    /* O_NONBLOCK: a FIFO without a writer would hold us for ever before fstat can refuse it. */
    *ret_fd = open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    return *ret_fd < 0 ? status_of_name(name, errno) : HOST_OK;
}

static struct host_file posix_read(void *self, struct arena *arena, str path, size_t limit)
{
    (void)self;
    if (str_eq(path, STR("-")))
        return read_all(arena, STDIN_FILENO, FIRST_READ_BYTES, limit);
    int fd;
    enum host_status status = open_to_read(path, &fd);
    if (status != HOST_OK)
        return (struct host_file){.status = status};
    struct host_file file = read_descriptor(arena, fd, limit);
    close(fd);
    return file;
}

/* The bytes from `offset` on, as many as there are up to `count`; fewer where reading fails. */
static size_t read_at(int fd, char *bytes, size_t count, size_t offset)
{
    size_t used = 0;
    while (used < count) {
        ssize_t got = pread(fd, bytes + used, count - used, (off_t)(offset + used));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    return used;
}

static enum host_status posix_visit(void *self, str path, struct host_visitor *visitor)
{
    (void)self;
    struct stat about;
    int fd;
    enum host_status status = open_to_read(path, &fd);
    if (status != HOST_OK)
        return status;
    if (fstat(fd, &about) != 0)
        status = posix_status(errno);
    else if (!S_ISREG(about.st_mode))
        status = HOST_NOT_REGULAR;
    bool goes_on = status == HOST_OK;
    for (size_t offset = 0; goes_on && offset < (size_t)about.st_size;) {
        char part[HOST_PART_BYTES];
        size_t length = read_at(fd, part, sizeof part, offset);
        if (length == 0)
            status = HOST_FAILED;
        goes_on = length > 0 &&
                  visitor->see(visitor->self, (str){part, length}, offset, (size_t)about.st_size, &offset);
    }
    close(fd);
    return status;
}

static struct host_stat posix_stat(void *self, str path)
{
    (void)self;
    char name[PATH_MAX];
    enum host_status status = path_to_c(path, name);
    if (status != HOST_OK)
        return (struct host_stat){.status = status};
    struct stat about;
    /* The name itself first: what is no link needs no second call, and a dangling link is not missing. */
    if (lstat(name, &about) != 0)
        return (struct host_stat){.status = posix_status(errno)};
    if (S_ISLNK(about.st_mode) && stat(name, &about) != 0)
        return (struct host_stat){.status = errno == ENOENT ? HOST_DANGLING : posix_status(errno)};
    return (struct host_stat){
        .is_directory = S_ISDIR(about.st_mode),
        .is_regular = S_ISREG(about.st_mode),
        .mode = about.st_mode & 07777,
    };
}

static bool entry_is_directory(DIR *directory, const struct dirent *entry)
{
    if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
        return entry->d_type == DT_DIR;
    struct stat about;
    return fstatat(dirfd(directory), entry->d_name, &about, 0) == 0 && S_ISDIR(about.st_mode);
}

static bool entry_is_link(DIR *directory, const struct dirent *entry)
{
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_LNK;
    struct stat about;
    return fstatat(dirfd(directory), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISLNK(about.st_mode);
}

static struct host_entries posix_list(void *self, struct arena *arena, str path)
{
    (void)self;
    struct host_entries entries = {0};
    char name[PATH_MAX];
    enum host_status status = path_to_c(path, name);
    if (status != HOST_OK)
        return (struct host_entries){.status = status};
    DIR *directory = opendir(name);
    if (directory == NULL)
        return (struct host_entries){.status = status_of_name(name, errno)};
    for (struct dirent *entry; (errno = 0, entry = readdir(directory)) != NULL;) {
        str entry_name = str_from_c(entry->d_name);
        if (str_eq(entry_name, STR(".")) || str_eq(entry_name, STR("..")))
            continue;
        *vec_add(arena, &entries.list) = (struct host_entry){
            .name = arena_copy(arena, entry_name),
            .is_directory = entry_is_directory(directory, entry),
            .is_link = entry_is_link(directory, entry),
        };
    }
    entries.status = errno == 0 ? HOST_OK : posix_status(errno); /* half a directory is none */
    closedir(directory);
    host_entries_sort(&entries);
    return entries;
}

static enum host_status posix_write(void *self, str path, str text, struct host_writing how)
{
    (void)self;
    char name[PATH_MAX];
    enum host_status status = path_to_c(path, name);
    return status == HOST_OK ? output_replace(name, text, how) : status;
}

static enum host_status posix_change(void *self, struct arena *arena, str directory,
    const struct host_change *changes, size_t count, size_t *ret_failed)
{
    (void)self;
    return change_files(arena, directory, changes, count, ret_failed);
}

static enum host_status posix_recover(
    void *self, struct arena *arena, str directory, enum host_recovery *ret_recovery)
{
    (void)self;
    return change_recover(arena, directory, ret_recovery);
}

static bool posix_random(void *self, void *bytes, size_t count)
{
    (void)self;
    for (size_t used = 0; used < count;) {
        ssize_t got = getrandom((char *)bytes + used, count - used, 0);
        if (got < 0 && errno != EINTR)
            return false;
        used += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static const char *const *posix_environment(void *self)
{
    (void)self;
    return (const char *const *)environ;
}

str posix_program_path(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path);
    return length > 0 ? arena_copy(arena, (str){path, (size_t)length}) : STR("");
}

static bool posix_getenv(void *self, str name, str *ret_value)
{
    return host_variable(posix_environment(self), name, ret_value);
}

static str posix_current_directory(void *self, struct arena *arena)
{
    struct posix_host *state = self;
    char *path = state->directory;
    /* Elsewhere is no answer: another directory's project would be judged. "(unreachable)/…" is no path. */
    bool is_known = path[0] == '/' || (getcwd(path, sizeof state->directory) != NULL && path[0] == '/');
    if (is_known)
        return arena_copy(arena, str_from_c(path));
    path[0] = '\0';
    return STR("");
}

static int64_t posix_now(void *self)
{
    (void)self;
    return (int64_t)time(NULL);
}

static struct host_run posix_run(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    (void)self;
    return process_run(arena, arguments, NULL, input, limit);
}

/* After a loss nothing more is written: a document with a hole looks whole. */
static void posix_print(void *self, int stream, str text)
{
    struct posix_host *state = self;
    if (stream == STDOUT_FILENO)
        state->has_printed = true;
    int error = state->has_lost[stream] ? 0 : output_write(stream, text);
    if (error == 0)
        return;
    state->has_lost[stream] = true;
    state->output_error = error;
}

static void posix_lose(void *self, int stream)
{
    ((struct posix_host *)self)->has_lost[stream] = true;
}

static bool posix_has_lost(void *self)
{
    const struct posix_host *state = self;
    return state->has_lost[STDOUT_FILENO] || state->has_lost[STDERR_FILENO];
}

str posix_output_fault(struct posix_host *state)
{
    if (!posix_has_lost(state) && state->has_printed)
        state->output_error = output_close(STDOUT_FILENO);
    if (state->output_error != 0)
        return str_from_c(strerror(state->output_error));
    return posix_has_lost(state) ? STR("it could not be made") : STR("");
}

static bool posix_is_terminal(void *self, int stream)
{
    (void)self;
    return isatty(stream) == 1;
}

static size_t posix_columns(void *self, int stream)
{
    (void)self;
    struct winsize size;
    return ioctl(stream, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

struct host posix_host(struct posix_host *state)
{
    return (struct host){
        .self = state,
        .read = posix_read,
        .visit = posix_visit,
        .stat = posix_stat,
        .list = posix_list,
        .write = posix_write,
        .change = posix_change,
        .recover = posix_recover,
        .random = posix_random,
        .getenv = posix_getenv,
        .environment = posix_environment,
        .current_directory = posix_current_directory,
        .now = posix_now,
        .run = posix_run,
        .print = posix_print,
        .lose = posix_lose,
        .has_lost = posix_has_lost,
        .is_terminal = posix_is_terminal,
        .columns = posix_columns,
    };
}
