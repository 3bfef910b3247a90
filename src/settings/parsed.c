#include "settings/parsed.h"

/* The row of a file in one form; `ret_is_new`: it is to be filled. */
static struct parsed_file *row_of(
    const struct settings_reading *r, bool is_markup, int form, const struct source *source, bool *ret_is_new)
{
    *ret_is_new = false;
    vec_each(struct parsed_file *const *, file, &r->parsed->files)
        if ((*file)->source == source && (*file)->is_markup == is_markup && (*file)->form == form)
            return *file;
    struct parsed_file *file = arena_new(r->arena, struct parsed_file);
    *file = (struct parsed_file){.source = source, .is_markup = is_markup, .form = form};
    vec_push(r->arena, &r->parsed->files, file);
    *ret_is_new = true;
    return file;
}

const entry_list *parsed_entries(
    const struct settings_reading *r, enum entry_form form, const struct source *source)
{
    bool is_new;
    struct parsed_file *file = row_of(r, false, (int)form, source, &is_new);
    if (is_new)
        file->entries = entries_read(r->arena, form, source->text);
    return &file->entries;
}

const struct markup *parsed_markup(
    const struct settings_reading *r, enum markup_form form, const struct source *source)
{
    bool is_new;
    struct parsed_file *file = row_of(r, true, (int)form, source, &is_new);
    if (is_new)
        file->markup = markup_read(r->arena, form, source->text, &r->workload->environment);
    return &file->markup;
}

void parsed_forget(const struct settings_reading *r)
{
    r->parsed->files.count = 0;
}
