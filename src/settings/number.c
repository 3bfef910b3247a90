#include "settings/number.h"

#include "base/number.h"
#include "settings/parsed.h"

#define ITEMS_MAX 100 /* programs of one file of JavaScript */
#define NAMES_MAX 32  /* of a file that one number may ask for: one that leads to itself ends there */

/* Appends one, unless the reader has one of its kind for this program. */
static void add(const struct settings_reading *r, struct workload_number number)
{
    vec_each(const struct workload_number *, other, &r->workload->numbers)
        if (other->kind == number.kind && str_eq(other->reader, number.reader) &&
            str_eq(other->program, number.program))
            return;
    vec_push(r->arena, &r->workload->numbers, number);
}

/* ---- from an expression to a number */

static bool is_end(str rest)
{
    return rest.len == 0 || str_has_byte(STR("#,;}]"), rest.ptr[0]) || str_starts(rest, STR("//"));
}

static struct workload_number number_of(
    const struct settings_reading *r, const struct source *source, str text, struct expression value)
{
    struct workload_number number = {.at = settings_span(source, text), .variable = value.variable};
    if (value.from && span_is_set(value.from->at))
        number.at = value.from->at;
    number.state = value.kind == EXPRESSION_UNKNOWN ? NUMBER_UNCLEAR
                   : value.per_processor            ? NUMBER_PER_PROCESSOR
                                                    : NUMBER_KNOWN;
    number.plus = value.number;
    number.times = value.per_processor;
    if (value.kind == EXPRESSION_NUMBER && !value.per_processor)
        number.text = arena_integer(r->arena, value.number);
    if (value.kind == EXPRESSION_TEXT) /* a program that is given nothing for a number does not start */
        number.text = value.text.len ? value.text : STR("\"\"");
    return number;
}

struct workload_number settings_number(const struct settings_reading *r, enum setting_language language,
    const struct source *source, str text, const struct expression_scope *scope)
{
    str rest;
    struct expression value = expression_read(r->arena, language, text, scope, &rest);
    /* workers 4 if ENV["CLUSTER"] */
    if (language == LANGUAGE_RUBY && str_starts(rest, STR("if "))) {
        struct expression condition =
            expression_read(r->arena, language, str_skip(rest, STR("if ").len), scope, &rest);
        if (condition.kind == EXPRESSION_NOTHING)
            value = condition;
        else if (condition.kind != EXPRESSION_TEXT)
            value.kind = EXPRESSION_UNKNOWN;
    }
    if (!is_end(rest))
        value.kind = EXPRESSION_UNKNOWN;
    return number_of(r, source, text, value);
}

/* ---- the forms */

/* One row on one file. */
struct place_reading {
    const struct settings_reading *r;
    const struct setting_place *place;
    const struct settings_program *program;
    const struct source *source;
    size_t names; /* of the file that were asked for */
};

/* Which language the values of a form are written in. */
static const enum setting_language languages[FORM_COUNT] = {
    [FORM_PYTHON] = LANGUAGE_PYTHON,
    [FORM_RUBY] = LANGUAGE_RUBY,
    [FORM_ELIXIR] = LANGUAGE_ELIXIR,
    [FORM_JAVASCRIPT] = LANGUAGE_JAVASCRIPT,
    [FORM_CONFIGPARSER] = LANGUAGE_PLAIN,
    [FORM_UWSGI] = LANGUAGE_UWSGI,
    [FORM_GO_INI] = LANGUAGE_SHELL,
    [FORM_PROPERTIES] = LANGUAGE_SPRING,
    [FORM_SPRING] = LANGUAGE_SPRING,
    [FORM_FPM] = LANGUAGE_SHELL,
};

static bool is_there(const struct workload_number *number)
{
    return number->state != NUMBER_KNOWN || number->text.len > 0;
}

/* A name that the file itself gives a value. */
static bool name_in_file(void *self, str name, struct expression *ret_value)
{
    struct place_reading *p = self;
    enum setting_language language = languages[p->place->form];
    struct expression_scope scope = {&p->r->workload->environment, self, name_in_file};
    str rest;
    if (++p->names > NAMES_MAX)
        return false;
    struct setting_hit hit = line_assignment(language, p->source->text, name);
    if (hit.state == HIT_NONE)
        return false;
    *ret_value = (struct expression){.kind = EXPRESSION_UNKNOWN};
    if (hit.state == HIT_ONE)
        *ret_value = expression_read(p->r->arena, language, hit.text, &scope, &rest);
    if (hit.state == HIT_ONE && !is_end(rest))
        ret_value->kind = EXPRESSION_UNKNOWN;
    return true;
}

static struct workload_number of_hit(struct place_reading *p, struct setting_hit hit)
{
    struct expression_scope scope = {&p->r->workload->environment, p, name_in_file};
    if (hit.state == HIT_UNCLEAR)
        return (struct workload_number){.state = NUMBER_UNCLEAR, .at = settings_span(p->source, hit.text)};
    if (hit.state == HIT_NONE)
        return (struct workload_number){0};
    return settings_number(p->r, languages[p->place->form], p->source, hit.text, &scope);
}

static struct workload_number from_python(struct place_reading *p, str key)
{
    return of_hit(p, line_assignment(LANGUAGE_PYTHON, p->source->text, key));
}

/* `threads 1, 5`: the last argument is what there may be. */
static struct workload_number from_ruby(struct place_reading *p, str key)
{
    struct setting_hit hit = line_call(p->source->text, key);
    struct expression_scope scope = {&p->r->workload->environment, p, name_in_file};
    str rest;
    if (hit.state == HIT_ONE) {
        expression_read(p->r->arena, LANGUAGE_RUBY, hit.text, &scope, &rest);
        if (str_starts(rest, STR(",")))
            hit.text = str_trim(str_skip(rest, 1));
    }
    return of_hit(p, hit);
}

/* One place is one pool; several are several, and which of them leads where is not said. */
static struct workload_number from_elixir(struct place_reading *p, str key)
{
    size_t next, last;
    struct setting_hit hit = line_member(LANGUAGE_ELIXIR, p->source->text, key, 0, &next);
    if (hit.state == HIT_ONE && line_member(LANGUAGE_ELIXIR, p->source->text, key, next, &last).state)
        hit.state = HIT_UNCLEAR;
    return of_hit(p, hit);
}

/* Adds what one item says to the sum; what is not said is `usual`. */
static void add_item(const struct place_reading *p, struct workload_number *sum, struct workload_number item)
{
    int64_t number = p->place->usual;
    bool is_set = is_there(&item);
    if (is_set && item.state == NUMBER_KNOWN && !number_parse(item.text, &number)) {
        bool is_all = str_eq(item.text, STR("max"));
        item.state = is_all ? NUMBER_PER_PROCESSOR : NUMBER_UNCLEAR;
        item.times = is_all;
        item.plus = 0;
    } else if (is_set && item.state == NUMBER_KNOWN && number <= 0 && p->place->usual > 0) {
        item.state = NUMBER_PER_PROCESSOR; /* pm2: 0 as many as there are, -1 one less */
        item.times = 1;
        item.plus = number;
    } else if (item.state == NUMBER_KNOWN) {
        item.plus = number;
    }
    sum->plus = number_add(sum->plus, item.plus);
    sum->times = number_add(sum->times, item.times);
    if (item.state == NUMBER_UNCLEAR || (item.state == NUMBER_PER_PROCESSOR && sum->state == NUMBER_KNOWN))
        sum->state = item.state;
    if (!span_is_set(sum->at) && is_set) {
        sum->at = item.at;
        sum->variable = item.variable;
    }
    if (sum->state == NUMBER_KNOWN)
        sum->text = arena_integer(p->r->arena, sum->plus);
}

/* One program more than that many makes the sum unclear. */
static struct workload_number from_javascript(struct place_reading *p, str key)
{
    struct workload_number sum = {0};
    str file = p->source->text;
    size_t items = 0, scripts = 0, next = 0;
    while (scripts <= ITEMS_MAX && line_member(LANGUAGE_JAVASCRIPT, file, STR("script"), next, &next).state)
        scripts++;
    for (next = 0; items <= ITEMS_MAX; items++) {
        struct setting_hit hit = line_member(LANGUAGE_JAVASCRIPT, file, key, next, &next);
        if (hit.state == HIT_NONE)
            break;
        add_item(p, &sum, of_hit(p, hit));
    }
    for (; items > 0 && items < scripts; items++)
        add_item(p, &sum, (struct workload_number){0});
    if (items > ITEMS_MAX)
        sum.state = NUMBER_UNCLEAR;
    return sum;
}

/* ---- trees */

static struct workload_number of_node(
    const struct place_reading *p, const struct markup *document, const struct yaml_node *node)
{
    struct workload_number none = {0};
    if (!node || node->kind != YAML_SCALAR)
        return none;
    const struct markup_tag *tag = markup_tag_at(document, node->inner.offset);
    str slice = str_slice(p->source->text, node->inner.offset, node->inner.offset + node->inner.length);
    if (tag)
        return number_of(p->r, p->source, str_slice(p->source->text, tag->from, tag->to), tag->value);
    if (yaml_is_null(node))
        return none;
    return (struct workload_number){.text = str_trim(node->text), .at = settings_span(p->source, slice)};
}

/* Follows a path of keys from one node; `*` sums up. */
static struct workload_number walk(
    const struct place_reading *p, const struct markup *document, const struct yaml_node *node, str path)
{
    struct workload_number sum = {0};
    str key;
    while (node && str_next(&path, '.', &key)) {
        if (str_eq(key, STR("*"))) {
            bool is_list = node->kind == YAML_SEQUENCE;
            for (size_t i = 0; is_list && i < node->items.count; i++)
                add_item(p, &sum, walk(p, document, node->items.items[i], path));
            return is_list ? sum : walk(p, document, node, path);
        }
        bool is_optional = str_starts(key, STR("?"));
        const struct yaml_node *next =
            node->kind == YAML_MAPPING ? yaml_get(node, str_skip(key, is_optional)) : NULL;
        node = next || !is_optional ? next : node;
    }
    return of_node(p, document, node);
}

static struct workload_number from_tree(struct place_reading *p, str key)
{
    enum markup_form form = p->place->form == FORM_JSON       ? MARKUP_JSON
                            : p->place->form == FORM_YAML_ERB ? MARKUP_ERB
                                                              : MARKUP_YAML;
    const struct markup *document = parsed_markup(p->r, form, p->source);
    if (!document->ok)
        return (struct workload_number){.state = NUMBER_UNCLEAR, .at = span_make(p->source->id, 0, 0)};
    return walk(
        p, document, document->roots.count ? document->roots.items[0] : NULL, settings_choose(p->r, key));
}

/* ---- entries */

/* The last entry of the names with a plus between: uWSGI's processes and workers are one setting. */
static const struct entry *OR_NULL last_entry(const entry_list *list, str section, str names)
{
    const struct entry *last = NULL;
    str name;
    while (str_next(&names, '+', &name)) {
        const struct entry *entry = entries_get(list, section, name);
        last = entry && (!last || entry > last) ? entry : last;
    }
    return last;
}

/* %(name) of uWSGI is another line of the file; false: there is none. */
static const struct entry *OR_NULL referred(const entry_list *list, const struct entry *entry)
{
    for (size_t depth = 0; entry && depth < 8 && str_starts(entry->text, STR("%(")); depth++)
        entry = entries_get(list, entry->section, str_trim_bytes(str_skip(entry->text, 2), STR(") ")));
    return entry;
}

static struct workload_number from_entries(struct place_reading *p, str key)
{
    static const enum entry_form forms[FORM_COUNT] = {
        [FORM_CONFIGPARSER] = ENTRIES_CONFIGPARSER,
        [FORM_UWSGI] = ENTRIES_UWSGI,
        [FORM_GO_INI] = ENTRIES_GO,
        [FORM_PROPERTIES] = ENTRIES_PROPERTIES,
    };
    struct str_cut cut = str_cut_byte(key, '/');
    const entry_list *list = parsed_entries(p->r, forms[p->place->form], p->source);
    const struct entry *entry =
        referred(list, last_entry(list, cut.found ? cut.head : STR(""), cut.found ? cut.tail : key));
    struct expression_scope scope = {.environment = &p->r->workload->environment};
    if (!entry || entry->text.len == 0)
        return (struct workload_number){0};
    struct workload_number number =
        settings_number(p->r, languages[p->place->form], p->source, entry->text, &scope);
    if (!span_is_set(number.at) || number.at.source == p->source->id)
        number.at = span_make(p->source->id, entry->offset, entry->text.len);
    return number;
}

static struct workload_number from_spring(struct place_reading *p, str key)
{
    struct setting_hit hit = spring_property(p->r, p->program, key, &p->source);
    return of_hit(p, hit);
}

static struct workload_number from_fpm(struct place_reading *p, str key)
{
    (void)key;
    return fpm_children(p->r);
}

static struct workload_number from_requirements(struct place_reading *p, str key)
{
    return version_of_requirement(p->r, p->source, key);
}

static struct workload_number from_lock(struct place_reading *p, str key)
{
    return version_of_lock(p->r, p->source, key);
}

typedef struct workload_number form_reader(struct place_reading *p, str key);

static form_reader *const forms[FORM_COUNT] = {
    [FORM_PYTHON] = from_python,
    [FORM_RUBY] = from_ruby,
    [FORM_ELIXIR] = from_elixir,
    [FORM_JAVASCRIPT] = from_javascript,
    [FORM_YAML] = from_tree,
    [FORM_YAML_ERB] = from_tree,
    [FORM_JSON] = from_tree,
    [FORM_CONFIGPARSER] = from_entries,
    [FORM_UWSGI] = from_entries,
    [FORM_GO_INI] = from_entries,
    [FORM_PROPERTIES] = from_entries,
    [FORM_SPRING] = from_spring,
    [FORM_FPM] = from_fpm,
    [FORM_REQUIREMENTS] = from_requirements,
    [FORM_LOCK] = from_lock,
};

/* ---- which file */

static char letter(str option)
{
    return option.len ? option.ptr[0] : '\0';
}

/* The file that the command names, or the variable with further words; not found: none is named. */
static struct command_option named_file(const struct place_reading *p)
{
    const struct setting_place *place = p->place;
    const struct settings_program *program = p->program;
    struct command_option option =
        command_option(&program->command, program->first, place->option, letter(place->short_option));
    const struct value *more =
        place->arguments.len ? env_get(&p->r->workload->environment, place->arguments) : NULL;
    if (!option.found && more && more->set) {
        struct command words = command_split(p->r->arena, more->text, more->at, more);
        option = command_option(&words, 0, place->option, letter(place->short_option));
    }
    return option;
}

/* A word of the command that ends like one of the files: `pm2-runtime ecosystem.config.js`, `uwsgi
 * app.ini`. */
static bool has_word_like(const struct place_reading *p, str file, str *ret_word)
{
    str suffix = str_rcut_byte(file, '.').tail;
    const struct command *command = &p->program->command;
    for (size_t i = p->program->first; i < command->words.count; i++) {
        str word = command->words.items[i].text;
        struct str_cut cut = str_rcut_byte(word, '.');
        *ret_word = word;
        if (cut.found && !str_starts(word, STR("-")) && str_eq(cut.tail, suffix))
            return true;
    }
    return false;
}

static struct settings_file open_one(struct place_reading *p, str file)
{
    if (p->place->root == ROOT_START)
        return settings_open(p->r, settings_choose(p->r, file));
    const str_vec *found = settings_source_places(p->r, file);
    bool is_lock = p->place->kind == NUMBER_VERSION;
    const struct source *only = NULL;
    if (found->count == 1)
        only =
            is_lock ? settings_lock_open(p->r, found->items[0]) : settings_source_open(p->r, found->items[0]);
    /* Several modules have such a file, and nothing says which of them this image runs. */
    return (struct settings_file){.source = only, .is_unclear = found->count > 1};
}

/* `*.ini`: any file of that kind that the command names. */
static struct settings_file find_file(struct place_reading *p)
{
    struct command_option named = named_file(p);
    str files = p->place->files, file, word;
    if (named.found) {
        str path = str_starts(named.text, STR("file:")) ? str_skip(named.text, STR("file:").len) : named.text;
        struct settings_file given = settings_open(p->r, path);
        given.is_unclear |= !given.source;
        given.named_at = named.at;
        return given;
    }
    while (str_next(&files, '|', &file)) {
        bool is_word = str_starts(file, STR("*."));
        if (is_word && !has_word_like(p, file, &word))
            continue;
        struct settings_file found = open_one(p, is_word ? word : file);
        if (is_word)
            found.is_unclear |= !found.source;
        if (found.source || found.is_unclear)
            return found;
    }
    return (struct settings_file){0};
}

/* What people call the setting: the last part of a path, but a property by its whole name. */
static str name_of_key(const struct setting_place *place, str key)
{
    bool is_path = place->form == FORM_YAML || place->form == FORM_YAML_ERB || place->form == FORM_JSON;
    struct str_cut cut = str_rcut_byte(key, is_path ? '.' : '/');
    return str_trim_bytes(cut.found ? cut.tail : key, STR(":?"));
}

static bool set_from_outside(const struct settings_reading *r, const struct setting_place *place,
    const struct settings_program *program, struct workload_number *ret_number)
{
    str names = place->variables, name;
    const struct command_word *word =
        place->form == FORM_SPRING ? spring_argument(program, place->keys) : NULL;
    if (word) {
        *ret_number = (struct workload_number){.text = str_cut_byte(word->text, '=').tail,
            .at = word->at,
            .name = name_of_key(place, str_cut_byte(place->keys, '|').head)};
        return true;
    }
    while (str_next(&names, ' ', &name)) {
        const struct value *value = settings_variable(r, name);
        if (!value || (value->set && value->text.len == 0))
            continue;
        *ret_number = (struct workload_number){.state = value->is_hidden ? NUMBER_UNCLEAR : NUMBER_KNOWN,
            .text = value->text,
            .at = value->at,
            .variable = value->name,
            .name = value->name};
        return true;
    }
    return false;
}

static struct workload_number read_keys(struct place_reading *p)
{
    struct workload_number number = {0};
    str keys = p->place->keys, key;
    while (!is_there(&number) && str_next(&keys, '|', &key)) {
        number = forms[p->place->form](p, key);
        number.name = name_of_key(p->place, key);
    }
    return number;
}

/* ---- connection strings and switches */

void settings_put_default(const struct settings_reading *r, str name, str text, span at, bool is_verbatim)
{
    struct value *usual = arena_new(r->arena, struct value);
    *usual = (struct value){
        .name = name, .text = text, .set = true, .origin = ORIGIN_DEFAULT, .at = at, .key = at};
    if (is_verbatim)
        pieces_add(r->arena, &usual->pieces, text.len, at, NULL);
    env_put(&r->workload->environment, usual);
}

/* What the file says is in force while none of the variables is set. */
static void read_text(struct place_reading *p)
{
    const struct settings_reading *r = p->r;
    str names = p->place->variables, name, own = str_cut_byte(names, ' ').head;
    while (str_next(&names, ' ', &name)) {
        const struct value *value = settings_variable(r, name);
        if (value && value->origin != ORIGIN_DEFAULT)
            return;
    }
    if (p->place->form == FORM_SPRING) {
        spring_default(r, p->program, p->place->keys, own);
        return;
    }
    p->source = find_file(p).source;
    struct workload_number text = p->source ? read_keys(p) : (struct workload_number){0};
    if (text.state == NUMBER_KNOWN && text.text.len)
        settings_put_default(r, own, text.text, text.at, text.variable.len == 0);
}

void settings_read_place(const struct settings_reading *r, const struct setting_place *place,
    const struct settings_program *program)
{
    struct place_reading p = {.r = r, .place = place, .program = program};
    struct workload_number number;
    if (place->kind == NUMBER_TEXT) {
        read_text(&p);
        return;
    }
    if (!set_from_outside(r, place, program, &number)) {
        bool finds_itself = place->form == FORM_SPRING || place->form == FORM_FPM;
        struct settings_file file = finds_itself ? (struct settings_file){0} : find_file(&p);
        p.source = file.source;
        if (!file.source && !file.is_unclear && !finds_itself)
            return;
        number = file.source || finds_itself
                     ? read_keys(&p)
                     : (struct workload_number){.state = NUMBER_UNCLEAR,
                           .at = file.named_at,
                           .name = name_of_key(place, str_cut_byte(place->keys, '|').head)};
    }
    /* What is written in a file and is no number is no fault that could be told apart from a template. */
    int64_t ignored;
    bool is_word = str_eq(number.text, STR("max")) || str_eq(number.text, STR("auto"));
    if (number.state == NUMBER_KNOWN && number.variable.len == 0 && place->kind != NUMBER_MODEL && !is_word &&
        number.text.len && !number_parse(number.text, &ignored))
        number.state = NUMBER_UNCLEAR;
    number.kind = place->kind;
    number.reader = place->reader;
    number.program = program->name;
    if (is_there(&number))
        add(r, number);
}
