#include "settings/settings.h"

#include "deploy/image.h"
#include "settings/number.h"
#include "settings/parsed.h"

#define COMMANDS_MAX 50 /* of one line of a shell that are looked into */
#define SCRIPTS_MAX  8  /* of a package that call each other */

static struct settings_program program_of(const struct command *command, str name)
{
    size_t launchers = command_launchers(command);
    /* Nothing but options: the entry point of an image that is not known is the program. */
    bool is_options =
        launchers < command->words.count && str_starts(command->words.items[launchers].text, STR("-"));
    return (struct settings_program){.name = name,
        .command = *command,
        .program = is_options ? STR("") : command_program(command),
        .first = launchers + !is_options};
}

/* Versions are asked for one thing, what a pool of 0 means, and their files may be large. */
static bool asks_for_versions(const struct workload *workload)
{
    vec_each(const struct workload_number *, number, &workload->numbers)
        if (number->kind == NUMBER_POOL && str_eq(number->text, STR("0")))
            return true;
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        if (!entry->removed && str_eq(str_trim(value->text), STR("0")) &&
            str_contains(entry->key, STR("POOL")))
            return true;
    }
    return false;
}

/* Whether the row is for this program: by its name, its image or what its source is. */
static bool is_for(const struct settings_reading *r, const struct setting_place *place,
    const struct settings_program *program, str image)
{
    if (place->kind == NUMBER_VERSION && !asks_for_versions(r->workload))
        return false;
    if (str_lists(place->programs, program->program))
        return true;
    if (str_lists(place->images, image))
        return true;
    return place->marker.len && settings_has_source(r, place->marker);
}

static void read_program(const struct settings_reading *r, const struct settings_program *program)
{
    str image = image_reference(workload_reference(r->workload)).name;
    for (size_t i = 0; i < data_settings_count; i++)
        if (is_for(r, &data_settings[i], program, image))
            settings_read_place(r, &data_settings[i], program);
    if (str_eq(program->program, STR("dotnet")))
        dotnet_defaults(r, program);
}

/*
 * What the last of the commands runs by a script of its package: `npm start` is what package.json says. The
 * scripts may call each other; one that calls itself ends there.
 */
static const struct value *OR_NULL read_script(
    const struct settings_reading *r, const struct commands *commands, str name)
{
    struct workload copy = *r->workload;
    struct commands inner = *commands;
    const struct value *script = NULL, *next = NULL;
    for (size_t i = 0; i < SCRIPTS_MAX; i++) {
        const struct command *last = command_last(&inner);
        struct settings_program program = {0};
        if (last)
            program = program_of(last, name);
        next = last ? package_script(r, &program) : NULL;
        if (!next)
            break;
        script = copy.runs = next;
        inner = commands_of(r->arena, &copy);
    }
    for (size_t i = 0; script && i < inner.list.count && i < COMMANDS_MAX; i++) {
        struct settings_program program = program_of(&inner.list.items[i], name);
        read_program(r, &program);
    }
    return script;
}

/* The programs that its supervisors start, which run beside each other; a command of such a program is a
 * shell's line. */
static void read_supervised(const struct settings_reading *r)
{
    struct workload copy = *r->workload;
    vec_each(struct workload_program *, started, &r->workload->programs) {
        copy.runs = started->line;
        struct commands commands = commands_of(r->arena, &copy);
        for (size_t i = 0; i < commands.list.count && i < COMMANDS_MAX; i++) {
            struct settings_program program = program_of(&commands.list.items[i], started->name);
            vec_push(r->arena, &r->workload->beside, program.program);
            read_program(r, &program);
        }
        started->script = read_script(r, &commands, started->name);
    }
}

/* ---- what a line gives one program alone: `export A=1; …`, `A=1 PROGRAM` */

typedef VEC(struct value *) given_list;

/* Where the value of NAME=… is written; all of the word where that is not seen in it. */
static span assigned_at(const struct sources *sources, const struct command_word *word, str name)
{
    str written = span_text(sources, word->at);
    size_t from = str_has_byte(STR("\"'"), written.len ? written.ptr[0] : '\0') ? 1 : 0;
    str value = str_skip(written, from + name.len);
    if (!str_starts(str_skip(written, from), name) || !str_starts(value, STR("=")))
        return word->at;
    return span_sub(word->at, from + name.len + 1, value.len - 1);
}

static void give_words(
    const struct settings_reading *r, const struct command *command, size_t end, given_list *given)
{
    for (size_t i = 0; i < end; i++) {
        const struct command_word *word = &command->words.items[i];
        struct str_cut cut = str_cut_byte(word->text, '=');
        if (!cut.found || !str_is_name(cut.head))
            continue;
        struct value *value = arena_new(r->arena, struct value);
        *value = (struct value){.name = cut.head,
            .text = cut.tail,
            .set = !word->is_open,
            .is_hidden = word->is_open,
            .at = assigned_at(r->sources, word, cut.head)};
        if (value->at.length == value->text.len)
            pieces_add(r->arena, &value->pieces, value->text.len, value->at, NULL);
        env_put(&r->workload->environment, value);
        vec_push(r->arena, given, value);
    }
}

static given_list give(const struct settings_reading *r, const struct commands *commands, size_t index)
{
    given_list given = {0};
    for (size_t i = 0; i < index; i++) {
        const struct command *command = &commands->list.items[i];
        if (command->words.count && str_eq(command->words.items[0].text, STR("export")))
            give_words(r, command, command->words.count, &given);
    }
    const struct command *command = &commands->list.items[index];
    give_words(r, command, command_launchers(command), &given);
    return given;
}

static void take_back(const struct settings_reading *r, const given_list *given)
{
    struct env *environment = &r->workload->environment;
    for (size_t i = given->count; i > 0; i--) {
        const struct value *value = given->items[i - 1];
        if (value->shadows)
            map_set(r->arena, &environment->map, value->name, (void *)(uintptr_t)value->shadows);
        else
            map_remove(&environment->map, value->name);
    }
}

static void read_workload(const struct settings_reading *r)
{
    struct commands commands = commands_of(r->arena, r->workload);
    struct command none = {0};
    if (commands.list.count == 0) /* an image's own program, of which the command is not known */
        vec_push(r->arena, &commands.list, none);
    for (size_t i = 0; i < commands.list.count && i < COMMANDS_MAX; i++) {
        struct settings_program program = program_of(&commands.list.items[i], STR(""));
        given_list given = give(r, &commands, i);
        if (given.count)
            parsed_forget(r);
        supervisor_programs(r, &program);
        read_program(r, &program);
        take_back(r, &given);
        if (given.count)
            parsed_forget(r);
    }
    r->workload->script = read_script(r, &commands, STR(""));
    read_supervised(r);
    r->workload->beside_open |= r->workload->programs_open;
}

void settings_fill(
    struct arena *arena, struct sources *sources, const struct host *host, struct deployment *deployment)
{
    struct map files = {0};
    vec_each(struct workload *const *, workload, &deployment->workloads) {
        struct map opened = {0}, places = {0}, spring = {0};
        struct parsed parsed = {0};
        struct settings_reading reading = {
            arena, sources, host, deployment, *workload, &files, &opened, &places, &spring, &parsed};
        if ((*workload)->active)
            read_workload(&reading);
    }
}
