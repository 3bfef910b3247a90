#include "world.h"

#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int __wrap_wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input);
struct host_run __wrap_live_process(struct arena *arena, const char *const *programs,
    const char *const *arguments, const char *const *environment, str request);
int __wrap_exec_become(char *const *arguments, const char *const *environment);

enum { WORDS = 32, PRINTED_BYTES = 64 << 20 };

static struct world *running; /* for the functions that the linker sends here */

/* What bootgate-wait is told (pipe, arguments, environment) counts as written; it says that all is well. */
int __wrap_wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input)
{
    (void)programs;
    buf_str(&running->written, input);
    for (const char *const *word = arguments; *word; word++)
        buf_str(&running->written, str_from_c(*word));
    for (const char *const *entry = environment; *entry; entry++)
        buf_str(&running->written, str_from_c(*entry));
    return 0;
}

/* Texts of a line of the request, but for the password, count as written; `ret_password` as it is encoded. */
static void read_login(str line, str *ret_password)
{
    str rest = line, before = STR(""), piece;
    for (bool is_value = false; str_next(&rest, '"', &piece); is_value = !is_value) {
        if (is_value && str_eq(before, STR("password")))
            *ret_password = piece;
        else
            buf_str(&running->written, piece);
        before = piece.len > 1 || !str_eq(piece, STR(":")) ? piece : before;
    }
}

/* A server that says the password back in every text of its answer, and refuses every other login. */
struct host_run __wrap_live_process(struct arena *arena, const char *const *programs,
    const char *const *arguments, const char *const *environment, str request)
{
    (void)programs;
    struct buf answers = buf_new(arena, PRINTED_BYTES);
    for (const char *const *word = arguments; *word; word++)
        buf_str(&running->written, str_from_c(*word));
    for (const char *const *entry = environment; *entry; entry++)
        buf_str(&running->written, str_from_c(*entry));
    str line;
    for (int id = 0; str_next(&request, '\n', &line) && line.len > 0; id++) {
        str word = STR("");
        read_login(line, &word);
        if (id % 2 == 1)
            buf_printf(&answers, "{\"id\":%d,\"state\":\"password-wrong\",\"sqlstate\":\"28P01\"}\n", id);
        else
            buf_printf(&answers,
                "{\"id\":%d,\"state\":\"accepted\",\"server\":{\"version\":150018,\"max_connections\":9},"
                "\"sessions\":[[\"" STR_FMT "\",\"" STR_FMT "\",3]],\"roles\":[[\"" STR_FMT
                "\",1]],\"databases\":[[\"" STR_FMT "\",1]],\"extensions\":[[\"" STR_FMT
                "\",false]],\"config\":[[\"max_client_conn\",\"5\"],[\"pool_mode\",\"" STR_FMT "\"]]}\n",
                id, STR_ARG(word), STR_ARG(word), STR_ARG(word), STR_ARG(word), STR_ARG(word), STR_ARG(word));
    }
    return (struct host_run){.output = buf_view(&answers)};
}

int __wrap_exec_become(char *const *arguments, const char *const *environment)
{
    (void)arguments;
    (void)environment;
    return ENOENT;
}

static struct host_file read_file(void *self, struct arena *arena, str path, size_t limit)
{
    const struct world *world = self;
    if (!str_eq(path, STR("-")))
        return memory_host(world->files).read((void *)(uintptr_t)world->files, arena, path, limit);
    str text = str_from_c(world->input ? world->input : "");
    return (struct host_file){.status = HOST_OK, .text = text, .mode = 0600};
}

static enum host_status write_file(void *self, str path, str text, struct host_writing how)
{
    (void)how;
    buf_str(&((struct world *)self)->written, path);
    buf_str(&((struct world *)self)->written, text);
    return HOST_OK;
}

static bool get_variable(void *self, str name, str *ret_value)
{
    for (const char *const *entry = ((struct world *)self)->variables; *entry; entry++) {
        struct str_cut cut = str_cut_byte(str_from_c(*entry), '=');
        if (str_eq(cut.head, name)) {
            *ret_value = cut.tail;
            return true;
        }
    }
    return false;
}

static const char *const *get_environment(void *self)
{
    return ((struct world *)self)->variables;
}

static struct host_run run_program(
    void *self, struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    (void)self, (void)arena, (void)arguments, (void)input, (void)limit;
    return (struct host_run){.status = HOST_MISSING};
}

static void print(void *self, int stream, str text)
{
    buf_str(&((struct world *)self)->printed[stream - 1], text);
}

static void lose(void *self, int stream)
{
    (void)self, (void)stream;
}

static bool has_lost(void *self)
{
    (void)self;
    return false;
}

static bool is_terminal(void *self, int stream)
{
    (void)self, (void)stream;
    return false;
}

/* The files themselves may hold secrets: what is said of it counts. */
static enum host_status change_files(void *self, struct arena *arena, str directory,
    const struct host_change *changes, size_t count, size_t *ret_failed)
{
    (void)self, (void)arena, (void)directory, (void)changes, (void)count, (void)ret_failed;
    return HOST_OK;
}

static enum host_status recover_files(
    void *self, struct arena *arena, str directory, enum host_recovery *ret_recovery)
{
    (void)self, (void)arena, (void)directory;
    *ret_recovery = RECOVERY_NOTHING;
    return HOST_OK;
}

/* Always the same, so that a run can be repeated. */
static bool fill_random(void *self, void *bytes, size_t count)
{
    (void)self;
    for (size_t i = 0; i < count; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)(i * 37 + 11);
    return true;
}

void world_file(struct world *world, const char *path, const char *text)
{
    size_t count = 0;
    while (world->files[count].path)
        count++;
    if (count == WORLD_FILES)
        abort();
    world->files[count] = (struct memory_file){.path = path, .text = text, .mode = 0600};
}

void world_variable(struct world *world, const char *entry)
{
    size_t count = 0;
    while (world->variables[count])
        count++;
    if (count == WORLD_VARIABLES)
        abort();
    world->variables[count] = entry;
}

void world_clear(struct world *world)
{
    memset(world->files, 0, sizeof world->files);
    memset(world->variables, 0, sizeof world->variables);
    world->input = NULL;
}

void world_run(struct world *world, const char *const *words)
{
    static char name[] = "bootgate";
    char *arguments[WORDS + 2] = {name};
    int count = 1;
    for (; words[count - 1]; count++) {
        if (count > WORDS)
            abort();
        arguments[count] = (char *)(uintptr_t)words[count - 1];
    }
    arena_free(&world->arena);
    world->arena = (struct arena){0};
    world->written = world->printed[0] = world->printed[1] = buf_new(&world->arena, PRINTED_BYTES);
    struct host host = memory_host(world->files);
    host.read = read_file;
    host.write = write_file;
    host.change = change_files;
    host.recover = recover_files;
    host.random = fill_random;
    host.getenv = get_variable;
    host.environment = get_environment;
    host.run = run_program;
    host.print = print;
    host.lose = lose;
    host.has_lost = has_lost;
    host.is_terminal = is_terminal;
    running = world;
    enum exit_family family;
    enum outcome outcome = cli_run(&host, &world->arena, count, arguments, &family);
    world->exit_code = exit_code(outcome, family);
}
