/*
 * Runs commands in turn, ROUNDS times each, and prints for each: median milliseconds, peak KiB, exit code,
 * median milliseconds of processor time.
 *
 * usage: measure ROUNDS COMMAND [ARGUMENT...] [-- COMMAND [ARGUMENT...]]...
 * Taking turns lets a slow moment of the machine hit all alike. A small program of its own because a child's
 * peak memory counts that of the process it was spawned from.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS = 16 };

struct command {
    char **argv;
    double *milliseconds, *processor_milliseconds;
    long peak_kib;
    int exit_code;
};

static double now_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double milliseconds_of(struct timeval time)
{
    return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static void run(struct command *command, int round)
{
    double start = now_milliseconds();
    pid_t child = vfork();
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(command->argv[0], command->argv);
        _exit(127);
    }
    int status;
    struct rusage usage;
    wait4(child, &status, 0, &usage);
    command->milliseconds[round] = now_milliseconds() - start;
    command->processor_milliseconds[round] =
        milliseconds_of(usage.ru_utime) + milliseconds_of(usage.ru_stime);
    command->peak_kib = usage.ru_maxrss > command->peak_kib ? usage.ru_maxrss : command->peak_kib;
    command->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static size_t split(char **argv, struct command *commands, int rounds)
{
    size_t count = 0;
    for (char **at = argv; *at && count < COMMANDS; count++) {
        commands[count] = (struct command){
            .argv = at,
            .milliseconds = calloc((size_t)rounds, sizeof(double)),
            .processor_milliseconds = calloc((size_t)rounds, sizeof(double)),
        };
        while (*at && strcmp(*at, "--") != 0) {
            at++;
        }
        if (*at) {
            *at++ = NULL;
        }
    }
    return count;
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[1]) : 0;
    if (rounds < 1) {
        fprintf(stderr, "usage: measure ROUNDS COMMAND [ARGUMENT...] [-- COMMAND [ARGUMENT...]]...\n");
        return 2;
    }
    struct command commands[COMMANDS];
    size_t count = split(argv + 2, commands, rounds);
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            run(&commands[i], round);
        }
    }
    for (size_t i = 0; i < count; i++) {
        qsort(commands[i].milliseconds, (size_t)rounds, sizeof(double), compare);
        qsort(commands[i].processor_milliseconds, (size_t)rounds, sizeof(double), compare);
        printf("%.4f %ld %d %.4f\n", commands[i].milliseconds[rounds / 2], commands[i].peak_kib,
            commands[i].exit_code, commands[i].processor_milliseconds[rounds / 2]);
        free(commands[i].milliseconds);
        free(commands[i].processor_milliseconds);
    }
    return 0;
}
