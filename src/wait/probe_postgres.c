/*
 * PostgreSQL's start-up as far as it goes without a password (PostgreSQL documentation, "Message Flow").
 *
 * libcurl connects, and takes the same connection again under TLS where the server says 'S' to an SSLRequest;
 * the bytes between are ours. An authentication request is the answer of a server that has a slot to give: it
 * comes before the password, and after 57P03 (starting up) and 53300 (no slot left) would have.
 */
#include "wait/protocol.h"

#include <fcntl.h>
#include <unistd.h>

enum step {
    STEP_NONE,
    STEP_ASK_TLS,
    STEP_READ_TLS,
    STEP_HANDSHAKE, /* libcurl is at work */
    STEP_START,
    STEP_READ_REPLY,
    STEP_COUNT,
};

enum { PROTOCOL_3_0 = 196608, SSL_REQUEST = 80877103, AUTHENTICATION_OK = 0 };

/* What a step did: whether to go on with the current step at once, or to wait for the socket. */
enum progress { PROGRESS_WAIT, PROGRESS_ON };

static CURL *connection(const struct wait_attempt *attempt)
{
    return attempt->upgraded ? attempt->upgraded : attempt->easy;
}

static uint32_t read_u32(const char *bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++)
        value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static void put_u32(struct wait_attempt *attempt, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        attempt->message[attempt->message_len++] = (char)(value >> shift);
}

/* Neither text may be cut: another role or database would be asked for. */
_Static_assert(
    (int)WAIT_MESSAGE_BYTES - 2 * (int)WAIT_VALUE_BYTES > 256, "a user, a database and all else fit");

static void put_text(struct wait_attempt *attempt, str text)
{
    memcpy(attempt->message + attempt->message_len, text.ptr, text.len);
    attempt->message_len += text.len;
    attempt->message[attempt->message_len++] = '\0';
}

static void enter(struct wait_attempt *attempt, enum step step)
{
    attempt->step = step;
    attempt->message_len = attempt->message_at = 0;
}

static void enter_start(struct wait_attempt *attempt)
{
    const struct wait_target *target = attempt->target;
    enter(attempt, STEP_START);
    put_u32(attempt, 0);
    put_u32(attempt, PROTOCOL_3_0);
    const str pairs[][2] = {
        {STR("user"), target->user.len > 0 ? target->user : STR("postgres")},
        {STR("database"), target->database},
        {STR("application_name"), STR("bootgate-wait")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        if (pairs[i][1].len > 0) {
            put_text(attempt, pairs[i][0]);
            put_text(attempt, pairs[i][1]);
        }
    }
    put_text(attempt, STR(""));
    size_t len = attempt->message_len;
    attempt->message_len = 0;
    put_u32(attempt, (uint32_t)len);
    attempt->message_len = len;
}

/* Each step that sends is followed by the one that reads the answer. */
static enum progress send_message(struct wait_attempt *attempt)
{
    size_t sent = 0;
    CURLcode code = curl_easy_send(connection(attempt), attempt->message + attempt->message_at,
        attempt->message_len - attempt->message_at, &sent);
    if (code == CURLE_AGAIN)
        return PROGRESS_WAIT;
    if (code != CURLE_OK) {
        wait_attempt_fail(attempt, code);
        return PROGRESS_WAIT;
    }
    attempt->message_at += sent;
    if (attempt->message_at == attempt->message_len)
        enter(attempt, attempt->step == STEP_ASK_TLS ? STEP_READ_TLS : STEP_READ_REPLY);
    return PROGRESS_ON;
}

/* Reads up to `most` bytes more; false where the socket has none now or the attempt has ended. */
static bool receive(struct wait_attempt *attempt, size_t most)
{
    size_t got = 0;
    CURLcode code = curl_easy_recv(connection(attempt), attempt->message + attempt->message_len, most, &got);
    if (code == CURLE_AGAIN)
        return false;
    if (code != CURLE_OK || got == 0) {
        wait_attempt_fail(attempt, code == CURLE_OK ? CURLE_GOT_NOTHING : code);
        return false;
    }
    attempt->message_len += got;
    return true;
}

/* libcurl asks for a socket: it gets the one that is connected already, once. */
static curl_socket_t hand_over(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    (void)address;
    struct wait_attempt *attempt = user;
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (attempt->step != STEP_HANDSHAKE || attempt->message_at > 0 ||
        curl_easy_getinfo(attempt->easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK)
        return CURL_SOCKET_BAD;
    attempt->message_at = 1;
    return fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

static int say_connected(void *user, curl_socket_t socket, curlsocktype purpose)
{
    (void)user;
    (void)socket;
    (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static void enter_handshake(struct wait_attempt *attempt)
{
    enter(attempt, STEP_HANDSHAKE);
    CURL *easy = wait_attempt_handle(attempt, "https");
    if (!easy) {
        wait_attempt_answer(attempt, WAIT_NO_MEMORY);
        return;
    }
    enum wait_tls tls = attempt->target->tls;
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, hand_over);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, attempt);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, say_connected);
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls >= WAIT_TLS_VERIFY_CA ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls >= WAIT_TLS_VERIFY_FULL ? 2L : 0L);
    attempt->upgraded = easy;
    if (curl_multi_add_handle(attempt->multi, easy) != CURLM_OK)
        wait_attempt_answer(attempt, WAIT_NO_MEMORY);
}

/* One byte: 'S' yes, 'N' no; anything else is a server that knows no SSLRequest, or no PostgreSQL at all. */
static enum progress read_tls(struct wait_attempt *attempt)
{
    if (!receive(attempt, 1))
        return PROGRESS_WAIT;
    if (attempt->message[0] == 'S')
        enter_handshake(attempt);
    else if (attempt->message[0] != 'N')
        wait_attempt_answer(attempt, WAIT_STRANGE);
    else if (attempt->target->tls >= WAIT_TLS_REQUIRE)
        wait_attempt_answer(attempt, WAIT_NO_TLS);
    else
        enter_start(attempt);
    return attempt->has_ended ? PROGRESS_WAIT : PROGRESS_ON;
}

struct sqlstate_row {
    str sqlstate;
    enum wait_state state;
};

static const struct sqlstate_row sqlstates[] = {
    {STR_INIT("57P03"), WAIT_STARTING},
    {STR_INIT("53300"), WAIT_NO_SLOT},
    {STR_INIT("3D000"), WAIT_NO_DATABASE},
    {STR_INIT("28000"), WAIT_NO_LOGIN},
};

/* An ErrorResponse: fields of a letter and a text; 'C' is the SQLSTATE. Its text is not relayed. */
static void read_error(struct wait_attempt *attempt, str fields)
{
    str sqlstate = STR("");
    str field;
    while (str_next(&fields, '\0', &field))
        if (str_starts(field, STR("C")) && field.len == sizeof attempt->answer.sqlstate)
            sqlstate = str_skip(field, 1);
    if (sqlstate.len == 0) {
        wait_attempt_answer(attempt, WAIT_STRANGE);
        return;
    }
    memcpy(attempt->answer.sqlstate, sqlstate.ptr, sqlstate.len);
    for (size_t i = 0; i < sqlstate.len; i++)
        if (!byte_is_alnum(attempt->answer.sqlstate[i]))
            attempt->answer.sqlstate[i] = '?';
    enum wait_state state = WAIT_SQLSTATE;
    for (size_t i = 0; i < ARRAY_COUNT(sqlstates); i++)
        state = str_eq(sqlstate, sqlstates[i].sqlstate) ? sqlstates[i].state : state;
    /* Without a user of the target's own, a refusal of the made-up one says that the server is up. */
    bool is_ours = attempt->target->user.len == 0 && (state == WAIT_NO_LOGIN || state == WAIT_NO_DATABASE);
    wait_attempt_answer(attempt, is_ours ? WAIT_READY : state);
}

/* Finds the message at the front; false where it is not whole yet. drop_message() takes it off. */
static bool next_message(struct wait_attempt *attempt, char *ret_type, str *ret_body)
{
    if (attempt->message_len < 5)
        return false;
    size_t len = read_u32(attempt->message + 1);
    char type = attempt->message[0];
    if (len < 4 || len > sizeof attempt->message - 1) {
        /* Not a message at all, or an error text that no server writes. */
        wait_attempt_answer(attempt, WAIT_STRANGE);
        return false;
    }
    if (attempt->message_len < len + 1)
        return false;
    *ret_type = type;
    *ret_body = (str){attempt->message + 5, len - 4};
    attempt->message_at = len + 1;
    return true;
}

static void read_message(struct wait_attempt *attempt, char type, str body)
{
    static const char terminate[] = {'X', 0, 0, 0, 4};
    size_t sent = 0;
    switch (type) {
    case 'E':
        read_error(attempt, body);
        return;
    case 'R':
        /* Let in without a password, the database and the slot are still to be checked: read on to 'Z'. */
        if (body.len < 4 || read_u32(body.ptr) != AUTHENTICATION_OK)
            wait_attempt_answer(attempt, WAIT_READY);
        return;
    case 'Z':
        (void)curl_easy_send(connection(attempt), terminate, sizeof terminate, &sent);
        wait_attempt_answer(attempt, WAIT_READY);
        return;
    case 'S': /* ParameterStatus */
    case 'K': /* BackendKeyData */
    case 'N': /* NoticeResponse */
    case 'v': /* NegotiateProtocolVersion */
        return;
    default:
        wait_attempt_answer(attempt, WAIT_STRANGE);
    }
}

static enum progress read_reply(struct wait_attempt *attempt)
{
    if (!receive(attempt, sizeof attempt->message - attempt->message_len))
        return PROGRESS_WAIT;
    char type;
    str body;
    while (!attempt->has_ended && next_message(attempt, &type, &body)) {
        read_message(attempt, type, body);
        attempt->message_len -= attempt->message_at;
        memmove(attempt->message, attempt->message + attempt->message_at, attempt->message_len);
        attempt->message_at = 0;
    }
    return attempt->has_ended ? PROGRESS_WAIT : PROGRESS_ON;
}

struct step_row {
    short events;
    enum progress (*run)(struct wait_attempt *attempt);
};

static const struct step_row steps[STEP_COUNT] = {
    [STEP_NONE] = {0, NULL},
    [STEP_ASK_TLS] = {CURL_WAIT_POLLOUT, send_message},
    [STEP_READ_TLS] = {CURL_WAIT_POLLIN, read_tls},
    [STEP_HANDSHAKE] = {0, NULL},
    [STEP_START] = {CURL_WAIT_POLLOUT, send_message},
    [STEP_READ_REPLY] = {CURL_WAIT_POLLIN, read_reply},
};

static void postgres_converse(struct wait_attempt *attempt)
{
    while (
        !attempt->has_ended && steps[attempt->step].run && steps[attempt->step].run(attempt) == PROGRESS_ON)
        continue;
}

static short postgres_waits_for(const struct wait_attempt *attempt)
{
    return steps[attempt->step].events;
}

static void postgres_ended(struct wait_attempt *attempt, CURLcode code)
{
    if (code != CURLE_OK) {
        wait_attempt_fail(attempt, code);
    } else if (attempt->step == STEP_HANDSHAKE || attempt->target->tls == WAIT_TLS_DISABLE ||
               attempt->target->socket.len > 0) {
        enter_start(attempt);
    } else {
        enter(attempt, STEP_ASK_TLS);
        put_u32(attempt, 8);
        put_u32(attempt, SSL_REQUEST);
    }
}

const struct wait_protocol wait_protocol_postgres = {
    .name = STR_INIT("postgres"),
    .port = 5432,
    .scheme = "http",
    .connects_only = true,
    .about = STR_INIT("ready when the server asks for a password, or lets us in without one"),
    .transfer_ended = postgres_ended,
    .converse = postgres_converse,
    .waits_for = postgres_waits_for,
};
