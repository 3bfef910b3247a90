/*
 * command and entrypoint as words: types/command.go of compose-go over go-shellwords.
 */
#include "compose/command.h"

#include "base/buf.h"
#include "base/limit.h"
#include "base/utf8.h"
#include "compose/document.h"
#include "compose/node.h"

/* A word being put together, with the place of every byte. */
struct word {
    struct loader *loader;
    const struct value *line;
    struct buf text;
    struct pieces pieces;
    size_t from, to; /* bytes of the line that it spans */
    bool is_open;
};

typedef VEC(struct value *) value_vec;

static void word_add(struct word *w, str text, size_t from, size_t length)
{
    if (!w->is_open)
        w->from = from;
    w->is_open = true;
    w->to = from + length;
    buf_str(&w->text, text);
    if (text.len == length)
        pieces_append(w->loader->arena, &w->pieces, &w->line->pieces, from, length);
    else
        pieces_add(
            w->loader->arena, &w->pieces, text.len, pieces_locate(&w->line->pieces, from, length), NULL);
}

static void word_end(struct word *w, value_vec *words)
{
    if (!w->is_open)
        return;
    struct value *value = value_slice(w->loader->arena, w->line, w->from, w->to);
    value->text = buf_view(&w->text);
    value->pieces = w->pieces;
    vec_push(w->loader->arena, words, value);
    *w = (struct word){
        .loader = w->loader, .line = w->line, .text = buf_new(w->loader->arena, w->line->text.len + 1)};
}

/* Inside what the splitter is; at most one of the quotes is open. */
struct shell_state {
    bool is_escaped, in_double, in_single, in_back, in_dollar;
};

static bool is_quoted(const struct shell_state *s)
{
    return s->in_double || s->in_single || s->in_back || s->in_dollar;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

enum step {
    STEP_TEXT,  /* the byte belongs to the word */
    STEP_TAKEN, /* the byte is dealt with */
    STEP_STOP,  /* the rest of the line is dropped without a word */
    STEP_BAD,   /* the line is refused */
};

static enum step quote_byte(struct shell_state *s, struct word *w, char byte, size_t at)
{
    bool is_double = byte == '"';
    if (s->in_dollar || s->in_back || (is_double ? s->in_single : s->in_double))
        return STEP_TEXT;
    bool *state = is_double ? &s->in_double : &s->in_single;
    if (*state)
        word_add(w, STR(""), at, 0); /* a closed pair of quotes is a word, even an empty one */
    *state = !*state;
    return STEP_TAKEN;
}

static enum step bracket_byte(struct shell_state *s, const struct word *w, char byte)
{
    if (s->in_single || s->in_double || s->in_back)
        return STEP_TEXT;
    str text = buf_view(&w->text);
    if (byte == '(') {
        if (s->in_dollar || !str_ends(text, STR("$")) || str_ends(text, STR("\\$")))
            return STEP_BAD;
        s->in_dollar = true;
        return STEP_TEXT;
    }
    if (!s->in_dollar)
        return STEP_BAD;
    s->in_dollar = false;
    return STEP_TEXT;
}

/* An operator ends the line; digits before `>` are a file descriptor and no word. */
static enum step operator_byte(const struct shell_state *s, struct word *w, char byte)
{
    if (is_quoted(s))
        return STEP_TEXT;
    if (byte == '>' && str_is_digits(buf_view(&w->text)))
        w->is_open = false;
    return STEP_STOP;
}

static enum step special_byte(struct shell_state *s, struct word *w, char byte, size_t at)
{
    switch (byte) {
    case '"':
    case '\'':
        return quote_byte(s, w, byte, at);
    case '(':
    case ')':
        return bracket_byte(s, w, byte);
    case '`':
        if (!s->in_single && !s->in_double && !s->in_dollar)
            s->in_back = !s->in_back;
        return STEP_TEXT;
    case ';':
    case '&':
    case '|':
    case '<':
    case '>':
        return operator_byte(s, w, byte);
    default:
        return STEP_TEXT;
    }
}

static void escaped_byte(struct shell_state *s, struct word *w, char byte, size_t at)
{
    s->is_escaped = false;
    if (s->in_back || s->in_dollar)
        word_add(w, str_slice(w->line->text, at - 1, at + 1), at - 1, 2);
    else if (byte == 't')
        word_add(w, STR("\t"), at - 1, 2);
    else if (byte == 'n')
        word_add(w, STR("\n"), at - 1, 2);
    else
        word_add(w, str_slice(w->line->text, at, at + 1), at, 1);
}

/* False: an open quote, a back quote or a bracket that Compose refuses. */
static bool split_words(struct loader *l, const struct value *line, value_vec *words)
{
    struct shell_state s = {0};
    struct word w = {.loader = l, .line = line, .text = buf_new(l->arena, line->text.len + 1)};
    size_t most = limit_value(LIMIT_COMPOSE_WORDS);
    for (size_t at = 0; at < line->text.len; at++) {
        if (words->count > most) {
            loader_limit(l, LIMIT_COMPOSE_WORDS, line->at);
            return true;
        }
        char byte = line->text.ptr[at];
        str self = str_slice(line->text, at, at + 1);
        if (s.is_escaped) {
            escaped_byte(&s, &w, byte, at);
            continue;
        }
        if (byte == '\\' && !s.in_single) {
            s.is_escaped = true;
            continue;
        }
        if (is_space(byte) && !is_quoted(&s)) {
            word_end(&w, words);
            continue;
        }
        enum step step = is_space(byte) || byte == '\\' ? STEP_TEXT : special_byte(&s, &w, byte, at);
        if (step == STEP_BAD)
            return false;
        if (step == STEP_STOP)
            break;
        if (step == STEP_TEXT)
            word_add(&w, self, at, 1);
    }
    word_end(&w, words);
    return !s.is_escaped && !is_quoted(&s);
}

void command_words(struct loader *l, struct yaml_node *node, struct workload *service, bool is_entrypoint)
{
    value_vec words = {0};
    if (node == NULL || yaml_is_null(node))
        return;
    if (node->kind == YAML_SCALAR && !split_words(l, node_value(l, node), &words)) {
        loader_hide(l, node->at);
        loader_refuse(l, node->at, "this command cannot be split: an open quote, a back quote or a bracket");
    }
    vec_each(struct yaml_node **, item, &node->items)
        if ((*item)->kind == YAML_SCALAR)
            vec_push(l->arena, &words, value_slice(l->arena, node_value(l, *item), 0, (*item)->text.len));
    if (is_entrypoint) {
        service->entrypoint_set = true;
        vec_each(struct value **, word, &words)
            vec_push(l->arena, &service->entrypoint, *word);
    } else {
        service->command_set = true;
        vec_each(struct value **, word, &words)
            vec_push(l->arena, &service->command, *word);
    }
}
