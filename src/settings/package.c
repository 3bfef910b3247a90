/* The scripts of package.json: settings/number.h. npm-run-script(1), the manuals of Yarn, pnpm and Bun. */
#include "deploy/path.h"
#include "settings/number.h"
#include "settings/parsed.h"

/* The next word that is no option, from `at` on; empty: there is none. Options that take a word name a
 * directory, which the caller has asked for. */
static str next_word(const struct command *command, size_t *at)
{
    while (*at < command->words.count) {
        str word = command->words.items[(*at)++].text;
        if (str_eq(word, STR("--prefix")) || str_eq(word, STR("--cwd")) || str_eq(word, STR("--dir")) ||
            str_eq(word, STR("-C")))
            ++*at;
        else if (!str_starts(word, STR("-")))
            return word;
    }
    return STR("");
}

/* Another package of a workspace: which, its own files say. */
static bool is_of_workspace(const struct command *command, size_t first)
{
    static const str words[] = {STR_INIT("--filter"), STR_INIT("-F"), STR_INIT("--workspace"), STR_INIT("-w"),
        STR_INIT("--workspaces"), STR_INIT("workspace"), STR_INIT("workspaces"), STR_INIT("-r")};
    for (size_t i = first; i < command->words.count; i++)
        if (STR_IS_IN(str_cut_byte(command->words.items[i].text, '=').head, words))
            return true;
    return false;
}

static str directory_of(const struct command *command, size_t first)
{
    static const str names[] = {STR_INIT("prefix"), STR_INIT("cwd"), STR_INIT("dir")};
    struct command_option option = command_option(command, first, STR(""), 'C');
    for (size_t i = 0; !option.found && i < ARRAY_COUNT(names); i++)
        option = command_option(command, first, names[i], 0);
    return option.found && !option.missing ? option.text : STR("");
}

/* The name that is asked for: `npm run NAME`, `npm start`, `yarn NAME`. */
static str script_name(const struct settings_program *program)
{
    static const str short_names[] = {STR_INIT("start"), STR_INIT("test"), STR_INIT("restart")};
    size_t at = program->first;
    str word = next_word(&program->command, &at);
    if (str_eq(word, STR("run")) || str_eq(word, STR("run-script")))
        return next_word(&program->command, &at);
    return str_eq(program->program, STR("npm")) && !STR_IS_IN(word, short_names) ? STR("") : word;
}

const struct value *package_script(const struct settings_reading *r, const struct settings_program *program)
{
    static const str runners[] = {STR_INIT("npm"), STR_INIT("yarn"), STR_INIT("pnpm"), STR_INIT("bun")};
    if (!STR_IS_IN(program->program, runners) || is_of_workspace(&program->command, program->first))
        return NULL;
    str name = script_name(program), directory = directory_of(&program->command, program->first);
    struct settings_file file = {0};
    if (name.len)
        file = settings_open(r, path_join(r->arena, directory, STR("package.json")));
    if (!file.source)
        return NULL;
    const struct markup *document = parsed_markup(r, MARKUP_JSON, file.source);
    const struct yaml_node *root = document->ok && document->roots.count ? document->roots.items[0] : NULL;
    const struct yaml_node *scripts =
        root && root->kind == YAML_MAPPING ? yaml_get(root, STR("scripts")) : NULL;
    const struct yaml_node *line = scripts && scripts->kind == YAML_MAPPING ? yaml_get(scripts, name) : NULL;
    if (!line || line->kind != YAML_SCALAR || line->text.len == 0)
        return NULL;
    struct value *value = arena_new(r->arena, struct value);
    span at = span_make(file.source->id, line->inner.offset, line->inner.length);
    *value = (struct value){.text = line->text, .set = true, .origin = ORIGIN_IMAGE, .at = at};
    if (line->verbatim)
        pieces_add(r->arena, &value->pieces, line->text.len, at, NULL);
    return value;
}
