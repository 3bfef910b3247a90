#include "text/reads.h"

#include "text/mask.h"

static struct reads *reads_of(struct sources *sources)
{
    if (!sources->reads)
        sources->reads = arena_new(sources->arena, struct reads);
    return sources->reads;
}

void reads_begin(struct sources *sources, str directory)
{
    struct reads *reads = reads_of(sources);
    if (reads->directory.len == 0)
        reads->directory = directory;
}

/* One entry a path, however it is spelled. */
static struct read_entry *entry_of(struct sources *sources, str path)
{
    struct reads *reads = reads_of(sources);
    bool is_stream = str_eq(path, STR("-"));
    str key = is_stream ? path : path_join(sources->arena, reads->directory, path);
    struct read_entry *entry = map_get(&reads->by_path, key);
    if (entry)
        return entry;
    entry = arena_new(sources->arena, struct read_entry);
    entry->path = is_stream ? STR(READS_STREAM) : path_relative(sources->arena, reads->directory, key);
    map_set(sources->arena, &reads->by_path, key, entry);
    vec_push(sources->arena, &reads->list, entry);
    return entry;
}

/* What was unreadable once stays so: a second look that succeeds does not undo what the first one missed. */
void reads_enter(struct sources *sources, str path, enum host_status status, span at)
{
    struct read_entry *entry = entry_of(sources, path);
    if (!span_is_set(entry->at))
        entry->at = at;
    if (entry->state == READ_UNREADABLE)
        return;
    entry->status = status;
    entry->state = status == HOST_OK ? READ_DONE : host_is_absent(status) ? READ_ABSENT : READ_UNREADABLE;
}

struct host_file reads_file(
    struct sources *sources, const struct host *host, struct arena *arena, str path, size_t limit, span at)
{
    struct read_entry *entry = entry_of(sources, path);
    /* Once a run: a second look must not see other bytes, nor fail after the list was settled. */
    if (entry->host == host && entry->state == READ_DONE && entry->file.text.len <= limit)
        return entry->file;
    struct host_file file = host->read(host->self, arena, path, limit);
    reads_enter(sources, path, file.status, at);
    if (entry->state == READ_DONE && arena == sources->arena) {
        entry->host = host;
        entry->file = file;
    }
    return file;
}

struct host_entries reads_list(struct sources *sources, const struct host *host, str path, span at)
{
    struct host_entries entries = host->list(host->self, sources->arena, path);
    reads_enter(sources, path, entries.status, at);
    return entries;
}

struct host_stat reads_stat(struct sources *sources, const struct host *host, str path, span at)
{
    struct map *absent = &reads_of(sources)->absent;
    if (map_get(absent, path) == host)
        return (struct host_stat){.status = HOST_MISSING};
    struct host_stat stat = host->stat(host->self, path);
    if (host_is_absent(stat.status))
        map_set(sources->arena, absent, arena_copy(sources->arena, path), (void *)(uintptr_t)host);
    else if (stat.status != HOST_OK)
        reads_enter(sources, path, stat.status, at);
    return stat;
}

void reads_expect(struct sources *sources, str path)
{
    entry_of(sources, path);
}

void reads_close(struct sources *sources, str path)
{
    struct read_entry *entry = entry_of(sources, path);
    if (entry->state == READ_OPEN)
        entry->state = READ_DONE;
}

bool reads_is_unreadable(struct sources *sources, str path)
{
    return entry_of(sources, path)->state == READ_UNREADABLE;
}

void reads_told(struct sources *sources, str path)
{
    entry_of(sources, path)->told = true;
}

static void report(struct sources *sources, struct diags *diags, const struct read_entry *entry)
{
    str reason = host_status_text(entry->status);
    if (entry->state == READ_OPEN)
        reason = reads_of(sources)->directory.len
                     ? STR("nothing has read it")
                     : STR("the system cannot tell what the current directory is called");
    bool is_named = span_is_set(entry->at);
    span at = entry->at;
    if (is_named) /* nothing was judged: what else is in this line may be a secret */
        mask_line(sources, at.source, source_position(sources, at.source, at.offset).line);
    else
        at = span_make(source_add(sources, SOURCE_ARGUMENT, entry->path, entry->path, STR(""))->id, 0, 0);
    struct diag *diag =
        is_named ? diag_add(diags, STR("unreadable-input"), SEVERITY_ERROR, at,
                       "cannot read " STR_FMT ": " STR_FMT, STR_ARG(entry->path), STR_ARG(reason))
                 : diag_add(diags, STR("unreadable-input"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(reason));
    diag->fatal = true;
    diag->line_only = !is_named;
}

bool reads_settle(struct sources *sources, struct diags *diags)
{
    bool all_ended_well = true;
    vec_each(struct read_entry *const *, item, &reads_of(sources)->list) {
        struct read_entry *entry = *item;
        bool ended_well = entry->state == READ_DONE || entry->state == READ_ABSENT;
        if (!ended_well && !entry->told)
            report(sources, diags, entry);
        entry->told = true;
        all_ended_well = all_ended_well && ended_well;
    }
    return all_ended_well;
}
