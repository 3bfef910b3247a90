/*
 * A host of a few files in memory: the current directory /app, no environment, a fixed time, nothing written.
 *
 * What is judged over it depends on these files alone. The files must outlive the host.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include "text/host.h"

#define MEMORY_DIRECTORY "/app"

struct memory_file {
    const char *path, *text; /* path: absolute and clean; NULL: the end */
    uint32_t mode;           /* permission bits; 0: 0644 */
    size_t length;           /* of the text; 0: up to its NUL */
};

/* A host over `files`, which are in the order of their paths. */
struct host memory_host(const struct memory_file *files);

#endif
