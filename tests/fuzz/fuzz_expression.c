/*
 * Any bytes as an expression of a rule (the first line) and as a template (the rest): faults lie inside the
 * text, pieces cover what comes of it, and evaluating ends.
 */
#include "input.h"

#include "language/eval.h"
#include "language/pattern.h"
#include "syntax/template.h"

/* Variables whose texts look like everything an expression can meet. */
static const struct {
    const char *name, *text;
} variables[] = {
    {"A", "4"},
    {"B", ""},
    {"C", "-1"},
    {"D", "25%"},
    {"E", "a, b,"},
    {"F", "9223372036854775807"},
    {"U", "postgresql://shop:a%40b@db:5432,db2/shop?ssl=require"},
    {"V", "postgresql://shop:x@127.0.0.1:99999/shop"},
    {"T", "${A:-${B}}$$"},
};

static bool find_variable(str name, str *ret_text)
{
    for (size_t i = 0; i < ARRAY_COUNT(variables); i++)
        if (str_eq(str_from_c(variables[i].name), name)) {
            *ret_text = str_from_c(variables[i].text);
            return true;
        }
    return false;
}

static struct eval_value get_variable(void *self, str name)
{
    (void)self;
    struct eval_value value = {.kind = EVAL_UNSET, .variable = name};
    if (find_variable(name, &value.text))
        value.kind = EVAL_TEXT;
    return value;
}

static struct template_value get_text(void *self, str name)
{
    (void)self;
    struct template_value value = {0};
    value.found = find_variable(name, &value.text);
    return value;
}

static struct eval_match_result match(void *self, str pattern, str text)
{
    return pattern_match(self, pattern, text);
}

static void evaluate(struct arena *arena, struct diags *diags, const struct source *source, str text)
{
    struct patterns patterns = {.arena = arena};
    struct eval_scope scope = {
        .self = &patterns,
        .variable = get_variable,
        .match = match,
        .mode = STR("production"),
        .cpus = 4,
    };
    struct expr *expr =
        expr_parse(arena, diags, STR("config-syntax"), text, span_make(source->id, 0, text.len), true);
    fuzz_require(expr != NULL || diags->list.count > 0, "a refusal says why");
    if (expr == NULL)
        return;
    for (int wanted = EVAL_WANT_ANY; wanted <= EVAL_WANT_SHARE; wanted++)
        eval_check(arena, diags, STR("config-syntax"), expr, &scope, (enum eval_want)wanted);
    eval_variables(arena, expr);
    eval_names(arena, expr);
    fuzz_require_inside(diags->sources, eval(arena, expr, &scope).at);
    fuzz_require_inside(diags->sources, eval_condition(arena, expr, &scope).at);
    struct eval_result count = eval_count(arena, expr, &scope);
    fuzz_require(count.error != EVAL_OK || count.value.number >= 0, "a count is none below 0");
    struct eval_result share = eval_share(arena, expr, &scope, 100);
    fuzz_require(share.error != EVAL_OK || share.value.number >= 0, "a share is none below 0");
}

static void expand(struct arena *arena, const struct sources *sources, const struct source *source, str text)
{
    struct template_scope scope = {.get = get_text};
    struct pieces origin = {0};
    pieces_add(arena, &origin, text.len, span_make(source->id, source->text.len - text.len, text.len), NULL);
    struct template_result result = template_expand(arena, text, &origin, &scope);
    fuzz_require_inside(sources, result.error_at);
    vec_each(const struct template_use *, use, &result.uses) {
        fuzz_require_inside(sources, use->at);
        fuzz_require_inside(sources, use->fallback_at);
    }
    size_t length = 0;
    vec_each(const struct piece *, piece, &result.pieces.list) {
        fuzz_require_inside(sources, piece->at);
        fuzz_require(piece->start == length, "pieces know where they begin");
        length += piece->length;
    }
    fuzz_require(result.error != TEMPLATE_OK || length == result.text.len, "pieces cover the text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sources sources = {.arena = &arena};
    struct diags diags = {.arena = &arena, .sources = &sources};
    str text = {(const char *)data, size};
    struct source *source = source_add(&sources, SOURCE_CONFIG, STR("f"), STR("f"), text);
    struct str_cut cut = str_cut_byte(text, '\n');
    evaluate(&arena, &diags, source, cut.head);
    expand(&arena, &sources, source, cut.found ? cut.tail : str_skip(text, text.len));
    vec_each(const struct diag *, diag, &diags.list)
        fuzz_require_inside(&sources, diag->at);
    arena_free(&arena);
    return 0;
}
