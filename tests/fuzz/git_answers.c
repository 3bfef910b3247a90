#include "git_answers.h"

#include "host/process.h"
#include "input.h"

#include "base/number.h"

#include <sys/mman.h>
#include <unistd.h>

/* The functions of the program that would start git, and those that stand in for them. */
enum host_status __wrap_process_start(
    struct arena *arena, const char *const *arguments, struct process *ret_process);
bool __wrap_process_send(const struct process *process, str text);
int __wrap_process_end(struct process *process);
ssize_t __wrap_read(int fd, void *bytes, size_t count);
ssize_t __real_read(int fd, void *bytes, size_t count);

enum { ANSWER_BYTES = 64 * 1024 * 1024 };

/* Whose git runs; the wrapped functions have no other way to know. */
static struct tree *served;
static int batch_output = -1;

/* An object's name is the number of its file. */
static str index_of(const struct tree *tree)
{
    struct buf out = buf_new(tree->arena, ANSWER_BYTES);
    for (size_t i = 0; i < tree->files.entries.count; i++) {
        const struct map_entry *file = &tree->files.entries.items[i];
        if (file->value != NULL && str_starts(file->key, STR(TREE_DIRECTORY "/")))
            buf_printf(&out, ":000000 100644 0 %zu A%c" STR_FMT "%c", i, '\0',
                STR_ARG(str_skip(file->key, sizeof TREE_DIRECTORY)), '\0');
    }
    return buf_view(&out);
}

static str changed_of(const struct tree *tree)
{
    struct buf out = buf_new(tree->arena, ANSWER_BYTES);
    vec_each(const struct map_entry *, file, &tree->files.entries)
        if (file->value != NULL && str_starts(file->key, STR(TREE_DIRECTORY "/")))
            buf_printf(&out, STR_FMT "%c", STR_ARG(str_skip(file->key, sizeof TREE_DIRECTORY)), '\0');
    return buf_view(&out);
}

static bool is_asked(const char *const *arguments, const char *word)
{
    for (; *arguments != NULL; arguments++)
        if (str_eq(str_from_c(*arguments), str_from_c(word)))
            return true;
    return false;
}

static struct host_run answer(struct tree *tree, const char *const *arguments)
{
    const struct git_answers *answers = tree->owner;
    struct host_run run = {.status = HOST_OK};
    if (is_asked(arguments, "--show-toplevel"))
        run.output = answers->top.ptr != NULL ? answers->top : STR(TREE_DIRECTORY "\nsha1\n");
    else if (is_asked(arguments, "--raw"))
        run.output = answers->index.ptr != NULL ? answers->index : index_of(tree);
    else if (is_asked(arguments, "--git-path"))
        run.output = STR(".git/hooks/pre-commit\n");
    else if (is_asked(arguments, "--name-only"))
        run.output = answers->changed.ptr != NULL ? answers->changed : changed_of(tree);
    else
        run.exit_code = 1;
    return run;
}

void git_answers_serve(struct tree *tree, struct git_answers *answers)
{
    tree->owner = answers;
    tree->run = answer;
    served = tree;
}

static void append(int fd, str text)
{
    off_t at = lseek(fd, 0, SEEK_CUR);
    lseek(fd, 0, SEEK_END);
    fuzz_require(write(fd, text.ptr, text.len) == (ssize_t)text.len, "memory for git's answer");
    lseek(fd, at, SEEK_SET);
}

enum host_status __wrap_process_start(
    struct arena *arena, const char *const *arguments, struct process *ret_process)
{
    (void)arena;
    (void)arguments;
    const struct git_answers *answers = served->owner;
    batch_output = memfd_create("cat-file", MFD_CLOEXEC);
    fuzz_require(batch_output >= 0, "memory for git's answer");
    append(batch_output, answers->blobs);
    *ret_process = (struct process){.pid = 0, .input = -1, .output = batch_output};
    return HOST_OK;
}

bool __wrap_process_send(const struct process *process, str text)
{
    const struct git_answers *answers = served->owner;
    str object = str_trim(text);
    uint64_t number;
    if (answers->blobs.ptr != NULL)
        return true;
    if (!number_parse_unsigned(object, served->files.entries.count - 1, &number))
        return false;
    const str *file = served->files.entries.items[number].value;
    fuzz_require(file != NULL, "an object of the index is a file");
    str header = arena_printf(served->arena, STR_FMT " blob %zu\n", STR_ARG(object), file->len);
    append(process->output, arena_join(served->arena, header, *file, STR("\n")));
    return true;
}

int __wrap_process_end(struct process *process)
{
    close(process->output);
    batch_output = -1;
    return 0;
}

ssize_t __wrap_read(int fd, void *bytes, size_t count)
{
    bool is_answer = fd == batch_output && served != NULL;
    size_t most = is_answer ? ((const struct git_answers *)served->owner)->read_bytes : 0;
    return __real_read(fd, bytes, most > 0 && count > most ? most : count);
}
