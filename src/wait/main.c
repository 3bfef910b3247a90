/*
 * bootgate-wait: waits until every target that standard input names answers.
 *
 * Opens sockets and never sees a password; `bootgate`, which sees them, opens none and runs this program.
 */
#include "wait/progress.h"

#include "base/number.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    EXIT_READY = 0,
    EXIT_USAGE = 64,
    EXIT_FOR_GOOD = 69,
    EXIT_INTERNAL = 70,
    EXIT_TIMED_OUT = 75,
};

enum {
    INPUT_BYTES = 1024 * 1024,
    TARGETS = 1000,
    DEFAULT_TIMEOUT = 60 * 1000,
    LONGEST_TIMEOUT = 24 * 3600 * 1000
};

struct settings {
    int64_t timeout; /* milliseconds */
    bool is_quiet;
    bool has_ended; /* --help, --version */
};

static const struct option options[] = {
    {"timeout", required_argument, NULL, 't'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

static void print_help(void)
{
    printf("usage: bootgate-wait [--timeout DURATION] [--quiet] < TARGETS\n\n"
           "Waits until every target answers. One target a line, fields KEY=VALUE parted by tabs:\n\n");
    str key, about;
    for (size_t i = 0; wait_target_key(i, &key, &about); i++)
        printf("  " STR_FMT "=%*s" STR_FMT "\n", STR_ARG(key), 12 - (int)key.len, "", STR_ARG(about));
    printf("\nProtocols:\n\n");
    for (size_t i = 0; wait_protocol_at(i); i++) {
        const struct wait_protocol *protocol = wait_protocol_at(i);
        printf("  " STR_FMT "%*s" STR_FMT "\n", STR_ARG(protocol->name), 13 - (int)protocol->name.len, "",
            STR_ARG(protocol->about));
    }
    printf("\nOptions:\n\n"
           "  -t, --timeout DURATION   for all targets together, as in 500ms, 60s, 2m (default 60s)\n"
           "  -q, --quiet              only say what failed\n\n"
           "Exit: 0 all ready, 64 usage, 69 a target said no for good, 70 internal, 75 timed out.\n");
}

static bool read_options(int argc, char **argv, struct settings *settings)
{
    for (int option; (option = getopt_long(argc, argv, "t:qhV", options, NULL)) != -1;) {
        switch (option) {
        case 't':
            if (!number_parse_duration(str_from_c(optarg), LONGEST_TIMEOUT, &settings->timeout)) {
                fprintf(stderr, "bootgate-wait: --timeout wants a duration such as 500ms, 60s or 2m\n");
                return false;
            }
            break;
        case 'q':
            settings->is_quiet = true;
            break;
        case 'h':
            print_help();
            settings->has_ended = true;
            break;
        case 'V':
            printf("bootgate-wait %s\n", BOOTGATE_VERSION);
            settings->has_ended = true;
            break;
        default:
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "bootgate-wait: targets are read from standard input, not from arguments\n");
        return false;
    }
    return true;
}

/* After a call that failed. Whoever started us may have made the stream non-blocking: then this waits. */
static bool can_read_again(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return errno == EINTR || (errno == EAGAIN && (poll(&input, 1, -1) >= 0 || errno == EINTR));
}

static bool read_input(struct buf *input)
{
    char chunk[4096];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
        if (got == 0)
            return !input->overflow;
        if (got > 0)
            buf_str(input, (str){chunk, (size_t)got});
        else if (!can_read_again())
            return false;
    }
}

typedef VEC(struct wait_target) target_vec;

static bool parse_targets(struct arena *arena, str input, target_vec *targets)
{
    str line;
    for (int number = 1; str_next(&input, '\n', &line); number++) {
        if (str_trim(line).len == 0)
            continue;
        struct wait_target target;
        str fault;
        if (targets->count == TARGETS) {
            fprintf(stderr, "bootgate-wait: more than %d targets\n", TARGETS);
            return false;
        }
        if (!wait_target_parse(arena, line, &target, &fault)) {
            fprintf(stderr, "bootgate-wait: target %d: " STR_FMT "\n", number, STR_ARG(fault));
            return false;
        }
        if (target.authority.len == 0) {
            /* A bundle of the environment's own choice, as the programs that are waited for understand it. */
            const char *path = getenv("SSL_CERT_FILE");
            target.authority = path && *path ? str_from_c(path) : STR("");
        }
        vec_push(arena, targets, target);
    }
    if (targets->count == 0)
        fprintf(stderr, "bootgate-wait: nothing to wait for: no target on standard input\n");
    return targets->count > 0;
}

static const char cannot_begin[] = "bootgate-wait: libcurl cannot begin: out of memory\n";

static int wait_for(struct arena *arena, const target_vec *targets, const struct settings *settings)
{
    struct wait_schedule schedule = {
        .arena = arena,
        .jobs = arena_array(arena, struct wait_job, targets->count),
        .count = targets->count,
        .timeout = settings->timeout,
    };
    for (size_t i = 0; i < targets->count; i++)
        schedule.jobs[i].attempt.target = &targets->items[i];
    if (getrandom(&schedule.random, sizeof schedule.random, GRND_NONBLOCK) < 0 || schedule.random == 0)
        schedule.random = (uint64_t)getpid();
    struct wait_progress progress =
        wait_progress_new(arena, schedule.jobs, schedule.count, settings->is_quiet);
    schedule.watcher = wait_progress_watcher(&progress);
    enum wait_outcome outcome = wait_run(&schedule);
    wait_progress_end(&progress, outcome, settings->timeout);
    if (outcome == WAIT_NOT_BEGUN)
        fprintf(stderr, "%s", cannot_begin);

    static const int codes[] = {
        [WAIT_ALL_READY] = EXIT_READY,
        [WAIT_REFUSED_FOR_GOOD] = EXIT_FOR_GOOD,
        [WAIT_TIMED_OUT] = EXIT_TIMED_OUT,
        [WAIT_NOT_BEGUN] = EXIT_INTERNAL,
    };
    return codes[outcome];
}

/* Also as PID 1, which the kernel spares from the signals' default actions. */
static void leave(int number)
{
    _exit(128 + number);
}

static void out_of_memory(void *owner)
{
    (void)owner;
    fprintf(stderr, "bootgate-wait: out of memory\n");
    _exit(EXIT_INTERNAL);
}

int main(int argc, char **argv)
{
    struct settings settings = {.timeout = DEFAULT_TIMEOUT};
    if (!read_options(argc, argv, &settings))
        return EXIT_USAGE;
    if (settings.has_ended && fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_READY;
    if (settings.has_ended) {
        fprintf(stderr, "bootgate-wait: cannot write to standard output\n");
        return EXIT_INTERNAL;
    }
    signal(SIGINT, leave);
    signal(SIGTERM, leave);
    signal(SIGPIPE, SIG_IGN);

    struct arena arena = {.out_of_memory = out_of_memory};
    struct buf input = buf_new(&arena, INPUT_BYTES);
    target_vec targets = {0};
    int code = EXIT_USAGE;
    if (!read_input(&input)) {
        fprintf(stderr, "bootgate-wait: cannot read the targets from standard input\n");
    } else if (parse_targets(&arena, buf_view(&input), &targets)) {
        code = EXIT_INTERNAL;
        if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
            code = wait_for(&arena, &targets, &settings);
        else
            fprintf(stderr, "%s", cannot_begin);
        curl_global_cleanup();
    }
    arena_free(&arena);
    return code;
}
