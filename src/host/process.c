#include "host/process.h"

#include "host/status.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024, SIGNAL_EXIT_BASE = 128 };

/* Our ends and the program's ends of its standard input and output. */
struct channel {
    int input_ours, input_theirs;
    int output_ours, output_theirs;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void channel_close(struct channel *channel)
{
    close_end(&channel->input_ours);
    close_end(&channel->input_theirs);
    close_end(&channel->output_ours);
    close_end(&channel->output_theirs);
}

/* Input goes through a socket: send() can be told not to raise SIGPIPE, write() to a pipe can not. */
static bool channel_open(struct channel *channel)
{
    int input[2], output[2];
    *channel = (struct channel){-1, -1, -1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input) != 0)
        return false;
    channel->input_ours = input[0];
    channel->input_theirs = input[1];
    if (pipe2(output, O_CLOEXEC) != 0) {
        channel_close(channel);
        return false;
    }
    channel->output_ours = output[0];
    channel->output_theirs = output[1];
    return true;
}

/* What makes git take a plain path for a pattern, or refuse it: hooks inherit it from the user's command. */
static const char *const not_passed_on[] = {
    "GIT_LITERAL_PATHSPECS=", "GIT_GLOB_PATHSPECS=", "GIT_NOGLOB_PATHSPECS=", "GIT_ICASE_PATHSPECS="};

static bool is_passed_on(const char *entry)
{
    for (size_t i = 0; i < ARRAY_COUNT(not_passed_on); i++)
        if (strncmp(entry, not_passed_on[i], strlen(not_passed_on[i])) == 0)
            return false;
    return true;
}

static const char *const *environment_of_child(struct arena *arena)
{
    size_t count = 0;
    while (environ != NULL && environ[count] != NULL)
        count++;
    const char **entries = arena_array(arena, const char *, count + 1);
    for (size_t i = 0, kept = 0; i < count; i++)
        if (is_passed_on(environ[i]))
            entries[kept++] = environ[i];
    return entries;
}

static int spawn(pid_t *ret_pid, const struct channel *channel, const char *const *arguments,
    const char *const *environment)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    error = posix_spawn_file_actions_adddup2(&actions, channel->input_theirs, STDIN_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, channel->output_theirs, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawnp(
            ret_pid, arguments[0], &actions, NULL, (char *const *)arguments, (char *const *)environment);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static enum host_status start(const char *const *arguments, const char *const *environment,
    struct process *ret_process, int input_flags)
{
    struct channel channel;
    if (!channel_open(&channel))
        return HOST_FAILED;
    *ret_process = (struct process){.input = channel.input_ours, .output = channel.output_ours};
    /* A parent that ignores SIGCHLD would have the kernel throw our children's exit codes away. */
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &action, &ret_process->child_signal);
    int error = fcntl(channel.input_ours, F_SETFL, input_flags) == 0 ? 0 : errno;
    if (error == 0)
        error = spawn(&ret_process->pid, &channel, arguments, environment);
    if (error == 0)
        channel.input_ours = channel.output_ours = -1;
    else
        sigaction(SIGCHLD, &ret_process->child_signal, NULL);
    channel_close(&channel);
    return error == 0 ? HOST_OK : posix_status(error);
}

/* Sends what the program takes now; closes our end when all is sent or the program wants no more. */
static void feed(struct channel *channel, str *input)
{
    ssize_t sent = input->len == 0 ? 0 : send(channel->input_ours, input->ptr, input->len, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    *input = sent < 0 ? (str){0} : str_skip(*input, (size_t)sent);
    if (input->len == 0)
        close_end(&channel->input_ours);
}

/* False where reading fails, which is not the end. */
static bool take(struct channel *channel, struct buf *output)
{
    char chunk[CHUNK_BYTES];
    ssize_t got = read(channel->output_ours, chunk, sizeof chunk);
    if (got > 0)
        buf_str(output, (str){chunk, (size_t)got});
    else if (got == 0)
        close_end(&channel->output_ours);
    return got >= 0 || errno == EINTR;
}

/*
 * Both directions at once: a program that fills its output before it reads on must not wait for ever. False
 * where not all of its output could be read.
 */
static bool exchange(struct channel *channel, str input, struct buf *output)
{
    while (channel->output_ours >= 0 && !output->overflow) {
        struct pollfd ends[] = {
            {.fd = channel->input_ours, .events = POLLOUT},
            {.fd = channel->output_ours, .events = POLLIN},
        };
        if (poll(ends, ARRAY_COUNT(ends), -1) < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        if (ends[0].revents != 0)
            feed(channel, &input);
        if (ends[1].revents != 0 && !take(channel, output))
            return false;
    }
    return !output->overflow;
}

/* The exit code, 128 + n where signal n ended it, -1 where the system does not tell. */
static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
}

struct host_run process_run(struct arena *arena, const char *const *arguments, const char *const *environment,
    str input, size_t limit)
{
    struct process process;
    enum host_status status =
        start(arguments, environment ? environment : environment_of_child(arena), &process, O_NONBLOCK);
    if (status != HOST_OK)
        return (struct host_run){.status = status};
    struct channel channel = {process.input, -1, process.output, -1};
    struct buf output = buf_new(arena, limit);
    bool is_whole = exchange(&channel, input, &output);
    if (!is_whole)
        kill(process.pid, SIGKILL);
    process.input = channel.input_ours;
    process.output = channel.output_ours;
    int exit_code = process_end(&process);
    if (output.overflow)
        status = HOST_TOO_LARGE;
    else if (!is_whole || exit_code < 0)
        status = HOST_FAILED;
    return (struct host_run){.status = status, .exit_code = exit_code, .output = buf_view(&output)};
}

enum host_status process_start(struct arena *arena, const char *const *arguments, struct process *ret_process)
{
    int blocking = 0; /* requests are small and answered at once */
    return start(arguments, environment_of_child(arena), ret_process, blocking);
}

bool process_send(const struct process *process, str text)
{
    while (text.len > 0) {
        ssize_t sent = send(process->input, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return false;
        text = str_skip(text, sent > 0 ? (size_t)sent : 0);
    }
    return true;
}

int process_end(struct process *process)
{
    close_end(&process->input);
    close_end(&process->output);
    int exit_code = wait_for(process->pid);
    sigaction(SIGCHLD, &process->child_signal, NULL);
    return exit_code;
}
