/*
 * Runs a program and makes one of its system calls fail, as a tracer.
 *
 * usage: inject REPORT PLAN PROGRAM [ARGUMENT...]
 * PLAN is "-" (nothing fails) or "PROCESS CALL NUMBER FAULT[+]": of process 0 (the program) or 1, 2, … (what
 * it forks, until that becomes another program) the NUMBERth CALL has the FAULT; with `+` all later ones of
 * that process have it too. A FAULT is an error number, "short" (one byte is moved), "end" (nothing more to
 * read) or "kill" (the process is gone before it makes the call).
 * REPORT gets a line for each call that was seen, and how it ended. Calls count from where starve.c says
 * that the program begins. Only registers are touched: memory that is closed to debuggers is only read,
 * where it may be.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* <linux/ptrace.h> cannot stand beside <sys/ptrace.h>. */
enum { OP_ENTRY = 1, OP_EXIT = 2 };

enum { PROCESSES = 32, DETAIL_BYTES = 256, NONE = -1, NO_CALL = -1, PLANNED = 0x80 };

/* `path` and `fd` say which argument tells a reader what the call is about, `bytes` which one is a length. */
static const struct call_row {
    int number;
    const char *name;
    int path, fd, bytes;
} calls[] = {
    {SYS_read, "read", NONE, 0, 2},
    {SYS_pread64, "pread64", NONE, 0, 2},
    {SYS_readv, "readv", NONE, 0, NONE},
    {SYS_write, "write", NONE, 0, 2},
    {SYS_pwrite64, "pwrite64", NONE, 0, 2},
    {SYS_writev, "writev", NONE, 0, NONE},
    {SYS_open, "open", 0, NONE, NONE},
    {SYS_openat, "openat", 1, NONE, NONE},
    {SYS_close, "close", NONE, 0, NONE},
    {SYS_stat, "stat", 0, NONE, NONE},
    {SYS_lstat, "lstat", 0, NONE, NONE},
    {SYS_fstat, "fstat", NONE, 0, NONE},
    {SYS_newfstatat, "newfstatat", 1, 0, NONE},
    {SYS_statx, "statx", 1, 0, NONE},
    {SYS_getdents64, "getdents64", NONE, 0, NONE},
    {SYS_readlink, "readlink", 0, NONE, NONE},
    {SYS_readlinkat, "readlinkat", 1, NONE, NONE},
    {SYS_access, "access", 0, NONE, NONE},
    {SYS_faccessat, "faccessat", 1, NONE, NONE},
    {SYS_faccessat2, "faccessat2", 1, NONE, NONE},
    {SYS_getcwd, "getcwd", NONE, NONE, NONE},
    {SYS_chdir, "chdir", 0, NONE, NONE},
    {SYS_rename, "rename", 1, NONE, NONE},
    {SYS_renameat, "renameat", 3, NONE, NONE},
    {SYS_renameat2, "renameat2", 3, NONE, NONE},
    {SYS_link, "link", 1, NONE, NONE},
    {SYS_linkat, "linkat", 3, NONE, NONE},
    {SYS_unlink, "unlink", 0, NONE, NONE},
    {SYS_unlinkat, "unlinkat", 1, NONE, NONE},
    {SYS_mkdir, "mkdir", 0, NONE, NONE},
    {SYS_mkdirat, "mkdirat", 1, NONE, NONE},
    {SYS_chmod, "chmod", 0, NONE, NONE},
    {SYS_fchmod, "fchmod", NONE, 0, NONE},
    {SYS_fchmodat, "fchmodat", 1, NONE, NONE},
    {SYS_chown, "chown", 0, NONE, NONE},
    {SYS_fchown, "fchown", NONE, 0, NONE},
    {SYS_fsync, "fsync", NONE, 0, NONE},
    {SYS_fdatasync, "fdatasync", NONE, 0, NONE},
    {SYS_ftruncate, "ftruncate", NONE, 0, NONE},
    {SYS_lseek, "lseek", NONE, 0, NONE},
    {SYS_ioctl, "ioctl", NONE, 0, NONE},
    {SYS_fcntl, "fcntl", NONE, 0, NONE},
    {SYS_fadvise64, "fadvise64", NONE, 0, NONE},
    {SYS_dup, "dup", NONE, 0, NONE},
    {SYS_dup2, "dup2", NONE, 0, NONE},
    {SYS_dup3, "dup3", NONE, 0, NONE},
    {SYS_pipe, "pipe", NONE, NONE, NONE},
    {SYS_pipe2, "pipe2", NONE, NONE, NONE},
    {SYS_memfd_create, "memfd_create", 0, NONE, NONE},
    {SYS_mmap, "mmap", NONE, NONE, NONE},
    {SYS_mremap, "mremap", NONE, NONE, NONE},
    {SYS_munmap, "munmap", NONE, NONE, NONE},
    {SYS_mprotect, "mprotect", NONE, NONE, NONE},
    {SYS_madvise, "madvise", NONE, NONE, NONE},
    {SYS_mlock, "mlock", NONE, NONE, NONE},
    {SYS_brk, "brk", NONE, NONE, NONE},
    {SYS_fork, "fork", NONE, NONE, NONE},
    {SYS_vfork, "vfork", NONE, NONE, NONE},
    {SYS_clone, "clone", NONE, NONE, NONE},
    {SYS_clone3, "clone3", NONE, NONE, NONE},
    {SYS_execve, "execve", 0, NONE, NONE},
    {SYS_execveat, "execveat", 1, NONE, NONE},
    {SYS_wait4, "wait4", NONE, NONE, NONE},
    {SYS_waitid, "waitid", NONE, NONE, NONE},
    {SYS_kill, "kill", NONE, NONE, NONE},
    {SYS_poll, "poll", NONE, NONE, NONE},
    {SYS_ppoll, "ppoll", NONE, NONE, NONE},
    {SYS_socket, "socket", NONE, NONE, NONE},
    {SYS_socketpair, "socketpair", NONE, NONE, NONE},
    {SYS_connect, "connect", NONE, NONE, NONE},
    {SYS_sendto, "sendto", NONE, 0, 2},
    {SYS_recvfrom, "recvfrom", NONE, 0, 2},
    {SYS_sendmsg, "sendmsg", NONE, 0, NONE},
    {SYS_recvmsg, "recvmsg", NONE, 0, NONE},
    {SYS_shutdown, "shutdown", NONE, 0, NONE},
    {SYS_setsockopt, "setsockopt", NONE, 0, NONE},
    {SYS_getsockopt, "getsockopt", NONE, 0, NONE},
    {SYS_getsockname, "getsockname", NONE, 0, NONE},
    {SYS_getpeername, "getpeername", NONE, 0, NONE},
    {SYS_rt_sigaction, "rt_sigaction", NONE, NONE, NONE},
    {SYS_rt_sigprocmask, "rt_sigprocmask", NONE, NONE, NONE},
    {SYS_sigaltstack, "sigaltstack", NONE, NONE, NONE},
    {SYS_prctl, "prctl", NONE, NONE, NONE},
    {SYS_prlimit64, "prlimit64", NONE, NONE, NONE},
    {SYS_getrlimit, "getrlimit", NONE, NONE, NONE},
    {SYS_setrlimit, "setrlimit", NONE, NONE, NONE},
    {SYS_seccomp, "seccomp", NONE, NONE, NONE},
    {SYS_landlock_create_ruleset, "landlock_create_ruleset", NONE, NONE, NONE},
    {SYS_landlock_add_rule, "landlock_add_rule", NONE, NONE, NONE},
    {SYS_landlock_restrict_self, "landlock_restrict_self", NONE, NONE, NONE},
    {SYS_getrandom, "getrandom", NONE, NONE, NONE},
    {SYS_uname, "uname", NONE, NONE, NONE},
    {SYS_sysinfo, "sysinfo", NONE, NONE, NONE},
    {SYS_sched_getaffinity, "sched_getaffinity", NONE, NONE, NONE},
    {SYS_clock_nanosleep, "clock_nanosleep", NONE, NONE, NONE},
    {SYS_nanosleep, "nanosleep", NONE, NONE, NONE},
};

enum { CALLS = sizeof calls / sizeof *calls };

struct process {
    pid_t pid;
    int ordinal;
    bool is_new; /* its first stop is still to come */
    int seen[CALLS];
    bool has_fault; /* the call that it is in */
    unsigned long long first,
        third; /* arguments as they were: the C library goes on to use their registers */
};

static struct process processes[PROCESSES];
static int process_count;
static FILE *report;
static bool has_begun;

static struct {
    int ordinal, call, number, injected;
    const char *fault;
    bool is_lasting;
} plan = {.call = NO_CALL};

static void die(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(125);
}

static int call_by_name(const char *name, size_t length)
{
    for (int i = 0; i < CALLS; i++)
        if (strlen(calls[i].name) == length && memcmp(calls[i].name, name, length) == 0)
            return i;
    return NO_CALL;
}

static void read_plan(char *text)
{
    if (strcmp(text, "-") == 0)
        return;
    plan.ordinal = (int)strtol(text, &text, 10);
    size_t length = strcspn(++text, " ");
    plan.call = call_by_name(text, length);
    plan.number = (int)strtol(text + length, &text, 10);
    length = strlen(++text);
    plan.is_lasting = length > 0 && text[length - 1] == '+';
    if (plan.is_lasting)
        text[length - 1] = '\0';
    plan.fault = text;
    if (plan.call == NO_CALL || plan.number == 0)
        die("no such plan");
}

static struct process *process_of(pid_t pid)
{
    for (int i = 0; i < process_count; i++)
        if (processes[i].pid == pid)
            return &processes[i];
    if (process_count == PROCESSES)
        die("too many processes");
    processes[process_count] = (struct process){.pid = pid, .ordinal = process_count, .is_new = true};
    return &processes[process_count++];
}

/* The path that the call names, or the file that its descriptor is; for the eye, and to tell files apart. */
static void detail_of(
    const struct process *process, const struct call_row *row, const uint64_t *arguments, char *ret_detail)
{
    char name[DETAIL_BYTES] = "";
    ret_detail[0] = '\0';
    if (row->path != NONE) {
        /* The page that it begins in and the next one, which may not be there. */
        char *from = (char *)(uintptr_t)arguments[row->path];
        size_t first = 4096 - arguments[row->path] % 4096, all = sizeof name - 1;
        first = first < all ? first : all;
        struct iovec ours = {name, all}, theirs[] = {{from, first}, {from + first, all - first}};
        (void)!process_vm_readv(process->pid, &ours, 1, theirs, 2, 0);
        snprintf(ret_detail, DETAIL_BYTES, "%s", name);
    }
    if (row->fd != NONE && ret_detail[0] == '\0') {
        char link[64];
        snprintf(link, sizeof link, "/proc/%ld/fd/%d", (long)process->pid, (int)arguments[row->fd]);
        ssize_t length = readlink(link, ret_detail, DETAIL_BYTES - 1);
        ret_detail[length > 0 ? length : 0] = '\0';
        if (length <= 0)
            snprintf(ret_detail, DETAIL_BYTES, "fd %d", (int)arguments[row->fd]);
    }
    for (char *at = ret_detail; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = '?';
}

static void registers(pid_t pid, struct user_regs_struct *ret_registers)
{
    if (ptrace(PTRACE_GETREGS, pid, NULL, ret_registers) != 0)
        die("registers");
}

/* The call does not happen, or less of it. close(2) does what it does in any case, and a brk(2) that fails
 * tells where the break is. */
static void spoil(struct process *process, const struct call_row *row)
{
    struct user_regs_struct all;
    registers(process->pid, &all);
    process->has_fault = true;
    process->first = all.rdi;
    process->third = all.rdx;
    plan.injected++;
    if (strcmp(plan.fault, "kill") == 0) {
        process->has_fault = false;
        kill(process->pid, SIGKILL);
        return;
    }
    if (row->number == SYS_brk)
        all.rdi = 0;
    else if (strcmp(plan.fault, "short") == 0 && row->bytes == 2)
        all.rdx = all.rdx > 1 ? 1 : all.rdx;
    else if (row->number != SYS_close)
        all.orig_rax = (unsigned long long)-1;
    if (ptrace(PTRACE_SETREGS, process->pid, NULL, &all) != 0)
        die("registers");
}

/* Error numbers as the plan spells them. */
static int error_of(const char *name)
{
    for (int number = 1; number < 134; number++) {
        const char *known = strerrorname_np(number);
        if (known != NULL && strcmp(known, name) == 0)
            return number;
    }
    die("no such fault");
    return 0;
}

static void answer(struct process *process)
{
    struct user_regs_struct all;
    if (!process->has_fault)
        return;
    process->has_fault = false;
    registers(process->pid, &all);
    all.rdi = process->first;
    all.rdx = process->third;
    bool is_end = strcmp(plan.fault, "end") == 0;
    if (calls[plan.call].number != SYS_brk && strcmp(plan.fault, "short") != 0)
        all.rax = is_end ? 0 : (unsigned long long)-(long long)error_of(plan.fault);
    if (ptrace(PTRACE_SETREGS, process->pid, NULL, &all) != 0)
        die("registers");
}

static void enter_call(struct process *process, const struct __ptrace_syscall_info *info)
{
    for (int i = 0; i < CALLS; i++) {
        if (calls[i].number != (int)info->entry.nr)
            continue;
        int number = ++process->seen[i];
        bool is_planned = plan.call == i && plan.ordinal == process->ordinal &&
                          (number == plan.number || (plan.is_lasting && number > plan.number));
        if (plan.call == NO_CALL || is_planned) {
            char detail[DETAIL_BYTES];
            detail_of(process, &calls[i], info->entry.args, detail);
            fprintf(report, "call %d %s %d %llu %s\n", process->ordinal, calls[i].name, number,
                calls[i].bytes == NONE ? 0 : (unsigned long long)info->entry.args[calls[i].bytes], detail);
        }
        if (is_planned)
            spoil(process, &calls[i]);
        return;
    }
}

static void at_call(struct process *process)
{
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof info, &info) <= 0)
        return;
    if (info.op == OP_ENTRY)
        enter_call(process, &info);
    else if (info.op == OP_EXIT)
        answer(process);
}

/* What the program becomes, and what its children become, is another's business. */
static bool has_become_other(const struct process *process, int event)
{
    if (event != PTRACE_EVENT_EXEC || (process->ordinal == 0 && !has_begun))
        return false;
    fprintf(report, "exec %d\n", process->ordinal);
    ptrace(PTRACE_DETACH, process->pid, NULL, NULL);
    return true;
}

/* Goes on after a stop; 0 or the signal that the process is to get. */
static void go_on(struct process *process, int status)
{
    int stop = WSTOPSIG(status), event = status >> 16, signal = 0;
    if (stop == (SIGTRAP | PLANNED)) {
        at_call(process);
    } else if (has_become_other(process, event)) {
        return;
    } else if (event == 0 && stop == SIGTRAP && process->ordinal == 0 && !has_begun) {
        has_begun = true;
    } else if (event == 0 && !(stop == SIGSTOP && process->is_new)) {
        signal = stop;
    }
    process->is_new = false;
    ptrace(has_begun ? PTRACE_SYSCALL : PTRACE_CONT, process->pid, NULL, signal);
}

static pid_t start(char **arguments)
{
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        execvp(arguments[0], arguments);
        _exit(124);
    }
    int status;
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (waitpid(pid, &status, 0) != pid || ptrace(PTRACE_SETOPTIONS, pid, NULL, options) != 0)
        die("cannot trace");
    process_of(pid)->is_new = false;
    ptrace(PTRACE_CONT, pid, NULL, NULL);
    return pid;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 125;
    report = fopen(argv[1], "we");
    if (report == NULL)
        die("report");
    read_plan(argv[2]);
    setenv("TORTURE", "trace", 1);
    setenv("LD_PRELOAD", getenv("TORTURE_LIBRARY"), 1);
    unsetenv("TORTURE_LIBRARY");
    pid_t program = start(argv + 3), pid;
    for (int status; (pid = waitpid(-1, &status, __WALL)) > 0;) {
        if (WIFSTOPPED(status)) {
            go_on(process_of(pid), status);
        } else if (pid == program) {
            bool is_killed = WIFSIGNALED(status);
            fprintf(report, "%s %d\ninjected %d\n", is_killed ? "signal" : "exit",
                is_killed ? WTERMSIG(status) : WEXITSTATUS(status), plan.injected);
            return fclose(report) == 0 ? 0 : 125;
        }
    }
    die("lost");
}
