#include "settings/expression.h"

#include "base/number.h"
#include "text/cursor.h"

#define BYTES_MAX 8192 /* of one expression, and names that one may ask for: */
#define NAMES_MAX 64
#define DEPTH_MAX 16 /* brackets and names inside of each other; nobody's settings have more */

/* How a language asks for a variable: what is before its name and after, in one piece. */
struct getter {
    enum setting_language language;
    str open;
    char close; /* NUL: the name ends where a name ends */
};

static const struct getter getters[] = {
    {LANGUAGE_PYTHON, STR_INIT("os.environ.get("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("os.environ["), ']'},
    {LANGUAGE_PYTHON, STR_INIT("os.getenv("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("environ.get("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("environ["), ']'},
    {LANGUAGE_PYTHON, STR_INIT("getenv("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("env.int("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("env.str("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("env("), ')'},
    {LANGUAGE_PYTHON, STR_INIT("config("), ')'},
    {LANGUAGE_RUBY, STR_INIT("ENV.fetch("), ')'},
    {LANGUAGE_RUBY, STR_INIT("ENV["), ']'},
    {LANGUAGE_JAVASCRIPT, STR_INIT("process.env["), ']'},
    {LANGUAGE_JAVASCRIPT, STR_INIT("process.env."), '\0'},
    {LANGUAGE_JAVASCRIPT, STR_INIT("Bun.env."), '\0'},
    {LANGUAGE_ELIXIR, STR_INIT("System.get_env("), ')'},
    {LANGUAGE_ELIXIR, STR_INIT("System.fetch_env!("), ')'},
};

/* Calls that make a number of a text. */
static const struct {
    enum setting_language language;
    str open;
} wrappers[] = {
    {LANGUAGE_PYTHON, STR_INIT("int(")},
    {LANGUAGE_PYTHON, STR_INIT("str(")},
    {LANGUAGE_RUBY, STR_INIT("Integer(")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("Number(")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("parseInt(")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("Number.parseInt(")},
    {LANGUAGE_ELIXIR, STR_INIT("String.to_integer(")},
};

static const struct {
    enum setting_language language;
    str word;
} processors[] = {
    {LANGUAGE_PYTHON, STR_INIT("multiprocessing.cpu_count()")},
    {LANGUAGE_PYTHON, STR_INIT("os.cpu_count()")},
    {LANGUAGE_PYTHON, STR_INIT("cpu_count()")},
    {LANGUAGE_PYTHON, STR_INIT("len(os.sched_getaffinity(0))")},
    {LANGUAGE_RUBY, STR_INIT("Etc.nprocessors")},
    {LANGUAGE_RUBY, STR_INIT("Concurrent.physical_processor_count")},
    {LANGUAGE_RUBY, STR_INIT("Concurrent.available_processor_count")},
    {LANGUAGE_RUBY, STR_INIT("Concurrent.processor_count")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("os.cpus().length")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("require('os').cpus().length")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("require(\"os\").cpus().length")},
    {LANGUAGE_JAVASCRIPT, STR_INIT("os.availableParallelism()")},
    {LANGUAGE_ELIXIR, STR_INIT("System.schedulers_online()")},
};

/* Operators that take the right side where the left one is nothing, and for whom an empty text is that. */
static const struct {
    enum setting_language language;
    str sign;
    bool is_empty_nothing;
} alternatives[] = {
    {LANGUAGE_PYTHON, STR_INIT("or "), true},
    {LANGUAGE_RUBY, STR_INIT("||"), false},
    {LANGUAGE_JAVASCRIPT, STR_INIT("||"), true},
    {LANGUAGE_JAVASCRIPT,
        STR_INIT("?"
                 "?"),
        false},
    {LANGUAGE_ELIXIR, STR_INIT("||"), false},
};

struct reading {
    struct arena *arena;
    enum setting_language language;
    const struct expression_scope *scope;
    struct cursor in;
    size_t depth, names;
};

static struct expression read_alternatives(struct reading *r);

static void skip_blanks(struct reading *r)
{
    cursor_skip(&r->in, byte_is_blank);
}

static bool take(struct reading *r, str word)
{
    skip_blanks(r);
    return cursor_word(&r->in, word);
}

static bool take_byte(struct reading *r, char byte)
{
    skip_blanks(r);
    return cursor_byte(&r->in, byte);
}

static bool is_next(struct reading *r, char byte)
{
    skip_blanks(r);
    return cursor_peek(&r->in) == byte;
}

/* ---- variables */

static struct expression variable(const struct reading *r, str name)
{
    const struct value *value = env_get(r->scope->environment, name);
    struct expression found = {.kind = EXPRESSION_NOTHING, .variable = name};
    if (value && value->is_hidden)
        found.kind = EXPRESSION_UNKNOWN;
    if (value && value->set)
        found = (struct expression){EXPRESSION_TEXT, .text = value->text, .from = value, .variable = name};
    return found;
}

/* The right side, for which the variable of the left one is still the one that would decide. */
static struct expression instead(struct expression left, struct expression right)
{
    if (right.variable.len == 0)
        right.variable = left.variable;
    return right;
}

static bool read_string(struct reading *r, str *ret_text)
{
    char quote = cursor_peek(&r->in);
    struct cursor before = r->in;
    if (cursor_done(&r->in) || (quote != '"' && quote != '\''))
        return false;
    r->in.at++;
    if (cursor_until(&r->in, quote, SIZE_MAX, ret_text) && !str_has_byte(*ret_text, '\\')) {
        r->in.at++;
        return true;
    }
    r->in = before;
    return false;
}

/* `cast=int`, `as: :integer`: an argument that says nothing about the number. */
static bool skip_argument(struct reading *r)
{
    static const str words[] = {STR_INIT("cast=int"), STR_INIT("cast = int"), STR_INIT("10")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (take(r, words[i]))
            return true;
    return false;
}

/* , N   , default=N   , default: N */
static struct expression read_default(struct reading *r)
{
    static const str words[] = {STR_INIT("default="), STR_INIT("default ="), STR_INIT("default:")};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (take(r, words[i]))
            break;
    return read_alternatives(r);
}

static struct expression unknown(void)
{
    return (struct expression){.kind = EXPRESSION_UNKNOWN};
}

/* After the name of a variable: its default, and the end of the call. */
static struct expression read_call(struct reading *r, const struct getter *getter, str name)
{
    struct expression usual = {.kind = EXPRESSION_NOTHING};
    while (getter->close && take_byte(r, ',') && !is_next(r, getter->close))
        if (!skip_argument(r))
            usual = read_default(r);
    if (getter->close && !take_byte(r, getter->close))
        return unknown();
    if (r->language == LANGUAGE_RUBY && take_byte(r, '{')) {
        usual = read_alternatives(r);
        if (!take_byte(r, '}'))
            return unknown();
    }
    struct expression value = variable(r, name);
    return value.kind == EXPRESSION_NOTHING ? instead(value, usual) : value;
}

static bool read_getter(struct reading *r, struct expression *ret_value)
{
    for (size_t i = 0; i < ARRAY_COUNT(getters); i++) {
        const struct getter *getter = &getters[i];
        str name;
        if (getter->language != r->language || !take(r, getter->open))
            continue;
        skip_blanks(r);
        bool is_named =
            getter->close ? read_string(r, &name) : cursor_run(&r->in, byte_is_name, SIZE_MAX, &name);
        *ret_value = is_named ? read_call(r, getter, name) : unknown();
        return true;
    }
    return false;
}

/* ---- numbers */

static struct expression number_of(struct expression value)
{
    int64_t number;
    if (value.kind == EXPRESSION_NUMBER)
        return value;
    if (value.kind != EXPRESSION_TEXT || !number_parse(str_trim(value.text), &number))
        return unknown();
    value.kind = EXPRESSION_NUMBER;
    value.number = number;
    return value;
}

/* Digits of any length: what does not fit is for the reader of the count to refuse. */
static bool read_number(struct reading *r, struct expression *ret_value)
{
    struct cursor before = r->in;
    bool is_negative = cursor_byte(&r->in, '-'), has_digit = false;
    int64_t number = 0;
    while (!cursor_done(&r->in) &&
           (byte_is_digit(cursor_peek(&r->in)) || (has_digit && cursor_peek(&r->in) == '_'))) {
        has_digit = true;
        if (cursor_peek(&r->in) != '_')
            number = number_add(number_multiply(number, 10), cursor_peek(&r->in) - '0');
        r->in.at++;
    }
    bool is_other = !cursor_done(&r->in) && (byte_is_name(cursor_peek(&r->in)) || cursor_peek(&r->in) == '.');
    if (!has_digit || (is_other && !str_starts(cursor_rest(&r->in), STR(".to_i"))) ||
        number == NUMBER_UNBOUNDED) {
        r->in = before;
        return false;
    }
    *ret_value = (struct expression){EXPRESSION_NUMBER, .number = is_negative ? -number : number};
    return true;
}

static bool read_word(struct reading *r, struct expression *ret_value)
{
    static const str nothings[] = {
        STR_INIT("None"), STR_INIT("nil"), STR_INIT("null"), STR_INIT("undefined"), STR_INIT("false")};
    struct cursor before = r->in;
    str name;
    if (!cursor_run(&r->in, byte_is_name, SIZE_MAX, &name))
        return false;
    char next = cursor_peek(&r->in);
    *ret_value = (struct expression){.kind = EXPRESSION_NOTHING};
    if (STR_IS_IN(name, nothings))
        return true;
    bool is_call =
        next == '(' || next == '[' || (next == '.' && !str_starts(cursor_rest(&r->in), STR(".to_i")));
    if (!is_call && r->scope->name && r->names++ < NAMES_MAX &&
        r->scope->name(r->scope->self, name, ret_value))
        return true;
    r->in = before;
    return false;
}

static struct expression read_wrapped(struct reading *r)
{
    struct expression value = read_alternatives(r);
    while (take_byte(r, ',') && !is_next(r, ')'))
        if (!skip_argument(r))
            return unknown();
    return take_byte(r, ')') ? value : unknown();
}

static struct expression read_primary(struct reading *r)
{
    struct expression value;
    skip_blanks(r);
    for (size_t i = 0; i < ARRAY_COUNT(processors); i++)
        if (processors[i].language == r->language && take(r, processors[i].word))
            return (struct expression){EXPRESSION_NUMBER, .per_processor = 1};
    for (size_t i = 0; i < ARRAY_COUNT(wrappers); i++)
        if (wrappers[i].language == r->language && take(r, wrappers[i].open))
            return read_wrapped(r);
    if (read_getter(r, &value) || read_number(r, &value))
        return value;
    if (r->language == LANGUAGE_JAVASCRIPT && cursor_byte(&r->in, '+'))
        return read_primary(r);
    if (cursor_byte(&r->in, '(')) {
        value = read_alternatives(r);
        return take_byte(r, ')') ? value : unknown();
    }
    str text;
    if (read_string(r, &text))
        return (struct expression){EXPRESSION_TEXT, .text = text};
    return read_word(r, &value) ? value : unknown();
}

static struct expression read_factor(struct reading *r)
{
    struct expression value = read_primary(r);
    if (r->language == LANGUAGE_RUBY && cursor_word(&r->in, STR(".to_i")))
        value = value.kind == EXPRESSION_NOTHING
                    ? (struct expression){EXPRESSION_NUMBER, .variable = value.variable}
                    : value;
    return value;
}

static struct expression read_product(struct reading *r)
{
    struct expression left = read_factor(r);
    while (take_byte(r, '*')) {
        struct expression a = number_of(left), b = number_of(read_factor(r));
        left = instead(a, b);
        if (a.kind != EXPRESSION_NUMBER || b.kind != EXPRESSION_NUMBER ||
            (a.per_processor && b.per_processor))
            left.kind = EXPRESSION_UNKNOWN;
        left.per_processor = number_add(
            number_multiply(a.per_processor, b.number), number_multiply(b.per_processor, a.number));
        left.number = number_multiply(a.number, b.number);
    }
    return left;
}

static struct expression read_sum(struct reading *r)
{
    struct expression left = read_product(r);
    while (take_byte(r, '+')) {
        struct expression a = number_of(left), b = number_of(read_product(r));
        left = instead(a, b);
        if (a.kind != EXPRESSION_NUMBER || b.kind != EXPRESSION_NUMBER)
            left.kind = EXPRESSION_UNKNOWN;
        left.number = number_add(a.number, b.number);
        left.per_processor = number_add(a.per_processor, b.per_processor);
    }
    return left;
}

static bool take_alternative(struct reading *r, bool *ret_is_empty_nothing)
{
    for (size_t i = 0; i < ARRAY_COUNT(alternatives); i++) {
        if (alternatives[i].language != r->language || !take(r, alternatives[i].sign))
            continue;
        *ret_is_empty_nothing = alternatives[i].is_empty_nothing;
        return true;
    }
    return false;
}

static bool is_nothing(const struct expression *value, bool is_empty_nothing)
{
    return value->kind == EXPRESSION_NOTHING ||
           (is_empty_nothing && value->kind == EXPRESSION_TEXT && value->text.len == 0);
}

static struct expression read_alternatives(struct reading *r)
{
    if (++r->depth > DEPTH_MAX)
        return r->depth--, unknown();
    struct expression left = read_sum(r);
    bool is_empty_nothing;
    while (take_alternative(r, &is_empty_nothing)) {
        struct expression right = read_sum(r);
        if (is_nothing(&left, is_empty_nothing))
            left = instead(left, right);
    }
    /* X ? parseInt(X, 10) : N */
    if (r->language == LANGUAGE_JAVASCRIPT && take_byte(r, '?')) {
        struct expression yes = read_alternatives(r);
        struct expression no = take_byte(r, ':') ? read_alternatives(r) : unknown();
        left = left.kind == EXPRESSION_UNKNOWN ? left : is_nothing(&left, true) ? instead(left, no) : yes;
    }
    r->depth--;
    return left;
}

/* ---- texts with references in them */

/* How a reference is written: ${X:N}, %(ENV_X)s, $(X). */
struct reference {
    str open, close;
    bool has_default; /* behind a colon */
};

static const struct reference references[LANGUAGE_COUNT] = {
    [LANGUAGE_SPRING] = {STR_INIT("${"), STR_INIT("}"), true},
    [LANGUAGE_SUPERVISOR] = {STR_INIT("%(ENV_"), STR_INIT(")s"), false},
    [LANGUAGE_UWSGI] = {STR_INIT("$("), STR_INIT(")"), false},
    [LANGUAGE_PHP] = {STR_INIT("${"), STR_INIT("}"), false},
};

static size_t reference_end(str text, const struct reference *form)
{
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (str_starts(str_skip(text, i), form->open))
            depth++;
        else if (str_starts(str_skip(text, i), form->close) && depth-- == 0)
            return i;
    }
    return STR_NONE;
}

static struct expression read_references(struct reading *r, str text, const struct reference *form);

static struct expression read_reference(struct reading *r, str body, const struct reference *form)
{
    struct str_cut cut = form->has_default ? str_cut_byte(body, ':') : (struct str_cut){.head = body};
    struct expression value = {.kind = EXPRESSION_NOTHING};
    bool may_ask = r->scope->name && r->names++ < NAMES_MAX;
    if (may_ask && r->scope->name(r->scope->self, cut.head, &value) && value.kind != EXPRESSION_NOTHING)
        return value;
    value = variable(r, cut.head);
    if (value.kind != EXPRESSION_NOTHING || !cut.found)
        return value;
    return instead(value, read_references(r, cut.tail, form));
}

static struct expression read_references(struct reading *r, str text, const struct reference *form)
{
    struct buf out = buf_new(r->arena, text.len + 65536);
    struct expression all = {.kind = EXPRESSION_TEXT};
    if (++r->depth > DEPTH_MAX)
        return r->depth--, unknown();
    for (size_t at = 0; at < text.len && all.kind == EXPRESSION_TEXT;) {
        str rest = str_skip(text, at);
        size_t end =
            str_starts(rest, form->open) ? reference_end(str_skip(rest, form->open.len), form) : STR_NONE;
        if (end == STR_NONE) {
            buf_byte(&out, text.ptr[at++]);
            continue;
        }
        struct expression part =
            read_reference(r, str_slice(rest, form->open.len, form->open.len + end), form);
        if (part.kind != EXPRESSION_TEXT)
            all.kind = EXPRESSION_UNKNOWN;
        if (all.variable.len == 0) {
            all.variable = part.variable;
            all.from = part.from;
        }
        buf_str(&out, part.text);
        at += form->open.len + end + form->close.len;
    }
    r->depth--;
    all.text = arena_copy(r->arena, buf_view(&out));
    return all;
}

static struct template_value shell_get(void *self, str name)
{
    struct reading *r = self;
    struct expression value = variable(r, name);
    return (struct template_value){value.kind == EXPRESSION_TEXT, value.text, value.from};
}

static struct expression read_shell(struct reading *r, str text)
{
    struct template_scope scope = {.self = r, .get = shell_get};
    struct template_result result = template_expand(r->arena, text, NULL, &scope);
    struct expression value = {.kind = EXPRESSION_TEXT, .text = result.text};
    if (result.error != TEMPLATE_OK)
        return unknown();
    vec_each(const struct template_use *, use, &result.uses) {
        if (value.variable.len == 0)
            value.variable = use->name;
        if (use->live && use->from && !value.from)
            value.from = use->from;
    }
    return value;
}

struct expression expression_read(struct arena *arena, enum setting_language language, str text,
    const struct expression_scope *scope, str *ret_rest)
{
    struct reading r = {.arena = arena, .language = language, .scope = scope, .in = {text, 0}};
    *ret_rest = STR("");
    if (text.len > BYTES_MAX)
        return unknown();
    if (language == LANGUAGE_PLAIN)
        return (struct expression){EXPRESSION_TEXT, .text = text};
    if (language == LANGUAGE_SHELL)
        return read_shell(&r, text);
    if (references[language].open.len)
        return read_references(&r, text, &references[language]);
    struct expression value = read_alternatives(&r);
    *ret_rest = str_trim(cursor_rest(&r.in));
    return value;
}
