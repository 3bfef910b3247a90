/*
 * Any bytes as the settings of every program that is known to have some: reading ends, and each number,
 * command and connection string lies inside of a file.
 *
 * The rows of rules/settings.yaml themselves say what is started, from which image, and which file it finds:
 * a new row is read here without a word, and a row whose file nobody opens fails. A line "==> NAME" begins the
 * file NAME; what stands before the first such line is every file that a program would look for by itself.
 */
#include "input.h"
#include "tree.h"

#include "base/vec.h"
#include "deploy/path.h"
#include "image/image.h"
#include "settings/place.h"
#include "settings/settings.h"
#include "text/reads.h"

#include <stdio.h>

/* What a workload starts, and the file that is read for it. */
struct target {
    str command; /* empty: the image's own */
    str image;
    str file;   /* where the program finds it */
    str marker; /* a file beside it that tells what the source is; empty: none */
};

typedef VEC(struct target) target_list;

/* Programs that start others, whose files are no rows; and what several rows find in other places too. */
static const struct target others[] = {
    {STR_INIT("supervisord -n"), STR_INIT("scratch"), STR_INIT("supervisord.conf"), STR_INIT("")},
    {STR_INIT("honcho start"), STR_INIT("scratch"), STR_INIT("Procfile"), STR_INIT("")},
    {STR_INIT("npm start"), STR_INIT("scratch"), STR_INIT("package.json"), STR_INIT("")},
    {STR_INIT("dotnet a.dll"), STR_INIT("scratch"), STR_INIT("appsettings.json"), STR_INIT("")},
    {STR_INIT("java -jar a.jar"), STR_INIT("scratch"), STR_INIT("src/main/resources/application.yml"),
        STR_INIT("")},
};

/* `{A B word}` is `word` where no variable is set. */
static str without_choice(struct arena *arena, str text)
{
    struct str_cut open = str_cut_byte(text, '{'), close = str_cut_byte(open.tail, '}');
    if (!open.found || !close.found)
        return text;
    str word = !str_has_byte(close.head, ' ') ? close.head : str_rcut_byte(close.head, ' ').tail;
    return arena_join(arena, open.head, word, without_choice(arena, close.tail));
}

/* The file of one alternative of a row; `ret_words`: what the command says of it. */
static str file_of(struct arena *arena, const struct setting_place *place, str alternative, str *ret_words)
{
    *ret_words = STR("");
    if (place->form == FORM_SPRING)
        return STR("application.properties");
    if (place->form == FORM_FPM)
        return STR("/usr/local/etc/php-fpm.d/zz.conf");
    if (str_starts(alternative, STR("*"))) {
        str file = arena_concat(arena, STR("app"), str_skip(alternative, 1));
        *ret_words = arena_concat(arena, STR(" "), file);
        return file;
    }
    if (alternative.len == 0) {
        *ret_words = arena_join(arena, STR(" --"), place->option, STR(" named.conf"));
        return STR("named.conf");
    }
    return without_choice(arena, alternative);
}

static void add_target(struct arena *arena, target_list *targets, struct target target)
{
    vec_each(const struct target *, known, targets)
        if (str_eq(known->command, target.command) && str_eq(known->image, target.image) &&
            str_eq(known->file, target.file))
            return;
    vec_push(arena, targets, target);
}

/* By its program, and by its image with the image's own command. */
static void add_alternative(
    struct arena *arena, target_list *targets, const struct setting_place *place, str alternative)
{
    str words, file = file_of(arena, place, alternative, &words);
    str program = str_cut_byte(place->programs, ' ').head, image = str_cut_byte(place->images, ' ').head;
    if (program.len == 0 && image.len == 0)
        program = STR("uvicorn");
    if (program.len)
        add_target(arena, targets,
            (struct target){arena_concat(arena, program, words), STR("scratch"), file, place->marker});
    if (image.len)
        add_target(arena, targets, (struct target){STR(""), image, file, place->marker});
}

static target_list all_targets(struct arena *arena)
{
    target_list targets = {0};
    for (size_t i = 0; i < data_settings_count; i++) {
        str rest = data_settings[i].files, alternative;
        if (rest.len == 0)
            add_alternative(arena, &targets, &data_settings[i], STR(""));
        while (str_next(&rest, '|', &alternative))
            add_alternative(arena, &targets, &data_settings[i], alternative);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        add_target(arena, &targets, others[i]);
    return targets;
}

/* Where the file lies on this machine: what is absolute is copied there from the folder. */
static str place_here(const struct target *target)
{
    return path_is_absolute(target->file) ? path_base(target->file) : target->file;
}

static struct value *word(struct arena *arena, str text)
{
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.text = text, .set = true};
    return value;
}

static void check(const struct sources *sources, const struct workload *workload)
{
    vec_each(const struct workload_number *, number, &workload->numbers)
        fuzz_require_inside(sources, number->at);
    vec_each(const struct workload_program *, program, &workload->programs) {
        fuzz_require_inside(sources, program->line->at);
        fuzz_require_inside(sources, program->copies.at);
    }
    vec_each(const struct map_entry *, entry, &workload->environment.map.entries) {
        const struct value *value = entry->value;
        size_t length = 0;
        fuzz_require_inside(sources, value->at);
        vec_each(const struct piece *, piece, &value->pieces.list)
            length += piece->length;
        fuzz_require(value->pieces.list.count == 0 || length == value->text.len, "pieces cover their text");
    }
}

/* Every row must lead to its file, or nothing of it is tried here. */
static void check_reached(struct tree *tree, const struct sources *sources, const struct target *target)
{
    str path = path_join(tree->arena, STR(TREE_DIRECTORY), place_here(target));
    bool is_there = map_has(&tree->files, path), is_read = !is_there;
    vec_each(struct source *const *, source, &sources->items)
        is_read |= str_eq((*source)->path, path);
    if (!is_read)
        fprintf(stderr, "not read: " STR_FMT " of " STR_FMT STR_FMT "\n", STR_ARG(target->file),
            STR_ARG(target->command), STR_ARG(target->image));
    fuzz_require(is_read, "a row of rules/settings.yaml leads to its file");
}

static str dockerfile_of(struct arena *arena, const struct target *target)
{
    str text = arena_join(arena, STR("FROM "), target->image, STR("\nWORKDIR /app\nCOPY . .\n"));
    if (!path_is_absolute(target->file))
        return text;
    str copy = arena_join(arena, STR("COPY "), place_here(target), STR(" "));
    return arena_join(arena, text, copy, arena_concat(arena, target->file, STR("\n")));
}

static void read_as(struct tree *tree, const struct target *target, bool is_alone)
{
    struct host host = tree_host(tree);
    struct sources sources = {.arena = tree->arena};
    struct diags diags = {.arena = tree->arena, .sources = &sources};
    struct workload_build build = {
        .context = STR(TREE_DIRECTORY), .text = word(tree->arena, dockerfile_of(tree->arena, target))};
    struct workload app = {.name = STR("app"), .active = true, .build = &build};
    app.environment.arena = build.arguments.arena = tree->arena;
    app.command_set = target->command.len > 0;
    if (app.command_set) {
        vec_push(tree->arena, &app.command, word(tree->arena, STR("sh")));
        vec_push(tree->arena, &app.command, word(tree->arena, STR("-c")));
        vec_push(tree->arena, &app.command, word(tree->arena, target->command));
    }
    struct value number = {.name = STR("X"), .text = STR("12"), .set = true};
    struct value none = {.name = STR("POOL_SIZE"), .text = STR("0"), .set = true};
    env_put(&app.environment, &number);
    env_put(&app.environment, &none); /* what it means is asked of versions */
    struct deployment deployment = {.ok = true};
    vec_push(tree->arena, &deployment.workloads, &app);
    reads_begin(&sources, STR(TREE_DIRECTORY));
    image_fill(tree->arena, &diags, &sources, &host, &deployment);
    settings_fill(tree->arena, &sources, &host, &deployment);
    check(&sources, &app);
    if (is_alone)
        check_reached(tree, &sources, target);
}

/* Each target in a folder of its own: what one finds by itself would keep another from looking on. */
static void read_alone(struct arena *arena, const struct target *target, str text)
{
    struct tree tree = tree_new(arena);
    tree_add(&tree, place_here(target), text);
    if (target->marker.len && !str_eq(target->marker, target->file))
        tree_add(&tree, target->marker, text);
    read_as(&tree, target, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    target_list targets = all_targets(&arena);
    struct tree named = tree_new(&arena);
    str rest = {(const char *)data, size};
    bool is_any = false;
    for (struct fuzz_part part; fuzz_part_next(&rest, STR(""), &part);) {
        is_any |= part.name.len > 0;
        if (part.name.len)
            tree_add(&named, part.name, part.text);
        vec_each(const struct target *, target, &targets)
            if (part.name.len == 0)
                read_alone(&arena, target, part.text);
    }
    vec_each(const struct target *, target, &targets)
        if (is_any)
            read_as(&named, target, false);
    arena_free(&arena);
    return 0;
}
