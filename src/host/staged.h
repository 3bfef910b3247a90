/*
 * The git index as a host: what is about to be committed, whatever the work tree holds.
 *
 * Only what the commit will hold exists; its bytes come from one `git cat-file --batch`, which runs until
 * staged_end(). A file with a merge conflict cannot be read. All other questions go to the host below it,
 * which outlives it; the index lives in the arena that it was read into.
 */
#ifndef HOST_STAGED_H
#define HOST_STAGED_H

#include "base/map.h"
#include "host/process.h"

struct staged {
    struct host_layer layer; /* over the host that runs git */
    struct arena *arena;
    str top;                /* the root of the work tree, absolute */
    const char *empty_tree; /* its name in this repository's format */
    struct map files;       /* path below the root → struct staged_file * */
    struct map directories; /* path below the root, "" for the root → what is in it */
    struct process git;     /* git cat-file, once a file was read */
    bool is_running;
    bool has_failed;      /* its answers cannot be told apart any more */
    str_vec missed;       /* absolute paths that were to be read and are not tracked */
    bool is_listing;      /* what is beside a file is not asked for */
    struct map asked_for; /* absolute paths that were looked at, and those that links led to */
};

enum staged_status {
    STAGED_OK,
    STAGED_NO_GIT,
    STAGED_NO_REPOSITORY,
    STAGED_UNREADABLE,
};

/* Reads the index of the current directory's repository. `ret_host` is good as long as `ret_staged` is. */
enum staged_status staged_begin(
    struct arena *arena, const struct host *under, struct staged *ret_staged, struct host *ret_host);
void staged_end(struct staged *staged);

str staged_status_text(enum staged_status status);
bool staged_has(struct staged *staged, str path);
/* The ignore rules of the repository keep `path` out of it, or it is part of a submodule. */
bool staged_ignores(struct staged *staged, str path);
/* Absolute paths of what the commit adds, changes or deletes; false where git cannot tell. */
bool staged_changes(struct staged *staged, str_vec *ret_names);

#endif
