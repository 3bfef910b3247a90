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

static bool is_active(const struct settings_reading *r, str wanted, const str_vec *profiles)
{
    str profile;
    bool is_any = wanted.len == 0;
    while (str_next(&wanted, ',', &profile)) {
        bool is_not = str_starts(str_trim(profile), STR("!"));
        is_any |= is_not != str_is_in(str_skip(str_trim(profile), is_not), profiles->items, profiles->count);
    }
    (void)r;
    return is_any;
}

static void add_document(struct properties *p, struct property_source source, const str_vec *profiles)
{
    struct setting_hit on = property_of(&source, STR("spring.config.activate.on-profile"));
    if (on.state == HIT_NONE)
        on = property_of(&source, STR("spring.profiles"));
    p->imports |= property_of(&source, STR("spring.config.import")).state != HIT_NONE;
    if (is_active(p->r, on.text, profiles) && p->list.count < FILES_MAX)
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

/* application.yml, application.yaml, application.properties of one profile, wherever they may be. */
static void add_files(struct properties *p, str profile, const str_vec *profiles)
{
    static const str suffixes[] = {STR_INIT(".yml"), STR_INIT(".yaml"), STR_INIT(".properties")};
    static const str inside[] = {STR_INIT("src/main/resources/"), STR_INIT("src/main/resources/config/")};
    static const str beside[] = {STR_INIT(""), STR_INIT("config/")};
    struct arena *arena = p->r->arena;
    str name = profile.len ? arena_join(arena, STR("application-"), profile, STR("")) : STR("application");
    for (size_t i = 0; i < ARRAY_COUNT(inside); i++)
        for (size_t j = 0; j < ARRAY_COUNT(suffixes); j++) {
            settings_sources found =
                settings_source_files(p->r, arena_join(arena, inside[i], name, suffixes[j]));
            p->is_ambiguous |= found.count > 1;
            if (found.count == 1)
                add_file(p, found.items[0], j < 2, profiles);
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
    str rest = word    ? str_cut_byte(word->text, '=').tail
               : value ? value->text
                       : find_property(p, key, &ignored).text,
        profile;
    while (str_next(&rest, ',', &profile))
        if (str_trim(profile).len && profiles.count < 16)
            vec_push(p->r->arena, &profiles, str_trim(profile));
    if (profiles.count == 0)
        vec_push(p->r->arena, &profiles, STR("default"));
    return profiles;
}

static struct properties read_properties(
    const struct settings_reading *r, const struct settings_program *program)
{
    struct properties p = {.r = r, .program = program};
    str_vec none = {0};
    add_files(&p, STR(""), &none);
    str_vec profiles = active_profiles(&p);
    p.list.count = 0; /* documents for a profile are in force now, or not */
    add_files(&p, STR(""), &profiles);
    vec_each(const str *, profile, &profiles)
        add_files(&p, *profile, &profiles);
    return p;
}

struct setting_hit spring_property(const struct settings_reading *r, const struct settings_program *program,
    str key, const struct source **ret_source)
{
    struct properties p = read_properties(r, program);
    struct setting_hit none = {0};
    /* Whatever such a variable holds wins over the files. */
    if (p.is_ambiguous || settings_variable(r, STR("SPRING_APPLICATION_JSON")) ||
        settings_variable(r, STR("SPRING_CONFIG_LOCATION")))
        return none;
    return find_property(&p, key, ret_source);
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

static void put_default(struct properties *p, str key, str variable)
{
    const struct source *source;
    struct setting_hit hit = find_property(p, key, &source);
    struct expression_scope scope = {&p->r->workload->environment, p, resolve};
    str rest;
    if (hit.state == HIT_NONE || settings_variable(p->r, key) || spring_argument(p->program, key))
        return;
    struct expression value = expression_read(p->r->arena, LANGUAGE_SPRING, hit.text, &scope, &rest);
    if (value.kind != EXPRESSION_TEXT || value.text.len == 0)
        return;
    struct value *usual = arena_new(p->r->arena, struct value);
    span at = settings_span(source, hit.text);
    *usual = (struct value){
        .name = variable, .text = value.text, .set = true, .origin = ORIGIN_DEFAULT, .at = at, .key = at};
    if (str_eq(value.text, hit.text))
        pieces_add(p->r->arena, &usual->pieces, value.text.len, at, NULL);
    env_put(&p->r->workload->environment, usual);
}

void spring_defaults(const struct settings_reading *r, const struct settings_program *program)
{
    static const struct {
        str key, variable;
    } connections[] = {
        {STR_INIT("spring.datasource.url"), STR_INIT("SPRING_DATASOURCE_URL")},
        {STR_INIT("spring.datasource.username"), STR_INIT("SPRING_DATASOURCE_USERNAME")},
        {STR_INIT("spring.datasource.password"), STR_INIT("SPRING_DATASOURCE_PASSWORD")},
        {STR_INIT("spring.r2dbc.url"), STR_INIT("SPRING_R2DBC_URL")},
        {STR_INIT("spring.data.mongodb.uri"), STR_INIT("SPRING_DATA_MONGODB_URI")},
        {STR_INIT("spring.data.redis.url"), STR_INIT("SPRING_DATA_REDIS_URL")},
        {STR_INIT("spring.data.redis.host"), STR_INIT("SPRING_DATA_REDIS_HOST")},
        {STR_INIT("spring.redis.host"), STR_INIT("SPRING_REDIS_HOST")},
        {STR_INIT("spring.rabbitmq.host"), STR_INIT("SPRING_RABBITMQ_HOST")},
        {STR_INIT("quarkus.datasource.jdbc.url"), STR_INIT("QUARKUS_DATASOURCE_JDBC_URL")},
    };
    struct properties p = read_properties(r, program);
    bool is_open = p.is_ambiguous || p.imports || settings_variable(r, STR("SPRING_APPLICATION_JSON")) ||
                   settings_variable(r, STR("SPRING_CONFIG_LOCATION")) ||
                   settings_variable(r, STR("SPRING_CONFIG_IMPORT")) ||
                   settings_variable(r, STR("SPRING_CLOUD_CONFIG_URI")) ||
                   settings_variable(r, STR("JAVA_TOOL_OPTIONS")) || settings_variable(r, STR("JAVA_OPTS"));
    for (size_t i = 0; !is_open && i < ARRAY_COUNT(connections); i++)
        put_default(&p, connections[i].key, connections[i].variable);
}
