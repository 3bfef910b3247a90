#include "syntax/expr.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/number.h"
#include "text/cursor.h"

#define DECIMALS_MAX 9

struct parser {
    struct arena *arena;
    struct diags *diags;
    str rule;
    struct cursor cursor;
    span at;
    bool verbatim;
    const struct expr *last_group; /* what the latest parentheses held */
    uint32_t depth;
    bool failed;
};

struct operator_row {
    str text;
    uint8_t binds; /* higher binds tighter */
    bool is_word;
    bool chains; /* a + b + c; comparisons do not */
};

static const struct operator_row operators[OPERATOR_COUNT] = {
    [OPERATOR_OR] = {STR_INIT("||"), 1, .chains = true},
    [OPERATOR_AND] = {STR_INIT("&&"), 2, .chains = true},
    [OPERATOR_EQUAL] = {STR_INIT("=="), 4},
    [OPERATOR_NOT_EQUAL] = {STR_INIT("!="), 4},
    [OPERATOR_MATCH] = {STR_INIT("=~"), 4},
    [OPERATOR_LESS_EQUAL] = {STR_INIT("<="), 4},
    [OPERATOR_LESS] = {STR_INIT("<"), 4},
    [OPERATOR_GREATER_EQUAL] = {STR_INIT(">="), 4},
    [OPERATOR_GREATER] = {STR_INIT(">"), 4},
    [OPERATOR_IN] = {STR_INIT("in"), 4, .is_word = true},
    [OPERATOR_ADD] = {STR_INIT("+"), 5, .chains = true},
    [OPERATOR_SUBTRACT] = {STR_INIT("-"), 5, .chains = true},
    [OPERATOR_MULTIPLY] = {STR_INIT("*"), 6, .chains = true},
    [OPERATOR_DIVIDE] = {STR_INIT("/"), 6, .chains = true},
};

#define BINDS_NOT 3

/* Spellings of other languages, and what they are here. */
static const struct {
    str text, here;
} foreign[] = {
    {STR_INIT("and"), STR_INIT("&&")},
    {STR_INIT("or"), STR_INIT("||")},
    {STR_INIT("not"), STR_INIT("!")},
    {STR_INIT("&"), STR_INIT("&&")},
    {STR_INIT("|"), STR_INIT("||")},
    {STR_INIT("="), STR_INIT("==")},
};

static struct expr *parse_expr(struct parser *p, uint8_t least);

static span part(const struct parser *p, size_t from, size_t to)
{
    return p->verbatim ? span_sub(p->at, from, to - from) : p->at;
}

/* Reports the first fault and gives NULL; what follows it would be noise. */
static struct expr *fail(struct parser *p, size_t from, size_t to, const char *what)
{
    if (!p->failed) {
        struct diag *diag = diag_add(p->diags, p->rule, SEVERITY_ERROR, part(p, from, to), "%s", what);
        diag->fatal = true;
    }
    p->failed = true;
    return NULL;
}

static struct expr *fail_limit(struct parser *p, size_t from)
{
    if (!p->failed)
        diag_limit(p->diags, LIMIT_EXPR_DEPTH, part(p, from, p->cursor.at))->fatal = true;
    p->failed = true;
    return NULL;
}

static void skip_blanks(struct parser *p)
{
    cursor_skip(&p->cursor, byte_is_blank);
}

static bool peek_is(const struct parser *p, char byte)
{
    return !cursor_done(&p->cursor) && cursor_peek(&p->cursor) == byte;
}

static char byte_after(const struct parser *p, size_t ahead)
{
    size_t at = p->cursor.at + ahead;
    return at < p->cursor.text.len ? p->cursor.text.ptr[at] : '\0';
}

/* Says what is where something else was expected, without quoting more than one printable byte. */
static struct expr *fail_unexpected(struct parser *p, const char *expected)
{
    size_t from = p->cursor.at;
    if (cursor_done(&p->cursor)) {
        str message = arena_printf(p->arena, "expected %s at the end of the expression", expected);
        return fail(p, from, from, message.ptr);
    }
    str rest = cursor_rest(&p->cursor);
    for (size_t i = 0; i < ARRAY_COUNT(foreign); i++) {
        str text = foreign[i].text;
        bool is_longer_word =
            byte_is_letter(text.ptr[0]) && rest.len > text.len && byte_is_name(rest.ptr[text.len]);
        if (str_starts(rest, text) && !is_longer_word) {
            str message = arena_printf(p->arena, "`" STR_FMT "` is spelt `" STR_FMT "` here", STR_ARG(text),
                STR_ARG(foreign[i].here));
            return fail(p, from, from + text.len, message.ptr);
        }
    }
    char byte = cursor_peek(&p->cursor);
    bool printable = byte > ' ' && byte < 0x7f;
    str message = printable
                      ? arena_printf(p->arena, "expected %s, found `%c`", expected, byte)
                      : arena_printf(p->arena, "expected %s, found a byte that means nothing here", expected);
    return fail(p, from, from + 1, message.ptr);
}

/* A node without children that covers [from, here). */
static struct expr *node(struct parser *p, enum expr_kind kind, size_t from)
{
    struct expr *expr = arena_new(p->arena, struct expr);
    expr->kind = kind;
    expr->at = part(p, from, p->cursor.at);
    expr->depth = 1;
    return expr;
}

/* Counts the child in: a node is one level deeper than its deepest child. NULL: too deep. */
static struct expr *adopt(struct parser *p, struct expr *expr, const struct expr *child, size_t from)
{
    if (child && child->depth + 1 > expr->depth)
        expr->depth = child->depth + 1;
    return expr->depth > limit_value(LIMIT_EXPR_DEPTH) ? fail_limit(p, from) : expr;
}

static struct expr *parse_number(struct parser *p)
{
    size_t from = p->cursor.at;
    str digits, decimals = {0};
    int64_t divisor = 1;
    cursor_run(&p->cursor, byte_is_digit, SIZE_MAX, &digits);
    if (peek_is(p, '.') && byte_is_digit(byte_after(p, 1))) {
        p->cursor.at++;
        cursor_run(&p->cursor, byte_is_digit, SIZE_MAX, &decimals);
    }
    if (decimals.len > DECIMALS_MAX)
        return fail(p, from, p->cursor.at, "a number has at most nine decimals");
    for (size_t i = 0; i < decimals.len; i++)
        divisor *= 10;
    int64_t number;
    if (!number_parse(arena_concat(p->arena, digits, decimals), &number) || number == NUMBER_UNBOUNDED)
        return fail(p, from, p->cursor.at, "the number is too large");
    if (!cursor_done(&p->cursor) && byte_is_name(cursor_peek(&p->cursor)))
        return fail(p, from, p->cursor.at + 1, "a number ends before a letter");
    struct expr *expr = node(p, EXPR_NUMBER, from);
    expr->number = number;
    expr->divisor = divisor;
    return expr;
}

/* 'text' with the quote doubled for itself; backslashes are data, so that patterns read as they are. */
static struct expr *parse_string(struct parser *p)
{
    size_t from = p->cursor.at;
    char quote = cursor_peek(&p->cursor);
    str rest = str_skip(cursor_rest(&p->cursor), 1);
    struct buf text = buf_new(p->arena, rest.len);
    for (;;) {
        size_t end = str_find_byte(rest, quote);
        if (end == STR_NONE)
            return fail(p, from, p->cursor.text.len, "the string has no end");
        buf_str(&text, str_take(rest, end));
        rest = str_skip(rest, end + 1);
        if (rest.len == 0 || rest.ptr[0] != quote)
            break;
        buf_byte(&text, quote);
        rest = str_skip(rest, 1);
    }
    p->cursor.at = p->cursor.text.len - rest.len;
    struct expr *expr = node(p, EXPR_STRING, from);
    expr->text = buf_view(&text);
    return expr;
}

/* ${…} with its nested ones, or $NAME; what is inside is syntax/template.h's business. */
static struct expr *parse_template(struct parser *p)
{
    size_t from = p->cursor.at;
    size_t open = 0;
    p->cursor.at++;
    if (cursor_byte(&p->cursor, '{')) {
        for (open = 1; open > 0 && !cursor_done(&p->cursor); p->cursor.at++) {
            bool nested = peek_is(p, '$') && byte_after(p, 1) == '{';
            open += nested;
            open -= peek_is(p, '}');
            p->cursor.at += nested;
        }
    } else {
        str name;
        if (!cursor_run(&p->cursor, byte_is_name, SIZE_MAX, &name) || !str_is_name(name))
            return fail(p, from, p->cursor.at, "expected a variable after `$`");
    }
    if (open > 0)
        return fail(p, from, p->cursor.text.len, "`${` is not closed");
    struct expr *expr = node(p, EXPR_TEMPLATE, from);
    expr->text = str_slice(p->cursor.text, from, p->cursor.at);
    return expr;
}

/* Items up to the closing byte. False after a fault. */
static bool parse_items(struct parser *p, struct expr *owner, size_t from, char close)
{
    for (skip_blanks(p); !cursor_byte(&p->cursor, close); skip_blanks(p)) {
        if (owner->items.count > 0 && !cursor_byte(&p->cursor, ',')) {
            fail_unexpected(p, close == ']' ? "`,` or `]`" : "`,` or `)`");
            return false;
        }
        struct expr *item = parse_expr(p, 1);
        if (!item || !adopt(p, owner, item, from))
            return false;
        vec_push(p->arena, &owner->items, item);
    }
    owner->at = part(p, from, p->cursor.at);
    return true;
}

static bool has_lower_case(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 'a' && s.ptr[i] <= 'z')
            return true;
    return false;
}

/* A name and the hyphens that belong to it: see the grammar in the header. */
static str take_name(struct parser *p, bool is_field)
{
    size_t from = p->cursor.at;
    cursor_skip(&p->cursor, byte_is_name);
    while (peek_is(p, '-')) {
        char next = byte_after(p, 1);
        str name = str_slice(p->cursor.text, from, p->cursor.at);
        bool belongs = is_field ? byte_is_alnum(next) : byte_is_letter(next) && has_lower_case(name);
        if (!belongs)
            break;
        p->cursor.at++;
        cursor_skip(&p->cursor, byte_is_name);
    }
    return str_slice(p->cursor.text, from, p->cursor.at);
}

static struct expr *parse_name(struct parser *p)
{
    size_t from = p->cursor.at;
    str name = take_name(p, false);
    struct expr *expr = node(p, EXPR_NAME, from);
    expr->text = name;
    if (!cursor_byte(&p->cursor, '('))
        return expr;
    expr->kind = EXPR_CALL;
    return parse_items(p, expr, from, ')') ? expr : NULL;
}

static struct expr *parse_group(struct parser *p)
{
    p->cursor.at++;
    struct expr *expr = parse_expr(p, 1);
    skip_blanks(p);
    if (expr && !cursor_byte(&p->cursor, ')'))
        return fail_unexpected(p, "`)`");
    p->last_group = expr;
    return expr;
}

static struct expr *parse_primary(struct parser *p)
{
    skip_blanks(p);
    char byte = cursor_done(&p->cursor) ? '\0' : cursor_peek(&p->cursor);
    if (byte_is_digit(byte))
        return parse_number(p);
    if (byte_is_letter(byte) || byte == '_')
        return parse_name(p);
    switch (byte) {
    case '\'':
    case '"':
        return parse_string(p);
    case '$':
        return parse_template(p);
    case '(':
        return parse_group(p);
    case '[': {
        size_t from = p->cursor.at++;
        struct expr *list = node(p, EXPR_LIST, from);
        return parse_items(p, list, from, ']') ? list : NULL;
    }
    default:
        return fail_unexpected(p, "a value");
    }
}

static struct expr *parse_field(struct parser *p, struct expr *base, size_t from)
{
    struct expr *expr = node(p, EXPR_FIELD, from);
    size_t name_from = p->cursor.at;
    expr->text = cursor_byte(&p->cursor, '*') ? STR("*") : take_name(p, true);
    if (expr->text.len == 0)
        return fail_unexpected(p, "a name after `.`");
    expr->at = part(p, from, p->cursor.at);
    expr->name_at = part(p, name_from, p->cursor.at);
    expr->left = base;
    return adopt(p, expr, base, from);
}

static struct expr *parse_index(struct parser *p, struct expr *base, size_t from)
{
    struct expr *expr = node(p, EXPR_INDEX, from);
    expr->left = base;
    expr->right = parse_expr(p, 1);
    if (!expr->right)
        return NULL;
    skip_blanks(p);
    if (!cursor_byte(&p->cursor, ']'))
        return fail_unexpected(p, "`]`");
    expr->at = part(p, from, p->cursor.at);
    return adopt(p, expr, base, from) ? adopt(p, expr, expr->right, from) : NULL;
}

static struct expr *parse_postfix(struct parser *p)
{
    skip_blanks(p);
    size_t from = p->cursor.at;
    struct expr *expr = parse_primary(p);
    while (expr) {
        if (cursor_byte(&p->cursor, '.'))
            expr = parse_field(p, expr, from);
        else if (cursor_byte(&p->cursor, '['))
            expr = parse_index(p, expr, from);
        else if (cursor_byte(&p->cursor, '%')) {
            struct expr *percent = node(p, EXPR_PERCENT, from);
            percent->left = expr;
            expr = adopt(p, percent, expr, from);
        } else
            break;
    }
    return expr;
}

static struct expr *parse_prefix(struct parser *p, enum expr_kind kind, uint8_t binds)
{
    size_t from = p->cursor.at++;
    struct expr *operand = parse_expr(p, binds);
    if (!operand)
        return NULL;
    struct expr *expr = node(p, kind, from);
    expr->left = operand;
    return adopt(p, expr, operand, from);
}

static struct expr *parse_unary(struct parser *p)
{
    skip_blanks(p);
    if (peek_is(p, '-'))
        return parse_prefix(p, EXPR_NEGATE, UINT8_MAX);
    if (peek_is(p, '!') && byte_after(p, 1) != '=')
        return parse_prefix(p, EXPR_NOT, BINDS_NOT);
    return parse_postfix(p);
}

/* The longest spelling that fits: `<=` is no `<`. */
static enum expr_operator peek_operator(const struct parser *p)
{
    str rest = cursor_rest(&p->cursor);
    enum expr_operator best = OPERATOR_NONE;
    for (int i = OPERATOR_NONE + 1; i < OPERATOR_COUNT; i++) {
        str text = operators[i].text;
        bool is_longer_word = operators[i].is_word && rest.len > text.len && byte_is_name(rest.ptr[text.len]);
        if (str_starts(rest, text) && !is_longer_word && text.len > operators[best].text.len)
            best = (enum expr_operator)i;
    }
    return best;
}

static struct expr *parse_binary(
    struct parser *p, struct expr *left, enum expr_operator operation, size_t from)
{
    size_t operator_from = p->cursor.at;
    p->cursor.at += operators[operation].text.len;
    span name_at = part(p, operator_from, p->cursor.at);
    struct expr *right = parse_expr(p, operators[operation].binds + 1);
    if (!right)
        return NULL;
    struct expr *expr = node(p, EXPR_BINARY, from);
    expr->operation = operation;
    expr->name_at = name_at;
    expr->left = left;
    expr->right = right;
    return adopt(p, expr, left, from) ? adopt(p, expr, right, from) : NULL;
}

/* Precedence climbing: everything that binds at least as tightly as `least`. */
static struct expr *parse_expr(struct parser *p, uint8_t least)
{
    if (p->depth >= limit_value(LIMIT_EXPR_DEPTH))
        return fail_limit(p, p->cursor.at);
    p->depth++;
    skip_blanks(p);
    size_t from = p->cursor.at;
    struct expr *left = parse_unary(p);
    while (left) {
        skip_blanks(p);
        enum expr_operator operation = peek_operator(p);
        if (operation == OPERATOR_NONE || operators[operation].binds < least)
            break;
        bool chained = left->kind == EXPR_BINARY && !operators[operation].chains &&
                       operators[left->operation].binds == operators[operation].binds &&
                       left != p->last_group;
        if (chained) {
            left = fail(p, p->cursor.at, p->cursor.at + operators[operation].text.len,
                "comparisons do not chain: write `a < b && b < c`");
            break;
        }
        left = parse_binary(p, left, operation, from);
    }
    p->depth--;
    return left;
}

struct expr *expr_parse(struct arena *arena, struct diags *diags, str rule, str text, span at, bool verbatim)
{
    struct parser p = {
        .arena = arena,
        .diags = diags,
        .rule = rule,
        .cursor = {.text = text},
        .at = at,
        .verbatim = verbatim,
    };
    struct expr *expr = parse_expr(&p, 1);
    skip_blanks(&p);
    if (expr && !cursor_done(&p.cursor))
        return fail_unexpected(&p, "an operator");
    return expr;
}
