#include "cli/guard.h"

#ifdef BOOTGATE_GUARD

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
    bool is_raised, is_lowered;
    struct rlimit core;
} found;

void guard_raise(void)
{
    prctl(PR_SET_DUMPABLE, 0);
    found.is_raised = true;
    if (getrlimit(RLIMIT_CORE, &found.core) != 0 || found.core.rlim_cur == 0)
        return;
    struct rlimit none = {.rlim_cur = 0, .rlim_max = found.core.rlim_max};
    found.is_lowered = setrlimit(RLIMIT_CORE, &none) == 0;
}

void guard_give_back(void)
{
    if (found.is_lowered)
        setrlimit(RLIMIT_CORE, &found.core);
    found.is_lowered = false;
}

/*
 * ---- Landlock, as far as this kernel has it
 *
 * The numbers are of the kernel's interface, and newer than some headers.
 */

struct ruleset {
    uint64_t file, network, scope;
};

enum {
    VERSION_TRUNCATE = 3,
    VERSION_NETWORK = 4,
    VERSION_SCOPE = 6,
    FILE_TRUNCATE = 1 << 14,
    NETWORK_BIND_TCP = 1 << 0,
    NETWORK_CONNECT_TCP = 1 << 1,
    SCOPE_ABSTRACT_SOCKETS = 1 << 0,
    SCOPE_SIGNALS = 1 << 1,
};

static struct ruleset ruleset_of(long version)
{
    struct ruleset all = {
        .file = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
                LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM};
    if (version >= VERSION_TRUNCATE)
        all.file |= FILE_TRUNCATE;
    if (version >= VERSION_NETWORK)
        all.network = NETWORK_BIND_TCP | NETWORK_CONNECT_TCP;
    if (version >= VERSION_SCOPE)
        all.scope = SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS;
    return all;
}

/* ---- seccomp, for kernels before that: linux.git Documentation/userspace-api/seccomp_filter.rst */

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#define MACHINE 0 /* no filter: its numbers would mean other calls */
#endif

/* What judging never needs. x86-64 has older names beside those that all machines have. */
static const uint32_t refused_calls[] = {
    SYS_socket,
    SYS_connect,
    SYS_bind,
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_mknodat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_fchmodat,
    SYS_truncate,
    SYS_io_uring_setup,
    SYS_openat2,
#if defined(__x86_64__)
    SYS_creat,
    SYS_unlink,
    SYS_rename,
    SYS_renameat,
    SYS_mkdir,
    SYS_rmdir,
    SYS_mknod,
    SYS_link,
    SYS_symlink,
    SYS_chmod,
#endif
};

enum {
    WRITING = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC,
    FILTER_MAX = 96,
    OTHER_NUMBERS = 0x40000000, /* x32: the same calls by other numbers */
};

struct filter {
    struct sock_filter steps[FILTER_MAX];
    uint16_t count;
};

static void step(struct filter *filter, uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false)
{
    filter->steps[filter->count++] = (struct sock_filter){code, if_true, if_false, operand};
}

/* Refused where `code` holds of what was loaded; else the next step. */
static void refuse_if(struct filter *filter, uint16_t code, uint32_t operand)
{
    step(filter, BPF_JMP | code | BPF_K, operand, 0, 1);
    step(filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
}

/* The call opens a file, with flags as that argument (its lower half: little-endian machines). */
static void refuse_writing(struct filter *filter, uint32_t call, size_t argument)
{
    step(filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    step(filter, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3);
    step(filter, BPF_LD | BPF_W | BPF_ABS,
        (uint32_t)(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t)), 0, 0);
    refuse_if(filter, BPF_JSET, WRITING);
}

void guard_filter(void)
{
    struct filter filter = {.count = 0};
    if (MACHINE == 0)
        return;
    step(&filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch), 0, 0);
    step(&filter, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    step(&filter, BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM, 0, 0);
    step(&filter, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
    refuse_if(&filter, BPF_JGE, OTHER_NUMBERS);
    for (size_t i = 0; i < sizeof refused_calls / sizeof refused_calls[0]; i++)
        refuse_if(&filter, BPF_JEQ, refused_calls[i]);
    refuse_writing(&filter, SYS_openat, 2);
#if defined(__x86_64__)
    refuse_writing(&filter, SYS_open, 1);
#endif
    step(&filter, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
    struct sock_fprog program = {.len = filter.count, .filter = filter.steps};
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

void guard_confine(void)
{
    if (!found.is_raised || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < VERSION_NETWORK)
        guard_filter();
    if (version <= 0)
        return;
    /* What an older kernel does not know is zero, which it takes for a shorter structure. */
    struct ruleset all = ruleset_of(version);
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (ruleset < 0)
        return;
    syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
}

#else

void guard_raise(void)
{
}

void guard_give_back(void)
{
}

void guard_confine(void)
{
}

void guard_filter(void)
{
}

#endif
