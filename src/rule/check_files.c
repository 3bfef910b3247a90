/*
 * Env files as files: duplicates, permissions.
 */
#include "rule/check.h"
#include "rule/git.h"

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
                finding_add(run, RULE_DUPLICATE_KEY, place, STR_FMT " is set twice", STR_ARG(value->name));
            finding_label(run, finding, "this one counts");
            finding_related(run, finding, former->key, "set before here");
            finding_help(run, finding, "keep one of them");
        }
    }
}

#define GROUP_OR_OTHERS_WRITE 0022u
#define OTHERS_READ           0004u

/*
 * A file that git tracks is as readable as its repository, and git keeps no modes to speak of: chmod would
 * help nobody.
 */
static bool is_tracked(const struct check_run *run, const struct input_file *file)
{
    const struct host *host = run->facts->host;
    str here = host->current_directory(host->self, run->arena);
    return git_tracks(run->arena, run->facts->sources, host, path_join(run->arena, here, file->source->path));
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

/* What git tracks is in the repository of everybody who has it, and in its history. */
static void report_tracked(struct check_run *run, const struct input_file *file)
{
    struct place place = {.at = span_make(file->source->id, 0, 0)};
    str name = file->source->name;
    struct diag *finding = finding_add(
        run, RULE_HARDCODED_CREDENTIAL, place, STR_FMT " holds secrets, and git tracks it", STR_ARG(name));
    if (finding)
        finding->line_only = true;
    finding_why(run, finding, "whoever can read the repository can read it, and its history keeps it");
    finding_help(run, finding, "git rm --cached " STR_FMT ", and name it in .gitignore; then new secrets",
        STR_ARG(name));
}

static void judge_permissions(struct check_run *run, const struct input_file *file)
{
    bool open = (file->mode & (GROUP_OR_OTHERS_WRITE | OTHERS_READ)) != 0;
    if (!file->is_live || run->facts->mode != MODE_PRODUCTION || !holds_secret(run, file))
        return;
    if (is_tracked(run, file)) {
        report_tracked(run, file);
        return;
    }
    if (!file->is_on_disk || !open)
        return;
    struct place place = {.at = span_make(file->source->id, 0, 0)};
    str name = file->source->name;
    struct diag *finding = finding_add(run, RULE_FILE_PERMISSIONS, place,
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
