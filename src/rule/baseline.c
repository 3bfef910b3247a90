#include "rule/baseline.h"

#include "base/buf.h"
#include "base/map.h"
#include "text/mask.h"

#include <stdlib.h>

static str file_of(const struct diag *diag, const struct sources *sources)
{
    const struct source *source = source_of(sources, diag->at);
    return source ? source->name : STR("");
}

/*
 * rule, file, variable, service, as they may be shown; control bytes of names escaped, so that a line stays
 * a line.
 */
static str key_of(struct arena *arena, const struct diag *diag, const struct sources *sources)
{
    struct gate *gate = sources_gate(sources);
    str file = gate_visible(gate, file_of(diag, sources));
    str variable = gate_visible(gate, diag->variable);
    str service = gate_visible(gate, diag->service);
    return arena_printf(arena, STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT, STR_ARG(diag->rule),
        STR_ARG(file), STR_ARG(variable), STR_ARG(service));
}

static int compare_lines(const void *a, const void *b)
{
    return str_compare(*(const str *)a, *(const str *)b);
}

str baseline_write(struct arena *arena, const struct diags *diags, const struct sources *sources)
{
    str_vec lines = {0};
    for (size_t i = 0; i < diags->list.count; i++)
        if (!diags->list.items[i].suppressed)
            vec_push(arena, &lines, key_of(arena, &diags->list.items[i], sources));
    if (lines.count > 0)
        qsort(lines.items, lines.count, sizeof lines.items[0], compare_lines);
    struct buf out = buf_new(arena, SIZE_MAX / 4);
    buf_str(
        &out, STR("# rule, file, variable, service: findings that are known; bootgate reports new ones\n"));
    for (size_t i = 0; i < lines.count; i++) {
        if (i > 0 && str_eq(lines.items[i], lines.items[i - 1]))
            continue;
        buf_str(&out, lines.items[i]);
        buf_byte(&out, '\n');
    }
    return buf_view(&out);
}

/* One line of the file and whether a finding was met. */
struct entry {
    struct suppression suppression;
    bool used;
};

static struct map read_entries(struct arena *arena, const struct source *source)
{
    struct map entries = {0};
    str rest = source->text, line;
    while (str_next(&rest, '\n', &line)) {
        size_t offset = (size_t)(line.ptr - source->text.ptr);
        line = str_trim_bytes(line, STR("\r"));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        struct entry *entry = arena_new(arena, struct entry);
        entry->suppression.reason = STR("in the baseline");
        entry->suppression.at = span_make(source->id, offset, line.len);
        map_set(arena, &entries, line, entry);
    }
    return entries;
}

size_t baseline_apply(struct diags *diags, const struct sources *sources, const struct source *source)
{
    struct map entries = read_entries(diags->arena, source);
    for (size_t i = 0; i < diags->list.count; i++) {
        struct diag *diag = &diags->list.items[i];
        struct entry *entry = map_get(&entries, key_of(diags->arena, diag, sources));
        if (!entry || diag->fatal)
            continue;
        entry->used = true;
        if (!diag->suppressed)
            diag->suppressed = &entry->suppression;
    }
    size_t unused = 0;
    vec_each(const struct map_entry *, slot, &entries.entries)
        unused += !((const struct entry *)slot->value)->used;
    return unused;
}
