/*
 * The only way to the outside: what the program asks of the system it runs on.
 *
 * The core holds a `const struct host *` and calls through it; src/host/posix.c is the real one, tests and
 * fuzzers bring their own. Every call reports by value, nothing by errno.
 */
#ifndef TEXT_HOST_H
#define TEXT_HOST_H

#include "base/buf.h"
#include "base/null.h"
#include "base/vec.h"

enum host_status {
    HOST_OK,
    HOST_MISSING,     /* no such file or directory: the one answer that means absent */
    HOST_DENIED,      /* no permission */
    HOST_EXISTS,      /* there is one where a new one was to be */
    HOST_DIRECTORY,   /* a directory in a file's place */
    HOST_DANGLING,    /* a symbolic link to nothing: somebody meant it to be there */
    HOST_CIRCLE,      /* symbolic links that lead to each other */
    HOST_NOT_REGULAR, /* FIFO, device, socket */
    HOST_TOO_LARGE,   /* above the given limit */
    HOST_NO_SPACE,    /* no room left to write in */
    HOST_READ_ONLY,   /* a file system that is not written to */
    HOST_TOO_LONG,    /* the path, or a name in it */
    HOST_CHANGED,     /* grew, shrank or was written while it was read */
    HOST_LINKED,      /* has other names, which replacing it would leave with the old text */
    HOST_BUSY,        /* another run is changing files here */
    HOST_FAILED,      /* anything else */
};

/* Whether the answer says that there is nothing, and not that it could not be seen. */
static inline bool host_is_absent(enum host_status status)
{
    return status == HOST_MISSING;
}

struct host_file {
    enum host_status status;
    str text;      /* in the caller's arena */
    uint32_t mode; /* permission bits, 07777 */
};

struct host_stat {
    enum host_status status;
    bool is_directory, is_regular;
    uint32_t mode;
};

struct host_entry {
    str name;
    bool is_directory; /* or a symbolic link to one */
    bool is_link;      /* a symbolic link, to whatever */
};

struct host_entries {
    enum host_status status;
    VEC(struct host_entry) list; /* sorted by name, without "." and ".." */
};

/* How a file is written. */
struct host_writing {
    bool only_new;       /* refuses (HOST_EXISTS) where the name exists */
    bool is_executable;  /* for all who may read it */
    bool with_directory; /* makes the last directory of the path where it is missing */
};

/* One of the files that change together. */
struct host_change {
    str path;   /* through symbolic links, their target */
    str before; /* what it must still hold */
    str after;
    uint32_t mode; /* permission bits from now on; 0: those that it has, 0600 for a new one */
    bool is_new;   /* there must be no such name yet; `before` does not count */
};

/* In a directory as long as files change together, and after a run that was stopped meanwhile. */
#define HOST_JOURNAL ".bootgate-journal"

/* What was found of a run that was stopped while it changed files. */
enum host_recovery {
    RECOVERY_NOTHING,
    RECOVERY_TAKEN_BACK, /* it had not come to its end: all files are as they were */
    RECOVERY_FINISHED,   /* it had: all files are as it wanted them */
};

/* The output of a program that ran to its end; `input` was its standard input. */
struct host_run {
    enum host_status status; /* HOST_MISSING: no such program */
    int exit_code;           /* 128 + n where signal n ended it */
    str output;
};

/*
 * Looks at a file part by part. `see` gets the bytes from `offset` on, of a file of `size` bytes, and tells
 * where the next part begins; false: it has seen enough. A part is at most HOST_PART_BYTES, and shorter only
 * at the end.
 */
struct host_visitor {
    void *self;
    bool (*see)(void *self, str part, size_t offset, size_t size, size_t *ret_next);
};

enum { HOST_PART_BYTES = 4096 };

struct host {
    void *self;
    /* Opens with O_NONBLOCK, refuses what is not a regular file, reads at most `limit` bytes. "-" is standard input. */
    struct host_file (*read)(void *self, struct arena *arena, str path, size_t limit);
    /* Shows parts of a regular file as the visitor asks for them; what is said else: nothing was shown. */
    enum host_status (*visit)(void *self, str path, struct host_visitor *visitor);
    struct host_stat (*stat)(void *self, str path);
    struct host_entries (*list)(void *self, struct arena *arena, str path);
    /* All of it or nothing, at once. Replaces regular files only; through a symbolic link, its target. */
    enum host_status (*write)(void *self, str path, str text, struct host_writing how);
    /*
     * Changes all of the files or none, also where the machine stops in between: `directory` keeps a journal
     * meanwhile, which recover() follows. `ret_failed`: the first file that made it fail.
     */
    enum host_status (*change)(void *self, struct arena *arena, str directory,
        const struct host_change *changes, size_t count, size_t *ret_failed);
    enum host_status (*recover)(
        void *self, struct arena *arena, str directory, enum host_recovery *ret_recovery);
    bool (*random)(void *self, void *bytes, size_t count); /* of the kernel, for secrets */
    bool (*getenv)(void *self, str name, str *ret_value);
    const char *const *(*environment)(void *self); /* "NAME=value" entries, NULL at the end, as they came */
    str (*current_directory)(void *self, struct arena *arena); /* absolute; empty: the system cannot tell */
    int64_t (*now)(void *self);                                /* seconds since 1970, UTC */
    struct host_run (*run)(
        void *self, struct arena *arena, const char *const *arguments, str input, size_t limit);
    void (*print)(void *self, int stream, str text); /* stream 1 or 2 */
    /* What is printed there cannot be made complete: the run must not end as if it were. */
    void (*lose)(void *self, int stream);
    bool (*has_lost)(void *self); /* a write failed on either stream, or it was lost */
    bool (*is_terminal)(void *self, int stream);
    size_t (*columns)(void *self, int stream); /* of a terminal; 0: none, or not known. NULL: there is none */
};

/* The state of a host that answers some questions itself and asks another one the rest; it comes first. */
struct host_layer {
    const struct host *under; /* outlives it */
};

/* Asks `layer->under` all that can be asked; nothing is written, printed or made up through it. */
struct host host_over(struct host_layer *layer);

str host_status_text(enum host_status status); /* "no such file", "is a directory", … */
/* The variable of that name in a list as environment() gives it, NULL: an empty one; the first one counts, as
 * for getenv(3). */
bool host_variable(const char *const *OR_NULL entries, str name, str *ret_value);
/* By name, as list() has to give them. */
void host_entries_sort(struct host_entries *entries);

/* Paths as text: no call to the system. */
str path_join(struct arena *arena, str directory, str name); /* an absolute name stays */
str path_directory(str path);                                /* "." where there is none */
str path_base(str path);
str path_clean(struct arena *arena, str path); /* without "//", "./" and "x/.."; may be `path` itself */
bool path_is_absolute(str path);
/* `path` relative to `base` when it is below it, else unchanged. Both absolute and clean. */
str path_relative(struct arena *arena, str base, str path);

#endif
