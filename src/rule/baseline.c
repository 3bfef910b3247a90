#include "rule/baseline.h"

#include "base/buf.h"
#include "base/number.h"
#include "rule/cause.h"
#include "text/mask.h"
#include "text/reads.h"

#include <stdlib.h>

enum { COLUMNS = 6 };

struct entry {
    struct suppression suppression;
    str file;                   /* as it is listed */
    size_t listed, used, found; /* findings: allowed by the list, marked by it, in the new one */
};

/* ---- which finding is which */

/* Absolute where the run knows where it is. */
static str absolute(struct arena *arena, const struct sources *sources, str path)
{
    str directory = sources->reads != NULL ? sources->reads->directory : STR("");
    return directory.len > 0 ? path_clean(arena, path_join(arena, directory, path)) : STR("");
}

/* "../app.env": a list may lie beside what it speaks of. Both absolute and clean. */
static str relative(struct arena *arena, str base, str path)
{
    str up = STR("");
    while (str_eq(path_relative(arena, base, path), path) && !str_eq(base, STR("/"))) {
        base = path_directory(base);
        up = arena_concat(arena, up, STR("../"));
    }
    return arena_concat(arena, up, path_relative(arena, base, path));
}

static str file_of(struct arena *arena, str directory, const struct sources *sources, span at)
{
    const struct source *source = source_of(sources, at);
    if (source == NULL)
        return STR("");
    bool is_file = source->kind != SOURCE_ENVIRONMENT && source->kind != SOURCE_BUILTIN &&
                   !str_eq(source->path, STR("-"));
    str path = is_file ? absolute(arena, sources, source->path) : STR("");
    return path.len > 0 && directory.len > 0 ? relative(arena, directory, path) : source->name;
}

/* The columns of a finding before its cause, and that. */
struct identity {
    str file, place, cause;
};

/* All as it may be shown, control bytes of names escaped: a line stays a line. */
static struct identity identity_of(
    struct arena *arena, const struct diags *diags, const struct diag *diag, str directory)
{
    struct gate *gate = sources_gate(diags->sources);
    str file = gate_visible(gate, file_of(arena, directory, diags->sources, diag->at));
    str variable = gate_visible(gate, diag->variable), service = gate_visible(gate, diag->service);
    return (struct identity){
        .file = file,
        .place = arena_printf(arena, STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT, STR_ARG(diag->rule),
            STR_ARG(file), STR_ARG(variable), STR_ARG(service)),
        .cause = cause_of(arena, diags, diag),
    };
}

static str key_of(struct arena *arena, const struct identity *identity)
{
    return arena_join(arena, identity->place, STR("\t"), identity->cause);
}

/* ---- reading */

/*
 * Lines of older versions end with the service and hold for any number of findings. The count is looked for
 * from the end: a name may have tabs of its own.
 */
static void read_line(struct arena *arena, struct baseline *baseline, str line)
{
    struct str_cut last = str_rcut_byte(line, '\t');
    size_t tabs = 0;
    for (size_t i = 0; i < line.len; i++)
        tabs += line.ptr[i] == '\t';
    int64_t listed = INT64_MAX;
    bool is_whole = tabs + 1 >= COLUMNS && number_parse(last.tail, &listed) && listed > 0;
    struct entry *entry = arena_new(arena, struct entry);
    *entry = (struct entry){
        .suppression = {.reason = STR("in the baseline"), .is_known = true},
        .file = str_cut_byte(str_cut_byte(line, '\t').tail, '\t').head,
        .listed = is_whole ? (size_t)listed : SIZE_MAX,
    };
    map_set(arena, &baseline->entries, is_whole ? last.head : line, entry);
}

struct baseline baseline_read(struct arena *arena, const struct sources *sources, str path, str text)
{
    struct baseline baseline = {.directory = path_directory(absolute(arena, sources, path))};
    str line;
    while (str_next(&text, '\n', &line)) {
        line = str_trim_bytes(line, STR("\r"));
        if (line.len > 0 && line.ptr[0] != '#')
            read_line(arena, &baseline, line);
    }
    return baseline;
}

/* ---- applying */

static struct entry *entry_of(
    struct arena *arena, const struct baseline *baseline, const struct identity *identity)
{
    struct entry *entry = map_get(&baseline->entries, key_of(arena, identity));
    return entry != NULL ? entry : map_get(&baseline->entries, identity->place);
}

size_t baseline_apply(const struct baseline *baseline, struct diags *diags)
{
    vec_each(struct diag *, diag, &diags->list) {
        if (diag->fatal)
            continue;
        struct identity identity = identity_of(diags->arena, diags, diag, baseline->directory);
        struct entry *entry = entry_of(diags->arena, baseline, &identity);
        if (entry == NULL || entry->used == entry->listed)
            continue;
        entry->used++;
        if (diag->suppressed == NULL)
            diag->suppressed = &entry->suppression;
    }
    size_t unused = 0;
    vec_each(const struct map_entry *, slot, &baseline->entries.entries)
        unused += ((const struct entry *)slot->value)->used == 0;
    return unused;
}

/* ---- writing */

/* A new list while it is made. */
struct writer {
    struct arena *arena;
    const struct diags *diags;
    const struct host *host;
    str directory;
    const struct baseline *former;
    struct map entries; /* as in struct baseline */
    struct baseline_change change;
};

static void list_findings(struct writer *w)
{
    vec_each(const struct diag *, diag, &w->diags->list) {
        if (diag->fatal || (diag->suppressed != NULL && !diag->suppressed->is_known))
            continue;
        struct identity identity = identity_of(w->arena, w->diags, diag, w->directory);
        str key = key_of(w->arena, &identity);
        struct entry *entry = map_get(&w->entries, key);
        if (entry == NULL) {
            entry = arena_new(w->arena, struct entry);
            map_set(w->arena, &w->entries, key, entry);
        }
        entry->found++;
        w->change.findings++;
        struct entry *known = entry_of(w->arena, w->former, &identity);
        w->change.added += known == NULL || known->found >= known->listed;
        if (known != NULL)
            known->found++;
    }
}

/* Whether this run could have found again what the former list has of a file. */
static bool was_judged(const struct writer *w, const struct map *read, str file)
{
    if (file.len == 0 || map_has(read, file))
        return true;
    str path = path_join(w->arena, w->directory, file);
    return host_is_absent(w->host->stat(w->host->self, path).status);
}

static struct map files_read(struct writer *w)
{
    struct map read = {0};
    vec_each(struct source *const *, source, &w->diags->sources->items)
        if ((*source)->kind != SOURCE_BUILTIN)
            map_set(w->arena, &read,
                file_of(w->arena, w->directory, w->diags->sources, span_make((*source)->id, 0, 0)), w);
    return read;
}

/* What the former list has more: gone, or not looked at. */
static void merge_former(struct writer *w)
{
    struct map read = files_read(w);
    vec_each(const struct map_entry *, slot, &w->former->entries.entries) {
        struct entry *entry = slot->value;
        size_t listed = entry->listed == SIZE_MAX ? 1 : entry->listed;
        if (entry->found == 0 && !was_judged(w, &read, entry->file)) {
            map_set(w->arena, &w->entries, slot->key, entry);
            entry->found = entry->listed;
            w->change.elsewhere += listed;
        } else if (entry->found < listed) {
            w->change.gone += listed - entry->found;
        }
    }
}

struct baseline_change baseline_write(
    const struct diags *diags, const struct host *host, str path, const struct baseline *former)
{
    struct arena *arena = diags->arena;
    struct writer w = {.arena = arena, .diags = diags, .host = host, .former = former};
    w.directory = path_directory(absolute(arena, diags->sources, path));
    list_findings(&w);
    merge_former(&w);
    str_vec lines = {0};
    vec_each(const struct map_entry *, slot, &w.entries.entries) {
        const struct entry *entry = slot->value;
        vec_push(arena, &lines,
            entry->found == SIZE_MAX
                ? slot->key
                : arena_printf(arena, STR_FMT "\t%zu", STR_ARG(slot->key), entry->found));
    }
    if (lines.count > 0)
        qsort(lines.items, lines.count, sizeof lines.items[0], str_order);
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    buf_str(
        &out, STR("# rule, file, variable, service, cause, count: findings that are known; bootgate reports "
                  "new ones\n"));
    vec_each(const str *, line, &lines) {
        buf_str(&out, *line);
        buf_byte(&out, '\n');
    }
    w.change.text = buf_view(&out);
    return w.change;
}
