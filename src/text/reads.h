/*
 * What a run must read and what became of it, so that nothing passes unread.
 *
 * Files, directories and names that a verdict hangs on are asked for here; each becomes an entry of the list
 * that belongs to the run's sources, and lives in their arena. Hints, without which a run only says less, may
 * ask the host themselves; a style test counts who does.
 */
#ifndef TEXT_READS_H
#define TEXT_READS_H

#include "base/map.h"
#include "text/diag.h"
#include "text/host.h"

/* What reports call standard input. */
#define READS_STREAM "<stdin>"

enum read_state {
    READ_OPEN, /* named, and not read yet */
    READ_DONE,
    READ_ABSENT,     /* ENOENT and ENOTDIR alone, see host_is_absent() */
    READ_UNREADABLE, /* every other answer */
};

struct read_entry {
    str path; /* as reports name it: relative to the run's directory where it is below it */
    span at;  /* the line that names it; nowhere: nobody but the run itself */
    enum read_state state;
    enum host_status status;
    bool told;                       /* its fault is among the diagnostics already */
    const struct host *OR_NULL host; /* who read `file`; NULL: nothing of it is kept */
    struct host_file file;
};

struct reads {
    str directory; /* the current one, absolute; relative paths count from it */
    VEC(struct read_entry *) list;
    struct map by_path; /* absolute path → its entry */
    struct map absent;  /* path as it was asked for → the host that found nothing there */
};

/* Opens the list; a second call changes nothing. `directory` is absolute. */
void reads_begin(struct sources *sources, str directory);

/* As the host's own calls; the answer is entered. `at`: the line that names the path, may be nowhere. A file
 * is read once: where its text is in the arena of the sources, the next call gives the same bytes. */
struct host_file reads_file(
    struct sources *sources, const struct host *host, struct arena *arena, str path, size_t limit, span at);
struct host_entries reads_list(struct sources *sources, const struct host *host, str path, span at);
/* A name that is there is not read yet by being found: only the other answers are entered. What is not there
 * is asked for once: many files look for the same names in the same directories above them. */
struct host_stat reads_stat(struct sources *sources, const struct host *host, str path, span at);

/* An answer that another way of asking gave. */
void reads_enter(struct sources *sources, str path, enum host_status status, span at);

/* Somebody named `path`, so that the run must come to it: the entry stays open until reads_close(). */
void reads_expect(struct sources *sources, str path);
void reads_close(struct sources *sources, str path);
/* Somebody looked at `path` and got no answer that counts. */
bool reads_is_unreadable(struct sources *sources, str path);
/* The fault of `path` has been reported with more than this list knows. */
void reads_told(struct sources *sources, str path);

/* One fatal unreadable-input for each entry that is open or unreadable and was not told. False: there is such
 * an entry, told or not, so that the run cannot pass. The last thing of a run. */
bool reads_settle(struct sources *sources, struct diags *diags);

#endif
