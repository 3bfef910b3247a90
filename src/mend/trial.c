#include "mend/trial.h"

#include "mend/overlay.h"

static uint32_t mode_of(const trial_modes *modes, uint32_t source)
{
    vec_each(const struct trial_mode *, row, modes)
        if (row->source == source)
            return row->mode;
    return 0;
}

static bool is_edited(const edit_list *edits, uint32_t source)
{
    vec_each(const struct edit *, edit, edits)
        if (edit->at.source == source)
            return true;
    return false;
}

struct check_result *trial_judge(const struct trial *trial, const edit_list *sorted, const trial_modes *modes)
{
    struct overlay *overlay = overlay_new(trial->arena, trial->host);
    vec_each(struct source *const *, row, &trial->before->sources.items) {
        const struct source *source = *row;
        bool is_stream = str_eq(source->path, STR("-")); /* it can be read once only */
        uint32_t mode = mode_of(modes, source->id);
        if (is_stream || mode || is_edited(sorted, source->id))
            overlay_put(overlay, source->path, edit_apply(trial->arena, source, sorted), mode);
    }
    return check_files(trial->arena, &overlay->host, trial->options);
}

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

bool trial_is_better(const struct trial *trial, const struct check_result *after,
    const struct diag *const *gone, size_t gone_count)
{
    const struct check_result *before = trial->before;
    struct map counts = {0};
    if (after->cannot_judge || after->diags.dropped > 0)
        return false;
    count_findings(trial->arena, before, &counts, 1);
    count_findings(trial->arena, after, &counts, -1);
    for (size_t i = 0; i < gone_count; i++) {
        str key = key_of(trial->arena, &before->sources, gone[i]);
        map_set(trial->arena, &counts, key, (void *)((intptr_t)map_get(&counts, key) - 1));
    }
    vec_each(const struct map_entry *, entry, &counts.entries)
        if ((intptr_t)entry->value < 0)
            return false;
    return true;
}
