/*
 * X and X_FILE: a secret that a container finds as a file, and a variable that is to name it.
 */
#include "mend/fixer.h"

#include "base/limit.h"
#include "env/file_form.h"
#include "text/reads.h"

/* The setting of the finding, where it stands in the part of the only program that is handed it. */
static const struct holder *OR_NULL holder_of(const struct mending *mending)
{
    vec_each(struct variable *const *, row, &mending->facts->variables) {
        const struct variable *variable = *row;
        if (!str_eq(variable->value->name, mending->finding->variable) || variable->holders.count != 1)
            continue;
        const struct holder *holder = &variable->holders.items[0];
        const struct value *value = holder->value;
        if (value->origin == ORIGIN_SERVICE && span_is_set(value->key) && value->uses.count == 0 &&
            mending_is_at(mending, value->at))
            return holder;
    }
    return NULL;
}

/* X becomes X_FILE, where that is not set yet. */
static bool rename_variable(struct mending *mending, const struct holder *holder)
{
    str name = holder->value->name, form = file_form_of(mending->arena, name);
    const struct value *other = env_get(&holder->service->workload->environment, form);
    return !other && mending_replace(mending, holder->value->key, name, form);
}

void fix_pointer(struct mending *mending)
{
    const struct holder *holder = holder_of(mending);
    if (holder)
        rename_variable(mending, holder);
}

/* --- a secret that is written out, and there as a file */

/* Its image takes the variable for its password, and opens X_FILE. */
static bool opens_file_form(const struct holder *holder)
{
    const struct image_info *image = holder->service->image;
    str name = holder->value->name;
    return image && image->kind == IMAGE_DATA_STORE && family_row(image->family)->opens_files &&
           (str_eq(image->password_variable, name) || str_eq(image->admin_password_variable, name));
}

/* The entry points read it with $(< FILE), which drops the line feeds at the end. */
static bool holds_secret(const struct mending *mending, const struct workload_resource *resource, str secret)
{
    const struct facts *facts = mending->facts;
    const struct deployment_resource *file = map_get(&facts->deployment->secrets_by_name, resource->source);
    if (!file || file->file.len == 0)
        return false;
    struct host_file read = reads_file(
        facts->sources, facts->host, mending->arena, file->file, limit_value(LIMIT_FILE_BYTES), resource->at);
    str text = read.text;
    while (str_ends(text, STR("\n")))
        text.len--;
    return read.status == HOST_OK && str_eq(text, secret);
}

void fix_written_out(struct mending *mending)
{
    const struct holder *holder = holder_of(mending);
    if (!holder || !opens_file_form(holder))
        return;
    str secret = holder->value->text;
    vec_each(const struct workload_resource *, resource, &holder->service->workload->secrets) {
        if (!holds_secret(mending, resource, secret))
            continue;
        if (!rename_variable(mending, holder) ||
            !mending_replace(mending, holder->value->at, secret, resource->target))
            mending->edits.count = 0;
        return;
    }
}

/* --- both forms, of the same secret */

/* The line that holds nothing else. */
static span line_of(const struct source *source, span key, span at)
{
    str text = source->text;
    size_t start = key.offset, end = (size_t)at.offset + at.length;
    while (start > 0 && text.ptr[start - 1] != '\n')
        start--;
    while (end < text.len && text.ptr[end] != '\n')
        end++;
    str before = str_trim(str_slice(text, start, key.offset));
    str after = str_trim(str_slice(text, (size_t)at.offset + at.length, end));
    bool is_alone = (before.len == 0 || str_eq(before, STR("-")) || str_eq(before, STR("- \""))) &&
                    (after.len == 0 || str_eq(after, STR("\"")) || str_eq(after, STR("'")));
    end += end < text.len;
    return is_alone ? span_make(source->id, start, end - start) : (span){0};
}

void fix_both_forms(struct mending *mending)
{
    const struct holder *holder = holder_of(mending);
    const struct source *source = holder ? source_of(mending->facts->sources, holder->value->at) : NULL;
    if (!source)
        return;
    vec_each(const struct secret_file *, file, &mending->facts->secret_files) {
        if (file->service != holder->service || !str_eq(file->name, holder->value->name) || !file->content ||
            !str_eq(file->content->text, holder->value->text))
            continue;
        span line = line_of(source, holder->value->key, holder->value->at);
        if (span_is_set(line))
            edit_add(mending->arena, &mending->edits, line, STR(""));
        return;
    }
}
