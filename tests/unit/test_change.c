/* Files that change together: host/change.h by way of the host, and journals as a stopped run leaves them. */
#include "host/posix.h"

#include "host/journal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define OLD_A "first\n"
#define OLD_B "second\n"
#define NEW_A "1st\n"
#define NEW_B "2nd\n"

struct fixture {
    struct arena arena;
    struct posix_host state;
    struct host host;
    char directory[64];
};

static str in(struct fixture *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->directory, name);
}

static void put(struct fixture *f, const char *name, const char *text)
{
    assert_int_equal(
        f->host.write(&f->state, in(f, name), str_from_c(text), (struct host_writing){0}), HOST_OK);
}

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->host = posix_host(&f->state);
    snprintf(f->directory, sizeof f->directory, "/tmp/bootgate-change-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    put(f, "a", OLD_A);
    put(f, "b", OLD_B);
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

static void assert_holds(struct fixture *f, const char *name, const char *text)
{
    struct host_file file = f->host.read(&f->state, &f->arena, in(f, name), 1024);
    assert_int_equal(file.status, HOST_OK);
    assert_true(str_eq(file.text, str_from_c(text)));
}

static size_t name_count(struct fixture *f)
{
    return f->host.list(&f->state, &f->arena, str_from_c(f->directory)).list.count;
}

static enum host_status change(struct fixture *f, const struct host_change *changes, size_t count)
{
    size_t failed;
    return f->host.change(&f->state, &f->arena, str_from_c(f->directory), changes, count, &failed);
}

static enum host_status recover(struct fixture *f, enum host_recovery *ret_recovery)
{
    return f->host.recover(&f->state, &f->arena, str_from_c(f->directory), ret_recovery);
}

/* A run that changes both files, stopped after its new files are written. */
static void leave_stopped(struct fixture *f, bool counts)
{
    static const char *const names[] = {"a", "b"}, *const texts[] = {NEW_A, NEW_B};
    struct journal journal = {.fd = -1};
    for (size_t i = 0; i < 2; i++) {
        struct journal_entry *entry = vec_add(&f->arena, &journal.entries);
        entry->path = in(f, names[i]);
        entry->temporary = in(f, i == 0 ? JOURNAL_TEMPORARY "0.tmp" : JOURNAL_TEMPORARY "1.tmp");
        struct stat about;
        assert_int_equal(lstat(entry->path.ptr, &about), 0);
        journal_note(entry, &about);
        put(f, path_base(entry->temporary).ptr, texts[i]);
    }
    assert_int_equal(journal_begin(&f->arena, str_from_c(f->directory), &journal), HOST_OK);
    if (counts)
        assert_int_equal(journal_commit(&journal), 0);
    close(journal.fd);
}

static void test_change(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(chmod(in(f, "b").ptr, 0640), 0);
    assert_int_equal(symlink("a", in(f, "link").ptr), 0);
    const struct host_change changes[] = {
        {.path = in(f, "link"), .before = STR(OLD_A), .after = STR(NEW_A), .mode = 0600},
        {.path = in(f, "b"), .before = STR(OLD_B), .after = STR(NEW_B)},
        {.path = in(f, "c"), .after = STR("third\n"), .is_new = true},
    };
    assert_int_equal(change(f, changes, 3), HOST_OK);
    assert_holds(f, "a", NEW_A);
    assert_holds(f, "b", NEW_B);
    assert_holds(f, "c", "third\n");
    assert_int_equal(f->host.stat(&f->state, in(f, "a")).mode, 0600);
    assert_int_equal(f->host.stat(&f->state, in(f, "b")).mode, 0640);
    assert_int_equal(f->host.stat(&f->state, in(f, "c")).mode, 0600);
    struct stat about;
    assert_int_equal(lstat(in(f, "link").ptr, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    assert_int_equal(name_count(f), 4);
}

/* What does not bear the change, as the second file of two: nothing of either is written. */
static void test_refusals(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(mkdir(in(f, "directory").ptr, 0700), 0);
    put(f, "linked", OLD_B);
    assert_int_equal(link(in(f, "linked").ptr, in(f, "other").ptr), 0);
    const struct {
        struct host_change change;
        enum host_status wanted;
    } cases[] = {
        {{.path = in(f, "b"), .before = STR("else\n")}, HOST_CHANGED},
        {{.path = in(f, "b"), .before = STR("secon")}, HOST_CHANGED},
        {{.path = in(f, "b"), .before = STR(OLD_B "more")}, HOST_CHANGED},
        {{.path = in(f, "none"), .before = STR(OLD_B)}, HOST_CHANGED},
        {{.path = in(f, "b"), .is_new = true}, HOST_EXISTS},
        {{.path = in(f, "directory"), .before = STR("")}, HOST_DIRECTORY},
        {{.path = in(f, "linked"), .before = STR(OLD_B)}, HOST_LINKED},
        {{.path = in(f, "none/c"), .is_new = true}, HOST_MISSING},
    };
    size_t names = name_count(f);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct host_change changes[] = {
            {.path = in(f, "a"), .before = STR(OLD_A), .after = STR(NEW_A)}, cases[i].change};
        changes[1].after = STR(NEW_B);
        if (change(f, changes, 2) != cases[i].wanted)
            fail_msg("case %zu: another status than %d", i, cases[i].wanted);
        assert_holds(f, "a", OLD_A);
        assert_int_equal(name_count(f), names);
    }
}

static void test_recover(void **state)
{
    struct fixture *f = *state;
    enum host_recovery recovery;
    assert_int_equal(recover(f, &recovery), HOST_OK);
    assert_int_equal(recovery, RECOVERY_NOTHING);
    leave_stopped(f, false);
    const struct host_change one = {.path = in(f, "a"), .before = STR(OLD_A), .after = STR("else\n")};
    assert_int_equal(change(f, &one, 1), HOST_BUSY);
    assert_int_equal(recover(f, &recovery), HOST_OK);
    assert_int_equal(recovery, RECOVERY_TAKEN_BACK);
    assert_holds(f, "a", OLD_A);
    assert_holds(f, "b", OLD_B);
    assert_int_equal(name_count(f), 2);
    leave_stopped(f, true);
    assert_int_equal(rename(in(f, JOURNAL_TEMPORARY "0.tmp").ptr, in(f, "a").ptr), 0);
    assert_int_equal(recover(f, &recovery), HOST_OK);
    assert_int_equal(recovery, RECOVERY_FINISHED);
    assert_holds(f, "a", NEW_A);
    assert_holds(f, "b", NEW_B);
    assert_int_equal(name_count(f), 2);
}

/* A journal that must not be followed is left as it is, and so is all that it names. */
static void test_journals_that_are_not_followed(void **state)
{
    struct fixture *f = *state;
    enum host_recovery recovery;
    leave_stopped(f, true);
    str path = in(f, HOST_JOURNAL);
    int fd = open(path.ptr, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_int_equal(recover(f, &recovery), HOST_BUSY);
    close(fd);
    assert_int_equal(chmod(path.ptr, 0620), 0);
    assert_int_equal(recover(f, &recovery), HOST_DENIED);
    assert_int_equal(chmod(path.ptr, 0600), 0);
    assert_int_equal(link(path.ptr, in(f, "another name").ptr), 0);
    assert_int_equal(recover(f, &recovery), HOST_DENIED);
    assert_int_equal(unlink(path.ptr), 0);
    assert_int_equal(symlink("another name", path.ptr), 0);
    assert_int_equal(recover(f, &recovery), HOST_NOT_REGULAR);
    assert_int_equal(rename(in(f, "another name").ptr, path.ptr), 0);
    put(f, "b", "by somebody\n");
    assert_int_equal(recover(f, &recovery), HOST_CHANGED);
    assert_holds(f, "a", OLD_A);
    assert_holds(f, "b", "by somebody\n");
    assert_int_equal(name_count(f), 5);
    static const char *const strange[] = {
        "bootgate journal 1 +\n3:/a/",                          /* cut off, though it counts */
        "bootgate journal 1 +\n4:/etc\n4:/etc\n0\n0\n0\n0\n",   /* no new file of ours */
        "bootgate journal 1 +\n99999999999999999999:/a\n",      /* longer than all of it */
        "bootgate journal 1 +\n14:/a/.bootgate-x\n4:/b/c\n0\n", /* another directory */
    };
    for (size_t i = 0; i < ARRAY_COUNT(strange); i++) {
        put(f, HOST_JOURNAL, strange[i]);
        assert_int_equal(recover(f, &recovery), HOST_FAILED);
        assert_holds(f, HOST_JOURNAL, strange[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_change, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(test_refusals, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(test_recover, open_fixture, close_fixture),
        cmocka_unit_test_setup_teardown(test_journals_that_are_not_followed, open_fixture, close_fixture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
