/*
 * What can be mended mechanically in a run: the edits of its findings, and the deployment judged with them.
 *
 * Fixes count only where the judgement over the changed texts has fewer findings and none that is new; those
 * that do not bear it are left out. Nothing is written here but by mend_write(). All of it lives in the
 * arena.
 */
#ifndef MEND_MEND_H
#define MEND_MEND_H

#include "base/null.h"
#include "check/check.h"
#include "text/edit.h"

/* A finding that was mended. */
struct mended {
    struct diag *finding;
    edit_list edits;
    uint32_t mode;
};

/* A file that changes. */
struct mended_file {
    const struct source *source;
    str before, after; /* the file's bytes */
    uint32_t mode;     /* from now on; 0: it stays */
};

typedef VEC(struct mended_file) mended_files;

struct mend {
    struct check_result *before, *after; /* `after`: NULL where nothing is mended */
    VEC(struct mended) mended;
    mended_files files; /* in the order of their reading */
    edit_list edits;    /* of all, in order */
    bool left_unread;   /* the second judgement could not read what the first one could */
    size_t refused;     /* findings whose fix did not bear the second judgement */
};

/*
 * Judges as check_files() does and looks for fixes of the findings of `rule`; empty: of all. Never NULL.
 */
struct mend *mend_files(
    struct arena *arena, const struct host *host, const struct check_options *options, str rule);
/* The same for a run that was judged: fills its findings' own edits, but for those that touch a secret. */
void mend_suggest(struct arena *arena, const struct host *host, const struct check_options *options,
    struct check_result *result);

/* What a stopped run left in the projects' directories is finished or taken back; `ret_directory`: where. */
enum host_status mend_recover(struct arena *arena, const struct host *host, const struct check_result *result,
    enum host_recovery *ret_recovery, str *ret_directory);
/* The files of a run that edits change, in order. */
mended_files mend_edited(struct arena *arena, const struct check_result *result, const edit_list *sorted);
/* Writes all files and `more`, which may be NULL, or none. `ret_failed`: the file that it failed for. */
enum host_status mend_write(struct arena *arena, const struct host *host, const struct check_result *result,
    const mended_files *files, const struct host_change *OR_NULL more, str *ret_failed);

#endif
