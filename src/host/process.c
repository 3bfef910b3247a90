#include "host/process.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
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
    return fcntl(channel->input_ours, F_SETFL, O_NONBLOCK) == 0;
}

static int spawn(pid_t *ret_pid, const struct channel *channel, const char *const *arguments)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return error;
    posix_spawn_file_actions_adddup2(&actions, channel->input_theirs, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, channel->output_theirs, STDOUT_FILENO);
    error = posix_spawnp(ret_pid, arguments[0], &actions, NULL, (char *const *)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error;
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

static void take(struct channel *channel, struct buf *output)
{
    char chunk[CHUNK_BYTES];
    ssize_t got = read(channel->output_ours, chunk, sizeof chunk);
    if (got > 0)
        buf_str(output, (str){chunk, (size_t)got});
    else if (got == 0 || errno != EINTR)
        close_end(&channel->output_ours);
}

/* Both directions at once: a program that fills its output before it reads on must not stand still. */
static void exchange(struct channel *channel, str input, struct buf *output)
{
    while (channel->output_ours >= 0 && !output->overflow) {
        struct pollfd ends[] = {
            {.fd = channel->input_ours, .events = POLLOUT},
            {.fd = channel->output_ours, .events = POLLIN},
        };
        if (poll(ends, ARRAY_COUNT(ends), -1) < 0 && errno != EINTR)
            return;
        if (ends[0].revents != 0)
            feed(channel, &input);
        if (ends[1].revents != 0)
            take(channel, output);
    }
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
}

struct host_run process_run(struct arena *arena, const char *const *arguments, str input, size_t limit)
{
    struct channel channel;
    if (!channel_open(&channel))
        return (struct host_run){.status = HOST_FAILED};
    pid_t pid;
    int error = spawn(&pid, &channel, arguments);
    if (error != 0) {
        channel_close(&channel);
        return (struct host_run){.status = posix_status(error)};
    }
    close_end(&channel.input_theirs);
    close_end(&channel.output_theirs);
    struct buf output = buf_new(arena, limit);
    exchange(&channel, input, &output);
    if (output.overflow)
        kill(pid, SIGKILL);
    channel_close(&channel);
    int exit_code = wait_for(pid);
    return (struct host_run){
        .status = output.overflow ? HOST_TOO_LARGE : HOST_OK,
        .exit_code = exit_code,
        .output = buf_view(&output),
    };
}

enum host_status process_start(const char *const *arguments, struct process *ret_process)
{
    struct channel channel;
    if (!channel_open(&channel))
        return HOST_FAILED;
    pid_t pid = 0;
    int error = spawn(&pid, &channel, arguments);
    if (error == 0) {
        fcntl(channel.input_ours, F_SETFL, 0); /* blocking again: requests are small and answered at once */
        *ret_process = (struct process){pid, channel.input_ours, channel.output_ours};
        channel.input_ours = channel.output_ours = -1;
    }
    channel_close(&channel);
    return error == 0 ? HOST_OK : posix_status(error);
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
    return wait_for(process->pid);
}
