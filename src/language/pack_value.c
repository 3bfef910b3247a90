/* How the value of one key is read: language/pack_keys.h. */
#include "base/calendar.h"
#include "base/named.h"
#include "language/pack_keys.h"
#include "text/mask.h"

struct diag *pack_fault(struct pack_reader *r, span at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    str message = arena_vprintf(r->arena, format, arguments);
    va_end(arguments);
    struct diag *diag =
        diag_add(r->diags, STR("config-syntax"), SEVERITY_ERROR, at, STR_FMT, STR_ARG(message));
    diag->fatal = true;
    return diag;
}

void pack_suggest(struct pack_reader *r, struct diag *fault, str best)
{
    if (best.len == 0)
        return;
    fault->label = arena_printf(r->arena, "did you mean `" STR_FMT "`?", STR_ARG(best));
    diag_help(r->diags, fault, "write `" STR_FMT "`", STR_ARG(best));
}

/* ---- scalars */

bool pack_text(struct pack_reader *r, const struct yaml_node *node, struct config_text *ret_text)
{
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        pack_fault(r, node->at, yaml_is_null(node) ? "a value is missing here" : "expected a single value");
        return false;
    }
    *ret_text = (struct config_text){.text = node->text, .at = node->inner, .verbatim = node->verbatim};
    if (!span_is_set(node->inner) || node->inner.length == 0)
        ret_text->at = node->at;
    return true;
}

bool pack_check_name(struct pack_reader *r, const struct pack_names *names, const struct config_text *name)
{
    struct nearest nearest = {.word = name->text};
    for (size_t i = 0; names->at(i).len > 0; i++) {
        if (str_eq(names->at(i), name->text))
            return true;
        nearest_offer(&nearest, names->at(i));
    }
    struct diag *fault = pack_fault(
        r, name->at, "there is no " STR_FMT " `" STR_FMT "`", STR_ARG(names->what), STR_ARG(name->text));
    pack_suggest(r, fault, nearest.best);
    if (nearest.best.len == 0 && names->list.len > 0)
        diag_help(r->diags, fault, "see " STR_FMT, STR_ARG(names->list));
    return false;
}

static void *member(void *row, size_t offset)
{
    return (char *)row + offset;
}

static void read_text(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_text *text = member(row, key->offset);
    if (pack_text(r, node, text) && key->names && !pack_check_name(r, key->names, text))
        *text = (struct config_text){0};
}

static void read_template(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_text *text = member(row, key->offset);
    if (!pack_text(r, node, text) ||
        template_expand(r->arena, text->text, NULL, NULL).error != TEMPLATE_MALFORMED)
        return;
    pack_fault(r, text->at, "this is no ${NAME} of Compose");
    size_t fallback = str_find_any(text->text, STR(":-?+"));
    if (fallback != STR_NONE) /* of a secret, maybe: it is not known where it ends */
        mask_add(r->diags->sources, span_sub(text->at, fallback + 1, text->at.length));
}

static void read_pattern(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_text *text = member(row, key->offset);
    if (!pack_text(r, node, text))
        return;
    struct eval_match_result result = pattern_compile(&r->patterns, text->text);
    if (result.outcome != EVAL_MATCH_BAD_PATTERN)
        return;
    size_t last = text->at.length > 0 ? text->at.length - 1 : 0;
    size_t offset = result.offset < last ? result.offset : last;
    span at = text->verbatim ? span_sub(text->at, offset, 1) : text->at;
    pack_fault(r, at, "bad pattern: " STR_FMT, STR_ARG(result.message));
}

static void read_date(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_text *text = member(row, key->offset);
    int64_t *day = member(row, key->also_at);
    if (pack_text(r, node, text) && !calendar_read_date(text->text, day))
        pack_fault(r, text->at, "expected a date, YYYY-MM-DD");
}

static void add_text(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, config_texts *texts)
{
    struct config_text text;
    if (pack_text(r, node, &text) && (!key->names || pack_check_name(r, key->names, &text)))
        vec_push(r->arena, texts, text);
}

static void read_texts(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    config_texts *texts = member(row, key->offset);
    if (node->kind == YAML_SCALAR) {
        add_text(r, key, node, texts);
        return;
    }
    if (node->kind != YAML_SEQUENCE) {
        pack_fault(r, node->at, "expected a list of values");
        return;
    }
    vec_each(struct yaml_node *const *, item, &node->items)
        add_text(r, key, *item, texts);
}

static void read_flag(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    bool *flag = member(row, key->offset);
    bool *said = member(row, key->also_at);
    bool is_true = node->kind == YAML_SCALAR && str_eq(node->text, STR("true"));
    if (!is_true && !(node->kind == YAML_SCALAR && str_eq(node->text, STR("false"))))
        pack_fault(r, node->at, "expected true or false");
    *flag = is_true;
    *said = true;
}

bool pack_word(
    struct pack_reader *r, const struct pack_words *words, const struct yaml_node *node, int *ret_code)
{
    struct named texts = NAMED_BY(words->rows, words->count, struct pack_word, text);
    const struct pack_word *word = node->kind == YAML_SCALAR ? named_find(texts, node->text) : NULL;
    if (word) {
        *ret_code = word->code;
        return true;
    }
    struct buf list = buf_new(r->arena, 1024);
    for (size_t i = 0; i < words->count; i++)
        buf_printf(&list, "%s" STR_FMT, i == 0 ? "" : ", ", STR_ARG(words->rows[i].text));
    str all = buf_view(&list);
    pack_suggest(r, pack_fault(r, node->at, "expected one of: " STR_FMT, STR_ARG(all)),
        named_nearest(texts, node->text));
    return false;
}

_Static_assert(sizeof(enum config_type) == sizeof(int), "enums of the configuration are stored as int");

static void read_word(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    int code;
    if (!pack_word(r, key->words, node, &code))
        return;
    memcpy(member(row, key->offset), &code, sizeof code);
    *(span *)member(row, key->also_at) = node->at;
}

static void read_version(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    (void)row;
    if (node->kind != YAML_SCALAR || !str_eq(node->text, STR("1")))
        pack_fault(r, node->at, "expected 1, the only version there is");
}

/* ---- expressions */

/* What an expression over a fact is checked against. */
struct fact_names {
    struct pack_reader *r;
    const struct field_set *set;
};

static bool sample_field(void *self, str name, struct eval_value *ret_value)
{
    const struct fact_names *names = self;
    const struct field *field = names->set ? field_find(names->set, name) : NULL;
    if (field)
        *ret_value = (struct eval_value){.kind = field->kind};
    return field != NULL;
}

static struct eval_match_result sample_match(void *self, str pattern, str text)
{
    const struct fact_names *names = self;
    return pattern_match(&names->r->patterns, pattern, text);
}

static bool has_upper_case(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (byte_lower(name.ptr[i]) != name.ptr[i])
            return true;
    return false;
}

/* A field that is misspelt must not become a variable that nobody sets. */
static bool check_fields(struct pack_reader *r, const struct expr *expr, const struct field_set *set)
{
    bool ok = true;
    str_vec names = eval_names(r->arena, expr);
    vec_each(const str *, name, &names) {
        if (field_find(set, *name) || has_upper_case(*name))
            continue;
        struct diag *fault = pack_fault(
            r, expr->at, "a " STR_FMT " has no field `" STR_FMT "`", STR_ARG(set->over), STR_ARG(*name));
        pack_suggest(r, fault, field_nearest(set, *name));
        ok = false;
    }
    return ok;
}

static void hide_quoted(struct pack_reader *r, const struct config_text *text)
{
    size_t quote = str_find_any(text->text, STR("'\""));
    if (quote != STR_NONE)
        mask_add(r->diags->sources, text->verbatim ? span_sub(text->at, quote, text->at.length) : text->at);
}

struct expr *pack_expr(
    struct pack_reader *r, const struct yaml_node *node, enum eval_want wanted, const struct field_set *set)
{
    struct config_text text;
    if (!pack_text(r, node, &text))
        return NULL;
    struct expr *expr =
        expr_parse(r->arena, r->diags, STR("config-syntax"), text.text, text.at, text.verbatim);
    struct fact_names names = {.r = r, .set = set};
    struct eval_scope scope = {.self = &names, .match = sample_match, .field = sample_field};
    if (!expr) /* of what is between quotes nobody knows where it ends */
        hide_quoted(r, &text);
    if (expr && set && !check_fields(r, expr, set))
        return NULL;
    if (expr && !eval_check(r->arena, r->diags, STR("config-syntax"), expr, &scope, wanted))
        return NULL;
    return expr;
}

static void read_number(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    enum eval_want wanted = key->kind == KEY_SHARE       ? EVAL_WANT_SHARE
                            : key->kind == KEY_CONDITION ? EVAL_WANT_CONDITION
                                                         : EVAL_WANT_NUMBER;
    *(struct expr **)member(row, key->offset) = pack_expr(r, node, wanted, NULL);
}

/* ---- a number that is read from another file */

static void read_place_file(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    struct expr *place = row;
    struct config_text text;
    if (!pack_text(r, node, &text))
        return;
    place->text = text.text;
    place->name_at = text.at;
}

/* The groups are what is read, so that there must be one: numbers, or `variable` and `default`. */
static void read_place_match(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    struct expr *place = row;
    struct config_text text = {0};
    const struct key pattern = {.kind = KEY_PATTERN};
    pack_value(r, &pattern, node, &text);
    place->right = arena_new(r->arena, struct expr);
    *place->right = (struct expr){.kind = EXPR_STRING, .text = text.text, .at = text.at, .depth = 1};
    if (!span_is_set(text.at) || pattern_compile(&r->patterns, text.text).outcome != EVAL_MATCH_NO)
        return;
    struct pattern_hit groups = pattern_groups(&r->patterns, text.text);
    if (groups.groups.count == 0)
        pack_fault(r, text.at, "the pattern has no group: put brackets around the number");
    vec_each(const struct pattern_group *, group, &groups.groups)
        if (group->name.len && !str_eq(group->name, STR("variable")) && !str_eq(group->name, STR("default")))
            pack_fault(r, text.at, "a group is called `variable` or `default`, or has no name");
}

/* The keys fill an expression of its own kind. */
static const struct key place_rows[] = {
    {STR_INIT("value"), KEY_NUMBER, TO(expr, left), ABOUT("the number that it was when this was written")},
    {STR_INIT("file"), KEY_TEXT, .required = true, .read = read_place_file,
        ABOUT("the file, relative to this one")},
    {STR_INIT("match"), KEY_PATTERN, .required = true, .read = read_place_match,
        ABOUT("a pattern that hits once; its groups are the number")},
};

const struct key_list pack_place_keys = {.rows = place_rows, .count = ARRAY_COUNT(place_rows)};

static void read_count(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    if (node->kind != YAML_MAPPING) {
        read_number(r, key, node, row);
        return;
    }
    struct expr *place = arena_new(r->arena, struct expr);
    pack_mapping(r, &pack_place_keys, node, place);
    if (!place->right || place->text.len == 0)
        return;
    place->kind = EXPR_PLACE;
    place->depth = 1;
    place->at = node->at;
    *(struct expr **)member(row, key->offset) = place;
}

/* ---- structures */

static void read_struct(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    void *inner = member(row, key->offset);
    if (node->kind == YAML_SCALAR && key->scalar && !yaml_is_null(node))
        key->scalar(r, inner, node);
    else
        pack_mapping(r, key->keys, node, inner);
}

/* A value that is left out is a mapping without keys. */
static void read_row(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    static const struct yaml_node empty = {.kind = YAML_MAPPING};
    if (key->kind == KEY_NAMED && yaml_is_null(node))
        node = &empty;
    if (node->kind == YAML_SCALAR && key->scalar && !yaml_is_null(node))
        key->scalar(r, row, node);
    else
        pack_mapping(r, key->keys, node, row);
}

static void read_named(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)row;
    if (node->kind != YAML_MAPPING) {
        pack_fault(r, node->at, "expected a mapping of names");
        return;
    }
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        if (pair->key->text.len == 0)
            pack_fault(r, pair->key->at, "a name cannot be empty");
        read_row(r, key, pair->value, key->add(r, pair, pair->value));
    }
}

static void read_items(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)row;
    if (node->kind != YAML_SEQUENCE) {
        pack_fault(r, node->at, "expected a list");
        return;
    }
    vec_each(struct yaml_node *const *, item, &node->items)
        read_row(r, key, *item, key->add(r, NULL, *item));
}

typedef void value_reader(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row);

static value_reader *const readers[KEY_KIND_COUNT] = {
    [KEY_TEXT] = read_text,
    [KEY_TEMPLATE] = read_template,
    [KEY_PATTERN] = read_pattern,
    [KEY_DATE] = read_date,
    [KEY_TEXTS] = read_texts,
    [KEY_FLAG] = read_flag,
    [KEY_WORD] = read_word,
    [KEY_NUMBER] = read_number,
    [KEY_COUNT] = read_count,
    [KEY_SHARE] = read_number,
    [KEY_CONDITION] = read_number,
    [KEY_VERSION] = read_version,
    [KEY_STRUCT] = read_struct,
    [KEY_NAMED] = read_named,
    [KEY_ITEMS] = read_items,
};

void pack_value(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    if (key->read)
        key->read(r, key, node, row);
    else
        readers[key->kind](r, key, node, row);
}

static struct named keys_of(const struct key_list *list)
{
    return NAMED_BY(list->rows, list->count, struct key, name);
}

/* Under a misspelt key it may be what `default` or `forbid` hold: a password. */
static void hide_texts(struct pack_reader *r, const struct key_list *list, const struct yaml_node *node)
{
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        const struct key *key = named_find(keys_of(list), pair->key->text);
        if (!key || key->kind == KEY_TEXT || key->kind == KEY_TEXTS || key->kind == KEY_PATTERN)
            mask_add(r->diags->sources, pair->value->at);
    }
}

void pack_mapping(struct pack_reader *r, const struct key_list *list, const struct yaml_node *node, void *row)
{
    if (node->kind != YAML_MAPPING) {
        pack_fault(r, node->at, "expected a mapping");
        return;
    }
    bool is_known = true;
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        const struct key *key = named_find(keys_of(list), pair->key->text);
        is_known = is_known && key;
        if (key)
            pack_value(r, key, pair->value, row);
        else
            pack_suggest(r,
                pack_fault(r, pair->key->at, "unknown key `" STR_FMT "`", STR_ARG(pair->key->text)),
                named_nearest(keys_of(list), pair->key->text));
    }
    if (!is_known && list->hides_texts)
        hide_texts(r, list, node);
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i].required && !yaml_get(node, list->rows[i].name))
            pack_fault(r, node->at, "`" STR_FMT "` is missing here", STR_ARG(list->rows[i].name));
    if (list->finish)
        list->finish(r, row, node);
}

void pack_word_text(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    const struct key text = {.kind = KEY_TEXT, .offset = key->offset};
    int ignored;
    if (pack_word(r, key->words, node, &ignored))
        pack_value(r, &text, node, row);
}
