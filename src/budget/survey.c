#include "budget/survey.h"

#include "base/limit.h"
#include "language/pattern.h"

#define FILES_MAX 3000   /* that one project is searched in */
#define BYTES_MAX 262144 /* of one file: generated ones are larger */
#define DEPTH_MAX 8

struct survey {
    struct arena *arena;
    const struct host *host;
    struct patterns patterns;
    size_t files;
    struct map directories; /* build context → struct survey_find * */
};

/* What one build context came to. */
struct survey_find {
    size_t count; /* places that were found; one is what can be proposed */
    str path;     /* of the last one */
    const struct pool_call *call;
};

static bool has_ending(str name, str endings)
{
    str ending;
    while (str_next(&endings, ' ', &ending))
        if (str_ends(name, ending))
            return true;
    return false;
}

/* Dependencies, builds and tests are not what runs. */
static bool is_passed_over(str name)
{
    static const str names[] = {STR_INIT("node_modules"), STR_INIT("vendor"), STR_INIT("venv"),
        STR_INIT("env"), STR_INIT("dist"), STR_INIT("build"), STR_INIT("target"), STR_INIT("test"),
        STR_INIT("tests"), STR_INIT("__pycache__"), STR_INIT("migrations"), STR_INIT("examples"),
        STR_INIT("docs")};
    return str_starts(name, STR(".")) || STR_IS_IN(name, names);
}

/* What is written into a file of lines must not make one. */
static bool is_printable(str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == '\x7f')
            return false;
    return true;
}

static bool hits_once(struct survey *s, str match, str text)
{
    struct pattern_hit first, second;
    if (pattern_find(&s->patterns, match, text, 0, &first).outcome != EVAL_MATCH_YES ||
        first.to == first.from)
        return false;
    return pattern_find(&s->patterns, match, text, first.to, &second).outcome == EVAL_MATCH_NO;
}

static void search_file(struct survey *s, struct survey_find *find, str path)
{
    struct host_file file = {.status = HOST_MISSING};
    for (size_t i = 0; i < data_calls_count; i++) {
        const struct pool_call *call = &data_calls[i];
        if (!has_ending(path, call->files))
            continue;
        if (file.status != HOST_OK) {
            if (s->files++ >= FILES_MAX)
                return;
            file = s->host->read(s->host->self, s->arena, path, BYTES_MAX);
        }
        if (file.status != HOST_OK || !hits_once(s, call->match, file.text))
            continue;
        *find = (struct survey_find){find->count + 1, path, call};
        return;
    }
}

static void search(struct survey *s, struct survey_find *find, str directory, size_t depth)
{
    struct host_entries entries = s->host->list(s->host->self, s->arena, directory);
    if (entries.status != HOST_OK || depth == 0)
        return;
    vec_each(const struct host_entry *, entry, &entries.list) {
        str path = path_join(s->arena, directory, entry->name);
        if (!is_printable(entry->name))
            continue;
        if (!entry->is_directory)
            search_file(s, find, path);
        else if (!is_passed_over(entry->name))
            search(s, find, path, depth - 1);
    }
}

static const struct survey_find *find_in(struct survey *s, str directory)
{
    struct survey_find *find = map_get(&s->directories, directory);
    if (!find) {
        find = arena_new(s->arena, struct survey_find);
        map_set(s->arena, &s->directories, directory, find);
        search(s, find, directory, DEPTH_MAX);
    }
    return find;
}

/* A scalar of YAML in single quotes, where a quote is written twice. */
static str quoted(struct arena *arena, str text)
{
    struct buf buf = buf_new(arena, limit_value(LIMIT_VALUE_BYTES));
    for (size_t i = 0; i < text.len; i++)
        buf_str(&buf, text.ptr[i] == '\'' ? STR("''") : (str){&text.ptr[i], 1});
    return arena_join(arena, STR("'"), buf_view(&buf), STR("'"));
}

void survey_fill(struct arena *arena, const struct facts *facts, struct budgets *budgets, str base)
{
    struct survey survey = {.arena = arena, .host = facts->host, .patterns = {.arena = arena}};
    vec_each(struct budget_row *const *, row, &budgets->rows)
        vec_each(struct budget_term *, term, &(*row)->terms) {
            const struct workload_build *build = term->service ? term->service->workload->build : NULL;
            if (!build || build->is_remote || term->declared || term->each.state == COUNT_READ)
                continue;
            const struct survey_find *find = find_in(&survey, build->context);
            if (find->count == 1)
                term->each_place = arena_printf(arena, "{file: " STR_FMT ", match: " STR_FMT "}",
                    STR_ARG(quoted(arena, path_relative(arena, base, find->path))),
                    STR_ARG(quoted(arena, find->call->match)));
        }
}
