/*
 * The secret goes through every place, command, format and failure path, and must come out nowhere.
 *
 * usage: sentinel [all | STRIDE]
 *
 * Every STRIDE-th run is made (1 or `all`: each one). The last line says how many runs were made.
 */
#include "sentinel.h"
#include "shapes.h"
#include "trees.h"
#include "uses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STRIDE = 251, /* a prime, so that each place, command and format gets its turn */
    TREE_STRIDE_PART = 10,
    SHOWN_MAX = 12, /* leaks of one test point */
    LINE_BYTES = 200,
    WORDS = 32,
};

struct count {
    size_t made, leaks, shown;
};

static struct count total;

/* Plain letters: the protocol ends up in XML. */
static str plain(struct arena *arena, str text)
{
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] >= ' ' && text.ptr[i] <= '~')
            buf_byte(&out, text.ptr[i]);
        else
            buf_printf(&out, "\\x%02x", (unsigned char)text.ptr[i]);
    return buf_view(&out);
}

/* Where the secret came out, and the line that holds it; no name: nowhere. */
struct leak {
    const char *where;
    str line;
};

static bool finds(struct arena *scratch, str text, struct leak *ret_leak)
{
    if (!sentinel_is_in(scratch, text))
        return false;
    for (str rest = text, line; str_next(&rest, '\n', &line);)
        if (sentinel_is_in(scratch, line)) {
            ret_leak->line = line;
            break;
        }
    return true;
}

static struct leak leak_of(struct arena *scratch, const struct world *world, bool reveals)
{
    struct leak leak = {0};
    bool shows = reveals && world->exit_code == 0;
    if (!shows && finds(scratch, buf_view(&world->printed[0]), &leak))
        leak.where = "standard output";
    else if (finds(scratch, buf_view(&world->printed[1]), &leak))
        leak.where = "standard error";
    else if (finds(scratch, buf_view(&world->written), &leak))
        leak.where = "a file or a pipe";
    return leak;
}

/* One leak: what was printed by which command, what it was made of. */
static void show(struct arena *arena, struct count *count, const struct leak *leak, const char *command,
    str special, str where)
{
    count->leaks++;
    if (count->shown++ < SHOWN_MAX)
        printf("# %s: %s [" STR_FMT "] with `" STR_FMT "`: " STR_FMT "\n", leak->where, command,
            STR_ARG(plain(arena, where)), STR_ARG(plain(arena, special)),
            STR_ARG(plain(arena, str_take(leak->line, LINE_BYTES))));
}

static void test_string(struct world *world, struct count *count, const struct use *use, size_t index)
{
    const char *words[WORDS];
    struct arena arena = {0};
    struct shape made = shapes_at(&arena, index);
    if (made.text.len > 0 && (use->for_all || made.is_first)) {
        use_prepare(&arena, world, use, made.text, words);
        world_run(world, words);
        struct leak leak = leak_of(&arena, world, use->reveals);
        if (leak.where)
            show(&arena, count, &leak, use->command, made.special, made.shape);
        count->made++;
    }
    arena_free(&arena);
}

static const char *const *fill_words(struct arena *arena, const char *command, str secret)
{
    const char **words = arena_array(arena, const char *, WORDS + 1);
    size_t count = 0;
    str rest = str_from_c(command), word;
    while (str_next(&rest, ' ', &word) && count < WORDS)
        words[count++] = sentinel_fill(arena, word, secret).ptr;
    return words;
}

static void test_tree(
    struct world *world, struct count *count, const struct tree *tree, const char *command, size_t variant)
{
    if (tree->unlike && str_has_any(sentinel_special(variant), str_from_c(tree->unlike)))
        return;
    struct arena arena = {0};
    str secret = sentinel_variant(&arena, variant);
    world_clear(world);
    for (size_t i = 0; tree->files[i].path; i++)
        world_file(world,
            arena_c_string(
                &arena, arena_concat(&arena, STR(MEMORY_DIRECTORY "/"), str_from_c(tree->files[i].path))),
            sentinel_fill(&arena, str_from_c(tree->files[i].text), secret).ptr);
    for (size_t i = 0; tree->variables[i]; i++)
        world_variable(world, sentinel_fill(&arena, str_from_c(tree->variables[i]), secret).ptr);
    world_run(world, fill_words(&arena, command, secret));
    struct leak leak = leak_of(&arena, world, false);
    if (leak.where)
        show(&arena, count, &leak, command, sentinel_special(variant), str_from_c(tree->name));
    count->made++;
    arena_free(&arena);
}

/* One line of the protocol, and what it counted. */
static void tell(size_t number, const char *what, const char *name, const struct count *count)
{
    if (count->leaks > SHOWN_MAX)
        printf("# and %zu more\n", count->leaks - SHOWN_MAX);
    printf("%s %zu - %s %s: %zu runs\n", count->leaks ? "not ok" : "ok", number, what, name, count->made);
    total.made += count->made;
    total.leaks += count->leaks;
}

int main(int argc, char **argv)
{
    size_t stride = STRIDE, number = 0;
    if (argc > 1)
        stride = strcmp(argv[1], "all") == 0 ? 1 : (size_t)strtoul(argv[1], NULL, 10);
    size_t tree_stride = 1 + stride / TREE_STRIDE_PART;
    struct world *world = calloc(1, sizeof *world);
    if (!world || stride == 0)
        return EXIT_FAILURE;
    printf("1..%zu\n", use_count() + tree_count());
    for (size_t i = 0; i < use_count(); i++) {
        struct count count = {0};
        for (size_t at = i % stride; at < shapes_count(); at += stride)
            test_string(world, &count, use_at(i), at);
        tell(++number, "strings:", use_at(i)->command, &count);
    }
    for (size_t i = 0; i < tree_count(); i++) {
        struct count count = {0};
        size_t runs = tree_command_count() * sentinel_variant_count();
        for (size_t at = i % tree_stride; at < runs; at += tree_stride)
            test_tree(world, &count, tree_at(i), tree_command_at(at % tree_command_count()),
                at / tree_command_count());
        tell(++number, "places:", tree_at(i)->name, &count);
    }
    printf("# %zu runs made, %zu leaks\n", total.made, total.leaks);
    arena_free(&world->arena);
    free(world);
    return total.leaks ? EXIT_FAILURE : EXIT_SUCCESS;
}
