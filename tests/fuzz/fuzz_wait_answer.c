/*
 * Any bytes as the answer of a server that bootgate-wait asks, in pieces of any size: asking ends, and
 * nothing of the answer is printed but a status and five letters or digits.
 *
 * The first byte chooses protocol and sslmode, the second how many bytes arrive at once; the rest arrives.
 */
#include "input.h"

#include "wait/protocol.h"

#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 100, QUIET_ROUNDS = 4, ATTEMPT_MILLISECONDS = 60 * 1000 };

static const struct wait_protocol *const protocols[] = {
    &wait_protocol_postgres,
    &wait_protocol_http,
    &wait_protocol_tcp,
    &wait_protocol_https,
};

/* Both ends of the connection that libcurl believes it made. */
struct wire {
    int ours, theirs;
};

static curl_socket_t hand_over(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    (void)address;
    struct wire *wire = user;
    int fd = wire->theirs;
    wire->theirs = -1;
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* In place of connect(2), also for libcurl, which has its end of the wire already. */
__attribute__((visibility("default"))) int take_wire(int fd, const void *address, socklen_t length) __asm__(
    "connect");

int take_wire(int fd, const void *address, socklen_t length)
{
    (void)fd;
    (void)address;
    (void)length;
    return 0;
}

static void hear(CURLM *multi, struct wait_attempt *attempt)
{
    int left;
    curl_multi_perform(multi, &left);
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;)
        if (message->msg == CURLMSG_DONE)
            wait_attempt_transfer_ended(attempt, message->data.result);
    wait_attempt_converse(attempt);
}

/* What it sends is taken off, so that it never waits for room. */
static void drain(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        continue;
}

static void converse(CURLM *multi, struct wait_attempt *attempt, struct wire *wire, str answer, size_t piece)
{
    int quiet = 0;
    for (int round = 0; round < ROUNDS && quiet < QUIET_ROUNDS && !attempt->has_ended; round++) {
        hear(multi, attempt);
        drain(wire->ours);
        str part = str_take(answer, round == ROUNDS / 2 ? answer.len : piece);
        if (part.len > 0 && send(wire->ours, part.ptr, part.len, MSG_NOSIGNAL | MSG_DONTWAIT) > 0)
            answer = str_skip(answer, part.len);
        else
            quiet++;
        if (answer.len == 0)
            shutdown(wire->ours, SHUT_WR);
    }
}

static void require_dull(struct arena *arena, const struct wait_answer *answer)
{
    struct buf out = buf_new(arena, 4096);
    wait_answer_print(&out, answer);
    str text = buf_view(&out);
    for (size_t i = 0; i < text.len; i++)
        fuzz_require(byte_is_alnum(text.ptr[i]) || str_has_byte(STR(" ()?,'"), text.ptr[i]),
            "an answer is told in plain letters");
    wait_answer_help(answer);
    wait_answer_verdict(answer);
}

static void ask(struct arena *arena, struct wait_target *target, str answer, size_t piece)
{
    int ends[2];
    fuzz_require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0, "a socket");
    struct wire wire = {.ours = ends[0], .theirs = ends[1]};
    CURLM *multi = curl_multi_init();
    struct wait_attempt attempt = {.multi = multi, .target = target};
    wait_attempt_begin(&attempt, ATTEMPT_MILLISECONDS);
    if (attempt.easy != NULL) {
        curl_easy_setopt(attempt.easy, CURLOPT_OPENSOCKETFUNCTION, hand_over);
        curl_easy_setopt(attempt.easy, CURLOPT_OPENSOCKETDATA, &wire);
    }
    converse(multi, &attempt, &wire, answer, piece);
    require_dull(arena, &attempt.answer);
    wait_attempt_end(&attempt);
    curl_multi_cleanup(multi);
    close(wire.ours);
    if (wire.theirs >= 0)
        close(wire.theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_ready;
    if (!is_ready)
        is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (size < 2)
        return 0;
    struct arena arena = {0};
    struct wait_target target = {
        .protocol = protocols[data[0] % ARRAY_COUNT(protocols)],
        .host = STR("127.0.0.1"),
        .port = 1,
        .path = STR("/"),
        .user = data[0] & 4 ? STR("shop") : STR(""),
        .tls = (enum wait_tls)((data[0] >> 3) % (WAIT_TLS_VERIFY_FULL + 1)),
    };
    ask(&arena, &target, (str){(const char *)data + 2, size - 2}, data[1] > 0 ? data[1] : SIZE_MAX);
    arena_free(&arena);
    return 0;
}
