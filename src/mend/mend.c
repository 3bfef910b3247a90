#include "mend/mend.h"

#include "base/limit.h"
#include "mend/fixer.h"
#include "mend/overlay.h"
#include "text/mask.h"

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

/* How often each finding is there, by all but its line: edits move lines. */
static str key_of(struct arena *arena, const struct sources *sources, const struct diag *diag)
{
    const struct source *source = source_of(sources, diag->at);
    str name = source ? source->name : STR("");
    return arena_join(arena, diag->rule, STR("\n"), name, STR("\n"), diag->variable, STR("\n"), diag->service,
        STR("\n"), diag->message);
}

static void count_findings(
    struct arena *arena, const struct check_result *result, struct map *counts, intptr_t step)
{
    vec_each(const struct diag *, diag, &result->diags.list) {
        if (diag->suppressed)
            continue;
        str key = key_of(arena, &result->sources, diag);
        map_set(arena, counts, key, (void *)((intptr_t)map_get(counts, key) + step));
    }
}

/* Nothing is new, and each finding that was to go has gone. */
static bool is_better(
    struct run *run, const struct mended *mended, size_t count, const struct check_result *after)
{
    const struct check_result *before = run->mend->before;
    struct map counts = {0};
    if (after->cannot_judge || after->diags.dropped > 0)
        return false;
    count_findings(run->arena, before, &counts, 1);
    count_findings(run->arena, after, &counts, -1);
    for (size_t i = 0; i < count; i++) {
        str key = key_of(run->arena, &before->sources, mended[i].finding);
        map_set(run->arena, &counts, key, (void *)((intptr_t)map_get(&counts, key) - 1));
    }
    vec_each(const struct map_entry *, entry, &counts.entries)
        if ((intptr_t)entry->value < 0)
            return false;
    return true;
}

/* The deployment with the edits, judged; NULL: it is not better. */
static struct check_result *try(struct run *run, const struct mended *mended, size_t count)
{
    struct overlay *overlay = overlay_new(run->arena, run->host);
    edit_list edits = {0};
    for (size_t i = 0; i < count; i++)
        vec_each(const struct edit *, edit, &mended[i].edits)
            vec_push(run->arena, &edits, *edit);
    edit_sort(&edits);
    const struct sources *sources = &run->mend->before->sources;
    vec_each(struct source *const *, row, &sources->items) {
        const struct source *source = *row;
        uint32_t mode = 0;
        bool is_changed = str_eq(source->path, STR("-")); /* it can be read once only */
        for (size_t i = 0; i < count; i++)
            if (mended[i].mode && mended[i].finding->at.source == source->id)
                mode = mended[i].mode;
        vec_each(const struct edit *, edit, &edits)
            is_changed = is_changed || edit->at.source == source->id;
        if (is_changed || mode)
            overlay_put(overlay, source->path, edit_apply(run->arena, source, &edits), mode);
    }
    struct check_result *after = check_files(run->arena, &overlay->host, run->options);
    return is_better(run, mended, count, after) ? after : NULL;
}

/* As many as bear it: all together, else one after the other. */
static void choose(struct run *run, struct mended *found, size_t count)
{
    struct mend *mend = run->mend;
    mend->after = count > 0 ? try(run, found, count) : NULL;
    if (mend->after || count == 0) {
        for (size_t i = 0; i < count; i++)
            vec_push(run->arena, &mend->mended, found[i]);
        return;
    }
    for (size_t i = 0; count > 1 && i < count; i++) {
        vec_push(run->arena, &mend->mended, found[i]);
        struct check_result *after = try(run, mend->mended.items, mend->mended.count);
        if (after)
            mend->after = after;
        else
            mend->mended.count--;
    }
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
    }
    choose(run, found.items, found.count);
    run->mend->refused = found.count - run->mend->mended.count;
    vec_each(const struct mended *, mended, &run->mend->mended)
        vec_each(const struct edit *, edit, &mended->edits)
            vec_push(run->arena, &run->mend->edits, *edit);
    edit_sort(&run->mend->edits);
}

/* --- files */

static uint32_t new_mode(const struct mend *mend, uint32_t source)
{
    vec_each(const struct mended *, mended, &mend->mended)
        if (mended->mode && mended->finding->at.source == source)
            return mended->mode;
    return 0;
}

static void gather_files(struct run *run)
{
    struct mend *mend = run->mend;
    vec_each(struct source *const *, row, &mend->before->sources.items) {
        const struct source *source = *row;
        struct mended_file file = {.source = source, .before = source->text};
        file.after = edit_apply(run->arena, source, &mend->edits);
        file.mode = new_mode(mend, source->id);
        if (file.mode || !str_eq(file.before, file.after))
            vec_push(run->arena, &mend->files, file);
    }
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
    gather_files(&run);
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

enum host_status mend_recover(struct arena *arena, const struct host *host, const struct check_result *result,
    enum host_recovery *ret_recovery, str *ret_directory)
{
    *ret_recovery = RECOVERY_NOTHING;
    str_vec directories = {0};
    vec_push(arena, &directories, project_directory(arena, host, result));
    vec_each(const struct check_project *, project, &result->projects)
        vec_push(arena, &directories, directory_of(arena, host, project->facts));
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

enum host_status mend_write(
    struct arena *arena, const struct host *host, const struct mend *mend, str *ret_failed)
{
    struct host_change *changes = arena_array(arena, struct host_change, mend->files.count);
    for (size_t i = 0; i < mend->files.count; i++) {
        const struct mended_file *file = &mend->files.items[i];
        changes[i] = (struct host_change){
            .path = absolute(arena, host, file->source->path),
            .before = file->before,
            .after = file->after,
            .mode = file->mode,
        };
    }
    size_t failed = 0;
    str directory = project_directory(arena, host, mend->before);
    enum host_status status = host->change(host->self, arena, directory, changes, mend->files.count, &failed);
    *ret_failed = mend->files.items[failed < mend->files.count ? failed : 0].source->name;
    return status;
}
