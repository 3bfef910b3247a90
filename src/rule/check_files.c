/*
 * Env files as files: duplicates, permissions.
 */
#include "rule/check.h"

static void judge_duplicates(struct check_run *run, const struct input_file *file)
{
    if (!file->is_live)
        return;
    vec_each(const struct map_entry *, entry, &file->env.map.entries) {
        for (const struct value *value = entry->value; value && value->shadows; value = value->shadows) {
            const struct value *former = value->shadows;
            if (former->at.source != file->source->id || value->at.source != file->source->id)
                break;
            struct place place = {.at = value->key, .variable = value->name};
            struct diag *finding =
                finding_add(run, STR("duplicate-key"), place, STR_FMT " is set twice", STR_ARG(value->name));
            finding_label(run, finding, "this one counts");
            finding_related(run, finding, former->key, "set before here");
            finding_help(run, finding, "keep one of them");
        }
    }
}

#define GROUP_OR_OTHERS_WRITE 0022u
#define OTHERS_READ           0004u

#define GIT_FILE_BYTES_MAX 8192

/* Where the index of the work tree that begins at `root` is: .git, or what a file of that name points to. */
static bool find_git(const struct check_run *run, str root, str *ret_directory)
{
    const struct host *host = run->facts->host;
    *ret_directory = path_join(run->arena, root, STR(".git"));
    struct host_file file = host->read(host->self, run->arena, *ret_directory, GIT_FILE_BYTES_MAX);
    if (file.status != HOST_OK)
        return file.status == HOST_DIRECTORY;
    struct str_cut cut = str_cut(file.text, STR("gitdir: "));
    if (cut.found)
        *ret_directory = path_join(run->arena, root, str_trim(cut.tail));
    return cut.found;
}

/*
 * A file that git tracks is as readable as its repository, and git keeps no modes to speak of: chmod would
 * help nobody. An entry of the index ends with two bytes of flags, which are the length of the name where no
 * flag is set, and the name with a NUL behind it (git's index-format).
 */
static bool is_tracked(const struct check_run *run, const struct input_file *file)
{
    const struct host *host = run->facts->host;
    str here = host->current_directory(host->self, run->arena);
    str path = path_join(run->arena, here, file->source->path), git;
    str root = path_directory(path);
    while (!find_git(run, root, &git)) {
        if (str_eq(root, STR("/")))
            return false;
        root = path_directory(root);
    }
    str name = path_relative(run->arena, root, path);
    str entry = arena_printf(
        run->arena, "%c%c" STR_FMT "%c", (int)(name.len >> 8), (int)(name.len & 0xff), STR_ARG(name), 0);
    return host->contains(host->self, path_join(run->arena, git, STR("index")), entry);
}

static bool holds_secret(const struct check_run *run, const struct input_file *file)
{
    vec_each(struct variable *const *, row, &run->facts->variables)
        if ((*row)->secret && (*row)->value->text.len && (*row)->root->at.source == file->source->id)
            return true;
    vec_each(struct connection *const *, row, &run->facts->connections)
        if ((*row)->has_password && connection_locate(*row, PART_PASSWORD).source == file->source->id)
            return true;
    return false;
}

static void judge_permissions(struct check_run *run, const struct input_file *file)
{
    bool open = (file->mode & (GROUP_OR_OTHERS_WRITE | OTHERS_READ)) != 0;
    if (!file->is_live || !file->is_on_disk || !open || run->facts->mode != MODE_PRODUCTION ||
        !holds_secret(run, file) || is_tracked(run, file))
        return;
    struct place place = {.at = span_make(file->source->id, 0, 0)};
    str name = file->source->name;
    struct diag *finding = finding_add(run, STR("file-permissions"), place,
        STR_FMT " holds secrets and has mode %04o", STR_ARG(name), file->mode);
    if (finding)
        finding->line_only = true;
    finding_help(run, finding, "chmod 600 " STR_FMT, STR_ARG(name));
}

const struct check file_checks[] = {
    {FACT_FILE, {.file = judge_duplicates}},
    {FACT_FILE, {.file = judge_permissions}},
    {0},
};
