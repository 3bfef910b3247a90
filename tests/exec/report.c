/* The command that `exec` becomes in the tests: says what it was given, one fact a line. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LAST_SIGNAL = 64, LAST_DESCRIPTOR = 63 };

static void print_signals(const char *what, int (*holds)(int number))
{
    printf("%s", what);
    for (int number = 1; number <= LAST_SIGNAL; number++)
        if (holds(number) == 1)
            printf(" %d", number);
    printf("\n");
}

static int is_blocked(int number)
{
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    return sigismember(&mask, number);
}

static int is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void print_descriptors(void)
{
    printf("descriptors");
    for (int fd = 0; fd <= LAST_DESCRIPTOR; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf(" %d", fd);
    printf("\n");
}

/* usage: report [input] [WORD...]: with `input` also what stands on standard input. */
int main(int argc, char **argv)
{
    printf("pid %ld\n", (long)getpid());
    for (int i = 0; i < argc; i++)
        printf("argument %s\n", argv[i]);
    print_signals("blocked", is_blocked);
    print_signals("ignored", is_ignored);
    print_descriptors();
    size_t bytes = 0;
    for (char **entry = environ; *entry != NULL; entry++) {
        bytes += strlen(*entry) + 1;
        if (strlen(*entry) < 200)
            printf("entry %s\n", *entry);
    }
    printf("environment %zu bytes\n", bytes);
    char line[200];
    if (argc > 1 && strcmp(argv[1], "input") == 0 && fgets(line, sizeof line, stdin) != NULL)
        printf("input %s", line);
    return 0;
}
