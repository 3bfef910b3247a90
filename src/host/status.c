#include "host/status.h"

#include <errno.h>

#include "base/vec.h"

static const struct errno_row {
    int number;
    enum host_status status;
} errno_rows[] = {
    {ENOENT, HOST_MISSING},
    {ENOTDIR, HOST_MISSING},
    {EACCES, HOST_DENIED},
    {EPERM, HOST_DENIED},
    {EEXIST, HOST_EXISTS},
    {EISDIR, HOST_DIRECTORY},
    {ELOOP, HOST_CIRCLE},
    {ENXIO, HOST_NOT_REGULAR}, /* opening a socket */
    {EFBIG, HOST_TOO_LARGE},
    {ENOSPC, HOST_NO_SPACE},
    {EDQUOT, HOST_NO_SPACE},
    {EROFS, HOST_READ_ONLY},
    {ENAMETOOLONG, HOST_TOO_LONG},
};

enum host_status posix_status(int error_number)
{
    for (size_t i = 0; i < ARRAY_COUNT(errno_rows); i++)
        if (errno_rows[i].number == error_number)
            return errno_rows[i].status;
    return HOST_FAILED;
}
