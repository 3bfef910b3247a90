/*
 * packc: the compiler of the built-in packs, run by the build.
 *
 * usage: packc OUTPUT.c IDS.h PACK.yaml…
 *
 * Reads rule packs (`group:`, `rules:`) and data tables (`table:`, `rows:`) and writes them as const C
 * tables, so that the program parses nothing when it starts. A file with `version:` is a configuration that
 * others extend: it is kept as text, its first comment line says what it is. A rule without summary,
 * explanation, fix, good or bad sample fails the build, and so do a key that means nothing and a rule or
 * family that does not exist. IDS.h names each rule for the checks in C, where the compiler looks.
 */
#include "base/buf.h"
#include "base/named.h"
#include "language/packc_index.h"
#include "language/packc_tables.h"
#include "syntax/yaml.h"

#include <stdio.h>
#include <stdlib.h>

#define PACK_BYTES_MAX   ((size_t)1 << 20)
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)

struct compiler {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct buf samples; /* arrays that rules point to */
    struct buf rules;
    struct buf groups;
    struct buf tables;
    struct buf packs;
    struct buf ids;
    struct map names;                    /* of rules and groups, to refuse a second one and names of none */
    VEC(const struct yaml_node *) named; /* where configurations name a rule or group */
    size_t sample_count;
};

static const str pack_rule = STR_INIT("pack");

__attribute__((format(printf, 3, 4))) static void complain(
    struct compiler *c, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(&c->arena, format, arguments);
    va_end(arguments);
    diag_add(&c->diags, pack_rule, SEVERITY_ERROR, at, STR_FMT, STR_ARG(message))->fatal = true;
}

/* ---- C text */

static void put_member(struct buf *out, const char *member, str text)
{
    buf_printf(out, ".%s = ", member);
    packc_text(out, text);
    buf_str(out, STR(", "));
}

/* ---- fields of rows */

static const struct code *find_code(const struct code *codes, size_t count, str word)
{
    return named_find(NAMED_BY(codes, count, struct code, word), word);
}

static void put_code(
    struct compiler *c, struct buf *out, const struct field *field, const struct yaml_node *node)
{
    const struct code *code = find_code(field->codes, field->code_count, node->text);
    if (!code)
        complain(c, node->at, "`" STR_FMT "` is no value of `" STR_FMT "`", STR_ARG(node->text),
            STR_ARG(field->key));
    else
        buf_printf(out, ".%s = %s, ", field->member, code->name);
}

static void put_number(
    struct compiler *c, struct buf *out, const struct field *field, const struct yaml_node *node)
{
    if (str_eq(node->text, STR("unbounded"))) {
        buf_printf(out, ".%s = NUMBER_UNBOUNDED, ", field->member);
        return;
    }
    if (!str_is_digits(node->text))
        complain(c, node->at, "`" STR_FMT "` must be a number", STR_ARG(field->key));
    buf_printf(out, ".%s = " STR_FMT ", ", field->member, STR_ARG(node->text));
}

static void put_field(
    struct compiler *c, struct buf *out, const struct field *field, const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR) {
        complain(c, node->at, "`" STR_FMT "` must be a text", STR_ARG(field->key));
        return;
    }
    struct str_cut cut = str_cut_byte(node->text, '=');
    switch (field->kind) {
    case FIELD_TEXT:
        put_member(out, field->member, str_trim_end(node->text));
        break;
    case FIELD_NUMBER:
        put_number(c, out, field, node);
        break;
    case FIELD_FLAG:
        buf_printf(out, ".%s = %s, ", field->member, str_eq(node->text, STR("true")) ? "true" : "false");
        break;
    case FIELD_CODE:
        put_code(c, out, field, node);
        break;
    case FIELD_SETTING:
        put_member(out, field->member, cut.head);
        put_member(out, field->second, cut.tail);
        break;
    }
}

static void put_id(struct buf *out, str rule)
{
    buf_str(out, STR("RULE_"));
    for (size_t i = 0; i < rule.len; i++)
        buf_byte(out, byte_is_alnum(rule.ptr[i]) ? byte_upper(rule.ptr[i]) : '_');
}

/* Writes the fields that a row has; complains of unknown and of missing ones. */
static void put_row(struct compiler *c, struct buf *out, const struct yaml_node *row,
    const struct field *fields, size_t count)
{
    if (row->kind != YAML_MAPPING) {
        complain(c, row->at, "a row must be a mapping");
        return;
    }
    struct named columns = NAMED_BY(fields, count, struct field, key);
    vec_each(struct yaml_pair *, pair, &row->pairs) {
        const struct field *field = named_find(columns, pair->key->text);
        if (field)
            put_field(c, out, field, pair->value);
        else
            complain(c, pair->key->at, "there is no field `" STR_FMT "`", STR_ARG(pair->key->text));
    }
    for (size_t i = 0; i < count; i++)
        if (fields[i].required && yaml_is_null(yaml_get(row, fields[i].key)))
            complain(c, row->at, "the row lacks `" STR_FMT "`", STR_ARG(fields[i].key));
}

/* ---- data tables */

static void add_words(
    struct compiler *c, struct index_draft *draft, const struct index *index, str text, size_t row)
{
    str rest = text, word;
    if (!index->is_list)
        index_add(&c->arena, draft, index->part(text), row);
    while (index->is_list && str_next(&rest, ' ', &word))
        index_add(&c->arena, draft, index->part(word), row);
}

/* The indexes of a table whose rows are written. */
static void compile_indexes(struct compiler *c, const struct table *table, const struct yaml_node *rows)
{
    for (size_t i = 0; i < ARRAY_COUNT(indexes); i++) {
        const struct index *index = &indexes[i];
        struct index_draft draft = {0};
        if (strcmp(index->array, table->array) != 0)
            continue;
        for (size_t row = 0; row < rows->items.count; row++) {
            const struct yaml_node *node = yaml_get(rows->items.items[row], index->key);
            if (node && node->kind == YAML_SCALAR)
                add_words(c, &draft, index, node->text, row);
        }
        index_write(&c->arena, &draft, index->name, &c->tables);
    }
}

static void compile_table(struct compiler *c, const struct yaml_node *root, const struct yaml_node *name)
{
    const struct table *table = named_find(NAMED(tables, struct table), name->text);
    const struct yaml_node *rows = yaml_get(root, STR("rows"));
    if (!table || !rows || rows->kind != YAML_SEQUENCE) {
        complain(c, name->at, "no such table, or it has no `rows`");
        return;
    }
    buf_printf(&c->tables, "const %s %s[] = {\n", table->type, table->array);
    for (size_t i = 0; i < rows->items.count; i++) {
        buf_str(&c->tables, STR("    {"));
        put_row(c, &c->tables, rows->items.items[i], table->fields, table->field_count);
        buf_str(&c->tables, STR("},\n"));
    }
    buf_printf(&c->tables, "};\nconst size_t %s_count = sizeof %s / sizeof %s[0];\n\n", table->array,
        table->array, table->array);
    compile_indexes(c, table, rows);
}

/* ---- samples */

static const struct sample_file {
    str key, path;
} sample_files[] = {
    {STR_INIT("env"), STR_INIT(".env")},
    {STR_INIT("compose"), STR_INIT("compose.yaml")},
    {STR_INIT("manifest"), STR_INIT("manifest.yaml")},
    {STR_INIT("config"), STR_INIT("bootgate.yaml")},
    {STR_INIT("example"), STR_INIT(".env.example")},
};

static void put_sample_file(struct compiler *c, str path, const struct yaml_node *node)
{
    buf_str(&c->samples, STR("    {"));
    put_member(&c->samples, "path", path);
    put_member(&c->samples, "text", node->text);
    buf_str(&c->samples, STR("},\n"));
    if (node->kind != YAML_SCALAR)
        complain(c, node->at, "a sample's file must be a text");
}

/* The files of one sample as an array of their own, and the sample's initialiser. */
static void compile_sample(struct compiler *c, const char *member, const struct yaml_node *node)
{
    str permissions = STR("600"), mode = STR("production");
    size_t number = c->sample_count++, files = 0;
    buf_printf(&c->samples, "static const struct rule_sample_file sample_%zu[] = {\n", number);
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        str key = pair->key->text;
        const struct sample_file *named =
            named_find(NAMED_BY(sample_files, ARRAY_COUNT(sample_files), struct sample_file, key), key);
        if (named) {
            put_sample_file(c, named->path, pair->value);
            files++;
        } else if (str_eq(key, STR("permissions")))
            permissions = pair->value->text;
        else if (str_eq(key, STR("mode")))
            mode = pair->value->text;
        else if (str_eq(key, STR("files")))
            vec_each(struct yaml_pair *, file, &pair->value->pairs) {
                put_sample_file(c, file->key->text, file->value);
                files++;
            }
        else
            complain(c, pair->key->at, "a sample has no `" STR_FMT "`", STR_ARG(key));
    }
    buf_str(&c->samples, STR("};\n"));
    const struct code *code = find_code(mode_codes, ARRAY_COUNT(mode_codes), mode);
    if (files == 0 || !code)
        complain(c, node->at, "a sample needs files and a mode that exists");
    buf_printf(&c->rules, "        .%s = {sample_%zu, %zu, %s, 0" STR_FMT "},\n", member, number, files,
        code ? code->name : "", STR_ARG(permissions));
}

/* ---- rules */

static const str rule_structures[] = {
    STR_INIT("severity"), STR_INIT("holds"), STR_INIT("good"), STR_INIT("bad")};

static void compile_severity(struct compiler *c, const struct yaml_node *node)
{
    buf_str(&c->rules, STR("        .severity = {"));
    for (size_t i = 0; i < ARRAY_COUNT(mode_codes); i++) {
        const struct yaml_node *word = yaml_get(node, mode_codes[i].word);
        const struct code *code =
            word ? find_code(severity_codes, ARRAY_COUNT(severity_codes), word->text) : NULL;
        if (!code)
            complain(c, node->at, "a severity is needed for " STR_FMT, STR_ARG(mode_codes[i].word));
        else
            buf_printf(&c->rules, "[%s] = %s, ", mode_codes[i].name, code->name);
    }
    buf_str(&c->rules, STR("},\n"));
}

/* INPUT: what the rule means there, in the order of the table. */
static void compile_holds(struct compiler *c, const struct yaml_node *node)
{
    buf_str(&c->rules, STR("        .holds = {"));
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        const struct code *code = find_code(input_codes, ARRAY_COUNT(input_codes), pair->key->text);
        str text = str_trim_end(pair->value->text);
        if (!code || pair->value->kind != YAML_SCALAR || text.len == 0) {
            complain(
                c, pair->key->at, "`holds` says in a text what is meant for a kind of input that exists");
            continue;
        }
        buf_printf(&c->rules, "[%s] = ", code->name);
        packc_text(&c->rules, text);
        buf_str(&c->rules, STR(", "));
    }
    buf_str(&c->rules, STR("},\n"));
}

static void compile_structure(struct compiler *c, str key, const struct yaml_node *rule)
{
    const struct yaml_node *node = yaml_get(rule, key);
    if (!node || node->kind != YAML_MAPPING)
        complain(c, rule->at, "the rule lacks `" STR_FMT "`", STR_ARG(key));
    else if (str_eq(key, STR("severity")))
        compile_severity(c, node);
    else if (str_eq(key, STR("holds")))
        compile_holds(c, node);
    else
        compile_sample(c, arena_c_string(&c->arena, key), node);
}

static void compile_rule(struct compiler *c, str group, const struct yaml_pair *pair)
{
    const struct yaml_node *rule = pair->value;
    str name = pair->key->text;
    if (map_set(&c->arena, &c->names, name, c))
        complain(c, pair->key->at, "there is a rule `" STR_FMT "` already", STR_ARG(name));
    if (rule->kind != YAML_MAPPING) {
        complain(c, rule->at, "a rule must be a mapping");
        return;
    }
    const struct yaml_node *over = yaml_get(rule, STR("over"));
    if (over && !find_code(over_codes, ARRAY_COUNT(over_codes), over->text))
        complain(c, over->at, "there is no fact `" STR_FMT "`", STR_ARG(over->text));
    buf_str(&c->ids, STR("    "));
    put_id(&c->ids, name);
    buf_str(&c->ids, STR(",\n"));
    buf_str(&c->rules, STR("    {\n        .id = "));
    put_id(&c->rules, name);
    buf_str(&c->rules, STR(", "));
    put_member(&c->rules, "name", name);
    put_member(&c->rules, "group", group);
    struct yaml_node plain = {.kind = YAML_MAPPING, .at = rule->at};
    vec_each(struct yaml_pair *, field, &rule->pairs)
        if (!STR_IS_IN(field->key->text, rule_structures))
            vec_push(&c->arena, &plain.pairs, *field);
    put_row(c, &c->rules, &plain, rule_fields, ARRAY_COUNT(rule_fields));
    buf_byte(&c->rules, '\n');
    for (size_t i = 0; i < ARRAY_COUNT(rule_structures); i++)
        compile_structure(c, rule_structures[i], rule);
    buf_str(&c->rules, STR("    },\n"));
}

static void compile_rules(struct compiler *c, const struct yaml_node *root, const struct yaml_node *group)
{
    const struct yaml_node *rules = yaml_get(root, STR("rules"));
    const struct yaml_node *about = yaml_get(root, STR("about"));
    if (!rules || rules->kind != YAML_MAPPING || !about) {
        complain(c, root->at, "a rule pack has `group`, `about` and `rules`");
        return;
    }
    map_set(&c->arena, &c->names, group->text, c);
    buf_str(&c->groups, STR("    {"));
    put_member(&c->groups, "name", group->text);
    put_member(&c->groups, "about", about->text);
    buf_str(&c->groups, STR("},\n"));
    vec_each(struct yaml_pair *, pair, &rules->pairs)
        compile_rule(c, group->text, pair);
}

/* ---- configurations to extend */

/* The rules and groups that a configuration names; they may be compiled after it. */
static void note_names(struct compiler *c, const struct yaml_node *root)
{
    const struct yaml_node *modes = yaml_get(root, STR("severity")), *allow = yaml_get(root, STR("allow"));
    if (modes)
        vec_each(const struct yaml_pair *, mode, &modes->pairs)
            vec_each(const struct yaml_pair *, line, &mode->value->pairs)
                vec_push(&c->arena, &c->named, line->key);
    if (allow)
        vec_each(struct yaml_node *const *, item, &allow->items) {
            const struct yaml_node *rule = yaml_get(*item, STR("rule"));
            if (rule)
                vec_push(&c->arena, &c->named, rule);
        }
}

static void check_names(struct compiler *c)
{
    vec_each(const struct yaml_node *const *, name, &c->named)
        if (!map_has(&c->names, (*name)->text))
            complain(c, (*name)->at, "there is no rule or group `" STR_FMT "`", STR_ARG((*name)->text));
}

/* rules/strict.yaml → strict; "# strict: what it does." → what it does. */
static void compile_pack(struct compiler *c, const struct source *source)
{
    struct str_cut path = str_rcut_byte(source->name, '/');
    str name = str_cut_byte(path.found ? path.tail : source->name, '.').head;
    str first = str_cut_byte(source->text, '\n').head;
    str about = str_trim(str_trim_start(str_cut_byte(first, ':').tail));
    if (!str_starts(first, STR("#")) || about.len == 0)
        complain(
            c, span_make(source->id, 0, first.len), "the first line must say what the pack is: # NAME: …");
    buf_str(&c->packs, STR("    {"));
    put_member(&c->packs, "name", name);
    put_member(&c->packs, "about", about);
    put_member(&c->packs, "text", source->text);
    buf_str(&c->packs, STR("},\n"));
}

/* ---- files */

static str read_file(struct compiler *c, const char *path)
{
    char *text = arena_array(&c->arena, char, PACK_BYTES_MAX);
    FILE *file = fopen(path, "rb");
    size_t length = file ? fread(text, 1, PACK_BYTES_MAX, file) : 0;
    if (file)
        fclose(file);
    return (str){text, length};
}

static void compile_file(struct compiler *c, const char *path)
{
    str name = str_from_c(path), text = read_file(c, path);
    const struct source *source = source_add(&c->sources, SOURCE_CONFIG, name, name, text);
    struct yaml_options options = {.rule = pack_rule};
    struct yaml_documents documents = yaml_read(&c->arena, &c->diags, source, &options);
    const struct yaml_node *root = documents.ok && documents.list.count == 1 ? documents.list.items[0] : NULL;
    if (!root || root->kind != YAML_MAPPING) {
        complain(c, span_make(source->id, 0, 0), "a pack is one YAML mapping");
        return;
    }
    if (text.len == PACK_BYTES_MAX)
        complain(c, span_make(source->id, 0, 0), "the pack is too large: its end was not read");
    const struct yaml_node *table = yaml_get(root, STR("table"));
    const struct yaml_node *group = yaml_get(root, STR("group"));
    if (table)
        compile_table(c, root, table);
    else if (group)
        compile_rules(c, root, group);
    else if (yaml_get(root, STR("version"))) {
        compile_pack(c, source);
        note_names(c, root);
    } else
        complain(c, root->at, "a pack has a `group`, a `table` or a `version`");
}

static void put(FILE *file, const char *before, const struct buf *text, const char *after)
{
    str view = buf_view(text);
    fputs(before, file);
    fwrite(view.ptr, 1, view.len, file);
    fputs(after, file);
}

static bool write_ids(const struct compiler *c, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    put(file,
        "/* The rules that come with the program. Written by packc from rules/: do not edit. */\n"
        "#ifndef LANGUAGE_RULE_IDS_H\n"
        "#define LANGUAGE_RULE_IDS_H\n\n"
        "enum rule_id {\n"
        "    RULE_NONE,\n",
        &c->ids, "};\n\n#endif\n");
    return fclose(file) == 0;
}

#define COUNT_OF(array) "};\nconst size_t " array "_count = sizeof " array " / sizeof " array "[0];\n\n"

static bool write_output(const struct compiler *c, const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    put(file,
        "/* Written by packc from rules/: do not edit. */\n"
        "#include \"budget/pools_tables.h\"\n"
        "#include \"budget/survey.h\"\n"
        "#include \"deploy/launcher.h\"\n"
        "#include \"facts/data_tables.h\"\n"
        "#include \"image/base.h\"\n"
        "#include \"language/pack_tables.h\"\n"
        "#include \"rewrite/driver.h\"\n"
        "#include \"rewrite/foreign.h\"\n"
        "#include \"settings/place.h\"\n\n",
        &c->samples, "\n");
    put(file, "const struct rule_info pack_rules[] = {\n", &c->rules, COUNT_OF("pack_rules"));
    put(file, "const struct rule_group pack_groups[] = {\n", &c->groups, COUNT_OF("pack_groups"));
    put(file, "", &c->tables, "");
    put(file, "const struct rule_pack pack_files[] = {\n", &c->packs, COUNT_OF("pack_files"));
    return fclose(file) == 0;
}

static void print_faults(const struct compiler *c)
{
    for (size_t i = 0; i < c->diags.list.count; i++) {
        const struct diag *diag = &c->diags.list.items[i];
        const struct source *source = source_of(&c->sources, diag->at);
        struct position at = source_position(&c->sources, diag->at.source, diag->at.offset);
        fprintf(stderr, STR_FMT ":%u:%u: " STR_FMT "\n", STR_ARG(source ? source->name : STR("packc")),
            at.line, at.column, STR_ARG(diag->message));
    }
}

int main(int count, char **arguments)
{
    struct compiler c = {0};
    c.sources.arena = &c.arena;
    c.diags = (struct diags){.arena = &c.arena, .sources = &c.sources};
    c.samples = c.rules = c.groups = c.tables = c.packs = c.ids = buf_new(&c.arena, OUTPUT_BYTES_MAX);
    if (count < 4) {
        fprintf(stderr, "usage: packc OUTPUT.c IDS.h PACK.yaml...\n");
        return EXIT_FAILURE;
    }
    for (int i = 3; i < count; i++)
        compile_file(&c, arguments[i]);
    check_names(&c);
    print_faults(&c);
    bool done = c.diags.list.count == 0 && write_output(&c, arguments[1]) && write_ids(&c, arguments[2]);
    arena_free(&c.arena);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
