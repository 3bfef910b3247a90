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
static struct settings_file find_file(
    const struct settings_reading *r, const struct settings_program *program, str name)
{
    struct settings_file beside = settings_open(r, name);
    settings_sources found = settings_source_files(r, name);
    if (beside.source || found.count == 1)
        return beside.source ? beside : (struct settings_file){.source = found.items[0]};
    for (size_t i = program->first; i < program->command.words.count; i++) {
        str word = path_base(program->command.words.items[i].text);
        if (!str_ends(word, STR(".dll")))
            continue;
        str project = arena_concat(r->arena, str_take(word, word.len - STR(".dll").len), STR(".csproj"));
        settings_sources projects = settings_source_files(r, project);
        for (size_t j = 0; projects.count == 1 && j < found.count; j++)
            if (str_eq(path_directory(found.items[j]->path), path_directory(projects.items[0]->path)))
                return (struct settings_file){.source = found.items[j]};
    }
    return (struct settings_file){0};
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
        struct value *usual = arena_new(r->arena, struct value);
        *usual = (struct value){
            .name = name, .text = node->text, .set = true, .origin = ORIGIN_DEFAULT, .at = at, .key = at};
        if (node->verbatim)
            pieces_add(r->arena, &usual->pieces, node->text.len, at, NULL);
        env_put(&r->workload->environment, usual);
    }
}

void dotnet_defaults(const struct settings_reading *r, const struct settings_program *program)
{
    str environment =
        settings_choose(r, STR("appsettings.{ASPNETCORE_ENVIRONMENT DOTNET_ENVIRONMENT Production}.json"));
    str files[] = {STR("appsettings.json"), environment};
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        struct settings_file file = find_file(r, program, files[i]);
        if (!file.source)
            continue;
        struct markup document =
            markup_read(r->arena, MARKUP_JSON, file.source->text, &r->workload->environment);
        const struct yaml_node *root = document.ok && document.roots.count ? document.roots.items[0] : NULL;
        const struct yaml_node *strings = get_fold(root, STR("ConnectionStrings"));
        if (strings && strings->kind == YAML_MAPPING)
            put_strings(r, file.source, strings);
    }
}
