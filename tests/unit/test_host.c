#include "host/posix.h"

#include "base/buf.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { READ_LIMIT = 16 };

struct fixture {
    struct arena arena;
    struct posix_host state;
    struct host host;
    char directory[64];
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->host = posix_host(&f->state);
    snprintf(f->directory, sizeof f->directory, "/tmp/bootgate-host-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    assert_int_equal(chdir(f->directory), 0);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    struct host_run removed = f->host.run(
        &f->state, &f->arena, (const char *[]){"rm", "-rf", "--", f->directory, NULL}, STR(""), 16);
    assert_int_equal(removed.exit_code, 0);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void put(struct fixture *f, const char *name, const char *text)
{
    assert_int_equal(
        f->host.write(&f->state, str_from_c(name), str_from_c(text), (struct host_writing){0}), HOST_OK);
}

static void make_socket(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, name, strlen(name));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

static void test_read(void **state)
{
    struct fixture *f = *state;
    put(f, "plain", "A=1\n");
    put(f, "empty", "");
    put(f, "full", "0123456789abcdef");
    put(f, "long", "0123456789abcdefg");
    put(f, "closed", "A=1\n");
    chmod("closed", 0);
    mkdir("folder", 0700);
    mkfifo("fifo", 0600);
    make_socket("socket");
    symlink("plain", "link");
    symlink("nowhere", "dangling");
    symlink("circle", "circle");
    char long_path[PATH_MAX + 8] = "", long_name[NAME_MAX + 8] = "";
    for (size_t i = 0; i + 2 < sizeof long_path; i += 2)
        memcpy(long_path + i, "./", 2);
    memset(long_name, 'n', sizeof long_name - 1);
    struct {
        str path;
        enum host_status status;
        const char *text;
    } cases[] = {
        {STR("plain"), HOST_OK, "A=1\n"},
        {STR("link"), HOST_OK, "A=1\n"},
        {STR("empty"), HOST_OK, ""},
        {STR("full"), HOST_OK, "0123456789abcdef"},
        {STR("long"), HOST_TOO_LARGE, ""},
        {STR("folder"), HOST_DIRECTORY, ""},
        {STR("folder/"), HOST_DIRECTORY, ""},
        {STR("fifo"), HOST_NOT_REGULAR, ""},
        {STR("socket"), HOST_NOT_REGULAR, ""},
        {STR("/dev/null"), HOST_NOT_REGULAR, ""},
        {STR("/dev/tty"), HOST_NOT_REGULAR, ""},
        {STR("missing"), HOST_MISSING, ""},
        {STR("dangling"), HOST_DANGLING, ""},
        {STR("circle"), HOST_CIRCLE, ""},
        {str_from_c(long_path), HOST_TOO_LONG, ""},
        {str_from_c(long_name), HOST_TOO_LONG, ""},
        {STR("plain/below"), HOST_MISSING, ""},
        {STR(""), HOST_MISSING, ""},
        {STR("plain\0x"), HOST_FAILED, ""},
        {STR("closed"), geteuid() == 0 ? HOST_OK : HOST_DENIED, geteuid() == 0 ? "A=1\n" : ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct host_file got = f->host.read(&f->state, &f->arena, cases[i].path, READ_LIMIT);
        /* Without a controlling terminal /dev/tty does not open at all. */
        bool is_terminal_case = str_eq(cases[i].path, STR("/dev/tty")) && got.status != HOST_OK;
        if (!is_terminal_case &&
            (got.status != cases[i].status || !str_eq(got.text, str_from_c(cases[i].text))))
            fail_msg("read " STR_FMT ": wanted %d \"%s\", got %d \"" STR_FMT "\"", STR_ARG(cases[i].path),
                (int)cases[i].status, cases[i].text, (int)got.status, STR_ARG(got.text));
    }
}

static void test_read_without_size(void **state)
{
    struct fixture *f = *state;
    struct host_file got = f->host.read(&f->state, &f->arena, STR("/proc/self/status"), 1 << 20);
    if (got.status == HOST_MISSING)
        skip();
    assert_int_equal(got.status, HOST_OK);
    assert_true(str_starts(got.text, STR("Name:")));
}

/* sysfs names a page and gives a line: to a reader, a file that was cut while it was read. */
static void test_read_of_a_file_that_shrinks(void **state)
{
    struct fixture *f = *state;
    struct host_file got = f->host.read(&f->state, &f->arena, STR("/sys/devices/system/cpu/online"), 1 << 20);
    if (got.status == HOST_MISSING)
        skip();
    assert_int_equal(got.status, HOST_CHANGED);
}

static void test_read_standard_input(void **state)
{
    struct fixture *f = *state;
    int ends[2], saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "A=1\n", 4), 4);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    struct host_file got = f->host.read(&f->state, &f->arena, STR("-"), READ_LIMIT);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    assert_int_equal(got.status, HOST_OK);
    assert_true(str_eq(got.text, STR("A=1\n")));
}

static void test_stat(void **state)
{
    struct fixture *f = *state;
    put(f, "plain", "A=1\n");
    chmod("plain", 0640);
    mkdir("folder", 0700);
    struct host_stat plain = f->host.stat(&f->state, STR("plain"));
    assert_int_equal(plain.status, HOST_OK);
    assert_true(plain.is_regular && !plain.is_directory);
    assert_int_equal(plain.mode, 0640);
    assert_true(f->host.stat(&f->state, STR("folder")).is_directory);
    assert_int_equal(f->host.stat(&f->state, STR("missing")).status, HOST_MISSING);
    symlink("plain", "to-plain");
    symlink("nowhere", "to-nothing");
    symlink("to-itself", "to-itself");
    assert_int_equal(f->host.stat(&f->state, STR("to-plain")).mode, 0640);
    assert_int_equal(f->host.stat(&f->state, STR("to-nothing")).status, HOST_DANGLING);
    assert_int_equal(f->host.stat(&f->state, STR("to-itself")).status, HOST_CIRCLE);
}

static void test_list(void **state)
{
    struct fixture *f = *state;
    mkdir("list", 0700);
    put(f, "list/b", "");
    put(f, "list/a.env", "");
    put(f, "list/.env", "");
    mkdir("list/folder", 0700);
    symlink("folder", "list/link");
    struct host_entries got = f->host.list(&f->state, &f->arena, STR("list"));
    struct buf line = buf_new(&f->arena, 4096);
    vec_each(struct host_entry *, entry, &got.list)
        buf_printf(&line, STR_FMT "%s ", STR_ARG(entry->name), entry->is_directory ? "/" : "");
    assert_true(str_eq(buf_view(&line), STR(".env a.env b folder/ link/ ")));
    assert_int_equal(f->host.list(&f->state, &f->arena, STR("missing")).status, HOST_MISSING);
    assert_int_equal(f->host.list(&f->state, &f->arena, STR("list/b")).status, HOST_MISSING);
}

static const struct host_writing replace = {0}, only_new = {.only_new = true};

static void test_write(void **state)
{
    struct fixture *f = *state;
    mkdir("write", 0700);
    put(f, "write/file", "old");
    chmod("write/file", 0600);
    assert_int_equal(f->host.write(&f->state, STR("write/file"), STR("new"), only_new), HOST_EXISTS);
    assert_int_equal(f->host.write(&f->state, STR("write/file"), STR("new"), replace), HOST_OK);
    assert_int_equal(f->host.write(&f->state, STR("write/fresh"), STR("x"), only_new), HOST_OK);
    assert_int_equal(f->host.write(&f->state, STR("nowhere/file"), STR("x"), only_new), HOST_MISSING);
    assert_int_equal(f->host.stat(&f->state, STR("write/file")).mode, 0600);
    assert_true(str_eq(f->host.read(&f->state, &f->arena, STR("write/file"), 16).text, STR("new")));
    assert_int_equal(f->host.list(&f->state, &f->arena, STR("write")).list.count, 2);
}

/* Whatever else bears the name stays what it is. */
static void test_write_regular_files_only(void **state)
{
    struct fixture *f = *state;
    mkdir("kinds", 0700);
    mkdir("kinds/folder", 0700);
    mkfifo("kinds/fifo", 0600);
    make_socket("kinds/socket");
    symlink("fifo", "kinds/to-fifo");
    symlink("/dev/null", "kinds/to-device");
    symlink("circle", "kinds/circle");
    symlink("dangling", "kinds/only-new");
    static const struct {
        str path;
        struct host_writing how;
        enum host_status wanted;
    } cases[] = {
        {STR_INIT("kinds/folder"), {0}, HOST_DIRECTORY},
        {STR_INIT("kinds/fifo"), {0}, HOST_NOT_REGULAR},
        {STR_INIT("kinds/socket"), {0}, HOST_NOT_REGULAR},
        {STR_INIT("kinds/to-fifo"), {0}, HOST_NOT_REGULAR},
        {STR_INIT("kinds/to-device"), {0}, HOST_NOT_REGULAR},
        {STR_INIT("kinds/circle"), {0}, HOST_CIRCLE},
        {STR_INIT("kinds/only-new"), {.only_new = true}, HOST_EXISTS},
        {STR_INIT("kinds/fifo"), {.only_new = true}, HOST_EXISTS},
        {STR_INIT("kinds/no/such/file"), {.with_directory = true}, HOST_MISSING},
        {STR_INIT("kinds/folder/"), {0}, HOST_DIRECTORY},
        {STR_INIT("/dev/null"), {0}, HOST_NOT_REGULAR},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        enum host_status got = f->host.write(&f->state, cases[i].path, STR("x"), cases[i].how);
        if (got != cases[i].wanted)
            fail_msg("write " STR_FMT ": wanted %d, got %d", STR_ARG(cases[i].path), (int)cases[i].wanted,
                (int)got);
    }
    assert_int_equal(f->host.list(&f->state, &f->arena, STR("kinds")).list.count, 7);
}

/* A link stays, and the file behind it keeps its mode and owner. */
static void test_write_through_links(void **state)
{
    struct fixture *f = *state;
    mkdir("behind", 0700);
    put(f, "behind/file", "old");
    chmod("behind/file", 0640);
    bool is_root = geteuid() == 0;
    if (is_root)
        assert_int_equal(chown("behind/file", 1234, 2345), 0);
    symlink("behind/file", "near");
    symlink("near", "far");
    symlink("behind/new", "hanging");
    assert_int_equal(f->host.write(&f->state, STR("far"), STR("new"), replace), HOST_OK);
    assert_int_equal(f->host.write(&f->state, STR("hanging"), STR("x"), replace), HOST_OK);
    struct stat about;
    assert_int_equal(lstat("far", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(lstat("near", &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(lstat("behind/file", &about), 0);
    assert_true(S_ISREG(about.st_mode));
    assert_int_equal(about.st_mode & 07777, 0640);
    assert_int_equal(about.st_uid, is_root ? 1234 : geteuid());
    assert_int_equal(about.st_gid, is_root ? 2345 : about.st_gid);
    assert_true(str_eq(f->host.read(&f->state, &f->arena, STR("behind/file"), 16).text, STR("new")));
    assert_true(str_eq(f->host.read(&f->state, &f->arena, STR("behind/new"), 16).text, STR("x")));
    assert_int_equal(f->host.list(&f->state, &f->arena, STR("behind")).list.count, 2);
}

static void test_write_executable(void **state)
{
    struct fixture *f = *state;
    static const struct host_writing hook = {.is_executable = true, .with_directory = true};
    assert_int_equal(f->host.write(&f->state, STR("hooks/pre-commit"), STR("x"), hook), HOST_OK);
    assert_int_equal(f->host.stat(&f->state, STR("hooks/pre-commit")).mode & 0100, 0100);
    chmod("hooks/pre-commit", 0640);
    assert_int_equal(f->host.write(&f->state, STR("hooks/pre-commit"), STR("y"), hook), HOST_OK);
    assert_int_equal(f->host.stat(&f->state, STR("hooks/pre-commit")).mode, 0750);
}

static void test_environment(void **state)
{
    struct fixture *f = *state;
    setenv("HOST_TEST_NAME", "a=b", 1);
    setenv("HOST_TEST_EMPTY", "", 1);
    str value = {0};
    assert_true(f->host.getenv(&f->state, STR("HOST_TEST_NAME"), &value));
    assert_true(str_eq(value, STR("a=b")));
    assert_true(f->host.getenv(&f->state, STR("HOST_TEST_EMPTY"), &value));
    assert_int_equal(value.len, 0);
    assert_false(f->host.getenv(&f->state, STR("HOST_TEST"), &value));
    assert_non_null(f->host.environment(&f->state)[0]);
    /* An entry without `=`, which execve(2) takes, ends at its NUL, whatever the name goes on with. */
    static const char *const entries[] = {"A\0B=next", "C=1", "C=2", NULL};
    assert_false(host_variable(entries, STR("A\0B"), &value));
    assert_false(host_variable(entries, STR("A"), &value));
    assert_true(host_variable(entries, STR("C"), &value));
    assert_true(str_eq(value, STR("1")));
    assert_false(host_variable(NULL, STR("C"), &value));
}

static void test_run(void **state)
{
    struct fixture *f = *state;
    enum { LARGE = 1 << 20 };
    str large = {arena_alloc(&f->arena, 1, LARGE), LARGE};
    struct {
        const char *arguments[4];
        str input;
        enum host_status status;
        int exit_code;
        size_t output;
    } cases[] = {
        {{"printf", "%s", "a b;c"}, STR(""), HOST_OK, 0, 5},
        {{"cat"}, large, HOST_OK, 0, LARGE},
        {{"true"}, large, HOST_OK, 0, 0},
        {{"false"}, STR(""), HOST_OK, 1, 0},
        {{"sh", "-c", "kill -TERM $$"}, STR(""), HOST_OK, 128 + 15, 0},
        {{"sh", "-c", "cat; printf x"}, STR("in"), HOST_OK, 0, 3},
        {{"no-such-program-here"}, STR(""), HOST_MISSING, 0, 0},
        {{"yes"}, STR(""), HOST_TOO_LARGE, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct host_run got = f->host.run(&f->state, &f->arena, cases[i].arguments, cases[i].input, LARGE);
        bool is_complete = got.status == HOST_OK;
        if (got.status != cases[i].status || (is_complete && got.exit_code != cases[i].exit_code) ||
            (is_complete && got.output.len != cases[i].output))
            fail_msg("run %s (%zu): wanted status %d, exit %d, %zu bytes; got %d, %d, %zu",
                cases[i].arguments[0], i, (int)cases[i].status, cases[i].exit_code, cases[i].output,
                (int)got.status, got.exit_code, got.output.len);
    }
}

static void test_print_failure_is_remembered(void **state)
{
    struct fixture *f = *state;
    int saved = dup(STDOUT_FILENO), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full < 0)
        skip();
    dup2(full, STDOUT_FILENO);
    f->host.print(&f->state, STDOUT_FILENO, STR("lost"));
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(full);
    assert_true(f->host.has_lost(&f->state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_read_without_size),
        cmocka_unit_test(test_read_of_a_file_that_shrinks),
        cmocka_unit_test(test_read_standard_input),
        cmocka_unit_test(test_stat),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_write),
        cmocka_unit_test(test_write_regular_files_only),
        cmocka_unit_test(test_write_through_links),
        cmocka_unit_test(test_write_executable),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_print_failure_is_remembered),
    };
    return cmocka_run_group_tests_name("host", tests, open_fixture, close_fixture);
}
