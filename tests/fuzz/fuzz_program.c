/*
 * The whole program over files in memory: any command line, files, environment, answers of git and of
 * bootgate-wait. No crash, no byte of the secret anywhere, nothing that steers a terminal, the same twice, an
 * exit code of the table.
 *
 * Parts of the input: a file of /app by its name, or one of
 *   @arguments    the command line, an argument a line; %url is the connection string with the secret
 *   @environment  NAME=value a line         @input   standard input      @terminal  there is one
 *   @plant        where the secret is put: plant.h
 *   @top @index @changed @blobs @split      what git answers: git_answers.h
 *   @wait         the byte that bootgate-wait ends with
 *   @live         what bootgate-live answers
 */
#include "git_answers.h"
#include "input.h"
#include "plant.h"

#include "base/limit.h"
#include "cli/run.h"

#include <setjmp.h>

int __wrap_wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input);
struct host_run __wrap_live_process(struct arena *arena, const char *const *programs,
    const char *const *arguments, const char *const *environment, str request);
int __wrap_exec_become(char *const *arguments, const char *const *environment);

enum { MEMORY_BYTES = 512 * 1024 * 1024, ARGUMENTS = 64, NOT_FOUND = 2 /* ENOENT */, AGAIN_ONE_IN = 4 };

/* One run and what came of it. */
struct attempt {
    struct arena arena; /* the tree */
    struct tree tree;
    struct git_answers git;
    struct plant plant;
    char *arguments[ARGUMENTS + 1];
    int argument_count;
    bool reveals;  /* standard output may show the secret */
    bool paints;   /* our own sequences may be there */
    str waits_for; /* what bootgate-wait was told */
    int wait_code;
    str live; /* what bootgate-live answers */
    jmp_buf out_of_memory;
    int exit_code;
};

static struct attempt *running; /* for the wrapped functions */

int __wrap_wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input)
{
    (void)programs;
    (void)arguments;
    for (; *environment != NULL; environment++)
        plant_require_hidden(str_from_c(*environment), "the environment of bootgate-wait");
    running->waits_for = arena_copy(running->tree.arena, input);
    return running->wait_code;
}

/* What it is told holds the secret, and goes nowhere else. */
struct host_run __wrap_live_process(struct arena *arena, const char *const *programs,
    const char *const *arguments, const char *const *environment, str request)
{
    (void)programs;
    fuzz_require(request.len > 0, "nobody is asked for nothing");
    for (; *arguments != NULL; arguments++)
        plant_require_hidden(str_from_c(*arguments), "the arguments of bootgate-live");
    for (; *environment != NULL; environment++)
        plant_require_hidden(str_from_c(*environment), "the environment of bootgate-live");
    return (struct host_run){.output = arena_copy(arena, running->live)};
}

int __wrap_exec_become(char *const *arguments, const char *const *environment)
{
    (void)arguments;
    (void)environment;
    return NOT_FOUND;
}

static void add_argument(struct attempt *attempt, str argument)
{
    if (argument.len == 0 || attempt->argument_count == ARGUMENTS)
        return;
    if (str_eq(argument, STR("%url")))
        argument = attempt->plant.url;
    attempt->reveals |= str_starts(argument, STR("--re")) || str_eq(argument, STR("rewrite"));
    attempt->paints |= str_starts(argument, STR("--c")) || str_eq(argument, STR("always"));
    attempt->arguments[attempt->argument_count++] =
        (char *)(uintptr_t)arena_c_string(&attempt->arena, argument);
}

static void add_arguments(struct attempt *attempt, str lines)
{
    for (str line; str_next(&lines, '\n', &line);)
        add_argument(attempt, str_cut_byte(line, '\0').head);
}

static void add_environment(struct attempt *attempt, str lines)
{
    for (str line; str_next(&lines, '\n', &line);)
        tree_set(&attempt->tree, line);
}

static void set_input(struct attempt *attempt, str text)
{
    attempt->tree.input = text;
}

static void set_terminal(struct attempt *attempt, str text)
{
    (void)text;
    attempt->tree.is_terminal = attempt->paints = true;
}

static void set_top(struct attempt *attempt, str text)
{
    attempt->git.top = text;
}

static void set_index(struct attempt *attempt, str text)
{
    attempt->git.index = str_ends(text, STR("\n")) ? str_take(text, text.len - 1) : text;
}

static void set_changed(struct attempt *attempt, str text)
{
    attempt->git.changed = text;
}

static void set_blobs(struct attempt *attempt, str text)
{
    attempt->git.blobs = text;
}

static void set_split(struct attempt *attempt, str text)
{
    attempt->git.read_bytes = text.len > 0 ? (uint8_t)text.ptr[0] : 0;
}

static void set_wait(struct attempt *attempt, str text)
{
    attempt->wait_code = text.len > 0 ? (unsigned char)text.ptr[0] : 0;
}

static void set_live(struct attempt *attempt, str text)
{
    attempt->live = text;
}

static const struct {
    str name;
    void (*take)(struct attempt *attempt, str text);
} parts[] = {
    {STR_INIT("@arguments"), add_arguments},
    {STR_INIT("@environment"), add_environment},
    {STR_INIT("@input"), set_input},
    {STR_INIT("@terminal"), set_terminal},
    {STR_INIT("@top"), set_top},
    {STR_INIT("@index"), set_index},
    {STR_INIT("@changed"), set_changed},
    {STR_INIT("@blobs"), set_blobs},
    {STR_INIT("@split"), set_split},
    {STR_INIT("@wait"), set_wait},
    {STR_INIT("@live"), set_live},
};

static str before_file(const struct attempt *attempt, str name)
{
    if (str_eq(name, STR(".env")) || str_eq(name, STR("extra.env")))
        return attempt->plant.environment_file;
    return str_eq(name, STR("compose.yaml")) ? attempt->plant.compose : STR("");
}

static void take_part(struct attempt *attempt, const struct fuzz_part *part)
{
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
        if (str_eq(part->name, parts[i].name)) {
            parts[i].take(attempt, part->text);
            return;
        }
    if (part->name.len > 0 && part->name.ptr[0] != '@')
        tree_add(&attempt->tree, part->name,
            arena_concat(&attempt->arena, before_file(attempt, part->name), part->text));
}

/* The plant stands before all else, whatever the order of the parts. */
static void take_input(struct attempt *attempt, str input)
{
    static char program[] = "bootgate";
    struct fuzz_part part;
    for (str rest = input; fuzz_part_next(&rest, STR("@arguments"), &part);)
        if (str_eq(part.name, STR("@plant")))
            attempt->plant = plant_make(&attempt->arena, part.text);
    tree_set(&attempt->tree, attempt->plant.process_password);
    tree_set(&attempt->tree, attempt->plant.process_address);
    attempt->tree.input = attempt->plant.url;
    attempt->arguments[attempt->argument_count++] = program;
    for (str rest = input; fuzz_part_next(&rest, STR("@arguments"), &part);)
        take_part(attempt, &part);
    tree_add(&attempt->tree, STR(".env"), attempt->plant.environment_file);
    tree_add(&attempt->tree, STR("extra.env"), attempt->plant.environment_file);
    tree_add(&attempt->tree, STR("/run/secrets/db_password"), attempt->plant.file);
}

static void out_of_memory(void *owner)
{
    longjmp(((struct attempt *)owner)->out_of_memory, 1);
}

static void attempt_run(struct attempt *attempt, str input)
{
    attempt->tree = tree_new(&attempt->arena);
    take_input(attempt, input);
    git_answers_serve(&attempt->tree, &attempt->git);
    struct host host = tree_host(&attempt->tree);
    struct arena arena = {.limit = MEMORY_BYTES, .out_of_memory = out_of_memory, .owner = attempt};
    running = attempt;
    volatile enum outcome outcome = OUTCOME_INTERNAL;
    enum exit_family family = EXIT_FAMILY_CHECK;
    if (setjmp(attempt->out_of_memory) == 0)
        outcome = cli_run(&host, &arena, attempt->argument_count, attempt->arguments, &family);
    attempt->exit_code = exit_code(outcome, family);
    fuzz_require(outcome < OUTCOME_COUNT && exit_row(outcome)->code[family] == attempt->exit_code,
        "the exit code is one that its family documents");
    arena_free(&arena);
}

static void require_hidden(const struct attempt *attempt)
{
    if (!attempt->reveals)
        plant_require_hidden(buf_view(&attempt->tree.printed[0]), "standard output");
    plant_require_hidden(buf_view(&attempt->tree.printed[1]), "standard error");
    plant_require_hidden(buf_view(&attempt->tree.written), "a file that was written");
    plant_require_hidden(attempt->waits_for, "what bootgate-wait is told");
}

/* A file must not steer the terminal of whoever reads about it: C0 and C1 controls, DEL. */
static void require_plain(const struct attempt *attempt, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i],
                      next = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;
        bool is_control = (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7F;
        bool is_late_control = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        fuzz_require(
            attempt->paints || !(is_control || is_late_control), "no byte of the output steers a terminal");
    }
}

static void require_same(const struct attempt *one, const struct attempt *two)
{
    fuzz_require(one->exit_code == two->exit_code, "the same input, the same exit code");
    for (int i = 0; i < 2; i++)
        fuzz_require(str_eq(buf_view(&one->tree.printed[i]), buf_view(&two->tree.printed[i])),
            "the same input, the same output");
    fuzz_require(
        str_eq(buf_view(&one->tree.written), buf_view(&two->tree.written)), "the same input, the same files");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str input = {(const char *)data, size};
    if (plant_is_known(input))
        return 0;
    struct attempt first = {0}, second = {0};
    attempt_run(&first, input);
    require_hidden(&first);
    require_plain(&first, buf_view(&first.tree.printed[1]));
    if (!first.reveals)
        require_plain(&first, buf_view(&first.tree.printed[0]));
    if (size % AGAIN_ONE_IN == 0) { /* half of the time is better spent on another input */
        attempt_run(&second, input);
        require_same(&first, &second);
    }
    arena_free(&first.arena);
    arena_free(&second.arena);
    return 0;
}
