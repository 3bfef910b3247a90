#include "host/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/process.h"

enum {
    TEMPORARY_TRIES = 100,
    TEMPORARY_BYTES = PATH_MAX + 64,
    LINK_DEPTH = 40, /* as the kernel follows */
    OWN_MODE = 0600, /* until the file that is replaced gives its own */
    PLAIN_MODE = 0666,
    EXECUTABLE_MODE = 0777,
};

void output_hold_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/", O_PATH | O_CLOEXEC); /* the lowest free number: this one */
}

/* What a write raises where nobody reads on, or where a limit is reached. */
static const int raised_by_writing[] = {SIGPIPE, SIGXFSZ};

/* The mask as it was, and which of those signals waited already. */
struct held {
    sigset_t before, waiting;
};

static void hold_signals(struct held *held, bool all)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_COUNT(raised_by_writing); i++)
        sigaddset(&set, raised_by_writing[i]);
    if (all) /* a temporary file must not outlive Ctrl-C */
        sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, &held->before);
    sigpending(&held->waiting);
}

/* Takes back what a failed write raised: it would end the process without a word, or the program after it. */
static void release_signals(const struct held *held, bool failed)
{
    sigset_t raised;
    sigemptyset(&raised);
    for (size_t i = 0; i < ARRAY_COUNT(raised_by_writing); i++)
        if (sigismember(&held->waiting, raised_by_writing[i]) == 0)
            sigaddset(&raised, raised_by_writing[i]);
    static const struct timespec at_once = {0};
    while (failed && sigtimedwait(&raised, NULL, &at_once) > 0)
        continue;
    sigprocmask(SIG_SETMASK, &held->before, NULL);
}

/* 0, or an errno. */
static int write_all(int fd, str text)
{
    while (text.len > 0) {
        ssize_t written = write(fd, text.ptr, text.len);
        if (written < 0 && errno != EINTR)
            return errno;
        text = str_skip(text, written > 0 ? (size_t)written : 0);
    }
    return 0;
}

int output_write(int stream, str text)
{
    struct held held;
    hold_signals(&held, false);
    int error = write_all(stream, text);
    release_signals(&held, error != 0);
    return error;
}

int output_close(int stream)
{
    return close(stream) == 0 || errno == EINTR ? 0 : errno;
}

/* Replaces a link in `path` by what it points to; false where that is longer than a path may be. */
static bool follow(char *path, const char *target)
{
    char joined[PATH_MAX * 2];
    str directory = path_directory(str_from_c(path));
    int length = target[0] == '/'
                     ? snprintf(joined, sizeof joined, "%s", target)
                     : snprintf(joined, sizeof joined, STR_FMT "/%s", STR_ARG(directory), target);
    if (length < 0 || length >= PATH_MAX)
        return false;
    memcpy(path, joined, (size_t)length + 1);
    return true;
}

/* Follows symbolic links, in place, to the name that is to be written, which need not exist. */
static enum host_status follow_links(char *path)
{
    for (int depth = 0; depth < LINK_DEPTH; depth++) {
        char target[PATH_MAX];
        ssize_t length = readlink(path, target, sizeof target);
        if (length < 0)
            return errno == EINVAL || errno == ENOENT ? HOST_OK : posix_status(errno);
        if ((size_t)length >= sizeof target)
            return HOST_FAILED;
        target[length] = '\0';
        if (!follow(path, target))
            return HOST_FAILED;
    }
    return HOST_CIRCLE;
}

/* A file that is to be written. */
struct target {
    char path[PATH_MAX], directory[PATH_MAX];
    bool exists;
    struct stat about; /* where it exists */
};

/* Whether what is there, if anything, may be replaced. */
static enum host_status look_at(struct target *target, bool only_new)
{
    enum host_status status = only_new ? HOST_OK : follow_links(target->path);
    if (status != HOST_OK)
        return status;
    target->exists = lstat(target->path, &target->about) == 0;
    if (!target->exists)
        return errno == ENOENT ? HOST_OK : posix_status(errno);
    if (only_new)
        return HOST_DENIED;
    if (S_ISDIR(target->about.st_mode))
        return HOST_DIRECTORY;
    if (!S_ISREG(target->about.st_mode))
        return HOST_NOT_REGULAR;
    /* A rename asks the directory alone: the file itself may be closed to us. */
    return faccessat(AT_FDCWD, target->path, W_OK, AT_EACCESS) == 0 ? HOST_OK : posix_status(errno);
}

/* A new file beside the target; its descriptor, or -1 with errno. */
static int open_temporary(const struct target *target, char *ret_name, mode_t mode)
{
    for (int attempt = 0; attempt < TEMPORARY_TRIES; attempt++) {
        snprintf(
            ret_name, TEMPORARY_BYTES, "%s/.bootgate-%ld-%d.tmp", target->directory, (long)getpid(), attempt);
        int fd = open(ret_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Gives the new file the owner and mode of the one that it replaces. 0, or an errno. */
static int take_after(int fd, const struct target *target, bool is_executable)
{
    struct stat own;
    if (fstat(fd, &own) != 0)
        return errno;
    const struct stat *about = &target->about;
    bool same_owner = own.st_uid == about->st_uid && own.st_gid == about->st_gid;
    if (!same_owner && fchown(fd, about->st_uid, about->st_gid) != 0)
        return errno;
    mode_t mode = about->st_mode & 07777;
    if (is_executable)
        mode |= (mode & 0444) >> 2; /* for all who may read it */
    return fchmod(fd, mode) == 0 ? 0 : errno;
}

/* Writes and closes the new file. 0, or an errno. */
static int fill(int fd, const struct target *target, str text, bool is_executable)
{
    int error = target->exists ? take_after(fd, target, is_executable) : 0;
    if (error == 0)
        error = write_all(fd, text);
    if (error == 0 && fsync(fd) != 0)
        error = errno;
    int closing = output_close(fd);
    return error != 0 ? error : closing;
}

/*
 * At once, and with nothing to take away afterwards; link(2) is for file systems that cannot rename without
 * replacing. 0, or an errno.
 */
static int put_in_place(const char *temporary, const char *path, bool only_new)
{
    if (!only_new)
        return rename(temporary, path) == 0 ? 0 : errno;
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    if (link(temporary, path) != 0)
        return errno;
    unlink(temporary);
    return 0;
}

static int write_target(const struct target *target, str text, struct host_writing how)
{
    mode_t mode = how.is_executable ? EXECUTABLE_MODE : PLAIN_MODE;
    char temporary[TEMPORARY_BYTES];
    int fd = open_temporary(target, temporary, target->exists ? OWN_MODE : mode);
    if (fd < 0)
        return errno;
    int error = fill(fd, target, text, how.is_executable);
    if (error == 0)
        error = put_in_place(temporary, target->path, how.only_new);
    if (error != 0)
        unlink(temporary);
    return error;
}

enum host_status output_replace(const char *path, str text, struct host_writing how)
{
    struct target target = {0};
    snprintf(target.path, sizeof target.path, "%s", path);
    enum host_status status = look_at(&target, how.only_new);
    if (status != HOST_OK)
        return status;
    str directory = path_directory(str_from_c(target.path));
    memcpy(target.directory, directory.ptr, directory.len);
    struct held held;
    hold_signals(&held, true);
    bool made_directory = how.with_directory && mkdir(target.directory, EXECUTABLE_MODE) == 0;
    int error = write_target(&target, text, how);
    if (error != 0 && made_directory)
        rmdir(target.directory);
    release_signals(&held, error != 0);
    return error == 0 ? HOST_OK : posix_status(error);
}
