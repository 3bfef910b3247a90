#include "cli/wait_process.h"

#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIGNAL_EXIT_BASE = 128 };

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* What the handler needs; signal handlers have no other way. */
static volatile sig_atomic_t child_pid, signal_seen;

static void forward(int number)
{
    int saved_errno = errno;
    signal_seen = number;
    if (child_pid > 0)
        kill((pid_t)child_pid, number);
    errno = saved_errno;
}

/* Dispositions and mask as they were before. */
struct signals {
    struct sigaction actions[ARRAY_COUNT(forwarded)], child;
    sigset_t mask;
};

/*
 * Also as PID 1, which the kernel spares from default actions: without a handler nothing would end the wait.
 * SIGCHLD ignored would take the exit code away from us. The forwarded ones stay blocked until the child is
 * known.
 */
static void take_signals(struct signals *before)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_COUNT(forwarded); i++)
        sigaddset(&blocked, forwarded[i]);
    sigprocmask(SIG_BLOCK, &blocked, &before->mask);
    struct sigaction action = {.sa_handler = forward};
    for (size_t i = 0; i < ARRAY_COUNT(forwarded); i++) {
        sigaction(forwarded[i], NULL, &before->actions[i]);
        if (before->actions[i].sa_handler != SIG_IGN)
            sigaction(forwarded[i], &action, NULL);
    }
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, &before->child);
}

static void give_signals_back(const struct signals *before)
{
    for (size_t i = 0; i < ARRAY_COUNT(forwarded); i++)
        sigaction(forwarded[i], &before->actions[i], NULL);
    sigaction(SIGCHLD, &before->child, NULL);
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

/* A signal before execve would be lost on our handler; what was blocked must not keep it from ending. */
static void become_program(const char *const *programs, const char *const *arguments,
    const char *const *environment, int input, pid_t parent, const struct signals *before)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(SIGNAL_EXIT_BASE + SIGTERM);
    for (size_t i = 0; i < ARRAY_COUNT(forwarded); i++)
        sigaction(forwarded[i], &before->actions[i], NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(input, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(WAIT_NOT_FOUND);
    for (; *programs != NULL; programs++)
        execvpe(*programs, (char *const *)(uintptr_t)arguments, (char *const *)(uintptr_t)environment);
    _exit(WAIT_NOT_FOUND);
}

static void send_all(int fd, str input)
{
    while (input.len > 0) {
        ssize_t sent = send(fd, input.ptr, input.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            return; /* it has ended; its exit code says why */
        input = str_skip(input, sent > 0 ? (size_t)sent : 0);
    }
}

static int wait_for_end(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return WAIT_NOT_STARTED;
    if (signal_seen != 0)
        return SIGNAL_EXIT_BASE + signal_seen;
    return WIFSIGNALED(status) ? SIGNAL_EXIT_BASE + WTERMSIG(status) : WEXITSTATUS(status);
}

int wait_process(
    const char *const *programs, const char *const *arguments, const char *const *environment, str input)
{
    int ends[2]; /* a socket pair: send() can be told not to raise SIGPIPE */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return WAIT_NOT_STARTED;
    struct signals before;
    signal_seen = 0;
    child_pid = 0;
    take_signals(&before);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become_program(programs, arguments, environment, ends[0], parent, &before);
    close(ends[0]);
    child_pid = pid > 0 ? pid : 0;
    sigprocmask(SIG_SETMASK, &before.mask, NULL);
    int code = WAIT_NOT_STARTED;
    if (pid > 0)
        send_all(ends[1], input);
    close(ends[1]); /* the end of its input, for which it waits */
    if (pid > 0)
        code = wait_for_end(pid);
    child_pid = 0;
    give_signals_back(&before);
    return code;
}
