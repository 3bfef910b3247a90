/* $((…)) as the shell computes it: env/shell_word.h. */
#include "env/shell_word.h"

#include "base/limit.h"
#include "base/number.h"
#include "text/cursor.h"

/* + - * / % and parentheses over integers and variables that hold one. */
struct arithmetic {
    struct reading *r;
    struct cursor c;
    size_t depth;
    bool failed;
};

static int64_t read_sum(struct arithmetic *a);

static int64_t fail(struct arithmetic *a)
{
    a->failed = true;
    return 0;
}

static void skip_blanks(struct arithmetic *a)
{
    cursor_skip(&a->c, byte_is_blank);
}

/* Decimal, 0octal or 0xhex; a sign was read before. */
static bool read_constant(str digits, int64_t *ret)
{
    bool is_hex = str_starts_fold(digits, STR("0x")) && digits.len > 2;
    int base = is_hex ? 16 : digits.len > 1 && digits.ptr[0] == '0' ? 8 : 10;
    int64_t value = 0;
    digits = is_hex ? str_skip(digits, 2) : digits;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = byte_hex(digits.ptr[i]);
        if (digit < 0 || digit >= base || value > (INT64_MAX - digit) / base)
            return false;
        value = value * base + digit;
    }
    *ret = value;
    return digits.len > 0;
}

/* A variable counts as the integer in it, unset and empty as 0. Its text is no expression here. */
static int64_t read_variable(struct arithmetic *a, str name)
{
    struct template_value value = a->r->scope.get(a->r->scope.self, name);
    int64_t number = 0;
    str text = str_trim(value.text);
    bool is_negative = str_starts(text, STR("-"));
    if (text.len && !read_constant(str_skip(text, is_negative), &number))
        return fail(a);
    return is_negative ? -number : number;
}

static int64_t read_primary(struct arithmetic *a)
{
    str run;
    int64_t value;
    skip_blanks(a);
    if (cursor_byte(&a->c, '(')) {
        if (++a->depth > limit_value(LIMIT_TEMPLATE_DEPTH))
            return fail(a);
        value = read_sum(a);
        a->depth--;
        skip_blanks(a);
        return cursor_byte(&a->c, ')') ? value : fail(a);
    }
    cursor_byte(&a->c, '$');
    if (!cursor_run(&a->c, byte_is_name, a->c.text.len, &run))
        return fail(a);
    if (!byte_is_digit(run.ptr[0]))
        return read_variable(a, run);
    return read_constant(run, &value) ? value : fail(a);
}

static int64_t read_signed(struct arithmetic *a)
{
    bool is_negative = false;
    for (skip_blanks(a); !cursor_done(&a->c); skip_blanks(a)) {
        if (cursor_byte(&a->c, '-'))
            is_negative = !is_negative;
        else if (!cursor_byte(&a->c, '+'))
            break;
    }
    int64_t value = read_primary(a);
    return is_negative ? (int64_t)(0 - (uint64_t)value) : value;
}

/* bash wraps around silently. */
static int64_t combine(struct arithmetic *a, char sign, int64_t left, int64_t right)
{
    bool divides = sign == '/' || sign == '%';
    if (divides && (right == 0 || right == -1))
        return right == 0 ? fail(a) : sign == '%' ? 0 : (int64_t)(0 - (uint64_t)left);
    if (divides)
        return sign == '/' ? left / right : left % right;
    uint64_t l = (uint64_t)left, r = (uint64_t)right;
    return (int64_t)(sign == '*' ? l * r : sign == '+' ? l + r : l - r);
}

static int64_t read_product(struct arithmetic *a)
{
    int64_t value = read_signed(a);
    for (;;) {
        skip_blanks(a);
        char sign = cursor_peek(&a->c);
        struct cursor ahead = a->c;
        bool is_power = cursor_word(&ahead, STR("**"));
        if (is_power || a->failed || (sign != '*' && sign != '/' && sign != '%'))
            return is_power ? fail(a) : value;
        cursor_byte(&a->c, sign);
        value = combine(a, sign, value, read_signed(a));
    }
}

static int64_t read_sum(struct arithmetic *a)
{
    int64_t value = read_product(a);
    for (;;) {
        skip_blanks(a);
        char sign = cursor_peek(&a->c);
        if (a->failed || (sign != '+' && sign != '-'))
            return value;
        cursor_byte(&a->c, sign);
        value = combine(a, sign, value, read_product(a));
    }
}

bool shell_arithmetic(struct reading *r, str text, int64_t *ret)
{
    struct arithmetic a = {.r = r, .c = {.text = text}};
    skip_blanks(&a);
    *ret = 0;
    if (cursor_done(&a.c))
        return true;
    *ret = read_sum(&a);
    skip_blanks(&a);
    return !a.failed && cursor_done(&a.c);
}
