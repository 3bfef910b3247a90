/*
 * A host of a few files in memory, for tests: an empty environment, the current directory /app.
 */
#ifndef TESTS_MEMORY_HOST_H
#define TESTS_MEMORY_HOST_H

#include "text/host.h"

struct memory_file {
    const char *path, *text; /* path NULL: the end */
    uint32_t mode;           /* permission bits; 0: 0644 */
};

/* A host over `files`, which must outlive it. */
struct host memory_host(const struct memory_file *files);

#endif
