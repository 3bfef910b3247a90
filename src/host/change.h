/*
 * Several files changed as one: all of them, or none.
 *
 * The new texts are written beside the files and synced; then one byte of the journal says that they count,
 * and they get their names. Whoever is stopped in between leaves the journal, host/journal.h, and
 * change_recover() finishes by it or takes everything back. Nothing is kept between calls.
 */
#ifndef HOST_CHANGE_H
#define HOST_CHANGE_H

#include "text/host.h"

/*
 * As host->change(). HOST_CHANGED: a file does not hold what it held when it was read; HOST_LINKED: it has
 * several names; HOST_BUSY: another run is at work, or one was stopped and change_recover() must come first.
 */
enum host_status change_files(
    struct arena *arena, str directory, const struct host_change *changes, size_t count, size_t *ret_failed);
/*
 * As host->recover(). HOST_CHANGED: somebody has written one of the files since, so that nothing is done;
 * HOST_DENIED: the journal is not this user's own.
 */
enum host_status change_recover(struct arena *arena, str directory, enum host_recovery *ret_recovery);

#endif
