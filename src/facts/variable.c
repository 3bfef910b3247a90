#include "facts/variable.h"

#include <stdlib.h>

/* The setting that wrote all of a value's bytes; an empty value has none and is known by its one ${NAME}. */
static const struct value *written_by(const struct value *value)
{
    const struct value *via = NULL;
    if (value->text.len == 0 && value->uses.count == 1)
        via = value->uses.items[0].from;
    else if (value->pieces.list.count == 1)
        via = value->pieces.list.items[0].via;
    return via && str_eq(via->text, value->text) ? via : NULL;
}

const struct value *value_root(const struct value *value)
{
    for (const struct value *via = value; via; via = written_by(via))
        value = via;
    return value;
}

const struct value *facts_root(const struct facts *facts, const struct value *value)
{
    const struct value *step = written_by(value), *last = value, *root = NULL;
    if (!step || !written_by(step))
        return step ? step : value;
    VEC(const struct value *) passed = {0};
    for (step = value; step && !root; step = written_by(step)) {
        root = map_get(facts->roots, (str){(const char *)&step, sizeof step});
        vec_push(facts->arena, &passed, step);
        last = step;
    }
    root = root ? root : last;
    vec_each(const struct value *const *, one, &passed)
        map_set(facts->arena, facts->roots, arena_key(facts->arena, *one), (void *)(uintptr_t)root);
    return root;
}

/* Rows are found by their root and name, so that gathering stays linear. */
static str row_key(const struct facts *facts, const struct value *value)
{
    return arena_concat(facts->arena, arena_key(facts->arena, facts_root(facts, value)), value->name);
}

struct variable *variable_find(const struct facts *facts, const struct value *value)
{
    return map_get(&facts->variable_rows, row_key(facts, value));
}

static struct variable *add_row(
    struct facts *facts, const struct value *value, const struct service *service, str key)
{
    struct variable *variable = arena_new(facts->arena, struct variable);
    variable->value = value;
    variable->root = facts_root(facts, value);
    variable->service = service;
    variable->declared = config_var(facts->config, value->name);
    if (service)
        vec_push(facts->arena, &variable->holders, ((struct holder){.service = service, .value = value}));
    vec_push(facts->arena, &facts->variables, variable);
    map_set(facts->arena, &facts->variable_rows, key, variable);
    if (value->origin != ORIGIN_DEFAULT && !map_has(&facts->name_rows, value->name))
        map_set(facts->arena, &facts->name_rows, value->name, variable);
    return variable;
}

struct variable *variable_add(struct facts *facts, const struct value *value, const struct service *service)
{
    return add_row(facts, value, service, row_key(facts, value));
}

static struct variable *hand_over(
    struct facts *facts, const struct value *value, const struct service *service)
{
    str key = row_key(facts, value);
    struct variable *known = map_get(&facts->variable_rows, key);
    if (!known)
        return add_row(facts, value, service, key);
    if (!known->service)
        known->service = service;
    if (service)
        vec_push(facts->arena, &known->holders, ((struct holder){.service = service, .value = value}));
    return known;
}

/* Names that some active service is handed from anywhere, and the settings that reach one. */
struct handed {
    struct map names, roots;
    struct map parts;        /* settings that connection strings are put together from */
    struct map asleep;       /* settings that reach only services which do not start → such a service */
    struct map asleep_files; /* … all of a file, by its path */
};

/* Where a service that does not start is described. */
struct region {
    span at;
    const struct service *service;
};

typedef VEC(struct region) regions;

static int compare_spans(span a, span b)
{
    return a.source != b.source ? (a.source > b.source) - (a.source < b.source)
                                : (a.offset > b.offset) - (a.offset < b.offset);
}

static int compare_regions(const void *left, const void *right)
{
    return compare_spans(((const struct region *)left)->at, ((const struct region *)right)->at);
}

/*
 * From the key to the last line that is indented more: the blocks of YAML. Where the key is not the first of
 * its line nothing is said, so that what others use is never taken for asleep.
 */
static span block_of(const struct sources *sources, span key)
{
    const struct source *source = source_of(sources, key);
    if (!source)
        return (span){0};
    str text = source->text;
    size_t start = key.offset, end = key.offset;
    while (start && (text.ptr[start - 1] == ' '))
        start--;
    if (start && text.ptr[start - 1] != '\n')
        return (span){0};
    while (end < text.len) {
        str rest = str_skip(text, end), line = str_take(rest, str_find_byte(rest, '\n'));
        size_t indent = 0;
        while (indent < line.len && line.ptr[indent] == ' ')
            indent++;
        bool is_blank = indent == line.len || line.ptr[indent] == '#' || line.ptr[indent] == '\r';
        if (end > key.offset && !is_blank && indent <= key.offset - start)
            break;
        end += line.len + (line.len < rest.len);
    }
    return span_make(key.source, key.offset, end - key.offset);
}

static regions regions_asleep(struct facts *facts)
{
    regions list = {0};
    vec_each(struct service *const *, service, &facts->services) {
        const struct workload *workload = (*service)->workload;
        span block = workload->active ? (span){0} : block_of(facts->sources, workload->at);
        if (span_is_set(block))
            vec_push(facts->arena, &list, ((struct region){block, *service}));
    }
    if (list.count)
        qsort(list.items, list.count, sizeof *list.items, compare_regions);
    return list;
}

/* The service that does not start and whose description the place is in; NULL: none. */
static const struct service *asleep_at(const regions *list, span at)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_spans(list->items[middle].at, at) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct region *region = low ? &list->items[low - 1] : NULL;
    bool is_inside =
        region && region->at.source == at.source && at.offset < region->at.offset + region->at.length;
    return is_inside ? region->service : NULL;
}

/* Chains of ${NAME} may be as long as a file: a list of what waits, no recursion. */
static void note_roots(
    const struct facts *facts, struct map *roots, const struct value *value, const void *by)
{
    VEC(const struct value *) waiting = {0};
    const struct value *next = value;
    while (next) {
        const struct value *root = facts_root(facts, next);
        bool is_known = map_has(roots, (str){(const char *)&root, sizeof root});
        if (!is_known)
            map_set(facts->arena, roots, arena_key(facts->arena, root), (void *)(uintptr_t)by);
        vec_each(const struct template_use *, use, &next->uses)
            if (!is_known && use->from)
                vec_push(facts->arena, &waiting, use->from);
        next = waiting.count ? waiting.items[--waiting.count] : NULL;
    }
}

/* Of a command; the words of one line share its references. */
static void note_words(const struct facts *facts, struct map *roots, struct value *const *words, size_t count)
{
    const struct template_use *line = NULL;
    for (size_t i = 0; i < count; i++) {
        if (words[i]->uses.items != line)
            vec_each(const struct template_use *, use, &words[i]->uses)
                if (use->from)
                    note_roots(facts, roots, use->from, facts);
        line = words[i]->uses.items;
    }
}

/* The service that would be handed the setting if it started: by ${NAME}, or with all of its file. */
static const struct service *OR_NULL sleeper_of(
    const struct facts *facts, const struct handed *handed, const struct value *value, str key)
{
    const struct service *by_use = map_get(&handed->asleep, key);
    const struct source *file = source_of(facts->sources, value->key);
    return by_use || !file ? by_use : map_get(&handed->asleep_files, file->path);
}

static struct handed what_is_handed(struct facts *facts)
{
    struct handed handed = {0};
    vec_each(struct service *const *, service, &facts->services) {
        if (!(*service)->workload->active) {
            vec_each(const struct workload_env_file *, file, &(*service)->workload->env_files)
                map_set(facts->arena, &handed.asleep_files, file->path, *service);
            continue;
        }
        vec_each(const struct map_entry *, entry, &(*service)->workload->environment.map.entries) {
            const struct value *value = entry->value;
            if (entry->removed || !value->set)
                continue;
            map_set(facts->arena, &handed.names, value->name, facts);
            note_roots(facts, &handed.roots, value, facts);
            if (value->uses.count && dsn_recognise(value->text, value->name))
                vec_each(const struct template_use *, use, &value->uses)
                    if (use->from)
                        note_roots(facts, &handed.parts, use->from, facts);
        }
        /* An anchor may be in a service that does not start, and its alias in this one. */
        const struct workload *workload = (*service)->workload;
        note_words(facts, &handed.roots, workload->command.items, workload->command.count);
        note_words(facts, &handed.roots, workload->entrypoint.items, workload->entrypoint.count);
    }
    if (!facts->deployment)
        return handed;
    regions asleep = regions_asleep(facts);
    vec_each(const struct template_use *, use, &facts->deployment->uses) {
        const struct service *service = asleep_at(&asleep, use->at);
        if (use->from)
            note_roots(facts, service ? &handed.asleep : &handed.roots, use->from,
                service ? (const void *)service : facts);
    }
    vec_each(struct deployment_resource *const *, secret, &facts->deployment->secrets) {
        const struct value *value = env_get(&facts->deployment->environment, (*secret)->environment);
        if (value)
            note_roots(facts, &handed.roots, value, facts);
    }
    return handed;
}

/*
 * A setting of the env file counts unless every service that knows the name is handed something else: then
 * nobody in the project sees it.
 */
static bool is_effective(struct facts *facts, const struct handed *handed, const struct value *value)
{
    if (!map_has(&handed->names, value->name))
        return true;
    str key = arena_key(facts->arena, facts_root(facts, value));
    return map_has(&handed->roots, key);
}

/* A connection string may come from a file as well: X_FILE is judged as X. */
static void gather_contents(struct facts *facts)
{
    vec_each(const struct secret_file *, file, &facts->secret_files) {
        const struct value *content = file->content;
        if (content && content->origin == ORIGIN_SECRET_FILE && dsn_recognise(content->text, file->name))
            hand_over(facts, content, file->service);
    }
}

/* What the program itself falls back to is what it runs with: judged like a setting, known as none. */
static void gather_defaults(struct facts *facts)
{
    vec_each(const struct config_var *, var, &facts->config->vars) {
        const struct config_text *text = &var->default_text;
        if (!span_is_set(text->at) || text->text.len == 0 || map_has(&facts->name_rows, var->name))
            continue;
        struct value *value = arena_new(facts->arena, struct value);
        *value = (struct value){
            .name = var->name, .text = text->text, .set = true, .origin = ORIGIN_DEFAULT, .at = text->at};
        if (text->verbatim)
            pieces_add(facts->arena, &value->pieces, text->text.len, text->at, NULL);
        variable_add(facts, value, NULL);
    }
}

void variables_gather(struct facts *facts, const struct env *file_environment)
{
    struct handed handed = what_is_handed(facts);
    size_t count = file_environment->map.live;
    vec_reserve(facts->arena, &facts->variables, count);
    map_reserve(facts->arena, &facts->variable_rows, count);
    map_reserve(facts->arena, &facts->name_rows, count);
    vec_each(const struct map_entry *, entry, &file_environment->map.entries) {
        const struct value *value = entry->value;
        if (entry->removed || !value->set || !is_effective(facts, &handed, value))
            continue;
        struct variable *variable = hand_over(facts, value, NULL);
        str key = arena_key(facts->arena, facts_root(facts, value));
        variable->is_reached = map_has(&handed.roots, key);
        variable->asleep = variable->is_reached ? NULL : sleeper_of(facts, &handed, value, key);
    }
    vec_each(struct service *const *, service, &facts->services) {
        if (!(*service)->workload->active)
            continue;
        vec_each(const struct map_entry *, entry, &(*service)->workload->environment.map.entries) {
            const struct value *value = entry->value;
            if (!entry->removed && value->set)
                hand_over(facts, value, *service);
        }
    }
    gather_contents(facts);
    gather_defaults(facts);
    vec_each(struct variable *const *, variable, &facts->variables)
        (*variable)->is_part = (*variable)->holders.count == 0 &&
                               map_has(&handed.parts, arena_key(facts->arena, (*variable)->root));
}
