/*
 * A file that is to be replaced: found through its links, and the new one beside it that takes its place.
 *
 * Private to the room: output.c replaces one file, change.c several that belong together. A target is a value
 * on the caller's stack.
 */
#ifndef HOST_TARGET_H
#define HOST_TARGET_H

#include <limits.h>
#include <signal.h>
#include <sys/stat.h>

#include "text/host.h"

enum {
    TARGET_TEMPORARY_BYTES = PATH_MAX + 64,
    TARGET_OWN_MODE = 0600, /* until the file that is replaced gives its own */
};

struct target {
    char path[PATH_MAX], directory[PATH_MAX];
    bool exists;
    struct stat about; /* where it exists */
};

/* The mask as it was, and which signals of a failed write waited already. */
struct target_signals {
    sigset_t before, waiting;
};

/* Keeps back what a write raises; `all`: also what would end the process and leave a temporary file. */
void target_hold_signals(struct target_signals *held, bool all);
/* Takes back what a failed write raised: it would end the process without a word, or the program after it. */
void target_release_signals(const struct target_signals *held, bool failed);
/*
 * Whether to call again after a call that failed with `errno`. Whoever started us may have made the stream's
 * descriptor non-blocking: then this waits until `events` (of poll(2)) come.
 */
bool target_again(int fd, short events);
/* All of it. 0, or an errno. */
int target_write(int fd, str text);
/* From `path` to the name at the end of its symbolic links, and whether what is there, if anything, may be
 * replaced. */
enum host_status target_find(struct target *target, bool only_new);
/* A new file beside the target; its descriptor, or -1 with errno. `ret_name` has TARGET_TEMPORARY_BYTES. */
int target_temporary(const struct target *target, char *ret_name, mode_t mode);
/* Gives the new file the owner and mode of the one that it replaces. 0, or an errno. */
int target_take_after(int fd, const struct target *target, bool is_executable);

#endif
