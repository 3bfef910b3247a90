/* Guard and wiping, built without sanitizers: both are absent beside them. */
#include "cli/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_core_files(void **state)
{
    (void)state;
    struct rlimit before, during, after;
    getrlimit(RLIMIT_CORE, &before);
    before.rlim_cur = before.rlim_max;
    setrlimit(RLIMIT_CORE, &before);
    guard_raise();
    getrlimit(RLIMIT_CORE, &during);
    assert_int_equal(during.rlim_cur, 0);
    assert_int_equal(during.rlim_max, before.rlim_max);
    assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
    guard_give_back();
    getrlimit(RLIMIT_CORE, &after);
    assert_int_equal(after.rlim_cur, before.rlim_cur);
}

/* What a confined process could do: one bit each. */
enum { NOT_STARTED = 99 };
enum { WROTE = 1, BOUND = 2, STARTED = 4, COULD_NOT_READ = 8 };

static int try_everything(const char *path)
{
    int done = 0;
    done |= open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 ? WROTE : 0;
    /* Bound to any port of loopback: nothing listens, nothing is reached. */
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    done |= bind(end, (struct sockaddr *)&address, sizeof address) == 0 ? BOUND : 0;
    done |= open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 ? 0 : COULD_NOT_READ;
    pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", "true", NULL);
        _exit(NOT_STARTED);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) == NOT_STARTED ? done : done | STARTED;
}

static int outcome(void (*prepare)(void), const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        prepare();
        _exit(try_everything(path));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void guard_all(void)
{
    guard_raise();
    guard_confine();
}

static void filter_all(void)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    guard_filter();
}

static void do_nothing(void)
{
}

/* Without a guard all of it can be done, or the test would see nothing. */
static void test_confined(void **state)
{
    (void)state;
    static void (*const ways[])(void) = {guard_all, filter_all};
    char path[] = "/tmp/bootgate-guard-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(outcome(do_nothing, path), WROTE | BOUND | STARTED);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        assert_int_equal(outcome(ways[i], path), 0);
    close(fd);
    unlink(path);
}

/* ---- wiping: the linker's names, with the real ones looked at */

void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);
void __real_free(void *memory);

static unsigned char watched[16];

static size_t left; /* bytes of the freed block that are not zero */

static void count_left(const unsigned char *memory, size_t size)
{
    left = 0;
    for (size_t i = 0; i < size; i++)
        left += memory[i] != 0;
}

void __real_free(void *memory)
{
    if (memory != NULL) {
        memcpy(watched, memory, sizeof watched);
        count_left(memory, malloc_usable_size(memory));
    }
    free(memory);
}

static void test_wiped(void **state)
{
    (void)state;
    static const unsigned char zero[sizeof watched];
    char *memory = malloc(64);
    memset(memory, 'x', 64);
    memset(watched, 'x', sizeof watched);
    memory = __wrap_realloc(memory, 100000);
    assert_memory_equal(watched, zero, sizeof watched); /* what was left behind */
    assert_int_equal(memory[63], 'x');
    memset(watched, 'x', sizeof watched);
    __wrap_free(memory);
    assert_memory_equal(watched, zero, sizeof watched);
    __wrap_free(NULL);
    memory = __wrap_realloc(NULL, 8);
    assert_non_null(memory);
    __wrap_free(memory);
}

/* Large blocks are wiped by the page, where there is one: at both ends and in the middle. */
static void test_wiped_by_page(void **state)
{
    (void)state;
    static const size_t sizes[] = {16 * 1024, 50 * 1000, 2000 * 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *memory = calloc(1, sizes[i]);
        size_t places[] = {0, 1, 4095, 9000, sizes[i] / 2, sizes[i] - 4097, sizes[i] - 1};
        for (size_t k = 0; k < sizeof places / sizeof places[0]; k++)
            memory[places[k]] = 'x';
        left = 1;
        __wrap_free(memory);
        assert_int_equal(left, 0);
    }
}

int main(int argc, char **argv)
{
    (void)argc;
    if (strcmp(argv[0], "true") == 0)
        return 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_core_files),
        cmocka_unit_test(test_confined),
        cmocka_unit_test(test_wiped),
        cmocka_unit_test(test_wiped_by_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
