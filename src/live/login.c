#include "live/login.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESSES = 8, DIAGNOSIS_MILLISECONDS = 1000, SQLSTATE_LENGTH = 5 };

int64_t login_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, int64_t deadline)
{
    for (;;) {
        int64_t left = deadline - login_clock();
        struct pollfd end = {.fd = fd, .events = events};
        int count = left > 0 ? poll(&end, 1, (int)left) : 0;
        if (count > 0)
            return true;
        if (count == 0 || errno != EINTR)
            return false;
    }
}

bool login_wait(PGconn *connection, bool to_write, int64_t deadline)
{
    return wait_for(PQsocket(connection), to_write ? POLLOUT : POLLIN, deadline);
}

/* ---- what stands in the way of a connection */

static enum live_state state_of_errno(int error)
{
    switch (error) {
    case 0:
        return LIVE_CLOSED;
    case ENOENT:
    case EACCES:
    case EPERM:
        return LIVE_NO_SOCKET;
    case ECONNREFUSED:
        return LIVE_REFUSED;
    case ETIMEDOUT:
        return LIVE_SILENT;
    default:
        return LIVE_NO_ROUTE;
    }
}

/* libpq says in words alone why it could not connect: once more, for the system's error. */
static enum live_state diagnose(const struct sockaddr *address, socklen_t length, int64_t deadline)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return LIVE_NO_ROUTE;
    int error = connect(fd, address, length) == 0 ? 0 : errno;
    int64_t until = login_clock() + DIAGNOSIS_MILLISECONDS;
    if (error == EINPROGRESS) {
        socklen_t size = sizeof error;
        if (!wait_for(fd, POLLOUT, until < deadline ? until : deadline))
            error = ETIMEDOUT;
        else
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    close(fd);
    return state_of_errno(error);
}

/* ---- the start-up, as far as it goes */

struct attempt {
    PGconn *connection;
    const struct login *login;
    const struct sockaddr *address;
    socklen_t address_length;
    int64_t deadline;
    char offered; /* the answer to the question for TLS: S, N, E; 0: not asked, or none yet */
    char first;   /* of the answer to the start-up, where no TLS hides it; 0: none yet */
};

#define PARAMETERS_MAX 20

struct parameters {
    const char *names[PARAMETERS_MAX], *values[PARAMETERS_MAX];
    size_t count;
};

static void add(struct parameters *parameters, const char *name, const char *value)
{
    parameters->names[parameters->count] = name;
    parameters->values[parameters->count++] = value;
}

/* The database's name is not read as a connection string: `expand_dbname` is off. */
static PGconn *start(const struct login *login, const char *address)
{
    struct parameters parameters = {0};
    char port[12];
    snprintf(port, sizeof port, "%d", (int)login->port);
    if (login->socket.len > 0)
        add(&parameters, "host", login->socket.ptr);
    else
        add(&parameters, "host", login->verify.len > 0 ? login->verify.ptr : login->host.ptr);
    if (address)
        add(&parameters, "hostaddr", address);
    add(&parameters, "port", port);
    add(&parameters, "user", login->user.ptr);
    if (login->has_password)
        add(&parameters, "password", login->password.ptr);
    add(&parameters, "dbname", login->database.len > 0 ? login->database.ptr : login->user.ptr);
    if (login->tls.len > 0)
        add(&parameters, "sslmode", login->tls.ptr);
    if (login->authority.len > 0)
        add(&parameters, "sslrootcert", login->authority.ptr);
    if (login->certificate.len > 0)
        add(&parameters, "sslcert", login->certificate.ptr);
    if (login->key.len > 0)
        add(&parameters, "sslkey", login->key.ptr);
    add(&parameters, "gssencmode", "disable");
    add(&parameters, "client_encoding", "UTF8");
    add(&parameters, "application_name", "bootgate-live");
    return PQconnectStartParams(parameters.names, parameters.values, 0);
}

static void ignore_notice(void *argument, const PGresult *result)
{
    (void)argument;
    (void)result;
}

/* The first bytes of both answers are seen before libpq takes them: it keeps them to itself. */
static void peek(struct attempt *attempt)
{
    ConnStatusType status = PQstatus(attempt->connection);
    bool is_tls = status == CONNECTION_SSL_STARTUP;
    char *byte = is_tls ? &attempt->offered : &attempt->first;
    bool is_open = is_tls || (status == CONNECTION_AWAITING_RESPONSE && attempt->offered != 'S');
    if (is_open && *byte == 0 && recv(PQsocket(attempt->connection), byte, 1, MSG_PEEK | MSG_DONTWAIT) != 1)
        *byte = 0;
}

/* ---- what the server said */

struct refusal {
    str sqlstate, routine;
};

/* PQERRORS_VERBOSE: "FATAL:  28P01: text\nLOCATION:  routine, file:line"; several attempts follow each other. */
static struct refusal refusal_of(PGconn *connection)
{
    str text = str_from_c(PQerrorMessage(connection)), colon = STR(":  "), location = STR("LOCATION:  ");
    struct refusal refusal = {0};
    for (size_t at; (at = str_find(text, colon)) != STR_NONE;) {
        bool is_location =
            at + colon.len >= location.len && str_ends(str_take(text, at + colon.len), location);
        text = str_skip(text, at + colon.len);
        str word = str_cut_byte(str_cut_byte(text, '\n').head, is_location ? ',' : ':').head;
        if (is_location)
            refusal.routine = word;
        else if (word.len == SQLSTATE_LENGTH && str_is_all(word, byte_is_alnum))
            refusal = (struct refusal){.sqlstate = word};
    }
    return refusal;
}

/* How far the start-up had come when the server refused. */
enum stage {
    STAGE_ANY,
    STAGE_PASSWORD, /* a password was asked for, or shown */
};

/*
 * The first that fits. The routine, a field of the protocol, is the server's own name for the place: a role
 * that pg_hba.conf refuses and one that does not exist are one SQLSTATE. PgBouncer names no routine, and its
 * code is mostly 08P01.
 */
static const struct {
    str sqlstate, routine; /* empty routine: any */
    enum stage stage;
    enum live_state state;
} refusals[] = {
    {STR_INIT("28P01"), STR_INIT(""), STAGE_ANY, LIVE_PASSWORD_WRONG},
    {STR_INIT("28000"), STR_INIT("InitializeSessionUserId"), STAGE_PASSWORD, LIVE_ROLE_BARRED},
    {STR_INIT("28000"), STR_INIT("InitializeSessionUserId"), STAGE_ANY, LIVE_ROLE_MISSING},
    {STR_INIT("28000"), STR_INIT(""), STAGE_PASSWORD, LIVE_PASSWORD_WRONG},
    {STR_INIT("28000"), STR_INIT(""), STAGE_ANY, LIVE_NOT_ADMITTED},
    {STR_INIT("3D000"), STR_INIT(""), STAGE_ANY, LIVE_DATABASE_MISSING},
    {STR_INIT("42501"), STR_INIT(""), STAGE_ANY, LIVE_DATABASE_DENIED},
    {STR_INIT("55000"), STR_INIT(""), STAGE_ANY, LIVE_DATABASE_CLOSED},
    {STR_INIT("53300"), STR_INIT("InitializeSessionUserId"), STAGE_ANY, LIVE_ROLE_FULL},
    {STR_INIT("53300"), STR_INIT("CheckMyDatabase"), STAGE_ANY, LIVE_DATABASE_FULL},
    {STR_INIT("53300"), STR_INIT(""), STAGE_ANY, LIVE_SLOTS_GONE},
    {STR_INIT("57P03"), STR_INIT(""), STAGE_ANY, LIVE_STARTING},
    {STR_INIT("57P01"), STR_INIT(""), STAGE_ANY, LIVE_STOPPING},
    {STR_INIT("57P02"), STR_INIT(""), STAGE_ANY, LIVE_STOPPING},
    {STR_INIT("08P01"), STR_INIT(""), STAGE_PASSWORD, LIVE_POOLER_LOGIN},
    {STR_INIT("08P01"), STR_INIT(""), STAGE_ANY, LIVE_POOLER_DOOR},
};

static enum stage stage_of(PGconn *connection)
{
    return PQconnectionUsedPassword(connection) || PQconnectionNeedsPassword(connection) ? STAGE_PASSWORD
                                                                                         : STAGE_ANY;
}

static enum live_state state_of_refusal(const struct refusal *refusal, enum stage stage)
{
    for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
        bool is_routine = refusals[i].routine.len == 0 || str_eq(refusals[i].routine, refusal->routine);
        bool is_stage = refusals[i].stage == STAGE_ANY || refusals[i].stage == stage;
        if (str_eq(refusals[i].sqlstate, refusal->sqlstate) && is_routine && is_stage)
            return refusals[i].state;
    }
    return LIVE_TURNED_AWAY;
}

static bool demands_tls(const struct login *login)
{
    return str_eq(login->tls, STR("require")) || str_starts(login->tls, STR("verify-"));
}

/* A start-up that ended without a word of the server. */
static enum live_state state_of_end(const struct attempt *attempt, ConnStatusType reached)
{
    if (PQconnectionNeedsPassword(attempt->connection))
        return LIVE_PASSWORD_MISSING;
    if (reached == CONNECTION_SSL_STARTUP && attempt->offered == 'S')
        return LIVE_TLS_FAILED;
    if (reached == CONNECTION_SSL_STARTUP && attempt->offered == 'N' && demands_tls(attempt->login))
        return LIVE_TLS_MISSING;
    if (reached == CONNECTION_STARTED || reached == CONNECTION_NEEDED)
        return diagnose(attempt->address, attempt->address_length, attempt->deadline);
    bool is_known_first = str_has_byte(STR("\0ERSNKvZ"), attempt->first);
    bool is_known_offer = str_has_byte(STR("\0ENS"), attempt->offered);
    return is_known_first && is_known_offer ? LIVE_CLOSED : LIVE_STRANGE;
}

static struct login_answer answer_of(const struct attempt *attempt, ConnStatusType reached)
{
    struct login_answer answer = {0};
    struct refusal refusal = refusal_of(attempt->connection);
    memcpy(answer.sqlstate, refusal.sqlstate.ptr ? refusal.sqlstate.ptr : "", refusal.sqlstate.len);
    answer.state = refusal.sqlstate.len > 0 ? state_of_refusal(&refusal, stage_of(attempt->connection))
                                            : state_of_end(attempt, reached);
    return answer;
}

/* Drives the start-up to its end. */
static struct login_answer drive(struct attempt *attempt)
{
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    ConnStatusType reached = CONNECTION_NEEDED;
    while (PQstatus(attempt->connection) != CONNECTION_BAD) {
        reached = PQstatus(attempt->connection);
        if (!login_wait(attempt->connection, wants == PGRES_POLLING_WRITING, attempt->deadline))
            return (struct login_answer){.state = LIVE_SILENT};
        peek(attempt);
        wants = PQconnectPoll(attempt->connection);
        if (wants == PGRES_POLLING_OK)
            return (struct login_answer){.state = LIVE_ACCEPTED};
        if (wants == PGRES_POLLING_FAILED)
            break;
    }
    return answer_of(attempt, reached);
}

static PGconn *try_address(const struct login *login, const char *text, const struct sockaddr *address,
    socklen_t length, int64_t deadline, struct login_answer *ret_answer)
{
    struct attempt attempt = {
        .connection = start(login, text),
        .login = login,
        .address = address,
        .address_length = length,
        .deadline = deadline,
    };
    *ret_answer = (struct login_answer){.state = LIVE_FAILED};
    if (!attempt.connection)
        return NULL;
    PQsetNoticeReceiver(attempt.connection, ignore_notice, NULL);
    PQsetErrorVerbosity(attempt.connection, PQERRORS_VERBOSE);
    *ret_answer = drive(&attempt);
    if (ret_answer->state == LIVE_ACCEPTED)
        return attempt.connection;
    PQfinish(attempt.connection);
    return NULL;
}

static PGconn *try_socket(const struct login *login, int64_t deadline, struct login_answer *ret_answer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(
        address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%d", login->socket.ptr, (int)login->port);
    return try_address(login, NULL, (const struct sockaddr *)&address, sizeof address, deadline, ret_answer);
}

/* Addresses one after the other, as libpq does: the next where nobody answered at the last. */
static PGconn *try_host(const struct login *login, int64_t deadline, struct login_answer *ret_answer)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    char port[12], text[NI_MAXHOST];
    snprintf(port, sizeof port, "%d", (int)login->port);
    *ret_answer = (struct login_answer){.state = LIVE_NAME_UNKNOWN};
    if (getaddrinfo(login->host.ptr, port, &hints, &found) != 0)
        return NULL;
    PGconn *connection = NULL;
    int count = 0;
    for (const struct addrinfo *it = found; it && count < ADDRESSES; it = it->ai_next, count++) {
        if (getnameinfo(it->ai_addr, it->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        connection = try_address(login, text, it->ai_addr, it->ai_addrlen, deadline, ret_answer);
        if (ret_answer->state != LIVE_REFUSED && ret_answer->state != LIVE_NO_ROUTE)
            break;
    }
    freeaddrinfo(found);
    return connection;
}

static PGconn *try(const struct login *login, int64_t deadline, struct login_answer *ret_answer)
{
    return login->socket.len > 0 ? try_socket(login, deadline, ret_answer)
                                 : try_host(login, deadline, ret_answer);
}

/* A server that admits the login over TLS alone refuses it without as it refuses everybody else. */
static void settle_admission(const struct login *login, int64_t deadline, struct login_answer *answer)
{
    bool was_plain = str_eq(login->tls, STR("disable"));
    if (answer->state != LIVE_NOT_ADMITTED || !was_plain)
        return;
    struct login over_tls = *login;
    struct login_answer second;
    over_tls.tls = STR("require");
    login_end(try(&over_tls, deadline, &second));
    if (second.state != LIVE_NOT_ADMITTED && live_state_row(second.state)->kind != LIVE_KIND_NEVER &&
        live_state_row(second.state)->kind != LIVE_KIND_AGAIN)
        answer->state = LIVE_TLS_DEMANDED;
}

PGconn *login_begin(const struct login *login, int64_t deadline, struct login_answer *ret_answer)
{
    bool verifies = str_starts(login->tls, STR("verify-"));
    if (verifies && (login->authority.len == 0 || access(login->authority.ptr, R_OK) != 0)) {
        *ret_answer = (struct login_answer){.state = LIVE_NO_AUTHORITY};
        return NULL;
    }
    PGconn *connection = try(login, deadline, ret_answer);
    if (!connection)
        settle_admission(login, deadline, ret_answer);
    return connection;
}

void login_end(PGconn *connection)
{
    if (connection)
        PQfinish(connection);
}
