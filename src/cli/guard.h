/*
 * What keeps secrets inside this process: no core file, no look from other processes, no way to write or
 * send.
 *
 * The one state of its own, for the life of the process, is the limit of core files as it was found.
 * Nothing here fails: where the kernel does not offer a part, that part is absent. Off under sanitizers
 * and coverage, which themselves need what is taken away here.
 */
#ifndef CLI_GUARD_H
#define CLI_GUARD_H

/*
 * From the first byte that is read: no core file (RLIMIT_CORE) and no ptrace by others (PR_SET_DUMPABLE).
 * git, which reads the same secrets, inherits the limit; the kernel gives a new program the second one
 * back by itself.
 */
void guard_raise(void);

/* The limit as it was found, right before the process becomes another program. */
void guard_give_back(void);

/*
 * From here on no file can be opened for writing, made or removed, no program started and no TCP connection
 * made (Landlock, and where it is newer no other process signalled). That cannot be taken back and goes over
 * to children: only for commands that start none. Does nothing in a process that is not guarded, such as a
 * test that runs the program as a function. Where the kernel has no Landlock that knows TCP, guard_filter()
 * takes its place. Not both: a filter makes each start 0.05 ms longer (twice measured; a `check` of one file
 * takes 0.7), and on a busy machine it waits for milliseconds until the kernel has compiled it.
 */
void guard_confine(void);

/*
 * The same by the numbers of system calls (seccomp), which kernels know that are older: no socket, no program
 * started, no other process looked into, nothing opened for writing, made, renamed or removed. What was open
 * stays open. Callers have given up new privileges, or nothing happens.
 */
void guard_filter(void);

#endif
