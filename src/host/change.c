#include "host/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "host/journal.h"
#include "host/output.h"
#include "host/status.h"
#include "host/target.h"

/* One file while the step is prepared. */
struct step {
    const struct host_change *change;
    struct target target;
};

/* Whether the file holds what the change was made for. */
static enum host_status compare(struct arena *arena, const struct step *step)
{
    str before = step->change->before;
    int fd = open(step->target.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? HOST_CHANGED : posix_status(errno);
    char *bytes = arena_array(arena, char, before.len + 1);
    size_t used = 0;
    ssize_t got;
    while ((got = read(fd, bytes + used, before.len + 1 - used)) != 0 && used <= before.len) {
        if (got < 0 && errno != EINTR)
            break;
        used += got > 0 ? (size_t)got : 0;
    }
    int error = got < 0 ? errno : 0;
    close(fd);
    if (error != 0)
        return posix_status(error);
    return str_eq((str){bytes, used}, before) ? HOST_OK : HOST_CHANGED;
}

static enum host_status look(struct arena *arena, struct step *step)
{
    const struct host_change *change = step->change;
    struct target *target = &step->target;
    if (change->path.len >= sizeof target->path)
        return HOST_TOO_LONG;
    if (change->path.len == 0 || str_has_byte(change->path, '\0'))
        return HOST_FAILED;
    memcpy(target->path, change->path.ptr, change->path.len);
    enum host_status status = target_find(target, change->is_new);
    if (status != HOST_OK || change->is_new)
        return status;
    if (!target->exists)
        return HOST_CHANGED;
    return target->about.st_nlink == 1 ? compare(arena, step) : HOST_LINKED;
}

/* Where the new file is written: a name that nobody can have made before. */
static bool enter(struct arena *arena, struct journal *journal, const struct step *step)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        return false;
    struct journal_entry *entry = vec_add(arena, &journal->entries);
    entry->path = arena_copy(arena, str_from_c(step->target.path));
    entry->temporary = arena_printf(
        arena, "%s/" JOURNAL_TEMPORARY "%016llx.tmp", step->target.directory, (unsigned long long)number);
    entry->is_new = step->change->is_new;
    if (!entry->is_new)
        journal_note(entry, &step->target.about);
    return true;
}

/* 0, or an errno. */
static int fill(const struct step *step, const struct journal_entry *entry)
{
    const struct host_change *change = step->change;
    int fd =
        open(entry->temporary.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, TARGET_OWN_MODE);
    if (fd < 0)
        return errno;
    int error = target_write(fd, change->after);
    if (error == 0 && !change->is_new)
        error = target_take_after(fd, &step->target, false);
    if (error == 0 && change->mode != 0 && fchmod(fd, (mode_t)change->mode) != 0)
        error = errno;
    if (error == 0 && fsync(fd) != 0)
        error = errno;
    int closing = output_close(fd);
    return error != 0 ? error : closing;
}

/* Writes all new files, and makes sure that they are there and nobody has changed the old ones meanwhile. */
static enum host_status prepare(
    struct arena *arena, const struct step *steps, const struct journal *journal, size_t *ret_failed)
{
    for (size_t i = 0; i < journal->entries.count; i++) {
        *ret_failed = i;
        int error = fill(&steps[i], &journal->entries.items[i]);
        if (error != 0)
            return posix_status(error);
    }
    int error = journal_sync(arena, journal);
    for (size_t i = 0; error == 0 && i < journal->entries.count; i++) {
        *ret_failed = i;
        if (!journal_is_unchanged(&journal->entries.items[i]))
            return HOST_CHANGED;
    }
    return error == 0 ? HOST_OK : posix_status(error);
}

/* After the byte is written there is no way back, only on: what fails here is finished by the next run. */
static enum host_status carry_out(struct arena *arena, struct journal *journal)
{
    int error = journal_commit(journal);
    if (!journal->counts) {
        journal_take_back(journal);
        journal_end(arena, journal, true);
        return posix_status(error);
    }
    if (error == 0)
        error = journal_finish(journal);
    if (error == 0)
        error = journal_sync(arena, journal);
    journal_end(arena, journal, error == 0);
    return error == 0 ? HOST_OK : posix_status(error);
}

static enum host_status change(
    struct arena *arena, str directory, struct step *steps, size_t count, size_t *ret_failed)
{
    struct journal journal = {.fd = -1};
    for (size_t i = 0; i < count; i++) {
        *ret_failed = i;
        enum host_status status = look(arena, &steps[i]);
        if (status != HOST_OK)
            return status;
        if (!enter(arena, &journal, &steps[i]))
            return HOST_FAILED;
    }
    enum host_status status = journal_begin(arena, directory, &journal);
    if (status != HOST_OK)
        return status;
    status = prepare(arena, steps, &journal, ret_failed);
    if (status == HOST_OK)
        return carry_out(arena, &journal);
    journal_take_back(&journal);
    journal_end(arena, &journal, true);
    return status;
}

enum host_status change_files(
    struct arena *arena, str directory, const struct host_change *changes, size_t count, size_t *ret_failed)
{
    struct step *steps = arena_array(arena, struct step, count);
    for (size_t i = 0; i < count; i++)
        steps[i].change = &changes[i];
    struct target_signals held;
    target_hold_signals(&held, true);
    enum host_status status = change(arena, directory, steps, count, ret_failed);
    target_release_signals(&held, status != HOST_OK);
    return status;
}

/* Somebody wrote one of the files after the run was stopped: neither way is theirs. */
static bool is_disturbed(const struct journal *journal)
{
    vec_each(const struct journal_entry *, entry, &journal->entries)
        if (access(entry->temporary.ptr, F_OK) == 0 && !journal_is_unchanged(entry))
            return true;
    return false;
}

static enum host_status recover(struct arena *arena, str directory, enum host_recovery *ret_recovery)
{
    struct journal journal;
    enum host_status status = journal_open(arena, directory, &journal);
    if (status != HOST_OK || journal.fd < 0)
        return status;
    if (journal.counts && is_disturbed(&journal)) {
        journal_end(arena, &journal, false);
        return HOST_CHANGED;
    }
    *ret_recovery = journal.counts ? RECOVERY_FINISHED : RECOVERY_TAKEN_BACK;
    if (journal.counts)
        return carry_out(arena, &journal);
    journal_take_back(&journal);
    journal_end(arena, &journal, true);
    return HOST_OK;
}

enum host_status change_recover(struct arena *arena, str directory, enum host_recovery *ret_recovery)
{
    *ret_recovery = RECOVERY_NOTHING;
    struct target_signals held;
    target_hold_signals(&held, true);
    enum host_status status = recover(arena, directory, ret_recovery);
    target_release_signals(&held, status != HOST_OK);
    return status;
}
