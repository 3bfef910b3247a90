/*
 * The journal of files that change together: which new file is to take which name, and whether they count.
 *
 * A file of the user's own, .bootgate-journal, locked by the run that writes it; so a journal without a lock
 * is that of a run that was stopped. Its first line ends in the one byte that decides. Private to the room.
 */
#ifndef HOST_JOURNAL_H
#define HOST_JOURNAL_H

#include <sys/stat.h>

#include "text/host.h"

/* How the names of new files begin, so that a journal can name no others. */
#define JOURNAL_TEMPORARY ".bootgate-"

/* One file that changes. */
struct journal_entry {
    str temporary, path;  /* in the same directory; with a NUL after them */
    bool is_new;          /* no file of the name was there */
    uint64_t inode, size; /* of the file that was there, */
    int64_t changed_at;   /* and when it was written: nanoseconds since 1970 */
};

struct journal {
    int fd; /* holds the lock; -1: there is none */
    const char *path;
    bool counts; /* the new files are whole and are to take the names */
    VEC(struct journal_entry) entries;
};

/* What of a file tells that it is still the same. */
void journal_note(struct journal_entry *entry, const struct stat *about);
/* Whether the name leads to what was noted, or to nothing where nothing was. */
bool journal_is_unchanged(const struct journal_entry *entry);
/* Writes and syncs a journal that does not count yet. HOST_BUSY: there is one. */
enum host_status journal_begin(struct arena *arena, str directory, struct journal *journal);
/* Opens and locks the one that a run left; `fd` is -1 where there is none. */
enum host_status journal_open(struct arena *arena, str directory, struct journal *ret_journal);
/* From here on the new files count. 0, or an errno. */
int journal_commit(struct journal *journal);
/* Gives each new file its name. 0, or an errno. */
int journal_finish(const struct journal *journal);
/* Removes each new file. */
void journal_take_back(const struct journal *journal);
/* Syncs the directories of the files. 0, or an errno. */
int journal_sync(struct arena *arena, const struct journal *journal);
/* Removes the journal where all is settled, and lets go of it. */
void journal_end(struct arena *arena, struct journal *journal, bool is_settled);

#endif
