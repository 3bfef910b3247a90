#include "mend/mend.h"

#include "base/limit.h"
#include "mend/fixer.h"
#include "mend/trial.h"
#include "text/mask.h"
#include "text/reads.h"

/* Each of them is a whole judgement. */
enum { SINGLE_TRIALS_MAX = 32 };

/* One run, and what the next judgement is made over. */
struct run {
    struct arena *arena;
    const struct host *host;
    const struct check_options *options;
    struct mend *mend;
};

/* --- looking for fixes */

static bool find_fix(struct run *run, struct diag *finding, struct mended *ret_mended)
{
    mend_fixer *fix = fixer_of(finding->rule);
    if (!fix || finding->suppressed || !span_is_set(finding->at))
        return false;
    vec_each(const struct check_project *, project, &run->mend->before->projects) {
        struct mending mending = {.arena = run->arena, .facts = project->facts, .finding = finding};
        fix(&mending);
        if (mending.edits.count == 0 && mending.mode == 0)
            continue;
        edit_sort(&mending.edits);
        *ret_mended = (struct mended){finding, mending.edits, mending.mode};
        return true;
    }
    return false;
}

/* --- judging again */

/* The deployment with the edits, judged in that arena; NULL: it is not better. */
static struct check_result *try_in(
    struct arena *arena, struct run *run, const struct mended *mended, size_t count)
{
    struct trial trial = {arena, run->host, run->options, run->mend->before};
    const struct diag **gone = arena_array(arena, const struct diag *, count);
    edit_list edits = {0};
    trial_modes modes = {0};
    for (size_t i = 0; i < count; i++) {
        gone[i] = mended[i].finding;
        vec_each(const struct edit *, edit, &mended[i].edits)
            vec_push(arena, &edits, *edit);
        if (mended[i].mode)
            vec_push(arena, &modes, ((struct trial_mode){mended[i].finding->at.source, mended[i].mode}));
    }
    edit_sort(&edits);
    struct check_result *after = trial_judge(&trial, &edits, &modes);
    run->mend->left_unread |= after->left_unread;
    return trial_is_better(&trial, after, gone, count) ? after : NULL;
}

/* A judgement is as large as the deployment, and there are many of them. */
static bool bears(struct run *run, const struct mended *mended, size_t count)
{
    struct arena scratch = arena_like(run->arena);
    bool is_better = try_in(&scratch, run, mended, count) != NULL;
    arena_free(&scratch);
    return is_better;
}

/* As many as bear it: all together, else one after the other. */
static void choose(struct run *run, struct mended *found, size_t count)
{
    struct mend *mend = run->mend;
    if (count == 0 || mend->before->diags.dropped > 0)
        return; /* what is not listed cannot be compared */
    for (size_t i = 0; i < count; i++)
        vec_push(run->arena, &mend->mended, found[i]);
    mend->after = try_in(run->arena, run, found, count);
    if (mend->after)
        return;
    mend->mended.count = 0;
    for (size_t i = 0; count > 1 && i < count && i < SINGLE_TRIALS_MAX; i++) {
        vec_push(run->arena, &mend->mended, found[i]);
        mend->mended.count -= !bears(run, mend->mended.items, mend->mended.count);
    }
    if (mend->mended.count > 0)
        mend->after = try_in(run->arena, run, mend->mended.items, mend->mended.count);
    if (!mend->after) /* a file changed meanwhile */
        mend->mended.count = 0;
}

static void find_all(struct run *run, str rule)
{
    struct check_result *before = run->mend->before;
    VEC(struct mended) found = {0};
    edit_list taken = {0};
    vec_each(struct diag *, finding, &before->diags.list) {
        struct mended mended;
        if ((rule.len && !str_eq(finding->rule, rule)) || found.count == limit_value(LIMIT_FIXES) ||
            !find_fix(run, finding, &mended) || edit_list_clashes(&taken, &mended.edits))
            continue;
        vec_push(run->arena, &found, mended);
        vec_each(const struct edit *, edit, &mended.edits)
            vec_push(run->arena, &taken, *edit);
        edit_sort(&taken);
    }
    choose(run, found.items, found.count);
    run->mend->refused = found.count - run->mend->mended.count;
    vec_each(const struct mended *, mended, &run->mend->mended)
        vec_each(const struct edit *, edit, &mended->edits)
            vec_push(run->arena, &run->mend->edits, *edit);
    edit_sort(&run->mend->edits);
}

/* --- files */

mended_files mend_edited(struct arena *arena, const struct check_result *result, const edit_list *sorted)
{
    mended_files files = {0};
    vec_each(struct source *const *, row, &result->sources.items) {
        struct mended_file file = {.source = *row, .before = (*row)->text};
        file.after = edit_apply(arena, *row, sorted);
        if (!str_eq(file.before, file.after))
            vec_push(arena, &files, file);
    }
    return files;
}

/* A file whose mode alone changes is written, too. */
static void add_mode(struct run *run, const struct mended *mended)
{
    const struct source *source = source_of(&run->mend->before->sources, mended->finding->at);
    if (mended->mode == 0 || !source)
        return;
    for (size_t i = 0; i < run->mend->files.count; i++) {
        if (run->mend->files.items[i].source != source)
            continue;
        run->mend->files.items[i].mode = mended->mode;
        return;
    }
    vec_push(run->arena, &run->mend->files,
        ((struct mended_file){source, source->text, source->text, mended->mode}));
}

struct mend *mend_files(
    struct arena *arena, const struct host *host, const struct check_options *options, str rule)
{
    struct mend *mend = arena_new(arena, struct mend);
    struct run run = {arena, host, options, mend};
    mend->before = check_files(arena, host, options);
    if (mend->before->cannot_judge)
        return mend;
    find_all(&run, rule);
    mend->files = mend_edited(arena, mend->before, &mend->edits);
    vec_each(const struct mended *, mended, &mend->mended)
        add_mode(&run, mended);
    return mend;
}

/* It would show bytes of a secret, or where a dollar is in it. */
static bool shows_secret(const struct sources *sources, const edit_list *edits)
{
    vec_each(const struct edit *, edit, edits) {
        span at = edit->at;
        if (at.length == 0 && at.offset > 0)
            at = (span){at.source, at.offset - 1, 2};
        if (edit->text.len > 0 && mask_covers(sources, at))
            return true;
    }
    return false;
}

void mend_suggest(struct arena *arena, const struct host *host, const struct check_options *options,
    struct check_result *result)
{
    struct mend mend = {.before = result};
    struct run run = {arena, host, options, &mend};
    if (result->cannot_judge)
        return;
    find_all(&run, STR(""));
    vec_each(const struct mended *, mended, &mend.mended)
        if (!shows_secret(&result->sources, &mended->edits))
            mended->finding->edits = mended->edits;
}

/* --- writing */

static str absolute(struct arena *arena, const struct host *host, str path)
{
    str here = host->current_directory(host->self, arena);
    return path_clean(arena, path_join(arena, here, path));
}

static str directory_of(struct arena *arena, const struct host *host, const struct facts *facts)
{
    if (facts->deployment)
        return facts->deployment->directory;
    str path = facts->files.count ? facts->files.items[0].source->path : STR(".");
    return path_directory(absolute(arena, host, path));
}

static str project_directory(struct arena *arena, const struct host *host, const struct check_result *result)
{
    if (result->projects.count == 0)
        return host->current_directory(host->self, arena);
    return directory_of(arena, host, result->projects.items[0].facts);
}

/* Where a journal may be: here, and wherever a file or a project is that the run has come to. */
static str_vec journal_directories(
    struct arena *arena, const struct host *host, const struct check_result *result)
{
    str_vec directories = {0};
    struct map known = {0};
    str here = host->current_directory(host->self, arena);
    vec_push(arena, &directories, here);
    vec_each(const struct check_project *, project, &result->projects)
        vec_push(arena, &directories, directory_of(arena, host, project->facts));
    vec_each(struct source *const *, source, &result->sources.items)
        if ((*source)->kind == SOURCE_ENV || (*source)->kind == SOURCE_COMPOSE)
            vec_push(arena, &directories, path_directory(absolute(arena, host, (*source)->path)));
    vec_each(struct read_entry *const *, entry, &result->sources.reads->list)
        if (str_eq(path_base((*entry)->path), STR(HOST_JOURNAL)))
            vec_push(arena, &directories, path_directory(absolute(arena, host, (*entry)->path)));
    size_t count = 0;
    for (size_t i = 0; i < directories.count; i++) {
        str directory = directories.items[i];
        if (directory.len > 0 && !map_has(&known, directory))
            directories.items[count++] = directory;
        map_set(arena, &known, directory, &known);
    }
    directories.count = count;
    return directories;
}

enum host_status mend_recover(struct arena *arena, const struct host *host, const struct check_result *result,
    enum host_recovery *ret_recovery, str *ret_directory)
{
    *ret_recovery = RECOVERY_NOTHING;
    str_vec directories = journal_directories(arena, host, result);
    vec_each(const str *, directory, &directories) {
        enum host_recovery recovery;
        enum host_status status = host->recover(host->self, arena, *directory, &recovery);
        *ret_directory = *directory;
        if (status != HOST_OK)
            return status;
        if (recovery > *ret_recovery)
            *ret_recovery = recovery;
    }
    return HOST_OK;
}

enum host_status mend_write(struct arena *arena, const struct host *host, const struct check_result *result,
    const mended_files *files, const struct host_change *more, str *ret_failed)
{
    struct host_change *changes = arena_array(arena, struct host_change, files->count + 1);
    size_t count = 0, failed = 0;
    vec_each(const struct mended_file *, file, files)
        changes[count++] = (struct host_change){
            .path = absolute(arena, host, file->source->path),
            .before = file->before,
            .after = file->after,
            .mode = file->mode,
        };
    if (more) {
        changes[count] = *more;
        changes[count++].path = absolute(arena, host, more->path);
    }
    if (count == 0)
        return HOST_OK;
    str directory = project_directory(arena, host, result);
    enum host_status status = host->change(host->self, arena, directory, changes, count, &failed);
    *ret_failed = failed < files->count ? files->items[failed].source->name : more ? more->path : STR("");
    return status;
}
