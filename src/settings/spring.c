/*
 * Spring Boot's own files, merged as it merges them: settings/number.h.
 *
 * Spring Boot reference, "Externalized Configuration": profile files beat application.*, .properties beats
 * YAML in one directory, files beside the program beat those inside of it, later documents of a file beat
 * earlier ones.
 */
#include "settings/entries.h"
#include "settings/markup.h"
#include "settings/number.h"

#define FILES_MAX 64 /* of one program that are merged */

/* One document of one file, the weakest first. */
struct property_source {
    const struct source *file;
    const struct yaml_node *root; /* YAML; NULL: the entries of `part` */
    entry_list entries;
    size_t part;
};

struct properties {
    const struct settings_reading *r;
    const struct settings_program *program;
    VEC(struct property_source) list;
    str resources;     /* src/main/resources of its source; empty: not known */
    bool is_ambiguous; /* several modules have such files */
    bool imports;      /* more comes from elsewhere */
    size_t depth;
};

/* ---- names: relaxed binding */

/* maximum-pool-size, maximumPoolSize and maximum_pool_size are one name; dots count. */
static bool same_property(str a, str b)
{
    str x, y;
    do {
        bool has_x = str_next(&a, '.', &x), has_y = str_next(&b, '.', &y);
        if (has_x != has_y)
            return false;
        if (!has_x)
            return true;
        if (!settings_same_letters(x, y))
            return false;
    } while (true);
}

/* The scalar of a key in a tree whose keys may be dotted themselves. */
static const struct yaml_node *find_node(const struct yaml_node *node, str key, size_t depth)
{
    if (!node || depth == 0 || node->kind != YAML_MAPPING)
        return NULL;
    for (size_t i = node->pairs.count; i > 0; i--) {
        const struct yaml_pair *pair = &node->pairs.items[i - 1];
        str rest = key, head = {0}, part;
        while (str_next(&rest, '.', &part)) {
            head = (str){key.ptr, (size_t)(part.ptr + part.len - key.ptr)};
            if (!same_property(head, pair->key->text))
                continue;
            if (rest.len == 0)
                return pair->value->kind == YAML_SCALAR ? pair->value : NULL;
            const struct yaml_node *found = find_node(pair->value, rest, depth - 1);
            if (found)
                return found;
        }
    }
    return NULL;
}

/* A property of one document; its slice of the file. */
static struct setting_hit property_of(const struct property_source *source, str key)
{
    struct setting_hit hit = {0};
    const struct yaml_node *node = find_node(source->root, key, 16);
    if (node)
        return (struct setting_hit){HIT_ONE,
            str_slice(source->file->text, node->inner.offset, node->inner.offset + node->inner.length)};
    vec_each(const struct entry *, entry, &source->entries)
        if (!source->root && entry->part == source->part && same_property(entry->name, key))
            hit = (struct setting_hit){HIT_ONE, entry->text};
    return hit;
}

/* ---- documents */

static bool is_active(str wanted, const str_vec *profiles)
{
    str profile;
    bool is_any = wanted.len == 0;
    while (str_next(&wanted, ',', &profile)) {
        bool is_not = str_starts(str_trim(profile), STR("!"));
        is_any |= is_not != str_is_in(str_skip(str_trim(profile), is_not), profiles->items, profiles->count);
    }
    return is_any;
}

static void add_document(struct properties *p, struct property_source source, const str_vec *profiles)
{
    struct setting_hit on = property_of(&source, STR("spring.config.activate.on-profile"));
    if (on.state == HIT_NONE)
        on = property_of(&source, STR("spring.profiles"));
    p->imports |= property_of(&source, STR("spring.config.import")).state != HIT_NONE;
    if (is_active(on.text, profiles) && p->list.count < FILES_MAX)
        vec_push(p->r->arena, &p->list, source);
}

static void add_file(struct properties *p, const struct source *file, bool is_yaml, const str_vec *profiles)
{
    struct property_source source = {.file = file};
    if (is_yaml) {
        struct markup document =
            markup_read(p->r->arena, MARKUP_YAML, file->text, &p->r->workload->environment);
        vec_each(const struct yaml_node *const *, root, &document.roots) {
            source.root = *root;
            add_document(p, source, profiles);
        }
        return;
    }
    source.entries = entries_read(p->r->arena, ENTRIES_PROPERTIES, file->text);
    size_t last = source.entries.count ? source.entries.items[source.entries.count - 1].part : 0;
    for (source.part = 0; source.part <= last && source.part < FILES_MAX; source.part++)
        add_document(p, source, profiles);
}

static const str suffixes[] = {STR_INIT(".yml"), STR_INIT(".yaml"), STR_INIT(".properties")};

/* The resources of the module that the image runs: the only one that has such files. Empty: none, or
 * several. */
static str resources_of(struct properties *p)
{
    const str_vec *places = settings_source_places(p->r, STR("src/main/resources"));
    str found = {0};
    size_t count = 0;
    vec_each(const str *, place, places) {
        bool has_any = false;
        for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
            has_any |= settings_source_open(
                           p->r, arena_join(p->r->arena, *place, STR("/application"), suffixes[i])) != NULL;
        if (has_any)
            found = *place;
        count += has_any;
    }
    p->is_ambiguous = count > 1;
    return count == 1 ? found : STR("");
}

/* application.yml, application.yaml, application.properties of one profile, wherever they may be. */
static void add_files(struct properties *p, str profile, const str_vec *profiles)
{
    static const str beside[] = {STR_INIT(""), STR_INIT("config/")};
    struct arena *arena = p->r->arena;
    str name = profile.len ? arena_concat(arena, STR("application-"), profile) : STR("application");
    for (size_t i = 0; p->resources.len && i < ARRAY_COUNT(beside); i++)
        for (size_t j = 0; j < ARRAY_COUNT(suffixes); j++) {
            str path = arena_join(arena, beside[i], name, suffixes[j]);
            const struct source *file = settings_source_open(p->r, path_join(arena, p->resources, path));
            if (file)
                add_file(p, file, j < 2, profiles);
        }
    for (size_t i = 0; i < ARRAY_COUNT(beside); i++)
        for (size_t j = 0; j < ARRAY_COUNT(suffixes); j++) {
            struct settings_file file = settings_open(p->r, arena_join(arena, beside[i], name, suffixes[j]));
            if (file.source)
                add_file(p, file.source, j < 2, profiles);
        }
}

/* ---- the program's own words */

/* --spring.datasource.url=… and -Dspring.datasource.url=…, which win over all files and variables. */
const struct command_word *spring_argument(const struct settings_program *program, str key)
{
    const struct command_word *found = NULL;
    for (size_t i = program->first; i < program->command.words.count; i++) {
        const struct command_word *word = &program->command.words.items[i];
        bool is_option = str_starts(word->text, STR("--")) || str_starts(word->text, STR("-D"));
        struct str_cut cut = str_cut_byte(str_skip(word->text, 2), '=');
        if (is_option && cut.found && same_property(cut.head, key))
            found = word;
    }
    return found;
}

static struct setting_hit find_property(struct properties *p, str key, const struct source **ret_source)
{
    for (size_t i = p->list.count; i > 0; i--) {
        struct setting_hit hit = property_of(&p->list.items[i - 1], key);
        *ret_source = p->list.items[i - 1].file;
        if (hit.state != HIT_NONE)
            return hit;
    }
    return (struct setting_hit){0};
}

/* Active profiles: arguments, then the variable, then the files themselves; `default` where nobody says. */
static str_vec active_profiles(struct properties *p)
{
    static const str key = STR_INIT("spring.profiles.active");
    const struct source *ignored;
    const struct value *value = settings_variable(p->r, key);
    const struct command_word *word = spring_argument(p->program, key);
    str_vec profiles = {0};
    struct expression_scope scope = {.environment = &p->r->workload->environment};
    str profile, rest;
    if (word)
        rest = str_cut_byte(word->text, '=').tail;
    else if (value)
        rest = value->text;
    else
        rest = expression_read(
            p->r->arena, LANGUAGE_SPRING, find_property(p, key, &ignored).text, &scope, &profile)
                   .text;
    while (str_next(&rest, ',', &profile))
        if (str_trim(profile).len && profiles.count < 16)
            vec_push(p->r->arena, &profiles, str_trim(profile));
    if (profiles.count == 0)
        vec_push(p->r->arena, &profiles, STR("default"));
    return profiles;
}

static bool says_something(const struct settings_reading *r, str variable)
{
    const struct value *value = settings_variable(r, variable);
    return value && (value->is_hidden || value->text.len > 0);
}

/* Merged once for each program of a workload. */
static struct properties *properties_of(
    const struct settings_reading *r, const struct settings_program *program)
{
    struct properties *p = map_get(r->spring, program->name);
    str_vec none = {0};
    if (p)
        return p;
    p = arena_new(r->arena, struct properties);
    *p = (struct properties){.r = r, .program = program};
    map_set(r->arena, r->spring, program->name, p);
    p->resources = resources_of(p);
    add_files(p, STR(""), &none);
    str_vec profiles = active_profiles(p);
    p->list.count = 0; /* documents for a profile are in force now, or not */
    add_files(p, STR(""), &profiles);
    vec_each(const str *, profile, &profiles)
        add_files(p, *profile, &profiles);
    /* Whatever such a variable holds wins over the files. */
    p->is_ambiguous |=
        says_something(r, STR("SPRING_APPLICATION_JSON")) || says_something(r, STR("SPRING_CONFIG_LOCATION"));
    return p;
}

struct setting_hit spring_property(const struct settings_reading *r, const struct settings_program *program,
    str key, const struct source **ret_source)
{
    struct properties *p = properties_of(r, program);
    return p->is_ambiguous ? (struct setting_hit){0} : find_property(p, key, ret_source);
}

/* ---- connection strings */

static bool resolve(void *self, str name, struct expression *ret_value)
{
    struct properties *p = self;
    const struct source *source;
    struct setting_hit hit = p->depth < 8 ? find_property(p, name, &source) : (struct setting_hit){0};
    struct expression_scope scope = {&p->r->workload->environment, p, resolve};
    str rest;
    if (hit.state == HIT_NONE)
        return false;
    p->depth++;
    *ret_value = expression_read(p->r->arena, LANGUAGE_SPRING, hit.text, &scope, &rest);
    p->depth--;
    return true;
}

/* Variables through which a connection may come from somewhere that is not looked into. */
static const str elsewhere[] = {STR_INIT("SPRING_CONFIG_IMPORT"), STR_INIT("SPRING_CLOUD_CONFIG_URI"),
    STR_INIT("JAVA_TOOL_OPTIONS"), STR_INIT("JAVA_OPTS")};

void spring_default(
    const struct settings_reading *r, const struct settings_program *program, str key, str variable)
{
    struct properties *p = properties_of(r, program);
    const struct source *source = NULL;
    struct setting_hit hit = find_property(p, key, &source);
    struct expression_scope scope = {&r->workload->environment, p, resolve};
    bool is_open = p->is_ambiguous || p->imports;
    for (size_t i = 0; i < ARRAY_COUNT(elsewhere); i++)
        is_open |= says_something(r, elsewhere[i]);
    str rest;
    if (hit.state == HIT_NONE || is_open || spring_argument(program, key))
        return;
    struct expression value = expression_read(r->arena, LANGUAGE_SPRING, hit.text, &scope, &rest);
    /* What a variable says by itself is judged there. */
    bool is_variable = value.from && str_eq(value.text, value.from->text);
    if (value.kind == EXPRESSION_TEXT && value.text.len && !is_variable)
        settings_put_default(
            r, variable, value.text, settings_span(source, hit.text), str_eq(value.text, hit.text));
}
