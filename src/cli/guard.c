#include "cli/guard.h"

#ifdef BOOTGATE_GUARD

#include <linux/landlock.h>
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

void guard_confine(void)
{
    if (!found.is_raised)
        return;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version <= 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
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

#endif
