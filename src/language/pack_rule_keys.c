/* The keys of a rule: language/pack_keys.h. */
#include "base/named.h"
#include "language/pack_keys.h"
#include "text/mask.h"

static const struct pack_word over_words[] = {
    {STR_INIT("environment"), FACT_ENVIRONMENT},
    {STR_INIT("variable"), FACT_VARIABLE},
    {STR_INIT("dsn"), FACT_DSN},
    {STR_INIT("bind"), FACT_BIND},
    {STR_INIT("service"), FACT_SERVICE},
    {STR_INIT("server"), FACT_SERVER},
    {STR_INIT("file"), FACT_FILE},
};

/* ---- rules */

void *pack_add_rule(struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value)
{
    (void)named;
    struct config_rule *row = vec_add(r->arena, &r->config->rules);
    const struct yaml_node *over = value->kind == YAML_MAPPING ? yaml_get(value, STR("over")) : NULL;
    row->at = value->at;
    if (over && over->kind == YAML_SCALAR)
        row->over = (struct config_text){.text = over->text, .at = over->at};
    return row;
}

static bool take_shape(
    struct pack_reader *r, struct config_rule *rule, enum rule_shape shape, const struct yaml_node *node)
{
    if (rule->expressions.count > 0 && rule->shape != shape) {
        pack_fault(r, node->at, "a rule has one shape: agree, iff, when with then, or assert");
        return false;
    }
    rule->shape = shape;
    return true;
}

/* Rules over a fact may name its fields; those over the environment name variables. */
static void push_expr(
    struct pack_reader *r, struct config_rule *rule, const struct yaml_node *node, enum eval_want wanted)
{
    const struct field_set *set = span_is_set(rule->over.at) ? field_set_find(rule->over.text) : NULL;
    struct expr *expr = pack_expr(r, node, wanted, set);
    if (expr)
        vec_push(r->arena, &rule->expressions, expr);
}

static void read_agree(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_rule *rule = row;
    bool is_agree = str_eq(key->name, STR("agree"));
    if (!take_shape(r, rule, is_agree ? RULE_AGREE : RULE_IFF, node))
        return;
    if (node->kind != YAML_SEQUENCE || node->items.count < 2 || (!is_agree && node->items.count != 2)) {
        pack_fault(r, node->at,
            is_agree ? "expected a list of two or more expressions" : "expected a list of two conditions");
        return;
    }
    vec_each(struct yaml_node *const *, item, &node->items)
        push_expr(r, rule, *item, is_agree ? EVAL_WANT_VALUE : EVAL_WANT_CONDITION);
}

static void read_assert(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    if (take_shape(r, row, RULE_ASSERT, node))
        push_expr(r, row, node, EVAL_WANT_CONDITION);
}

/* `when` and `then` may come in either order; `when` is the first expression. */
static void read_when(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_rule *rule = row;
    bool is_when = str_eq(key->name, STR("when"));
    if (!take_shape(r, rule, RULE_WHEN, node))
        return;
    size_t before = rule->expressions.count;
    push_expr(r, rule, node, EVAL_WANT_CONDITION);
    if (is_when && before == 1 && rule->expressions.count == 2) {
        struct expr *then = rule->expressions.items[0];
        rule->expressions.items[0] = rule->expressions.items[1];
        rule->expressions.items[1] = then;
    }
}

/* What each shape needs to be judged. */
static const size_t expressions_needed[] = {
    [RULE_AGREE] = 2, [RULE_IFF] = 2, [RULE_WHEN] = 2, [RULE_ASSERT] = 1};

static void finish_rule(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_rule *rule = row;
    bool when = yaml_get(node, STR("when")), then = yaml_get(node, STR("then"));
    bool any = when || then || yaml_get(node, STR("agree")) || yaml_get(node, STR("iff")) ||
               yaml_get(node, STR("assert"));
    if (when != then)
        pack_fault(r, node->at, when ? "`when` needs a `then`" : "`then` needs a `when`");
    if (!any)
        pack_fault(r, node->at, "a rule needs agree, iff, when with then, or assert");
    vec_each(const struct config_rule *, other, &r->config->rules)
        if (other != rule && rule->id.len > 0 && str_eq(other->id, rule->id)) {
            struct diag *fault =
                pack_fault(r, rule->id_at, "there is a rule `" STR_FMT "` already", STR_ARG(rule->id));
            diag_related(r->diags, fault, other->id_at, "the first one");
        }
    /* Faults of its expressions, or of what it runs over, were reported: the rule itself cannot be kept. */
    bool is_known =
        !span_is_set(rule->over.at) ||
        named_find(NAMED_BY(over_words, ARRAY_COUNT(over_words), struct pack_word, text), rule->over.text);
    if (rule->expressions.count < expressions_needed[rule->shape] || !is_known)
        r->config->rules.count--;
}

static void read_id(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    struct config_rule *rule = row;
    struct config_text text;
    if (!pack_text(r, node, &text))
        return;
    rule->id = text.text;
    rule->id_at = text.at;
    for (size_t i = 0; i < text.text.len; i++)
        if (!byte_is_name(text.text.ptr[i]) && !str_has_byte(STR("-./"), text.text.ptr[i])) {
            pack_fault(r, text.at, "an id has letters, digits, `-`, `_`, `.` and `/`");
            return;
        }
    if (rule_find(text.text))
        pack_fault(r, text.at, "`" STR_FMT "` is a built-in rule", STR_ARG(text.text));
}

/* ---- samples */

static void add_sample_file(
    struct pack_reader *r, struct config_sample *sample, str path, const struct yaml_node *node)
{
    struct config_sample_file file = {.path = path};
    if (!pack_text(r, node, &file.text))
        return;
    vec_each(const struct config_sample_file *, other, &sample->files)
        if (str_eq(other->path, path)) {
            struct diag *fault =
                pack_fault(r, node->at, "the sample has a file `" STR_FMT "` already", STR_ARG(path));
            diag_related(r->diags, fault, other->text.at, "the first one");
            return;
        }
    vec_push(r->arena, &sample->files, file);
}

/* The files that samples have by a name of their own, as in the built-in packs. */
static const struct {
    str key, path;
} sample_paths[] = {
    {STR_INIT("env"), STR_INIT(".env")},
    {STR_INIT("example"), STR_INIT(".env.example")},
    {STR_INIT("compose"), STR_INIT("compose.yaml")},
};

static void read_sample_file(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    /* Each key that is read by this has its row. */
    for (size_t i = 0; i < ARRAY_COUNT(sample_paths); i++)
        if (str_eq(sample_paths[i].key, key->name))
            add_sample_file(r, row, sample_paths[i].path, node);
}

static void read_sample_files(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    (void)key;
    if (node->kind != YAML_MAPPING) {
        pack_fault(r, node->at, "expected a mapping of paths");
        return;
    }
    vec_each(struct yaml_pair *, pair, &node->pairs) {
        str path = pair->key->text, clean = path_clean(r->arena, path);
        bool is_below = clean.len > 0 && !path_is_absolute(clean) && !str_eq(clean, STR(".")) &&
                        !str_eq(clean, STR("..")) && !str_starts(clean, STR("../"));
        if (!is_below || str_has_byte(clean, '\0'))
            pack_fault(r, pair->key->at, "expected a path below the sample's directory");
        else
            add_sample_file(r, row, clean, pair->value);
    }
}

static void read_permissions(
    struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    struct config_sample *sample = row;
    struct config_text text;
    (void)key;
    if (!pack_text(r, node, &text))
        return;
    bool is_octal = text.text.len >= 3 && text.text.len <= 4;
    sample->permissions = 0;
    for (size_t i = 0; is_octal && i < text.text.len; i++) {
        is_octal = text.text.ptr[i] >= '0' && text.text.ptr[i] <= '7';
        sample->permissions = sample->permissions * 8 + (uint32_t)(text.text.ptr[i] - '0');
    }
    if (!is_octal)
        pack_fault(r, text.at, "expected permissions in octal, such as 0600");
}

static void finish_sample(struct pack_reader *r, void *row, const struct yaml_node *node)
{
    struct config_sample *sample = row;
    sample->at = node->at;
    /* Deployments are never quoted, not under a misspelt key either. */
    vec_each(const struct yaml_pair *, pair, &node->pairs) {
        bool is_setting = str_eq(pair->key->text, STR("mode")) || str_eq(pair->key->text, STR("permissions"));
        if (pair->value->kind == YAML_SCALAR && !is_setting)
            mask_add(r->diags->sources, pair->value->at);
        vec_each(const struct yaml_pair *, file, &pair->value->pairs)
            mask_add(r->diags->sources, file->value->at);
    }
    if (!yaml_get(node, STR("env")) && !yaml_get(node, STR("example")) && !yaml_get(node, STR("compose")) &&
        !yaml_get(node, STR("files")))
        pack_fault(r, node->at, "a sample needs files: env, example, compose or others under files");
}

/* A text in the place of the mapping is a deployment all the same. */
static void read_sample(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row)
{
    if (node->kind == YAML_SCALAR && !yaml_is_null(node))
        mask_add(r->diags->sources, node->at);
    pack_mapping(r, key->keys, node, (char *)row + key->offset);
}

/* ---- the keys */

/* clang-format off: one row a line reads best as a table. */
static const struct key sample_rows[] = {
    {STR_INIT("env"), KEY_TEXT, .read = read_sample_file, ABOUT("its .env")},
    {STR_INIT("example"), KEY_TEXT, .read = read_sample_file, ABOUT("its .env.example")},
    {STR_INIT("compose"), KEY_TEXT, .read = read_sample_file, ABOUT("its compose.yaml")},
    {STR_INIT("files"), KEY_FILES, .read = read_sample_files, ABOUT("other files of it, by their path")},
    {STR_INIT("mode"), KEY_WORD, TO(config_sample, mode), .words = &mode_words, .read = pack_word_text,
        ABOUT("the mode to judge it in; else its files say")},
    {STR_INIT("permissions"), KEY_TEXT, .read = read_permissions,
        ABOUT("those of its .env, in octal: 0600 where they are left out")},
};

static const struct key rule_rows[] = {
    {STR_INIT("id"), KEY_TEXT, .required = true, .read = read_id,
        ABOUT("the rule's name in reports and suppressions")},
    {STR_INIT("over"), KEY_WORD, TO(config_rule, over), .words = WORDS(over_words), .read = pack_word_text,
        ABOUT("the kind of fact it runs over; the environment where it is left out")},
    {STR_INIT("agree"), KEY_EXPRESSIONS, .read = read_agree,
        ABOUT("expressions of which all that are set must be equal")},
    {STR_INIT("iff"), KEY_EXPRESSIONS, .read = read_agree,
        ABOUT("two conditions that hold together or not at all")},
    {STR_INIT("when"), KEY_CONDITION, .read = read_when, ABOUT("the condition under which `then` must hold")},
    {STR_INIT("then"), KEY_CONDITION, .read = read_when, ABOUT("what must hold when `when` does")},
    {STR_INIT("assert"), KEY_CONDITION, .read = read_assert, ABOUT("what must hold always")},
    {STR_INIT("severity"), KEY_WORD, TO(config_rule, severity), ALSO(config_rule, severity_at),
        .words = &severity_words, ABOUT("how bad it is: error where it is left out")},
    {STR_INIT("message"), KEY_TEXT, TO(config_rule, message), ABOUT("what the finding says")},
    {STR_INIT("help"), KEY_TEXT, TO(config_rule, help), ABOUT("how to mend it")},
    {STR_INIT("good"), KEY_STRUCT, TO(config_rule, good), .keys = KEYS_END(sample_rows, finish_sample),
        .read = read_sample, ABOUT("a small deployment that keeps it, for `bootgate rules test`")},
    {STR_INIT("bad"), KEY_STRUCT, TO(config_rule, bad), .keys = KEYS_END(sample_rows, finish_sample),
        .read = read_sample, ABOUT("a small deployment that breaks it, for `bootgate rules test`")},
};
/* clang-format on */

const struct key_list pack_rule_keys = {
    .rows = rule_rows, .count = ARRAY_COUNT(rule_rows), .finish = finish_rule};
