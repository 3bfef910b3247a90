#include "check/operand.h"

#include "check/input.h"

/* What cannot be judged says why; see operand.h. */
static const struct {
    str refusal, advice;
} kinds[OPERAND_KINDS] = {
    [OPERAND_NONE] = {STR_INIT("neither an env file nor a Compose file, and nothing else that can be judged"),
        STR_INIT("an env file is lines of NAME=VALUE; a Compose file has `services:`, a manifest `kind:`, "
                 "a unit `[Service]`")},
    [OPERAND_EMPTY] = {STR_INIT("holds nothing to judge"), STR_INIT("")},
    [OPERAND_CONFIG] = {STR_INIT("a configuration of bootgate: it says how other files are judged"),
        STR_INIT("bootgate check --config FILE; bootgate rules test FILE puts its rules to the test")},
    [OPERAND_SETTINGS] = {STR_INIT("a server's settings: they are judged where a service mounts them"),
        STR_INIT("name the directory of the Compose file")},
    [OPERAND_UNRENDERED] = {STR_INIT(
                                "a template of manifests: what it makes can be judged, not the template"),
        STR_INIT("")},
};

str operand_refusal(enum operand_kind kind)
{
    return kinds[kind].refusal;
}

str operand_advice(enum operand_kind kind)
{
    return kinds[kind].advice;
}

/* Keys at the left edge that only a Compose file has; `version` and `name` are in too many files. */
static const str compose_keys[] = {
    STR_INIT("services"),
    STR_INIT("include"),
    STR_INIT("networks"),
    STR_INIT("volumes"),
    STR_INIT("secrets"),
    STR_INIT("configs"),
};

/* systemd.unit(5) and the sections of its kinds. */
static const str unit_sections[] = {
    STR_INIT("[Unit]"),
    STR_INIT("[Install]"),
    STR_INIT("[Service]"),
    STR_INIT("[Socket]"),
    STR_INIT("[Timer]"),
    STR_INIT("[Container]"),
};

/* What the lines of a text show, counted. */
struct signs {
    size_t lines;       /* that are neither blank nor comments */
    size_t assignments; /* NAME=…, export NAME=… */
    size_t compose_keys;
    bool is_script, is_json, has_api_version, has_kind, is_unit;
    bool may_be_dockerfile, has_from; /* begins with FROM or ARG; there is a FROM in it */
    char open_quote;                  /* of a value that goes on in the next line; 0: none */
};

/* `key:` at the left edge (in JSON: anywhere), a blank or the end after it; empty: no such key. */
static str yaml_key(str line, bool is_json)
{
    struct str_cut cut = str_cut_byte(line, ':');
    bool is_key = cut.found && (cut.tail.len == 0 || byte_is_blank(cut.tail.ptr[0]));
    bool is_at_edge = is_json || !byte_is_blank(line.ptr[0]);
    return is_key && is_at_edge ? str_trim_bytes(str_trim(cut.head), STR("{ \"'")) : STR("");
}

static bool is_instruction(str line, str word)
{
    return line.len > word.len && str_eq_fold(str_take(line, word.len), word) &&
           byte_is_blank(line.ptr[word.len]);
}

/* The quote that a value opens and its line does not close. */
static char quote_left_open(str value)
{
    char quote = value.len > 0 ? value.ptr[0] : 0;
    bool is_quote = quote == '"' || quote == '\'';
    return is_quote && !str_has_byte(str_skip(value, 1), quote) ? quote : 0;
}

static bool is_assigned_name(str head)
{
    str name = str_trim(head);
    if (is_instruction(name, STR("export")))
        name = str_trim(str_skip(name, STR("export").len));
    return name.len > 0 && str_is_all(name, byte_is_key) && !byte_is_digit(name.ptr[0]) && name.ptr[0] != '-';
}

static void see_line(struct signs *signs, str line)
{
    str text = str_trim(line);
    bool is_first = signs->lines++ == 0;
    signs->is_json |= is_first && text.ptr[0] == '{';
    str key = yaml_key(line, signs->is_json);
    struct str_cut cut = str_cut_byte(text, '=');
    signs->may_be_dockerfile |=
        is_first && (is_instruction(text, STR("FROM")) || is_instruction(text, STR("ARG")));
    signs->has_from |= is_instruction(text, STR("FROM"));
    signs->is_unit |= !byte_is_blank(line.ptr[0]) && STR_IS_IN(text, unit_sections);
    signs->has_api_version |= str_eq(key, STR("apiVersion"));
    signs->has_kind |= str_eq(key, STR("kind"));
    signs->compose_keys += STR_IS_IN(key, compose_keys);
    if (!cut.found || !is_assigned_name(cut.head))
        return;
    signs->assignments++;
    signs->open_quote = quote_left_open(str_trim(cut.tail));
}

static struct signs signs_of(str text)
{
    struct signs signs = {.is_script = str_starts(text, STR("#!"))};
    str line;
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_skip(text, 3);
    while (str_next(&text, '\n', &line)) {
        str trimmed = str_trim(line);
        if (signs.open_quote) {
            if (str_has_byte(line, signs.open_quote))
                signs.open_quote = 0;
            continue;
        }
        if (trimmed.len == 0 || trimmed.ptr[0] == '#' || str_starts(trimmed, STR("---")))
            continue;
        see_line(&signs, line);
    }
    return signs;
}

/* What its lines leave open is decided by the name, and then by what most lines are. */
static enum operand_kind kind_by_name(enum input_kind named, str path, const struct signs *signs)
{
    str name = path_base(path);
    if (named == INPUT_CONFIG)
        return OPERAND_CONFIG;
    if (named == INPUT_SETTINGS)
        return OPERAND_SETTINGS;
    if (input_is_unrendered(name))
        return OPERAND_UNRENDERED;
    if (named == INPUT_COMPOSE) /* Compose says what is wrong with it */
        return OPERAND_COMPOSE;
    if (named == INPUT_ENV || named == INPUT_EXAMPLE)
        return OPERAND_ENV;
    if (signs->lines == 0)
        return OPERAND_EMPTY;
    bool is_mostly_assignments = signs->assignments * 2 > signs->lines;
    return is_mostly_assignments && !signs->is_script ? OPERAND_ENV : OPERAND_NONE;
}

enum operand_kind operand_kind(str path, str text)
{
    struct signs signs = signs_of(text);
    enum input_kind named = input_kind(path);
    if (signs.is_json) { /* all of it may be one line */
        signs.has_api_version |= str_contains(text, STR("\"apiVersion\""));
        signs.has_kind |= str_contains(text, STR("\"kind\""));
    }
    bool is_env_by_name = named == INPUT_ENV || named == INPUT_EXAMPLE;
    if (signs.has_api_version && signs.has_kind)
        return OPERAND_MANIFEST;
    if (signs.is_unit)
        return OPERAND_UNIT;
    if (signs.may_be_dockerfile && signs.has_from)
        return OPERAND_DOCKERFILE;
    if (signs.compose_keys > 0 && named != INPUT_CONFIG && !(is_env_by_name && signs.assignments > 0))
        return OPERAND_COMPOSE;
    return kind_by_name(named, path, &signs);
}
