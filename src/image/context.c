#include "image/context.h"

#include "base/limit.h"
#include "text/reads.h"

#include <stdlib.h>

#define STAGES_MAX 16 /* that a file may be copied through */

/* ---- .dockerignore */

/* One pattern of a line as ignorefile.ReadAll() leaves it; empty: none. */
static str clean_pattern(struct arena *arena, str line)
{
    if (str_starts(line, STR("#")))
        return STR("");
    line = str_trim(line);
    bool is_exception = str_starts(line, STR("!"));
    str pattern = str_trim(str_skip(line, is_exception));
    if (pattern.len == 0)
        return STR("");
    pattern = path_clean(arena, pattern);
    if (pattern.len > 1 && pattern.ptr[0] == '/')
        pattern = str_skip(pattern, 1);
    return is_exception ? arena_concat(arena, STR("!"), pattern) : pattern;
}

struct build_context context_open(
    struct arena *arena, struct sources *sources, const struct host *host, str directory, str dockerfile)
{
    struct build_context context = {.arena = arena, .sources = sources, .host = host, .directory = directory};
    str names[] = {dockerfile.len ? arena_concat(arena, dockerfile, STR(".dockerignore")) : STR(""),
        path_join(arena, directory, STR(".dockerignore"))};
    struct host_file file = {.status = HOST_MISSING};
    for (size_t i = 0; i < ARRAY_COUNT(names) && host_is_absent(file.status); i++)
        if (names[i].len)
            file = reads_file(sources, host, arena, names[i], limit_value(LIMIT_DOCKERFILE_BYTES), (span){0});
    str rest = file.status == HOST_OK ? file.text : STR(""), line;
    while (str_next(&rest, '\n', &line)) {
        str pattern = clean_pattern(arena, line);
        if (pattern.len)
            vec_push(arena, &context.patterns, pattern);
    }
    return context;
}

/* [a-z], [^x]: whether it holds the byte, and where it ends. */
static bool in_class(str pattern, size_t at, char byte, size_t *ret_end)
{
    bool is_not = at + 1 < pattern.len && (pattern.ptr[at + 1] == '^' || pattern.ptr[at + 1] == '!');
    bool found = false;
    size_t i = at + 1 + is_not;
    for (size_t first = i; i < pattern.len && (pattern.ptr[i] != ']' || i == first); i++) {
        char low = pattern.ptr[i], high = low;
        if (i + 2 < pattern.len && pattern.ptr[i + 1] == '-' && pattern.ptr[i + 2] != ']') {
            high = pattern.ptr[i + 2];
            i += 2;
        }
        found |= byte >= low && byte <= high;
    }
    *ret_end = i;
    return found != is_not && byte != '/';
}

/* ** and **\/ at `at`: which prefixes of the path can be matched with it. */
static void match_any_names(str pattern, size_t *at, str path, bool *row)
{
    *at += 2;
    bool is_names = *at < pattern.len && pattern.ptr[*at] == '/';
    *at += is_names;
    bool reached = false;
    for (size_t i = 0; i <= path.len; i++) {
        bool here = row[i];
        /* Whole names only, where a slash follows. */
        row[i] |= reached && (!is_names || path.ptr[i - 1] == '/');
        reached |= here;
    }
}

bool context_match(struct arena *arena, str pattern, str path)
{
    size_t work;
    if (__builtin_mul_overflow(pattern.len + 1, path.len + 1, &work) ||
        work > limit_value(LIMIT_PATTERN_WORK))
        return false;
    /* Whether the pattern up to here matches the first i bytes. */
    bool *row = arena_array(arena, bool, path.len + 1);
    row[0] = true;
    for (size_t at = 0; at < pattern.len;) {
        char byte = pattern.ptr[at];
        if (str_starts(str_skip(pattern, at), STR("**"))) {
            match_any_names(pattern, &at, path, row);
            continue;
        }
        if (byte == '*') {
            for (size_t i = 1; i <= path.len; i++)
                row[i] |= row[i - 1] && path.ptr[i - 1] != '/';
            at++;
            continue;
        }
        bool is_escape = byte == '\\' && at + 1 < pattern.len;
        size_t end = at + is_escape;
        for (size_t i = path.len; i > 0; i--) {
            char is = path.ptr[i - 1];
            bool fits = is_escape     ? is == pattern.ptr[at + 1]
                        : byte == '?' ? is != '/'
                        : byte == '[' ? in_class(pattern, at, is, &end)
                                      : is == byte;
            row[i] = row[i - 1] && fits;
        }
        row[0] = false;
        at = end + 1;
    }
    return row[path.len];
}

/* A path is left out with the directory that it is in. */
static bool matches_or_parent(struct arena *arena, str pattern, str path)
{
    for (;;) {
        if (context_match(arena, pattern, path))
            return true;
        struct str_cut cut = str_rcut_byte(path, '/');
        if (!cut.found)
            return false;
        path = cut.head;
    }
}

bool context_sends(const struct build_context *context, str path)
{
    bool is_out = false;
    vec_each(const str *, pattern, &context->patterns) {
        bool is_exception = str_starts(*pattern, STR("!"));
        if (is_exception == is_out &&
            matches_or_parent(context->arena, str_skip(*pattern, is_exception), path))
            is_out = !is_exception;
    }
    return !is_out;
}

/* ---- files of an image */

struct finder {
    const struct build_context *context;
    struct image_plan *plan;
    size_t depth;
};

static struct workload_file find(struct finder *f, const struct image *image, str path);

/* A file of the build context; false: it is not there, or not sent. */
static bool in_context(struct finder *f, str path, struct workload_file *ret_file)
{
    const struct build_context *context = f->context;
    path = path_clean(context->arena, str_trim_bytes(path, STR("/")));
    if (str_starts(path, STR("..")) || context->directory.len == 0 || !context_sends(context, path))
        return false;
    str whole = path_clean(context->arena, path_join(context->arena, context->directory, path));
    struct host_stat stat = reads_stat(context->sources, context->host, whole, (span){0});
    if (stat.status != HOST_OK || !stat.is_regular)
        return false;
    *ret_file = (struct workload_file){.is_known = true, .path = whole};
    return true;
}

/* The same in the stage or image that --from names; an image of elsewhere cannot be looked into. */
static bool in_source(
    struct finder *f, const struct image_step *step, str path, struct workload_file *ret_file)
{
    if (step->stage.len == 0)
        return in_context(f, path, ret_file);
    size_t stage = stage_find(f->plan, step->stage, f->plan->stages.count, true);
    *ret_file = (struct workload_file){0};
    if (stage == SIZE_MAX || f->depth >= STAGES_MAX)
        return true;
    f->depth++;
    *ret_file = find(f, stage_image(f->plan, stage), path_join(f->context->arena, STR("/"), path));
    return ret_file->is_known;
}

static const struct heredoc *heredoc_named(const struct image_step *step, str word)
{
    str name = str_trim_bytes(word, STR("<-\"'"));
    vec_each(const struct heredoc *, heredoc, &step->instruction->heredocs)
        if (str_starts(word, STR("<<")) && str_eq(heredoc->name, name))
            return heredoc;
    return NULL;
}

/* Whether one source of a COPY makes `path`; what it is then. */
static bool makes(struct finder *f, const struct image_step *step, str source, str to, bool is_directory,
    str path, struct workload_file *ret_file)
{
    struct arena *arena = f->context->arena;
    const struct heredoc *heredoc = heredoc_named(step, source);
    str base = heredoc ? heredoc->name : path_base(source);
    bool is_pattern = str_has_any(base, STR("*?["));
    str as_file = is_directory ? path_join(arena, to, is_pattern ? path_base(path) : base) : to;
    if (heredoc && str_eq(as_file, path)) {
        /* Its variables are the build's; a plain one is the file itself. */
        bool is_plain = heredoc->is_raw || !str_has_byte(heredoc->text->text, '$');
        *ret_file = (struct workload_file){.is_known = is_plain, .text = heredoc->text};
        return true;
    }
    if (heredoc || (is_pattern && !context_match(arena, base, path_base(path))))
        return false;
    str from = is_pattern ? path_join(arena, path_directory(source), path_base(path)) : source;
    if (str_eq(as_file, path) && in_source(f, step, from, ret_file))
        return true;
    str below = path_relative(arena, to, path);
    return !path_is_absolute(below) && in_source(f, step, path_join(arena, source, below), ret_file);
}

/* Programs that leave what a file says as it is. */
static bool is_harmless(str command)
{
    static const str programs[] = {STR_INIT("chmod"), STR_INIT("chown"), STR_INIT("dos2unix"), STR_INIT("ls"),
        STR_INIT("cat"), STR_INIT("test")};
    str rest = str_trim(command), program;
    bool is_line_ends = str_starts(rest, STR("sed -i")) && str_contains(rest, STR("s/\\r$//"));
    return is_line_ends || (str_next(&rest, ' ', &program) && STR_IS_IN(program, programs));
}

/* Whether a RUN may have written that file: it names it, and not only to make it executable. */
static bool may_edit(const struct image_step *step, str path)
{
    str rest = step->instruction->rest->text;
    while (rest.len) {
        size_t cut = str_find_any(rest, STR(";&|\n"));
        str command = cut == STR_NONE ? rest : str_take(rest, cut);
        rest = cut == STR_NONE ? STR("") : str_skip(rest, cut + 1);
        if (str_contains(command, path_base(path)) && !is_harmless(command))
            return true;
    }
    return false;
}

/* True: the step decides what is at the path. */
static bool decides(struct finder *f, const struct image_step *step, str path, struct workload_file *ret_file)
{
    struct arena *arena = f->context->arena;
    *ret_file = (struct workload_file){0};
    if (step->instruction->kind == INSTRUCTION_RUN)
        return may_edit(step, path);
    if (step->is_hidden || step->words.count < 2)
        return true;
    size_t sources = step->words.count - 1;
    str to = step->words.items[sources];
    bool is_directory = str_ends(to, STR("/")) || str_ends(to, STR(".")) || sources > 1;
    if (!path_is_absolute(to) && step->directory.len == 0)
        return true;
    to = path_clean(arena, path_join(arena, step->directory, to));
    for (size_t i = 0; i < sources; i++)
        if (makes(f, step, step->words.items[i], to, is_directory, path, ret_file))
            return true;
    return false;
}

static struct workload_file find(struct finder *f, const struct image *image, str path)
{
    struct workload_file file = {0};
    path = path_clean(f->context->arena, path);
    for (size_t i = image->steps.count; i > 0; i--)
        if (decides(f, &image->steps.items[i - 1], path, &file))
            return file;
    return (struct workload_file){0};
}

bool context_is_edited(const struct image *image, str path)
{
    vec_each(const struct image_step *, step, &image->steps)
        if (step->instruction->kind == INSTRUCTION_RUN && may_edit(step, path))
            return true;
    return false;
}

/* ---- directories */

static void list_image(struct finder *f, const struct image *image, str directory, str_vec *names);

/* The names of one directory of this machine that fit; one that is no directory, or is not sent, has none. */
static void list_host(struct finder *f, str path, str pattern, str_vec *names)
{
    const struct build_context *context = f->context;
    path = path_clean(context->arena, str_trim_bytes(path, STR("/")));
    if (str_starts(path, STR("..")) || context->directory.len == 0)
        return;
    str whole = path_clean(context->arena, path_join(context->arena, context->directory, path));
    struct host_stat stat = reads_stat(context->sources, context->host, whole, (span){0});
    if (stat.status != HOST_OK || !stat.is_directory)
        return;
    struct host_entries entries = reads_list(context->sources, context->host, whole, (span){0});
    vec_each(const struct host_entry *, entry, &entries.list)
        if (pattern.len == 0 || context_match(context->arena, pattern, entry->name))
            vec_push(context->arena, names, entry->name);
}

/* What one source of a COPY puts into the directory. */
static void list_source(struct finder *f, const struct image_step *step, str source, str to,
    bool is_directory, str directory, str_vec *names)
{
    struct arena *arena = f->context->arena;
    const struct heredoc *heredoc = heredoc_named(step, source);
    str base = heredoc ? heredoc->name : path_base(source);
    bool is_pattern = !heredoc && str_has_any(base, STR("*?["));
    str as_file = is_directory ? path_join(arena, to, base) : to;
    if (!is_pattern && str_eq(path_directory(as_file), directory))
        vec_push(arena, names, path_base(as_file));
    if (is_pattern && str_eq(to, directory) && step->stage.len == 0)
        list_host(f, path_directory(source), base, names);
    str below = str_eq(to, directory) ? STR("") : path_relative(arena, to, directory);
    if (heredoc || is_pattern || path_is_absolute(below))
        return;
    str inside = below.len ? path_join(arena, source, below) : source;
    size_t stage = step->stage.len ? stage_find(f->plan, step->stage, f->plan->stages.count, true) : SIZE_MAX;
    if (step->stage.len == 0)
        list_host(f, inside, STR(""), names);
    else if (stage != SIZE_MAX && f->depth++ < STAGES_MAX)
        list_image(f, stage_image(f->plan, stage), path_join(arena, STR("/"), inside), names);
}

static void list_image(struct finder *f, const struct image *image, str directory, str_vec *names)
{
    struct arena *arena = f->context->arena;
    directory = path_clean(arena, directory);
    vec_each(const struct image_step *, step, &image->steps) {
        bool is_copy =
            step->instruction->kind != INSTRUCTION_RUN && !step->is_hidden && step->words.count > 1;
        if (!is_copy)
            continue;
        size_t sources = step->words.count - 1;
        str to = step->words.items[sources];
        bool is_directory = str_ends(to, STR("/")) || str_ends(to, STR(".")) || sources > 1;
        if (!path_is_absolute(to) && step->directory.len == 0)
            continue;
        to = path_clean(arena, path_join(arena, step->directory, to));
        for (size_t i = 0; i < sources; i++)
            list_source(f, step, step->words.items[i], to, is_directory, directory, names);
    }
}

str_vec context_list(
    const struct build_context *context, struct image_plan *plan, const struct image *image, str directory)
{
    struct finder finder = {.context = context, .plan = plan};
    str_vec names = {0};
    list_image(&finder, image, directory, &names);
    if (names.count > 1)
        qsort(names.items, names.count, sizeof names.items[0], str_order);
    size_t kept = 0;
    for (size_t i = 0; i < names.count; i++)
        if (kept == 0 || !str_eq(names.items[i], names.items[kept - 1]))
            names.items[kept++] = names.items[i];
    names.count = kept;
    return names;
}

str_vec context_copied(const struct build_context *context, struct image_plan *plan)
{
    str_vec directories = {0};
    if (context->directory.len == 0)
        return directories;
    vec_each(const struct instruction *const *, instruction, &plan->file->instructions) {
        bool is_copy = (*instruction)->kind == INSTRUCTION_COPY || (*instruction)->kind == INSTRUCTION_ADD;
        if (!is_copy || instruction_flag(context->arena, *instruction, STR("from")))
            continue;
        for (size_t i = 0; i + 1 < (*instruction)->words.count; i++) {
            str source =
                path_clean(context->arena, str_trim_bytes((*instruction)->words.items[i]->text, STR("/")));
            if (str_has_any(source, STR("$*?[<")) || str_starts(source, STR("..")))
                continue;
            str whole = path_clean(context->arena, path_join(context->arena, context->directory, source));
            if (!str_vec_has(&directories, whole))
                vec_push(context->arena, &directories, whole);
        }
    }
    return directories;
}

struct workload_file context_find(
    const struct build_context *context, struct image_plan *plan, const struct image *image, str path)
{
    struct finder finder = {.context = context, .plan = plan};
    return find(&finder, image, path);
}
