/*
 * Any bytes as the settings of every program that is known to have some: reading ends, and each number,
 * command and connection string lies inside of a file.
 *
 * A line "==> NAME" begins the file NAME; what stands before the first such line is every file that a
 * program would look for by itself.
 */
#include "input.h"
#include "tree.h"

#include "image/image.h"
#include "settings/settings.h"
#include "text/reads.h"

/* A command for each program, and the file that it finds by itself. */
static const struct {
    const char *command, *file;
} programs[] = {
    {"gunicorn app:app", "gunicorn.conf.py"},
    {"bundle exec puma", "config/puma.rb"},
    {"bundle exec puma", "config/database.yml"},
    {"unicorn", "unicorn.rb"},
    {"sidekiq", "config/sidekiq.yml"},
    {"passenger start", "Passengerfile.json"},
    {"uwsgi app.ini", "app.ini"},
    {"pm2-runtime ecosystem.config.json", "ecosystem.config.json"},
    {"pm2-runtime ecosystem.config.yml", "ecosystem.config.yml"},
    {"pm2-runtime ecosystem.config.js", "ecosystem.config.js"},
    {"php-fpm", "zz.conf"},
    {"rr serve", ".rr.yaml"},
    {"java -jar a.jar", "application.properties"},
    {"java -jar a.jar", "src/main/resources/application.yml"},
    {"dotnet a.dll", "appsettings.json"},
    {"mix phx.server", "config/runtime.exs"},
    {"airflow scheduler", "airflow.cfg"},
    {"supervisord -n", "supervisord.conf"},
    {"honcho start", "Procfile"},
    {"uvicorn app:app", "requirements.txt"},
    {"uvicorn app:app", "poetry.lock"},
};

static const char dockerfile[] =
    "FROM scratch\nWORKDIR /app\nCOPY . .\nCOPY zz.conf /usr/local/etc/php-fpm.d/\n";

static struct value *word(struct arena *arena, const char *text)
{
    struct value *value = arena_new(arena, struct value);
    *value = (struct value){.text = str_from_c(text), .set = true};
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

static void read_as(struct tree *tree, const char *command)
{
    struct host host = tree_host(tree);
    struct sources sources = {.arena = tree->arena};
    struct diags diags = {.arena = tree->arena, .sources = &sources};
    struct workload_build build = {.context = STR(TREE_DIRECTORY), .text = word(tree->arena, dockerfile)};
    struct workload app = {.name = STR("app"), .active = true, .build = &build, .command_set = true};
    app.environment.arena = build.arguments.arena = tree->arena;
    vec_push(tree->arena, &app.command, word(tree->arena, "sh"));
    vec_push(tree->arena, &app.command, word(tree->arena, "-c"));
    vec_push(tree->arena, &app.command, word(tree->arena, command));
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
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct tree tree = tree_new(&arena);
    str rest = {(const char *)data, size};
    for (struct fuzz_part part; fuzz_part_next(&rest, STR(""), &part);) {
        if (part.name.len)
            tree_add(&tree, part.name, part.text);
        for (size_t i = 0; part.name.len == 0 && i < sizeof programs / sizeof programs[0]; i++)
            tree_add(&tree, str_from_c(programs[i].file), part.text);
    }
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        read_as(&tree, programs[i].command);
    arena_free(&arena);
    return 0;
}
