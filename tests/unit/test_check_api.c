/* The public header alone: options, and what comes of memory that ends at any point. */
#include "unit.h"

#include "base/limit.h"
#include "base/vec.h"
#include "bootgate/check.h"
#include "bootgate/dsn.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int allocations_left = -1; /* -1: as many as are asked for */

static bool is_allowed(void)
{
    bool allowed = allocations_left != 0;
    allocations_left -= allocations_left > 0;
    return allowed;
}

/* The linker sends the library's calls through these. */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
    return is_allowed() ? __real_calloc(count, size) : NULL;
}

void *__real_mmap64(void *address, size_t length, int protection, int flags, int fd, long offset);
void *__wrap_mmap64(void *address, size_t length, int protection, int flags, int fd, long offset);
void *__wrap_mmap64(void *address, size_t length, int protection, int flags, int fd, long offset)
{
    return is_allowed() ? __real_mmap64(address, length, protection, flags, fd, offset) : (void *)-1;
}

static void test_options(void **state)
{
    (void)state;
    struct bg_check_options old = {.size = offsetof(struct bg_check_options, files)};
    struct bg_check_options newer = {.size = sizeof newer + 8};
    struct bg_check_options mode = {.size = sizeof mode, .mode = "prodution"};
    const struct bg_check_options *const refused[] = {NULL, &newer, &mode};
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        struct bg_check *check = bg_check_run(refused[i]);
        assert_int_equal(bg_check_outcome(check), BG_OUTCOME_BAD_OPTION);
        assert_false(bg_check_passes(check, BG_SEVERITY_ERROR));
        assert_int_equal(bg_check_finding_count(check), 0);
        assert_null(bg_check_finding(check, 0));
        bg_check_free(check);
    }
    struct bg_check *check = bg_check_run(&old);
    assert_int_not_equal(bg_check_outcome(check), BG_OUTCOME_BAD_OPTION);
    bg_check_free(check);
    bg_check_free(NULL);
}

/* Each allocation fails in turn, until a run needs no more. */
static void test_no_memory(void **state)
{
    (void)state;
    char directory[] = "/tmp/bootgate-check-api-XXXXXX", path[64];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/.env", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("DATABASE_URL=postgresql://app:app@localhost/app\n", file);
    fclose(file);
    const char *const paths[] = {path, NULL};
    struct bg_check_options options = {.size = sizeof options, .paths = paths};
    enum bg_outcome outcome = BG_OUTCOME_NO_MEMORY;
    int count = 0;
    for (; outcome != BG_OUTCOME_JUDGED; count++) {
        allocations_left = count;
        struct bg_check *check = bg_check_run(&options);
        if (check == NULL) { /* not even room for the answer */
            assert_int_equal(count, 0);
            continue;
        }
        outcome = bg_check_outcome(check);
        assert_true(outcome == BG_OUTCOME_JUDGED || outcome == BG_OUTCOME_NO_MEMORY);
        assert_int_equal(bg_check_finding_count(check) > 0, outcome == BG_OUTCOME_JUDGED);
        assert_false(bg_check_passes(check, BG_SEVERITY_ERROR));
        bg_check_free(check);
    }
    assert_true(count > 3); /* both kinds of chunk were asked for */
    for (int left = 0; left < 2; left++) {
        allocations_left = left;
        assert_null(bg_dsn_parse("postgresql://a@b/c", 18, NULL));
        allocations_left = left;
        assert_null(bg_dsn_rewrite("postgresql://a@b/c", 18, "sync"));
    }
    allocations_left = -1;
    unlink(path);
    rmdir(directory);
}

/* What is past the limit of findings is listed nowhere, and is no reason to pass. */
static void test_more_than_the_limit(void **state)
{
    (void)state;
    char directory[] = "/tmp/bootgate-check-api-XXXXXX", many[64], last[64];
    assert_non_null(mkdtemp(directory));
    snprintf(many, sizeof many, "%s/a.env", directory);
    snprintf(last, sizeof last, "%s/b.env", directory);
    FILE *file = fopen(many, "w");
    assert_non_null(file);
    for (size_t i = 0; i < limit_value(LIMIT_REPLACED); i++)
        fprintf(file, "A%zu=1\nA%zu=2\n", i, i);
    fclose(file);
    file = fopen(last, "w");
    assert_non_null(file);
    fputs("DATABASE_URL=postgresql://app:app@localhost/app\n", file);
    fclose(file);
    chmod(many, 0600);
    const char *const paths[] = {many, last, NULL};
    struct bg_check_options options = {.size = sizeof options, .paths = paths};
    struct bg_check *check = bg_check_run(&options);
    assert_int_equal(bg_check_outcome(check), BG_OUTCOME_JUDGED);
    assert_int_equal(bg_check_finding_count(check), limit_value(LIMIT_FINDINGS));
    for (size_t i = 0; i < bg_check_finding_count(check); i++)
        assert_int_equal(bg_check_finding(check, i)->severity, BG_SEVERITY_WARNING);
    assert_false(bg_check_passes(check, BG_SEVERITY_ERROR));
    bg_check_free(check);
    unlink(many);
    unlink(last);
    rmdir(directory);
}

/* A program that speaks to people in their language has its numbers with a comma; the files have not. */
static void test_locale(void **state)
{
    (void)state;
    char directory[] = "/tmp/bootgate-check-api-XXXXXX", path[64], command[200];
    assert_non_null(mkdtemp(directory));
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 2>/dev/null", directory);
    bool is_there = system(command) == 0;
    setenv("LOCPATH", directory, 1);
    is_there = is_there && setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    snprintf(path, sizeof path, "%s/compose.yaml", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("services: {a: {image: x, cpus: 1.0, deploy: {resources: {limits: {cpus: '1.5'}}}}}\n", file);
    fclose(file);
    const char *const paths[] = {path, NULL};
    struct bg_check_options options = {.size = sizeof options, .paths = paths};
    struct bg_check *check = bg_check_run(&options);
    size_t count = bg_check_finding_count(check);
    bg_check_free(check);
    char number[8];
    snprintf(number, sizeof number, "%.1f", 1.5);
    setlocale(LC_ALL, "C");
    snprintf(command, sizeof command, "rm -rf %s", directory);
    assert_int_equal(system(command), 0);
    if (!is_there)
        skip();
    assert_string_equal(number, "1,5"); /* the program's own is as it was */
    assert_int_equal(count, 1);         /* two limits that differ */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_more_than_the_limit),
        cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
