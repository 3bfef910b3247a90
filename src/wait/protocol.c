#include "wait/protocol.h"

#include <errno.h>
#include <stdio.h>

enum { CONNECT_MILLISECONDS = 2000 };

static void tcp_ended(struct wait_attempt *attempt, CURLcode code)
{
    if (code == CURLE_OK)
        wait_attempt_answer(attempt, WAIT_READY);
    else
        wait_attempt_fail(attempt, code);
}

const struct wait_protocol wait_protocol_tcp = {
    .name = STR_INIT("tcp"),
    .scheme = "http",
    .connects_only = true,
    .about = STR_INIT("ready when a connection is accepted"),
    .transfer_ended = tcp_ended,
};

static const struct wait_protocol *const protocols[] = {
    &wait_protocol_tcp,
    &wait_protocol_http,
    &wait_protocol_https,
    &wait_protocol_postgres,
};

const struct wait_protocol *wait_protocol_at(size_t index)
{
    return index < ARRAY_COUNT(protocols) ? protocols[index] : NULL;
}

const struct wait_protocol *wait_protocol_find(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(protocols); i++)
        if (str_eq(protocols[i]->name, name))
            return protocols[i];
    return NULL;
}

/* Builds the URL from its parts, so that no byte of a host can become anything but the host. */
static bool set_url(CURL *easy, const struct wait_target *target, const char *scheme)
{
    bool is_v6 = str_has_byte(target->host, ':');
    const char *open = is_v6 ? "[" : "", *close = is_v6 ? "]" : "";
    char host[300];
    /* Over a Unix socket the host is in the Host: header only. */
    snprintf(host, sizeof host, "%s%s%s", open, target->host.len > 0 ? target->host.ptr : "localhost", close);
    char port[12];
    snprintf(port, sizeof port, "%d", target->port > 0 ? target->port : 80);

    CURLU *url = curl_url();
    char *text = NULL;
    bool ok = url && curl_url_set(url, CURLUPART_SCHEME, scheme, 0) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_HOST, host, 0) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_PORT, port, 0) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_PATH, target->path.ptr, 0) == CURLUE_OK &&
              curl_url_set(url, CURLUPART_QUERY, target->query.ptr, 0) == CURLUE_OK &&
              curl_url_get(url, CURLUPART_URL, &text, 0) == CURLUE_OK &&
              curl_easy_setopt(easy, CURLOPT_URL, text) == CURLE_OK;
    curl_free(text);
    curl_url_cleanup(url);
    return ok;
}

/* Options that are texts, which libcurl copies. Without one of them another place would be asked. */
static bool set_texts(CURL *easy, const struct wait_target *target)
{
    const char *socket = target->socket.len > 0 ? target->socket.ptr : NULL;
    bool is_abstract = str_starts(target->socket, STR("@"));
    /* A proxy of the environment would be asked instead of the target. */
    return curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_NOPROXY, "*") == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           (target->authority.len == 0 ||
               curl_easy_setopt(easy, CURLOPT_CAINFO, target->authority.ptr) == CURLE_OK) &&
           (socket == NULL || is_abstract ||
               curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, socket) == CURLE_OK) &&
           (!is_abstract || curl_easy_setopt(easy, CURLOPT_ABSTRACT_UNIX_SOCKET, socket + 1) == CURLE_OK);
}

CURL *wait_attempt_handle(struct wait_attempt *attempt, const char *scheme)
{
    CURL *easy = curl_easy_init();
    if (easy && (!set_url(easy, attempt->target, scheme) || !set_texts(easy, attempt->target))) {
        curl_easy_cleanup(easy);
        return NULL;
    }
    if (easy) {
        const struct wait_target *target = attempt->target;
        curl_easy_setopt(easy, CURLOPT_PRIVATE, attempt);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
        /* A container that is made anew has another address. */
        curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        /* A connection for a conversation must outlive libcurl's own part; it is closed with its handle. */
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, target->protocol->connects_only ? 0L : 1L);
        /* A name server that hangs must not hold up the end. */
        curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MILLISECONDS);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)attempt->milliseconds);
        curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, target->protocol->connects_only ? 1L : 0L);
    }
    return easy;
}

void wait_attempt_begin(struct wait_attempt *attempt, int64_t milliseconds)
{
    *attempt = (struct wait_attempt){
        .multi = attempt->multi,
        .target = attempt->target,
        .milliseconds = milliseconds,
    };
    const struct wait_protocol *protocol = attempt->target->protocol;
    attempt->easy = wait_attempt_handle(attempt, protocol->scheme);
    if (!attempt->easy) {
        wait_attempt_answer(attempt, WAIT_NO_MEMORY);
        return;
    }
    if (protocol->configure)
        protocol->configure(attempt);
    if (curl_multi_add_handle(attempt->multi, attempt->easy) != CURLM_OK)
        wait_attempt_answer(attempt, WAIT_NO_MEMORY);
}

void wait_attempt_transfer_ended(struct wait_attempt *attempt, CURLcode code)
{
    if (!attempt->has_ended)
        attempt->target->protocol->transfer_ended(attempt, code);
}

void wait_attempt_converse(struct wait_attempt *attempt)
{
    if (!attempt->has_ended && attempt->step > 0)
        attempt->target->protocol->converse(attempt);
}

bool wait_attempt_waits(const struct wait_attempt *attempt, struct curl_waitfd *ret_wait)
{
    short events = attempt->step > 0 ? attempt->target->protocol->waits_for(attempt) : 0;
    CURL *easy = attempt->upgraded ? attempt->upgraded : attempt->easy;
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (events == 0 || curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK)
        return false;
    *ret_wait = (struct curl_waitfd){.fd = socket, .events = events};
    return socket != CURL_SOCKET_BAD;
}

void wait_attempt_answer(struct wait_attempt *attempt, enum wait_state state)
{
    attempt->answer.state = state;
    attempt->has_ended = true;
}

struct code_row {
    CURLcode code;
    enum wait_state state;
};

static const struct code_row codes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, WAIT_NAME_UNKNOWN},
    {CURLE_URL_MALFORMAT, WAIT_NAME_UNKNOWN}, /* no name under IDNA */
    {CURLE_OUT_OF_MEMORY, WAIT_NO_MEMORY},
    {CURLE_OPERATION_TIMEDOUT, WAIT_SILENT},
    {CURLE_GOT_NOTHING, WAIT_CLOSED},
    {CURLE_RECV_ERROR, WAIT_CLOSED},
    {CURLE_SEND_ERROR, WAIT_CLOSED},
    {CURLE_PARTIAL_FILE, WAIT_CLOSED},
    {CURLE_SSL_CONNECT_ERROR, WAIT_TLS_FAILED},
    {CURLE_PEER_FAILED_VERIFICATION, WAIT_UNTRUSTED},
    {CURLE_SSL_ISSUER_ERROR, WAIT_UNTRUSTED},
    {CURLE_SSL_CACERT_BADFILE, WAIT_NO_CA},
};

/* libcurl says only "could not connect"; the system's error tells what kept it from that. */
static enum wait_state connect_state(CURL *easy)
{
    long error = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
    switch (error) {
    case ENOENT:
        return WAIT_NO_SOCKET;
    case EACCES:
    case EPERM:
        return WAIT_DENIED;
    case EHOSTUNREACH:
    case ENETUNREACH:
        return WAIT_UNREACHABLE;
    default:
        return WAIT_REFUSED;
    }
}

void wait_attempt_fail(struct wait_attempt *attempt, CURLcode code)
{
    if (code == CURLE_COULDNT_CONNECT) {
        wait_attempt_answer(attempt, connect_state(attempt->easy));
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (codes[i].code == code) {
            wait_attempt_answer(attempt, codes[i].state);
            return;
        }
    }
    wait_attempt_answer(attempt, WAIT_STRANGE);
}

static void end_handle(CURLM *multi, CURL **easy)
{
    if (*easy) {
        curl_multi_remove_handle(multi, *easy);
        curl_easy_cleanup(*easy);
        *easy = NULL;
    }
}

void wait_attempt_end(struct wait_attempt *attempt)
{
    end_handle(attempt->multi, &attempt->upgraded);
    end_handle(attempt->multi, &attempt->easy);
    attempt->step = 0;
}
