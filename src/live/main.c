/*
 * bootgate-live: asks PostgreSQL servers whom they let in and what they can give. Protocol: live/state.h.
 *
 * Opens connections with the passwords that its standard input names; run by bootgate, which opens none. Each
 * server is asked in a process of its own, one login after the other: a server whose answers kill or hold up
 * that process takes nobody else's answer away.
 */
#include "live/question.h"
#include "live/wire.h"

#include "base/buf.h"
#include "base/number.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_USAGE = 64, EXIT_INTERNAL = 70 };

enum {
    INPUT_BYTES = 4 * 1024 * 1024,
    ANSWER_BYTES = 512 * 1024, /* of one server */
    SERVER_MEMORY = 512 * 1024 * 1024,
    SERVERS_AT_ONCE = 32,
    DEFAULT_TIMEOUT = 10 * 1000,
    LONGEST_TIMEOUT = 3600 * 1000,
    GRACE = 1000,    /* milliseconds that a process may stay behind its deadline */
    LAST_RESORT = 30 /* seconds after which this one ends, whatever holds it up */
};

typedef VEC(struct login) login_vec;

/* The process that asks one server, and what it has said. */
struct server {
    const struct login *first; /* its host, socket and port are the server's */
    pid_t pid;
    int output; /* -1: it has ended, or never ran; else `pid` is its process */
    struct buf answers;
};

static const struct option options[] = {
    {"timeout", required_argument, NULL, 't'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

static void print_help(void)
{
    printf(
        "usage: bootgate-live [--timeout MILLISECONDS] < LOGINS > ANSWERS\n\n"
        "Tries logins at PostgreSQL servers and asks what they can give. `bootgate live` runs it: one JSON\n"
        "object a line in, one a line out. Passwords are read from standard input alone.\n\n"
        "Exit: 0 all asked, 64 usage, 70 internal.\n");
}

/* ---- input */

static bool read_input(struct buf *input)
{
    char chunk[4096];
    for (;;) {
        ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
        if (got > 0)
            buf_str(input, (str){chunk, (size_t)got});
        else if (got == 0)
            return !input->overflow;
        else if (errno != EINTR)
            return false;
    }
}

/* A text that libpq can take: it ends at the first NUL. */
static bool take_text(struct arena *arena, const json_t *object, const char *key, str *text)
{
    const json_t *value = json_object_get(object, key);
    *text = arena_copy(arena, STR(""));
    return !value || (wire_read_text(arena, value, text) && !str_has_byte(*text, '\0'));
}

/* A list of names as one text; a name that holds the separator cannot be looked up. */
static bool take_names(struct arena *arena, const json_t *object, const char *key, str *text)
{
    struct buf names = buf_new(arena, INPUT_BYTES);
    const json_t *list = json_object_get(object, key), *value;
    size_t i;
    json_array_foreach(list, i, value)
    {
        str name;
        if (!wire_read_text(arena, value, &name))
            return false;
        if (name.len == 0 || str_has_any(name, STR(LOGIN_SEPARATOR "\0")))
            continue;
        buf_printf(&names, "%s" STR_FMT, names.len > 0 ? LOGIN_SEPARATOR : "", STR_ARG(name));
    }
    *text = arena_copy(arena, buf_view(&names));
    return true;
}

static bool take_login(struct arena *arena, const json_t *object, struct login *login)
{
    login->has_password = json_object_get(object, "password") != NULL;
    login->is_console = json_is_true(json_object_get(object, "console"));
    return wire_read_number(json_object_get(object, "id"), 0, LIVE_LOGINS, &login->id) &&
           wire_read_number(json_object_get(object, "port"), 1, 65535, &login->port) &&
           take_text(arena, object, "host", &login->host) &&
           take_text(arena, object, "socket", &login->socket) &&
           take_text(arena, object, "verify", &login->verify) &&
           take_text(arena, object, "user", &login->user) &&
           take_text(arena, object, "password", &login->password) &&
           take_text(arena, object, "database", &login->database) &&
           take_text(arena, object, "tls", &login->tls) &&
           take_text(arena, object, "authority", &login->authority) &&
           take_text(arena, object, "certificate", &login->certificate) &&
           take_text(arena, object, "key", &login->key) &&
           take_names(arena, object, "roles", &login->roles) &&
           take_names(arena, object, "databases", &login->databases) &&
           take_names(arena, object, "extensions", &login->extensions) &&
           (login->host.len > 0) != (login->socket.len > 0) && login->user.len > 0;
}

/* Not one word of a faulty line is repeated: it may be the password. */
static bool parse_logins(struct arena *arena, str input, login_vec *logins)
{
    str line;
    for (int number = 1; str_next(&input, '\n', &line); number++) {
        if (line.len == 0)
            continue;
        json_t *object = logins->count < LIVE_LOGINS ? wire_read_line(line) : NULL;
        bool is_taken = object && take_login(arena, object, vec_add(arena, logins));
        json_decref(object);
        if (!is_taken) {
            fprintf(stderr, "bootgate-live: line %d is no login\n", number);
            return false;
        }
    }
    return true;
}

/* ---- one server, in its own process */

static bool is_same_server(const struct login *a, const struct login *b)
{
    return a->port == b->port && str_eq(a->host, b->host) && str_eq(a->socket, b->socket);
}

static void write_answer(const struct login_answer *answer, json_t *object)
{
    str word = live_state_row(answer->state)->word;
    json_object_set_new(object, "state", json_stringn(word.ptr, word.len));
    if (answer->sqlstate[0] != '\0')
        json_object_set_new(object, "sqlstate", json_string(answer->sqlstate));
    char *line = json_dumps(object, JSON_COMPACT);
    if (line)
        printf("%s\n", line);
    free(line);
    fflush(stdout);
}

static enum live_kind ask_login(struct arena *arena, const struct login *login, int64_t deadline)
{
    struct login_answer answer;
    json_t *object = json_pack("{s:I}", "id", (json_int_t)login->id);
    PGconn *connection = login_begin(login, deadline, &answer);
    if (connection)
        answer.state = question_ask(arena, connection, login, deadline, object);
    login_end(connection);
    write_answer(&answer, object);
    json_decref(object);
    return live_state_row(answer.state)->kind;
}

/* Who does not answer one login will not answer the next: it gets the same answer. */
static void ask_server(
    struct arena *arena, const login_vec *logins, const struct login *first, int64_t deadline)
{
    vec_each(const struct login *, login, logins)
        if (is_same_server(login, first) && ask_login(arena, login, deadline) == LIVE_KIND_AGAIN)
            return;
}

static void confine(int64_t deadline)
{
    int64_t left = deadline - login_clock();
    alarm((unsigned)(left > 0 ? left / 1000 : 0) + 2); /* a name server that hangs */
#ifdef BOOTGATE_GUARD /* sanitizers need more address space than any machine has memory */
    setrlimit(RLIMIT_AS, &(struct rlimit){SERVER_MEMORY, SERVER_MEMORY});
#endif
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static bool start_server(
    struct arena *arena, const login_vec *logins, struct server *server, int64_t deadline)
{
    int ends[2];
    server->answers = buf_new(arena, ANSWER_BYTES);
    if (pipe(ends) != 0)
        return false;
    server->pid = fork();
    if (server->pid == 0) {
        if (dup2(ends[1], STDOUT_FILENO) < 0)
            _exit(EXIT_INTERNAL);
        close(ends[0]);
        close(ends[1]);
        confine(deadline);
        ask_server(arena, logins, server->first, deadline);
        _exit(0);
    }
    close(ends[1]);
    if (server->pid < 0) {
        close(ends[0]); /* to kill -1 would be to kill everybody */
        return false;
    }
    server->output = ends[0];
    return true;
}

/* ---- all servers */

typedef VEC(struct server) server_vec;

static void end_server(struct server *server)
{
    close(server->output);
    server->output = -1;
    kill(server->pid, SIGKILL);
    while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void hear(struct server *server)
{
    char chunk[4096];
    ssize_t got = read(server->output, chunk, sizeof chunk);
    if (got > 0)
        buf_str(&server->answers, (str){chunk, (size_t)got});
    if (got == 0 || (got < 0 && errno != EINTR) || server->answers.overflow)
        end_server(server);
}

/* Until the next one ends or speaks; false: none is left, or the time is up. */
static bool hear_some(server_vec *servers, int64_t until)
{
    struct pollfd ends[SERVERS_AT_ONCE];
    nfds_t count = 0;
    vec_each(struct server *, server, servers)
        if (server->output >= 0)
            ends[count++] = (struct pollfd){.fd = server->output, .events = POLLIN};
    int64_t left = until - login_clock();
    if (count == 0 || left <= 0)
        return false;
    if (poll(ends, count, (int)left) <= 0)
        return errno == EINTR;
    nfds_t at = 0;
    vec_each(struct server *, server, servers)
        if (server->output >= 0 && ends[at++].revents != 0)
            hear(server);
    return true;
}

/* Lines as they came, as far as they are whole; the logins without one stay unanswered. */
static void tell(const struct server *server)
{
    str rest = buf_view(&server->answers), line;
    while (str_has_byte(rest, '\n') && str_next(&rest, '\n', &line))
        printf(STR_FMT "\n", STR_ARG(line));
}

/* Asks some servers at once. */
static bool ask_batch(struct arena *arena, const login_vec *logins, server_vec *servers, int64_t deadline)
{
    bool is_whole = true;
    vec_each(struct server *, server, servers) {
        server->output = -1;
        is_whole &= start_server(arena, logins, server, deadline);
    }
    while (hear_some(servers, deadline + GRACE))
        continue;
    vec_each(struct server *, server, servers) {
        if (server->output >= 0)
            end_server(server);
        tell(server);
    }
    return is_whole && fflush(stdout) == 0;
}

/* Servers for which no time is left stay unanswered. */
static bool ask_all(struct arena *arena, const login_vec *logins, int64_t deadline)
{
    server_vec servers = {0};
    vec_each(const struct login *, login, logins) {
        bool is_known = false;
        vec_each(const struct login *, other, logins)
            is_known |= other < login && is_same_server(other, login);
        if (!is_known)
            *vec_add(arena, &servers) = (struct server){.first = login};
    }
    for (size_t at = 0; at < servers.count && login_clock() < deadline; at += SERVERS_AT_ONCE) {
        server_vec batch = {.items = servers.items + at, .count = servers.count - at};
        batch.count = batch.count > SERVERS_AT_ONCE ? SERVERS_AT_ONCE : batch.count;
        if (!ask_batch(arena, logins, &batch, deadline))
            return false;
    }
    return true;
}

/* ---- the program */

/* libpq reads PG* and files below HOME: what a login is, its line says and nothing else. */
static void forget_environment(void)
{
    static const char *const kept[] = {"HOSTALIASES", "LD_LIBRARY_PATH", "LOCALDOMAIN", "RES_OPTIONS"};
    const char *values[ARRAY_COUNT(kept)];
    for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
        values[i] = getenv(kept[i]);
    clearenv();
    for (size_t i = 0; i < ARRAY_COUNT(kept); i++)
        if (values[i])
            setenv(kept[i], values[i], 1);
    setenv("HOME", "/nonexistent", 1);
}

/* No core file and no look from other processes at what is read from here on. */
static void guard(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
#ifdef BOOTGATE_GUARD
    prctl(PR_SET_DUMPABLE, 0);
#endif
    prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* An exit code, or -1 to go on. */
static int read_options(int argc, char **argv, int64_t *timeout)
{
    for (int option; (option = getopt_long(argc, argv, "t:hV", options, NULL)) != -1;) {
        uint64_t number = 0;
        switch (option) {
        case 't':
            if (!number_parse_unsigned(str_from_c(optarg), LONGEST_TIMEOUT, &number) || number == 0)
                return EXIT_USAGE;
            *timeout = (int64_t)number;
            break;
        case 'h':
            print_help();
            return EXIT_DONE;
        case 'V':
            printf("bootgate-live %s\n", BOOTGATE_VERSION);
            return EXIT_DONE;
        default:
            return EXIT_USAGE;
        }
    }
    return optind < argc ? EXIT_USAGE : -1;
}

static void out_of_memory(void *owner)
{
    (void)owner;
    fprintf(stderr, "bootgate-live: out of memory\n");
    _exit(EXIT_INTERNAL);
}

int main(int argc, char **argv)
{
    int64_t timeout = DEFAULT_TIMEOUT;
    int code = read_options(argc, argv, &timeout);
    if (code == EXIT_USAGE)
        fprintf(stderr, "bootgate-live: logins are read from standard input; --help says more\n");
    if (code == EXIT_DONE && (fflush(stdout) != 0 || ferror(stdout))) {
        fprintf(stderr, "bootgate-live: cannot write to standard output\n");
        return EXIT_INTERNAL;
    }
    if (code >= 0)
        return code;
    guard();
    alarm((unsigned)(timeout / 1000) + LAST_RESORT);
    forget_environment();
    struct arena arena = {.limit = SERVER_MEMORY, .out_of_memory = out_of_memory};
    struct buf input = buf_new(&arena, INPUT_BYTES);
    login_vec logins = {0};
    code = EXIT_INTERNAL;
    if (!read_input(&input))
        fprintf(stderr, "bootgate-live: standard input cannot be read\n");
    else if (!parse_logins(&arena, buf_view(&input), &logins))
        code = EXIT_USAGE;
    else if (ask_all(&arena, &logins, login_clock() + timeout))
        code = EXIT_DONE;
    else
        fprintf(stderr, "bootgate-live: the system gives no process, or nobody takes the answers\n");
    arena_free(&arena);
    return code;
}
