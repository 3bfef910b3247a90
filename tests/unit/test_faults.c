#include "cli/json_memory.h"
#include "host/output.h"
#include "host/posix.h"
#include "host/process.h"
#include "language/schema.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The call that fails, and which one of its kind: the linker sends the core's calls here first. */
static struct {
    const char *call;
    int left;
    int error;
} fault;

static bool fails(const char *call)
{
    if (fault.call == NULL || strcmp(fault.call, call) != 0 || fault.left-- != 0)
        return false;
    errno = fault.error;
    return true;
}

#define WRAP(type, name, parameters, arguments)                                                              \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return fails(#name) ? -1 : __real_##name arguments;                                                  \
    }

WRAP(ssize_t, write, (int fd, const void *bytes, size_t count), (fd, bytes, count))
WRAP(ssize_t, read, (int fd, void *bytes, size_t count), (fd, bytes, count))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, close, (int fd), (fd))
WRAP(int, rename, (const char *from, const char *to), (from, to))
WRAP(int, renameat2, (int from_at, const char *from, int to_at, const char *to, unsigned flags),
    (from_at, from, to_at, to, flags))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))

/* JSON values come out of here, so that what a jump leaves behind is no leak. */
static char pool[1 << 20];
static size_t pool_used;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
    if (fails("malloc"))
        return NULL;
    void *memory = &pool[pool_used];
    pool_used += (size + 15) / 16 * 16;
    assert_true(pool_used <= sizeof pool);
    return memory;
}

void __real_free(void *memory);
void __wrap_free(void *memory);
void __wrap_free(void *memory)
{
    if ((char *)memory < pool || (char *)memory >= pool + sizeof pool)
        __real_free(memory);
}

struct fixture {
    struct arena arena;
    struct posix_host state;
    struct host host;
    char directory[64];
};

static int open_fixture(void **state)
{
    static struct fixture f;
    f = (struct fixture){0};
    f.host = posix_host(&f.state);
    snprintf(f.directory, sizeof f.directory, "/tmp/bootgate-faults-XXXXXX");
    assert_non_null(mkdtemp(f.directory));
    assert_int_equal(chdir(f.directory), 0);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    const char *const arguments[] = {"rm", "-rf", "--", f->directory, NULL};
    assert_int_equal(process_run(&f->arena, arguments, NULL, STR(""), 16).exit_code, 0);
    arena_free(&f->arena);
    return 0;
}

/* Each call on the way to the new name fails once. */
static const struct write_case {
    const char *call;
    int error;
    struct host_writing how;
    enum host_status wanted;
} write_cases[] = {
    {"write", ENOSPC, {0}, HOST_NO_SPACE},
    {"write", EDQUOT, {0}, HOST_NO_SPACE},
    {"write", EIO, {0}, HOST_FAILED},
    {"fchmod", EPERM, {0}, HOST_DENIED},
    {"fsync", EIO, {0}, HOST_FAILED},
    {"fsync", ENOSPC, {0}, HOST_NO_SPACE},
    {"close", EIO, {0}, HOST_FAILED},
    {"rename", EROFS, {0}, HOST_READ_ONLY},
    {"rename", EBUSY, {0}, HOST_FAILED},
    {"write", ENOSPC, {.only_new = true}, HOST_NO_SPACE},
    {"fsync", EIO, {.only_new = true}, HOST_FAILED},
    {"renameat2", EPERM, {.only_new = true}, HOST_DENIED},
    {"write", ENOSPC, {.with_directory = true}, HOST_NO_SPACE},
};

static void test_failed_writes_leave_nothing(void **state)
{
    struct fixture *f = *state;
    mkdir("folder", 0700);
    assert_int_equal(
        f->host.write(&f->state, STR("folder/old"), STR("old"), (struct host_writing){0}), HOST_OK);
    for (size_t i = 0; i < ARRAY_COUNT(write_cases); i++) {
        const struct write_case *row = &write_cases[i];
        str path = row->how.only_new ? STR("folder/new") : STR("folder/old");
        if (row->how.with_directory)
            path = STR("made/new");
        fault.call = row->call;
        fault.error = row->error;
        fault.left = 0;
        enum host_status got = f->host.write(&f->state, path, STR("new"), row->how);
        fault.call = NULL;
        if (got != row->wanted)
            fail_msg(
                "%s fails with %d: wanted %d, got %d", row->call, row->error, (int)row->wanted, (int)got);
        assert_int_equal(f->host.list(&f->state, &f->arena, STR("folder")).list.count, 1);
        assert_int_equal(f->host.stat(&f->state, STR("made")).status, HOST_MISSING);
        assert_true(str_eq(f->host.read(&f->state, &f->arena, STR("folder/old"), 16).text, STR("old")));
    }
}

static struct host_run run(struct fixture *f, const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    return process_run(&f->arena, arguments, NULL, STR(""), 1 << 20);
}

static void test_programs(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *call;
        int error;
        enum host_status wanted;
    } rows[] = {
        {NULL, 0, HOST_OK},
        {"read", EIO, HOST_FAILED},
        {"waitpid", ECHILD, HOST_FAILED},
        {"read", EINTR, HOST_OK},
        {"waitpid", EINTR, HOST_OK},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        fault.call = rows[i].call;
        fault.error = rows[i].error;
        fault.left = 0;
        struct host_run got = run(f, "echo all of it");
        fault.call = NULL;
        if (got.status != rows[i].wanted)
            fail_msg("%s fails: wanted %d, got %d", rows[i].call, (int)rows[i].wanted, (int)got.status);
    }
    assert_int_equal(run(f, "kill -9 $$").exit_code, 128 + SIGKILL);
    assert_int_equal(run(f, "yes | head -c 2000000").status, HOST_TOO_LARGE);
}

/* A parent that ignores SIGCHLD hands that on: exit codes must reach us all the same. */
static void test_ignored_child_signal(void **state)
{
    struct fixture *f = *state;
    signal(SIGCHLD, SIG_IGN);
    assert_int_equal(run(f, "exit 3").exit_code, 3);
    struct process process;
    const char *const arguments[] = {"sh", "-c", "exit 4", NULL};
    assert_int_equal(process_start(&f->arena, arguments, &process), HOST_OK);
    assert_int_equal(run(f, "exit 5").exit_code, 5);
    assert_int_equal(process_end(&process), 4);
    assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN);
}

static void test_output(void **state)
{
    (void)state;
    static const struct {
        const char *call;
        int error;
        const char *wanted;
    } rows[] = {
        {"write", ENOSPC, "No space left on device"},
        {"close", EIO, "Input/output error"}, /* a file server that tells at last */
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct posix_host output = {0};
        struct host host = posix_host(&output);
        int kept = dup(STDOUT_FILENO);
        fault.call = rows[i].call;
        fault.error = rows[i].error;
        fault.left = 0;
        host.print(&output, STDOUT_FILENO, STR("\n"));
        host.print(&output, STDOUT_FILENO, STR("\n"));
        str got = posix_output_fault(&output);
        fault.call = NULL;
        dup2(kept, STDOUT_FILENO);
        close(kept);
        assert_true(str_eq(got, str_from_c(rows[i].wanted)));
    }
    struct posix_host output = {0};
    struct host host = posix_host(&output);
    assert_false(host.has_lost(&output));
    host.lose(&output, STDOUT_FILENO);
    assert_true(host.has_lost(&output));
    assert_true(posix_output_fault(&output).len > 0);
}

/* A child that fills or empties the other end after we have come to wait for it; its exit code is awaited. */
static void expect_child(pid_t child)
{
    int status = -1;
    assert_true(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
}

/* Whoever started us shares its end of a pipe, and may have made it non-blocking. */
static void test_streams_that_do_not_block(void **state)
{
    enum { BYTES = 1 << 20, PAUSE = 50000 };
    struct fixture *f = *state;
    struct posix_host system = {0};
    struct host host = posix_host(&system);
    static char bytes[BYTES];
    int out[2], in[2], kept = dup(STDIN_FILENO);
    assert_true(pipe2(out, O_NONBLOCK) == 0 && pipe2(in, O_NONBLOCK) == 0);
    pid_t child = fork();
    if (child == 0) {
        size_t all = 0;
        close(out[1]);
        fcntl(out[0], F_SETFL, 0);
        usleep(PAUSE);
        for (ssize_t got; (got = read(out[0], bytes, sizeof bytes)) > 0;)
            all += (size_t)got;
        _exit(all == BYTES ? 0 : 1);
    }
    int error = output_write(out[1], (str){bytes, BYTES});
    close(out[1]);
    assert_int_equal(error, 0);
    expect_child(child);
    child = fork();
    if (child == 0) {
        usleep(PAUSE);
        _exit(write(in[1], "A=1\n", 4) == 4 ? 0 : 1);
    }
    close(in[1]);
    dup2(in[0], STDIN_FILENO);
    struct host_file file = host.read(&system, &f->arena, STR("-"), 64);
    dup2(kept, STDIN_FILENO);
    assert_int_equal(file.status, HOST_OK);
    assert_true(str_eq(file.text, STR("A=1\n")));
    expect_child(child);
}

static void end(void *owner)
{
    longjmp(*(jmp_buf *)owner, 1);
}

/* Each allocation of a large JSON document fails once: the run ends, and no document lacks a part. */
static void test_json_memory(void **state)
{
    struct fixture *f = *state;
    static jmp_buf ended;
    json_memory_use(end, &ended);
    str whole = schema_print(&f->arena);
    static volatile int failed;
    for (failed = 0;; failed += 7) {
        pool_used = 0;
        fault.call = "malloc";
        fault.left = failed;
        if (setjmp(ended) != 0)
            continue;
        str got = schema_print(&f->arena);
        fault.call = NULL;
        assert_true(fault.left >= 0 && str_eq(whole, got));
        break;
    }
    assert_true(failed > 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failed_writes_leave_nothing),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_ignored_child_signal),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_streams_that_do_not_block),
        cmocka_unit_test(test_json_memory),
    };
    return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
