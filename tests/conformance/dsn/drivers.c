/*
 * The driver and parameter tables as rules/drivers.yaml has them: prints the document, or with a file's name
 * compares the two.
 */
#include "base/buf.h"
#include "rewrite/driver.h"

#include <stdio.h>

enum { DOCUMENT_MAX = 1 << 20 };

static const char *const modes[] = {[DRIVER_SYNC] = "sync", [DRIVER_ASYNC] = "async", [DRIVER_BOTH] = "both"};
static const char *const actions[] = {
    [PARAMETER_DROP] = "drop",
    [PARAMETER_KEEP] = "keep",
    [PARAMETER_REFUSE] = "refuse",
    [PARAMETER_TLS] = "tls",
    [PARAMETER_DATABASE] = "database",
    [PARAMETER_SETTING] = "setting",
};

static void print_drivers(struct buf *buf)
{
    buf_str(buf, STR("# Drivers that a SQLAlchemy URL can name, and what PostgreSQL connectors make of URL "
                     "parameters.\n"
                     "# The program holds the same rows in src/rewrite/driver.c; a test compares the "
                     "two.\n\ndialects:\n"));
    for (size_t i = 0; driver_dialect_at(i); i++) {
        const struct dialect_row *row = driver_dialect_at(i);
        buf_printf(buf, "  " STR_FMT ": {sync: '" STR_FMT "', async: '" STR_FMT "'}\n", STR_ARG(row->name),
            STR_ARG(row->sync), STR_ARG(row->async));
    }
    buf_str(buf, STR("\ndrivers:\n"));
    for (size_t i = 0; driver_at(i); i++) {
        const struct driver_row *row = driver_at(i);
        buf_printf(buf,
            "  - {dialect: " STR_FMT ", name: " STR_FMT ", mode: %s, sync: '" STR_FMT "', async: '" STR_FMT
            "', loads: %s}\n",
            STR_ARG(row->dialect), STR_ARG(row->name), modes[row->mode], STR_ARG(row->sync),
            STR_ARG(row->async), row->loads ? "true" : "false");
    }
}

static void print_parameters(struct buf *buf)
{
    buf_str(buf, STR("\nparameters:\n"));
    for (size_t i = 0; driver_parameter_at(i); i++) {
        const struct parameter_row *row = driver_parameter_at(i);
        buf_printf(buf, "  " STR_FMT ": {libpq: %s, sqlalchemy-asyncpg: %s, asyncpg: %s, about: '",
            STR_ARG(row->name), actions[row->action[CONNECTOR_LIBPQ]],
            actions[row->action[CONNECTOR_SA_ASYNC]], actions[row->action[CONNECTOR_ASYNCPG]]);
        for (size_t at = 0; at < row->about.len; at++) {
            if (row->about.ptr[at] == '\'') /* YAML doubles it */
                buf_byte(buf, '\'');
            buf_byte(buf, row->about.ptr[at]);
        }
        buf_str(buf, STR("'}\n"));
    }
}

static str read_file(struct arena *arena, const char *path)
{
    char *bytes = arena_array(arena, char, DOCUMENT_MAX);
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(bytes, 1, DOCUMENT_MAX, file) : 0;
    if (file)
        fclose(file);
    return (str){bytes, size};
}

int main(int argc, char **argv)
{
    struct arena arena = {0};
    struct buf buf = buf_new(&arena, DOCUMENT_MAX);
    print_drivers(&buf);
    print_parameters(&buf);
    bool equal = argc < 2 || str_eq(buf_view(&buf), read_file(&arena, argv[1]));
    if (argc < 2)
        fwrite(buf.data, 1, buf.len, stdout);
    if (!equal)
        fprintf(
            stderr, "rules/drivers.yaml and src/rewrite/driver.c differ: %s > rules/drivers.yaml\n", argv[0]);
    arena_free(&arena);
    return !equal;
}
