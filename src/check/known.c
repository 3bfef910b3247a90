#include "check/known.h"

#include "rule/baseline.h"
#include "rule/suppress.h"

static void apply(struct input *input, str path)
{
    struct check_result *result = input->result;
    struct host_file file;
    struct source *source = input_read(input, SOURCE_CONFIG, path, &file);
    if (source == NULL)
        return;
    struct baseline baseline = baseline_read(input->arena, &result->sources, path, source->text);
    baseline_apply(&baseline, &result->diags);
}

static bool is_same_path(const struct input *input, str a, str b)
{
    return a.len > 0 && b.len > 0 &&
           str_eq(path_join(input->arena, input->directory, a), path_join(input->arena, input->directory, b));
}

/* `baseline:` is a path beside the file that says it. Empty: it says none. */
static str path_of(const struct input *input, const struct config *config)
{
    const struct source *source = config ? source_of(&input->result->sources, config->baseline.at) : NULL;
    if (source == NULL || config->baseline.text.len == 0)
        return STR("");
    return path_join(input->arena, path_directory(source->path), config->baseline.text);
}

static void apply_configured(struct input *input, str path, str new_baseline)
{
    if (input_is_there(input, path))
        apply(input, path);
    else if (!is_same_path(input, path, new_baseline))
        input_refuse(input, path, STR("no such file, and the configuration names it as its baseline"),
            arena_concat(input->arena, STR("bootgate check --write-baseline "), input_name(input, path)));
}

void known_leave_out(struct input *input, const struct check_options *options)
{
    struct map done = {0};
    if (options->baseline.len > 0) {
        apply(input, options->baseline);
        return;
    }
    vec_each(const struct check_unit *, unit, &input->result->units) {
        str path = path_of(input, unit->config);
        if (path.len > 0 && map_set(input->arena, &done, path, input) == NULL)
            apply_configured(input, path, options->new_baseline);
    }
}

const struct config *known_with_allowances(
    struct arena *arena, const struct config *config, const struct deployment *deployment)
{
    struct config *own = arena_new(arena, struct config);
    if (deployment->allowances.count == 0)
        return config;
    *own = *config;
    own->allow.items = NULL;
    own->allow.count = own->allow.capacity = 0;
    vec_each(const struct config_allow *, allow, &config->allow)
        vec_push(arena, &own->allow, *allow);
    vec_each(const struct deployment_allowance *, row, &deployment->allowances) {
        struct config_allow allow = {.at = row->at, .within = row->within, .until_day = INT64_MAX};
        allow.rule = (struct config_text){.text = row->rule, .at = row->at};
        allow.reason = (struct config_text){.text = row->reason, .at = row->at};
        allow.service.text = row->label;
        vec_push(arena, &own->allow, allow);
    }
    return own;
}

void known_suppress(struct input *input)
{
    struct check_result *result = input->result;
    suppress_configs configs = {0};
    enum mode mode = result->mode;
    vec_each(const struct check_unit *, unit, &result->units)
        vec_push(input->arena, &configs, unit->config);
    vec_each(const struct check_project *, project, &result->projects)
        mode = project->facts->mode == MODE_PRODUCTION ? MODE_PRODUCTION : mode;
    suppress_apply(&result->diags, &result->sources, &configs, mode, input->host->now(input->host->self));
}
