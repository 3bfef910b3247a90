#include "cli/commands.h"
#include "cli/exit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ARGUMENT_MAX = 8 };

static str word_choice(size_t index)
{
    static const char *const words[] = {"text", "json", "sarif"};
    return str_from_c(index < ARRAY_COUNT(words) ? words[index] : NULL);
}

static const struct option_row rows[] = {
    {.name = "format",
        .kind = OPTION_TEXT,
        .argument = "FORMAT",
        .choices = word_choice,
        .offset = offsetof(struct cli_settings, format),
        .about = "A choice."},
    {.name = "file",
        .letter = 'f',
        .kind = OPTION_LIST,
        .argument = "FILE",
        .offset = offsetof(struct cli_settings, files),
        .about = "A list."},
    {.name = "compare",
        .kind = OPTION_OPTIONAL_TEXT,
        .argument = "LIST",
        .offset = offsetof(struct cli_settings, compare),
        .given_offset = offsetof(struct cli_settings, compare_given),
        .about = "An optional text."},
    {.name = "verbose",
        .letter = 'v',
        .kind = OPTION_COUNT,
        .offset = offsetof(struct cli_settings, verbose),
        .about = "A count."},
    {.name = "staged",
        .kind = OPTION_FLAG,
        .offset = offsetof(struct cli_settings, staged),
        .about = "A flag."},
};

static const struct option_group group = OPTION_GROUP("Test", rows);
static const struct option_group *const groups[] = {&group, NULL};

static const struct command permuting = {
    .name = "test", .operands = "[A [B]]", .groups = groups, .operands_max = 2};
static const struct command reading = {.name = "test",
    .operands = "[PATH]",
    .groups = groups,
    .operand_completion = COMPLETE_FILE,
    .operands_max = 1};
static const struct command stopping = {
    .name = "test", .operands = "CMD", .groups = groups, .operands_max = 9, .stops_at_operand = true};
static const struct command demanding = {
    .name = "test", .operands = "A", .groups = groups, .operands_min = 1, .operands_max = 1};

/* format|files|compare|verbose|staged|operands, or the fault after "! ". */
static const struct test_case {
    const struct command *command;
    const char *arguments[ARGUMENT_MAX];
    const char *want;
} cases[] = {
    {&permuting, {NULL}, "||-|0|0|"},
    {&permuting, {"--format", "json"}, "json||-|0|0|"},
    {&permuting, {"--format=json", "--format", "text"}, "text||-|0|0|"},
    {&permuting, {"--form", "json"}, "json||-|0|0|"},
    {&permuting, {"-f", "a", "--file=b", "-fc"}, "|a,b,c|-|0|0|"},
    {&permuting, {"one", "-v", "two", "--staged"}, "||-|1|1|one,two"},
    {&permuting, {"-vv", "--verbose"}, "||-|3|0|"},
    {&permuting, {"--compare", "one"}, "|||0|0|one"},
    {&permuting, {"--compare=a,b"}, "||a,b|0|0|"},
    {&permuting, {"--", "-v", "--staged"}, "||-|0|0|-v,--staged"},
    {&permuting, {"-"}, "||-|0|0|-"},
    {&permuting, {"", "x"}, "||-|0|0|,x"},
    {&stopping, {"-v", "run", "--format", "x"}, "||-|1|0|run,--format,x"},
    {&stopping, {"-v", "--", "-x"}, "||-|1|0|-x"},
    {&permuting, {"--formt", "json"}, "! unknown option `--formt`, did you mean `--format`?"},
    {&permuting, {"--nothing-like-it"}, "! unknown option `--nothing-like-it`"},
    {&permuting, {"--p@ss=x"}, "! unknown option"},
    {&permuting, {"--secret=hunter2"}, "! unknown option `--secret`"},
    {&permuting, {"-x"}, "! unknown option `-x`"},
    {&permuting, {"-\x1b"}, "! unknown option `-?`"},
    {&permuting, {"--format"}, "! `--format` needs an argument: FORMAT"},
    {&permuting, {"-f"}, "! `--file` needs an argument: FILE"},
    {&permuting, {"--staged=yes"}, "! `--staged` takes no argument"},
    {&permuting, {"--format="}, "! `--format` has an empty argument"},
    {&permuting, {"--file", ""}, "! `--file` has an empty argument"},
    {&permuting, {"--format", "jsno"}, "! `--format` takes one of: text, json, sarif; did you mean `json`?"},
    {&permuting, {"--format", "hunter2"}, "! `--format` takes one of: text, json, sarif"},
    {&permuting, {"a", "b", "c"}, "! too many arguments: [A [B]]"},
    {&demanding, {NULL}, "! too few arguments: A"},
    {&reading, {".env"}, "||-|0|0|.env"},
    {&reading, {"postgresql://db/shop"}, "||-|0|0|postgresql://db/shop"},
    {&reading, {"postgresql://u:hunter2@db/shop"},
        "! a path is wanted, and this is a connection string: `bootgate dsn parse` takes it"},
    {&reading, {"host=db password=hunter2"},
        "! a path is wanted, and this is a connection string: `bootgate dsn parse` takes it"},
};

static void add_list(struct buf *buf, const str_vec *list)
{
    vec_each(const str *, item, list)
        buf_printf(buf, "%s" STR_FMT, item == list->items ? "" : ",", STR_ARG(*item));
}

static str rendered(struct arena *arena, const struct session *session)
{
    const struct cli_settings *settings = &session->settings;
    struct buf buf = buf_new(arena, 4096);
    buf_printf(&buf, STR_FMT "|", STR_ARG(settings->format));
    add_list(&buf, &settings->files);
    buf_printf(&buf, "|" STR_FMT "|%u|%d|", STR_ARG(settings->compare_given ? settings->compare : STR("-")),
        settings->verbose, settings->staged);
    add_list(&buf, &session->operands);
    return buf_view(&buf);
}

static void test_parse(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *argv[ARGUMENT_MAX + 2] = {(char *)"test"};
        int argc = 1;
        for (; cases[i].arguments[argc - 1] != NULL; argc++)
            argv[argc] = (char *)cases[i].arguments[argc - 1];
        struct session session = {.arena = &arena, .command = cases[i].command};
        str fault, got;
        if (options_parse(&session, argc, argv, &fault))
            got = rendered(&arena, &session);
        else
            got = arena_concat(&arena, STR("! "), fault);
        if (!str_eq(got, str_from_c(cases[i].want)))
            fail_msg("case %zu (%s …)\nwanted %s\n   got " STR_FMT, i,
                cases[i].arguments[0] ? cases[i].arguments[0] : "", cases[i].want, STR_ARG(got));
    }
    arena_free(&arena);
}

/* No two rows of a command share a name or a letter, and each says something. */
static void check_rows(const struct command *command)
{
    struct arena arena = {0};
    struct map names = {0};
    bool letters[256] = {false};
    for (const struct option_group *const *of = command->groups; *of != NULL; of++)
        for (size_t i = 0; i < (*of)->count; i++) {
            const struct option_row *row = &(*of)->rows[i];
            if (map_has(&names, str_from_c(row->name)))
                fail_msg("%s: --%s twice", command->name, row->name);
            map_set(&arena, &names, str_from_c(row->name), (void *)row);
            if (row->letter != 0 && letters[(unsigned char)row->letter])
                fail_msg("%s: -%c twice", command->name, row->letter);
            letters[(unsigned char)row->letter] = true;
            if (!str_ends(str_from_c(row->about), STR(".")))
                fail_msg("%s: --%s has no sentence", command->name, row->name);
            if ((row->completion == COMPLETE_CHOICE) != (row->choices != NULL))
                fail_msg("%s: --%s: choices and completion disagree", command->name, row->name);
        }
    arena_free(&arena);
}

static void test_tables(void **state)
{
    (void)state;
    check_rows(&command_bootgate);
    for (size_t i = 0; i < command_count(); i++) {
        const struct command *command = command_at(i);
        check_rows(command);
        assert_ptr_equal(command_find(str_from_c(command->name)), command);
        assert_true(str_ends(str_from_c(command->summary), STR(".")));
        assert_true(command->example == NULL || str_starts(str_from_c(command->example), STR("bootgate ")));
    }
}

static void test_exit_codes(void **state)
{
    (void)state;
    static const struct {
        enum outcome outcome;
        int check, exec;
    } codes[] = {
        {OUTCOME_OK, 0, 0},
        {OUTCOME_FINDINGS, 1, 78},
        {OUTCOME_USAGE, 2, 64},
        {OUTCOME_BAD_INPUT, 2, 65},
        {OUTCOME_MISSING_INPUT, 2, 66},
        {OUTCOME_INTERNAL, 2, 70},
        {OUTCOME_UNAVAILABLE, 2, 69},
        {OUTCOME_TIMED_OUT, 2, 75},
        {OUTCOME_CANNOT_EXECUTE, 2, 126},
        {OUTCOME_COMMAND_NOT_FOUND, 2, 127},
        {OUTCOME_INTERRUPTED, 2, 130},
        {OUTCOME_TERMINATED, 2, 143},
    };
    assert_int_equal(ARRAY_COUNT(codes), OUTCOME_COUNT);
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        assert_int_equal(exit_code(codes[i].outcome, EXIT_FAMILY_CHECK), codes[i].check);
        assert_int_equal(exit_code(codes[i].outcome, EXIT_FAMILY_EXEC), codes[i].exec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_exit_codes),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
