#include "cli/options.h"

#include "base/nearest.h"
#include "dsn/dsn.h"

#include <getopt.h>

enum {
    OPERAND_VALUE = 1,     /* what getopt_long returns for an operand among the options */
    LONG_VALUE_BASE = 256, /* its val of a row: above every letter */
};

/* The rows of all groups in getopt_long's own form; option i of `longs` is row i. */
struct getopt_tables {
    VEC(const struct option_row *) rows;
    VEC(struct option) longs;
    struct buf letters;
};

bool option_is_optional(const struct option_row *row)
{
    return row->kind == OPTION_OPTIONAL_TEXT || row->kind == OPTION_OPTIONAL_LIST;
}

static int argument_kind(const struct option_row *row)
{
    if (row->argument == NULL)
        return no_argument;
    return option_is_optional(row) ? optional_argument : required_argument;
}

static void add_row(struct arena *arena, struct getopt_tables *tables, const struct option_row *row)
{
    vec_push(arena, &tables->rows, row);
    *vec_add(arena, &tables->longs) = (struct option){
        .name = row->name,
        .has_arg = argument_kind(row),
        .val = LONG_VALUE_BASE + (int)tables->longs.count - 1,
    };
    if (row->letter != 0) {
        buf_byte(&tables->letters, row->letter);
        if (argument_kind(row) == required_argument)
            buf_byte(&tables->letters, ':');
    }
}

static struct getopt_tables make_tables(struct arena *arena, const struct command *command)
{
    struct getopt_tables tables = {.letters = buf_new(arena, 256)};
    /* "+": stop at the first operand; "-": hand operands over as they come, whatever POSIXLY_CORRECT says;
     * ":": tell a missing argument from an unknown option, print nothing. */
    buf_str(&tables.letters, command->stops_at_operand ? STR("+:") : STR("-:"));
    for (const struct option_group *const *group = command->groups; *group != NULL; group++)
        for (size_t i = 0; i < (*group)->count; i++)
            add_row(arena, &tables, &(*group)->rows[i]);
    vec_add(arena, &tables.longs);
    buf_byte(&tables.letters, '\0');
    return tables;
}

static const struct option_row *row_of(const struct getopt_tables *tables, int value)
{
    if (value >= LONG_VALUE_BASE)
        return tables->rows.items[value - LONG_VALUE_BASE];
    for (size_t i = 0; i < tables->rows.count; i++)
        if (value != 0 && tables->rows.items[i]->letter == value)
            return tables->rows.items[i];
    return NULL;
}

str options_nearest(str given, option_choices *choices)
{
    struct nearest nearest = {.word = given};
    for (size_t i = 0; choices(i).len > 0; i++)
        nearest_offer(&nearest, choices(i));
    return nearest.best;
}

str options_choice_list(struct arena *arena, option_choices *choices)
{
    struct buf list = buf_new(arena, 4096);
    for (size_t i = 0; choices(i).len > 0; i++)
        buf_printf(&list, "%s" STR_FMT, i > 0 ? ", " : "", STR_ARG(choices(i)));
    return buf_view(&list);
}

str options_about(struct arena *arena, const struct option_row *row)
{
    struct str_cut sentence = str_cut_byte(str_from_c(row->about), '*');
    if (!sentence.found || !row->choices)
        return str_from_c(row->about);
    struct str_cut list = str_rcut_byte(options_choice_list(arena, row->choices), ',');
    return arena_join(
        arena, sentence.head, list.head, list.found ? STR(" or") : STR(""), list.tail, sentence.tail);
}

/* The option's own name as typed, without its value; empty when it holds anything but name characters. */
static str typed_name(str argument)
{
    str name = str_cut_byte(str_trim_bytes(argument, STR("-")), '=').head;
    for (size_t i = 0; i < name.len; i++)
        if (!byte_is_alnum(name.ptr[i]) && name.ptr[i] != '-')
            return STR("");
    return name;
}

static str unknown_option(struct session *session, const struct getopt_tables *tables, char **argv)
{
    if (optopt != 0)
        return arena_printf(
            session->arena, "unknown option `-%c`", byte_is_alnum((char)optopt) ? optopt : '?');
    str name = typed_name(str_from_c(argv[optind - 1]));
    if (name.len == 0)
        return STR("unknown option");
    struct nearest nearest = {.word = name};
    vec_each(const struct option_row **, row, &tables->rows)
        nearest_offer(&nearest, str_from_c((*row)->name));
    if (nearest.best.len == 0)
        return arena_printf(session->arena, "unknown option `--" STR_FMT "`", STR_ARG(name));
    return arena_printf(session->arena, "unknown option `--" STR_FMT "`, did you mean `--" STR_FMT "`?",
        STR_ARG(name), STR_ARG(nearest.best));
}

static str getopt_fault(
    struct session *session, const struct getopt_tables *tables, int returned, char **argv)
{
    const struct option_row *row = row_of(tables, optopt);
    if (returned == ':' && row != NULL)
        return arena_printf(session->arena, "`--%s` needs an argument: %s", row->name, row->argument);
    if (optopt >= LONG_VALUE_BASE && row != NULL)
        return arena_printf(session->arena, "`--%s` takes no argument", row->name);
    return unknown_option(session, tables, argv);
}

static bool is_choice(str given, option_choices *choices)
{
    for (size_t i = 0; choices(i).len > 0; i++)
        if (str_eq(given, choices(i)))
            return true;
    return false;
}

/* The value itself is not repeated: it might be anything. */
static str choice_fault(struct arena *arena, const struct option_row *row, str given)
{
    str nearest = options_nearest(given, row->choices);
    str all = options_choice_list(arena, row->choices);
    if (nearest.len == 0)
        return arena_printf(arena, "`--%s` takes one of: " STR_FMT, row->name, STR_ARG(all));
    return arena_printf(arena, "`--%s` takes one of: " STR_FMT "; did you mean `" STR_FMT "`?", row->name,
        STR_ARG(all), STR_ARG(nearest));
}

bool options_is_connection(struct arena *arena, str text)
{
    return dsn_parse(arena, text, NULL, STR(""))->secrets.count > 0;
}

/* "No such file" would show the password: what was meant for `dsn` is refused before it is looked for. */
static bool is_wrong_path(struct arena *arena, enum completion wanted, str text)
{
    bool is_path = wanted == COMPLETE_FILE || wanted == COMPLETE_DIRECTORY;
    return is_path && options_is_connection(arena, text);
}

/* Stores one option; the fault in words, or empty. */
static str apply(struct session *session, const struct option_row *row, const char *argument)
{
    char *base = (char *)&session->settings;
    str value = str_from_c(argument);
    bool takes_text = row->kind == OPTION_TEXT || row->kind == OPTION_LIST;
    if (takes_text && value.len == 0)
        return arena_printf(session->arena, "`--%s` has an empty argument", row->name);
    if (takes_text && is_wrong_path(session->arena, row->completion, value))
        return arena_printf(
            session->arena, "`--%s` wants a path, and this is a connection string", row->name);
    if (row->is_written && str_eq(value, STR("-")))
        return arena_printf(
            session->arena, "`--%s` wants the path of a file that is made: `-` is none", row->name);
    if (takes_text && row->choices != NULL && !is_choice(value, row->choices))
        return choice_fault(session->arena, row, value);
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)(base + row->offset) = true;
        break;
    case OPTION_COUNT:
        ++*(unsigned *)(base + row->offset);
        break;
    case OPTION_LIST:
        vec_push(session->arena, (str_vec *)(base + row->offset), value);
        break;
    case OPTION_OPTIONAL_TEXT:
        *(bool *)(base + row->given_offset) = true;
        *(str *)(base + row->offset) = value;
        break;
    case OPTION_OPTIONAL_LIST:
        *(bool *)(base + row->given_offset) = true;
        if (value.len > 0)
            vec_push(session->arena, (str_vec *)(base + row->offset), value);
        break;
    case OPTION_TEXT:
        *(str *)(base + row->offset) = value;
        break;
    }
    return STR("");
}

static str operand_fault(const struct session *session)
{
    const struct command *command = session->command;
    if (session->settings.help || session->settings.version)
        return STR("");
    vec_each(const str *, operand, &session->operands)
        if (is_wrong_path(session->arena, command->operand_completion, *operand))
            return STR("a path is wanted, and this is a connection string: `bootgate dsn parse` takes it");
    if (session->operands.count < command->operands_min)
        return arena_printf(session->arena, "too few arguments: %s", command->operands);
    if (session->operands.count > command->operands_max)
        return arena_printf(session->arena, "too many arguments: %s",
            command->operands_max == 0 ? "this command takes none" : command->operands);
    return STR("");
}

bool options_parse(struct session *session, int argc, char **argv, str *reterr_message)
{
    struct getopt_tables tables = make_tables(session->arena, session->command);
    optind = 0; /* 0, not 1: glibc starts afresh, also with another option string */
    opterr = 0;
    str fault = STR("");
    for (int value; fault.len == 0;) {
        optopt = 0;
        value = getopt_long(argc, argv, tables.letters.data, tables.longs.items, NULL);
        if (value == -1)
            break;
        if (value == OPERAND_VALUE) {
            vec_push(session->arena, &session->operands, str_from_c(optarg));
            continue;
        }
        bool is_fault = value == '?' || value == ':';
        const struct option_row *row = is_fault ? NULL : row_of(&tables, value);
        fault = row ? apply(session, row, optarg) : getopt_fault(session, &tables, value, argv);
    }
    for (int i = optind; fault.len == 0 && i < argc; i++)
        vec_push(session->arena, &session->operands, str_from_c(argv[i]));
    if (fault.len == 0)
        fault = operand_fault(session);
    *reterr_message = fault;
    return fault.len == 0;
}

int options_consumed(void)
{
    return optind;
}
