#include "host/target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/status.h"

enum {
    TEMPORARY_TRIES = 100,
    LINK_DEPTH = 40, /* as the kernel follows */
};

/* What a write raises where nobody reads on, or where a limit is reached. */
static const int raised_by_writing[] = {SIGPIPE, SIGXFSZ};

void target_hold_signals(struct target_signals *held, bool all)
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

void target_release_signals(const struct target_signals *held, bool failed)
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

bool target_again(int fd, short events)
{
    struct pollfd end = {.fd = fd, .events = events};
    if (errno == EAGAIN)
        return poll(&end, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

int target_write(int fd, str text)
{
    while (text.len > 0) {
        ssize_t written = write(fd, text.ptr, text.len);
        if (written < 0 && !target_again(fd, POLLOUT))
            return errno;
        text = str_skip(text, written > 0 ? (size_t)written : 0);
    }
    return 0;
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

enum host_status target_find(struct target *target, bool only_new)
{
    enum host_status status = only_new ? HOST_OK : follow_links(target->path);
    if (status != HOST_OK)
        return status;
    str directory = path_directory(str_from_c(target->path));
    memcpy(target->directory, directory.ptr, directory.len);
    target->directory[directory.len] = '\0';
    target->exists = lstat(target->path, &target->about) == 0;
    if (!target->exists)
        return errno == ENOENT ? HOST_OK : posix_status(errno);
    if (only_new)
        return HOST_EXISTS;
    if (S_ISDIR(target->about.st_mode))
        return HOST_DIRECTORY;
    if (!S_ISREG(target->about.st_mode))
        return HOST_NOT_REGULAR;
    /* A rename asks the directory alone: the file itself may be closed to us. */
    return faccessat(AT_FDCWD, target->path, W_OK, AT_EACCESS) == 0 ? HOST_OK : posix_status(errno);
}

int target_temporary(const struct target *target, char *ret_name, mode_t mode)
{
    for (int attempt = 0; attempt < TEMPORARY_TRIES; attempt++) {
        snprintf(ret_name, TARGET_TEMPORARY_BYTES, "%s/.bootgate-%ld-%d.tmp", target->directory,
            (long)getpid(), attempt);
        int fd = open(ret_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

int target_take_after(int fd, const struct target *target, bool is_executable)
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
