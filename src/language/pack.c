#include "language/pack.h"

#include "base/limit.h"
#include "base/nearest.h"
#include "language/pack_keys.h"
#include "text/reads.h"

static void read_source(struct pack_reader *r, const struct source *source, str path);

/* ---- extends */

static void extend_file(struct pack_reader *r, str path, span at)
{
    struct host_file file =
        reads_file(r->diags->sources, r->host, r->arena, path, limit_value(LIMIT_FILE_BYTES), at);
    if (file.status != HOST_OK) {
        str reason = host_status_text(file.status);
        pack_fault(r, at, "cannot read this pack: " STR_FMT, STR_ARG(reason));
        reads_told(r->diags->sources, path);
        return;
    }
    read_source(r, source_add(r->diags->sources, SOURCE_CONFIG, path, path, file.text), path);
}

/* A built-in pack's name, else a path beside the file that says so. Twice is once, a circle is a fault. */
static void extend(struct pack_reader *r, const struct config_text *name)
{
    const struct rule_pack *pack = rule_pack_find(name->text);
    bool is_path = str_contains(name->text, STR("/")) || str_contains(name->text, STR("."));
    if (!pack && (!is_path || !r->host)) {
        struct diag *fault = pack_fault(r, name->at, "there is no pack `" STR_FMT "`", STR_ARG(name->text));
        pack_suggest(r, fault, rule_pack_nearest(name->text));
        return;
    }
    str path = pack ? name->text
                    : path_clean(r->arena, path_join(r->arena, path_directory(r->source->path), name->text));
    if (str_vec_has(&r->open, path)) {
        pack_fault(r, name->at, "`" STR_FMT "` extends itself", STR_ARG(name->text));
        return;
    }
    if (map_has(&r->done, path))
        return;
    if (r->open.count >= limit_value(LIMIT_COMPOSE_DEPTH)) {
        diag_limit(r->diags, LIMIT_COMPOSE_DEPTH, name->at);
        return;
    }
    const struct source *outer = r->source;
    if (pack)
        read_source(r, source_add(r->diags->sources, SOURCE_BUILTIN, path, path, pack->text), path);
    else
        extend_file(r, path, name->at);
    r->source = outer;
}

void pack_extends(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct names {
        config_texts list;
    } names = {0};
    const struct key texts = {.kind = KEY_TEXTS, .offset = offsetof(struct names, list)};
    (void)key;
    (void)row;
    pack_value(r, &texts, node, &names);
    vec_each(const struct config_text *, name, &names.list)
        extend(r, name);
}

/* ---- reading */

/* `extends` comes first wherever it is written, so that the file's own lines are the later ones. */
static struct yaml_node *extends_first(struct pack_reader *r, const struct yaml_node *root)
{
    struct yaml_node *ordered = arena_new(r->arena, struct yaml_node);
    *ordered = *root;
    ordered->pairs.items = NULL;
    ordered->pairs.count = ordered->pairs.capacity = 0;
    ordered->index = NULL; /* it counts the places of the other order */
    const struct yaml_pair *extends = yaml_pair(root, STR("extends"));
    if (extends)
        vec_push(r->arena, &ordered->pairs, *extends);
    vec_each(const struct yaml_pair *, pair, &root->pairs)
        if (pair != extends)
            vec_push(r->arena, &ordered->pairs, *pair);
    return ordered;
}

static void read_source(struct pack_reader *r, const struct source *source, str path)
{
    struct yaml_options options = {.rule = STR("config-syntax"), .merge_keys = true};
    struct yaml_documents documents = yaml_read(r->arena, r->diags, source, &options);
    r->source = source;
    /* Done before it is read: two packs that extend each other, or one that comes twice, count once. */
    map_set(r->arena, &r->done, path, r);
    if (!documents.ok)
        return;
    if (documents.list.count > 1)
        pack_fault(r, documents.list.items[1] ? documents.list.items[1]->at : (span){0},
            "expected one document, this is a second one");
    /* An empty configuration is a valid one: everything is as it is without. */
    const struct yaml_node *root = documents.list.count > 0 ? documents.list.items[0] : NULL;
    if (root == NULL || yaml_is_null(root))
        return;
    if (root->kind != YAML_MAPPING) {
        pack_fault(r, root->at, "expected a mapping: version, vars, rules, …");
        return;
    }
    vec_push(r->arena, &r->open, path);
    pack_mapping(r, &pack_keys, extends_first(r, root), r->config);
    r->open.count--;
}

/* ---- what can only be said when everything was read */

static bool is_project_rule(const struct config *config, str id)
{
    vec_each(const struct config_rule *, rule, &config->rules)
        if (str_eq(rule->id, id))
            return true;
    return false;
}

static void check_severities(struct pack_reader *r)
{
    vec_each(const struct config_severity *, line, &r->config->severity) {
        if (rule_find(line->target) || rule_is_group(line->target) ||
            is_project_rule(r->config, line->target))
            continue;
        struct diag *fault =
            pack_fault(r, line->at, "there is no rule or group `" STR_FMT "`", STR_ARG(line->target));
        pack_suggest(r, fault, rule_nearest(line->target, true));
    }
}

/* Entries for no rule are left out. One for a rule of the project stays: suppress.c says what it is worth. */
static void check_allows(struct pack_reader *r)
{
    size_t kept = 0;
    vec_each(const struct config_allow *, allow, &r->config->allow) {
        const struct config_text *rule = &allow->rule;
        if (rule_find(rule->text) || is_project_rule(r->config, rule->text)) {
            r->config->allow.items[kept++] = *allow;
            continue;
        }
        if (!span_is_set(rule->at))
            continue; /* reported as a key that is missing, or no text */
        struct diag *fault = pack_fault(r, rule->at, "there is no rule `" STR_FMT "`", STR_ARG(rule->text));
        pack_suggest(r, fault, rule_nearest(rule->text, false));
    }
    r->config->allow.count = kept;
}

static bool is_pooler(const struct config_budget *budget, str name, struct nearest *nearest)
{
    vec_each(const struct config_pooler *, pooler, &budget->poolers) {
        if (str_eq(pooler->name, name))
            return true;
        nearest_offer(nearest, pooler->name);
    }
    return false;
}

static void check_consumers(struct pack_reader *r)
{
    vec_each(const struct config_consumer *, consumer, &r->config->budget.consumers) {
        struct nearest nearest = {.word = consumer->via.text};
        if (!span_is_set(consumer->via.at) || is_pooler(&r->config->budget, consumer->via.text, &nearest))
            continue;
        struct diag *fault = pack_fault(r, consumer->via.at, "there is no pooler `" STR_FMT "` under poolers",
            STR_ARG(consumer->via.text));
        pack_suggest(r, fault, nearest.best);
    }
}

static void finish(struct pack_reader *r)
{
    struct config *config = r->config;
    vec_each(struct config_var *, var, &config->vars)
        map_set(r->arena, &config->vars_by_name, var->name, var);
    if (config->read_by.count == 0)
        vec_push(
            r->arena, &config->read_by, ((struct config_reader){.dialect = dialect_get(DIALECT_COMPOSE)}));
    check_severities(r);
    check_allows(r);
    check_consumers(r);
}

struct config *pack_default(struct arena *arena)
{
    struct pack_reader r = {.arena = arena, .config = arena_new(arena, struct config)};
    finish(&r);
    return r.config;
}

struct config *pack_read(
    struct arena *arena, struct diags *diags, const struct host *host, struct source *source)
{
    struct pack_reader r = {
        .arena = arena,
        .diags = diags,
        .host = host,
        .config = arena_new(arena, struct config),
        .patterns = {.arena = arena},
    };
    read_source(&r, source, path_clean(arena, source->path));
    finish(&r);
    return r.config;
}
