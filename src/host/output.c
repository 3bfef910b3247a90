#include "host/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/status.h"
#include "host/target.h"

enum {
    PLAIN_MODE = 0666,
    EXECUTABLE_MODE = 0777,
};

void output_hold_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/", O_PATH | O_CLOEXEC); /* the lowest free number: this one */
}

int output_write(int stream, str text)
{
    struct target_signals held;
    target_hold_signals(&held, false);
    int error = target_write(stream, text);
    target_release_signals(&held, error != 0);
    return error;
}

int output_close(int stream)
{
    return close(stream) == 0 || errno == EINTR ? 0 : errno;
}

/* Writes and closes the new file. 0, or an errno. */
static int fill(int fd, const struct target *target, str text, bool is_executable)
{
    int error = target->exists ? target_take_after(fd, target, is_executable) : 0;
    if (error == 0)
        error = target_write(fd, text);
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
    char temporary[TARGET_TEMPORARY_BYTES];
    int fd = target_temporary(target, temporary, target->exists ? TARGET_OWN_MODE : mode);
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
    enum host_status status = target_find(&target, how.only_new);
    if (status != HOST_OK)
        return status;
    struct target_signals held;
    target_hold_signals(&held, true);
    bool made_directory = how.with_directory && mkdir(target.directory, EXECUTABLE_MODE) == 0;
    int error = write_target(&target, text, how);
    if (error != 0 && made_directory)
        rmdir(target.directory);
    target_release_signals(&held, error != 0);
    return error == 0 ? HOST_OK : posix_status(error);
}
