/*
 * Every recorded budget: demand, capacity and verdict of the server (or of all rows) of small deployments.
 *
 * usage: recorded FILE.jsonl...
 */

#include "base/buf.h"
#include "budget/budget.h"
#include "check/check.h"
#include "host/memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 1000000

static str text_of(const json_t *value)
{
    return (str){json_string_value(value), json_string_length(value)};
}

typedef VEC(struct memory_file) memory_files;

static void add_file(struct arena *arena, memory_files *files, const char *name, str text)
{
    str path = path_join(arena, STR("/app"), str_from_c(name));
    if (text.ptr)
        vec_push(
            arena, files, ((struct memory_file){arena_c_string(arena, path), arena_c_string(arena, text)}));
}

/* The files of a case: its environment as .env, the Compose file, the configuration, and `files`. */
static memory_files files_of(struct arena *arena, const json_t *recorded)
{
    memory_files files = {0};
    struct buf env = buf_new(arena, LINE_MAX_BYTES);
    const char *name;
    json_t *value;
    buf_str(&env, STR("# the environment of the case\n"));
    json_object_foreach(json_object_get(recorded, "env"), name, value)
        buf_printf(&env, "%s=%s\n", name, json_string_value(value));
    add_file(arena, &files, ".env", buf_view(&env));
    add_file(arena, &files, "compose.yaml", text_of(json_object_get(recorded, "compose")));
    add_file(arena, &files, "bootgate.yaml", text_of(json_object_get(recorded, "config")));
    json_object_foreach(json_object_get(recorded, "files"), name, value)
        add_file(arena, &files, name, text_of(value));
    vec_push(arena, &files, ((struct memory_file){0}));
    return files;
}

static str number_text(struct arena *arena, bool known, int64_t value)
{
    return known && value != NUMBER_UNBOUNDED ? count_text(arena, value) : STR("null");
}

/* "db:5432 120 of 97 fail" */
static str row_text(struct arena *arena, const struct budget_row *row)
{
    return arena_printf(arena, STR_FMT " " STR_FMT " of " STR_FMT " " STR_FMT, STR_ARG(row->server),
        STR_ARG(number_text(arena, row->demand_known, row->demand)),
        STR_ARG(number_text(arena, row->capacity.known, row->capacity.usable)),
        STR_ARG(budget_verdict_name(row->verdict)));
}

static str wanted_text(struct arena *arena, const json_t *recorded, str server)
{
    const json_t *rows = json_object_get(recorded, "rows");
    const json_t *expect = json_object_get(recorded, "expect");
    struct buf text = buf_new(arena, LINE_MAX_BYTES);
    for (size_t i = 0; i < json_array_size(rows); i++)
        buf_printf(&text, "%s%s", i ? "; " : "", json_string_value(json_array_get(rows, i)));
    if (rows)
        return buf_view(&text);
    const json_t *demand = json_object_get(expect, "demand"), *capacity = json_object_get(expect, "capacity");
    buf_printf(&text, STR_FMT " " STR_FMT " of " STR_FMT " %s", STR_ARG(server),
        STR_ARG(number_text(arena, json_is_integer(demand), json_integer_value(demand))),
        STR_ARG(number_text(arena, json_is_integer(capacity), json_integer_value(capacity))),
        json_string_value(json_object_get(expect, "verdict")));
    return buf_view(&text);
}

/* All rows where the case names them, else the first. */
static str got_text(struct arena *arena, const json_t *recorded, const struct budgets *budgets)
{
    struct buf text = buf_new(arena, LINE_MAX_BYTES);
    size_t count = json_object_get(recorded, "rows") ? budgets->rows.count : budgets->rows.count > 0;
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s" STR_FMT, i ? "; " : "", STR_ARG(row_text(arena, budgets->rows.items[i])));
    return buf_view(&text);
}

/* The findings of the group, one after the other: "pool-over-budget error compose.yaml:4 DATABASE_URL". */
static str findings_text(struct arena *arena, const struct check_result *result)
{
    struct buf text = buf_new(arena, LINE_MAX_BYTES);
    vec_each(const struct diag *, diag, &result->diags.list) {
        bool is_ours =
            str_starts(diag->rule, STR("pool-")) || str_starts(diag->rule, STR("limit-")) || diag->fatal;
        if (!is_ours)
            continue;
        str place = count_place(arena, &result->sources, diag->at);
        buf_printf(&text, "%s" STR_FMT " " STR_FMT " " STR_FMT "%s" STR_FMT, text.len ? "; " : "",
            STR_ARG(diag->rule), STR_ARG(severity_name(diag->severity)), STR_ARG(place),
            diag->variable.len ? " " : "", STR_ARG(diag->variable));
    }
    return text.len ? buf_view(&text) : STR("none");
}

static str wanted_findings(struct arena *arena, const json_t *recorded)
{
    const json_t *findings = json_object_get(recorded, "findings");
    struct buf text = buf_new(arena, LINE_MAX_BYTES);
    for (size_t i = 0; i < json_array_size(findings); i++)
        buf_printf(&text, "%s%s", i ? "; " : "", json_string_value(json_array_get(findings, i)));
    return text.len ? buf_view(&text) : STR("none");
}

static bool compare(const char *what, str wanted, str got)
{
    if (str_eq(wanted, got))
        return true;
    printf("# %s wanted " STR_FMT "\n# %s got    " STR_FMT "\n", what, STR_ARG(wanted), what, STR_ARG(got));
    return false;
}

static void explain(struct arena *arena, const struct check_result *result, const struct budgets *budgets)
{
    vec_each(const struct diag *, diag, &result->diags.list)
        printf("#   " STR_FMT ": " STR_FMT "\n", STR_ARG(diag->rule), STR_ARG(diag->message));
    vec_each(struct budget_row *const *, row, &budgets->rows) {
        str_vec lines = budget_table(arena, &result->sources, *row);
        vec_each(const str *, line, &lines)
            printf("#   " STR_FMT "\n", STR_ARG(*line));
    }
}

static bool run_case(const json_t *recorded, size_t number)
{
    struct arena arena = {0};
    memory_files files = files_of(&arena, recorded);
    struct host host = memory_host(files.items);
    struct check_options options = {.mode = STR("production")};
    struct check_result *result = check_files(&arena, &host, &options);
    struct budgets none = {0}, *budgets = &none;
    struct diags unheard = {.arena = &arena, .sources = &result->sources};
    if (result->projects.count > 0)
        budgets = budget_compute(&arena, &unheard, result->projects.items[0].facts, 0);
    str server = budgets->rows.count ? budgets->rows.items[0]->server : STR("");
    str wanted = wanted_text(&arena, recorded, server), got = got_text(&arena, recorded, budgets);
    bool ok = compare("rows", wanted, got);
    if (json_object_get(recorded, "findings"))
        ok &= compare("findings", wanted_findings(&arena, recorded), findings_text(&arena, result));
    if (!ok)
        explain(&arena, result, budgets);
    printf("%sok %zu - %s\n", ok ? "" : "not ", number, json_string_value(json_object_get(recorded, "id")));
    arena_free(&arena);
    return ok;
}

static size_t run_file(const char *path, size_t *number)
{
    size_t failed = 0, size = 0;
    char *line = NULL;
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("# %s: cannot be opened\n", path);
        return 1;
    }
    while (getline(&line, &size, file) > 0) {
        json_error_t error;
        json_t *recorded = json_loads(line, 0, &error);
        ++*number;
        if (!recorded)
            printf("not ok %zu - %s: %s\n", *number, path, error.text);
        failed += !recorded || !run_case(recorded, *number);
        json_decref(recorded);
    }
    free(line);
    fclose(file);
    return failed;
}

int main(int argument_count, char **arguments)
{
    size_t failed = 0, number = 0;
    for (int i = 1; i < argument_count; i++)
        failed += run_file(arguments[i], &number);
    printf("1..%zu\n", number);
    return failed || number == 0 ? 1 : 0;
}
