#include "unit.h"

#include "check/check.h"
#include "cli/live_ask.h"
#include "host/memory.h"
#include "language/pack.h"

#include <stdlib.h>

#define SAMPLE_FILES_MAX   8
#define LIMIT_SAMPLE_BYTES 65536

/* Every rule's samples through the whole program: the bad one reports the rule, the good one does not. */

static int compare_files(const void *left, const void *right)
{
    const struct memory_file *a = left, *b = right;
    return str_compare(str_from_c(a->path), str_from_c(b->path));
}

/* What the running server says stands in the sample. */
static struct host_run answer(void *self, struct arena *arena, str request)
{
    const struct host *host = self;
    assert_true(request.len > 0);
    return (struct host_run){
        .output = host->read(host->self, arena, STR("/app/live.jsonl"), LIMIT_SAMPLE_BYTES).text};
}

static const struct check_result *judge(struct arena *arena, const struct rule_sample *sample)
{
    struct memory_file *files = arena_array(arena, struct memory_file, SAMPLE_FILES_MAX + 1);
    assert_true(sample->file_count <= SAMPLE_FILES_MAX);
    for (size_t i = 0; i < sample->file_count; i++) {
        str path = arena_concat(arena, STR("/app/"), sample->files[i].path);
        files[i].path = arena_c_string(arena, path);
        files[i].text = arena_c_string(arena, sample->files[i].text);
        files[i].mode = str_eq(sample->files[i].path, STR(".env")) ? sample->env_permissions : 0;
    }
    qsort(files, sample->file_count, sizeof files[0], compare_files);
    struct host *host = arena_new(arena, struct host);
    *host = memory_host(files);
    struct live_pipe pipe = {.self = host, .run = answer};
    struct live_asker asker = live_asker_over(&pipe);
    struct check_options options = {0};
    if (host->stat(host->self, STR("/app/live.jsonl")).status == HOST_OK)
        options.live = &asker;
    if (sample->mode != MODE_PRODUCTION) /* samples of production say so themselves */
        options.mode = mode_name(sample->mode);
    return check_files(arena, host, &options);
}

static bool reports(const struct check_result *result, str rule)
{
    for (size_t i = 0; i < result->diags.list.count; i++)
        if (str_eq(result->diags.list.items[i].rule, rule) && !result->diags.list.items[i].suppressed)
            return true;
    return false;
}

static void print_findings(const struct check_result *result)
{
    for (size_t i = 0; i < result->diags.list.count; i++) {
        const struct diag *diag = &result->diags.list.items[i];
        print_message("    " STR_FMT ": " STR_FMT "\n", STR_ARG(diag->rule), STR_ARG(diag->message));
    }
}

static void test_samples(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule_info *rule = rule_at(i);
        for (int bad = 0; bad < 2; bad++) {
            struct arena arena = {0};
            const struct check_result *result = judge(&arena, bad ? &rule->bad : &rule->good);
            if (reports(result, rule->name) != bad) {
                print_message(STR_FMT ": the %s sample %s it; findings:\n", STR_ARG(rule->name),
                    bad ? "bad" : "good", bad ? "does not report" : "reports");
                print_findings(result);
                wrong++;
            }
            arena_free(&arena);
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
