/*
 * Connection strings of appsettings.json: settings/number.h.
 *
 * Microsoft.Extensions.Hosting, HostingHostBuilderExtensions: appsettings.json, then
 * appsettings.ENVIRONMENT.json, then variables, where `__` stands for the colon between keys; the case of
 * names does not count. The environment is DOTNET_ENVIRONMENT, for web programs ASPNETCORE_ENVIRONMENT
 * before it, else Production.
 */
#include "settings/markup.h"
#include "settings/number.h"

static const struct yaml_node *OR_NULL get_fold(const struct yaml_node *node, str key)
{
    if (node && node->kind == YAML_MAPPING)
        vec_each(const struct yaml_pair *, pair, &node->pairs)
            if (str_eq_fold(pair->key->text, key))
                return pair->value;
    return NULL;
}

/* Beside the project file that gives the library its name, else the only such file there is. */
static const struct source *OR_NULL find_file(
    const struct settings_reading *r, const struct settings_program *program, str name)
{
    struct settings_file beside = settings_open(r, name);
    const str_vec *found = settings_source_places(r, name);
    if (beside.source || found->count == 1)
        return beside.source ? beside.source : settings_source_open(r, found->items[0]);
    for (size_t i = program->first; i < program->command.words.count; i++) {
        str word = path_base(program->command.words.items[i].text);
        if (!str_ends(word, STR(".dll")))
            continue;
        str project = arena_concat(r->arena, str_take(word, word.len - STR(".dll").len), STR(".csproj"));
        const str_vec *projects = settings_source_places(r, project);
        for (size_t j = 0; projects->count == 1 && j < found->count; j++)
            if (str_eq(path_directory(found->items[j]), path_directory(projects->items[0])))
                return settings_source_open(r, found->items[j]);
    }
    return NULL;
}

static void put_strings(
    const struct settings_reading *r, const struct source *source, const struct yaml_node *strings)
{
    vec_each(const struct yaml_pair *, pair, &strings->pairs) {
        const struct yaml_node *node = pair->value;
        str name = arena_concat(r->arena, STR("ConnectionStrings__"), pair->key->text);
        const struct value *own = settings_variable(r, name);
        if (node->kind != YAML_SCALAR || node->text.len == 0 || (own && own->origin != ORIGIN_DEFAULT))
            continue;
        span at = span_make(source->id, node->inner.offset, node->inner.length);
        settings_put_default(r, name, node->text, at, node->verbatim);
    }
}

/* --ConnectionStrings:Main=… of the command wins over files and variables. */
static bool says_itself(const struct settings_program *program)
{
    for (size_t i = program->first; i < program->command.words.count; i++)
        if (str_contains_fold(program->command.words.items[i].text, STR("ConnectionStrings")))
            return true;
    return false;
}

void dotnet_defaults(const struct settings_reading *r, const struct settings_program *program)
{
    str environment =
        settings_choose(r, STR("appsettings.{ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT Production}.json"));
    str files[] = {STR("appsettings.json"), environment};
    for (size_t i = 0; i < ARRAY_COUNT(files) && !says_itself(program); i++) {
        const struct source *file = find_file(r, program, files[i]);
        if (!file)
            continue;
        struct markup document = markup_read(r->arena, MARKUP_JSON, file->text, &r->workload->environment);
        const struct yaml_node *root = document.ok && document.roots.count ? document.roots.items[0] : NULL;
        const struct yaml_node *strings = get_fold(root, STR("ConnectionStrings"));
        if (strings && strings->kind == YAML_MAPPING)
            put_strings(r, file, strings);
    }
}
