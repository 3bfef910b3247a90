/* HTTP readiness: the status alone decides, the body is read and dropped. */
#include "wait/protocol.h"

enum { BODY_BYTES = 64 * 1024, STATUS_UNAUTHORIZED = 401, STATUS_FORBIDDEN = 403 };

/* A body without end must not keep an attempt busy: a short count ends the transfer. */
static size_t discard_body(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    struct wait_attempt *attempt = user;
    attempt->discarded += size * count;
    return attempt->discarded <= BODY_BYTES ? size * count : 0;
}

static void http_configure(struct wait_attempt *attempt)
{
    curl_easy_setopt(attempt->easy, CURLOPT_WRITEFUNCTION, discard_body);
    curl_easy_setopt(attempt->easy, CURLOPT_WRITEDATA, attempt);
    curl_easy_setopt(attempt->easy, CURLOPT_USERAGENT, "bootgate-wait/" BOOTGATE_VERSION);
}

static bool is_expected(const struct wait_target *target, int status)
{
    if (target->expect.count == 0)
        return status >= 200 && status <= 299;
    vec_each(const struct wait_statuses *, range, &target->expect)
        if (status >= range->first && status <= range->last)
            return true;
    return false;
}

static void http_ended(struct wait_attempt *attempt, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(attempt->easy, CURLINFO_RESPONSE_CODE, &status);
    /* Below 200 the answer proper is still to come. With a status, a body that ends badly changes nothing. */
    if (status < 200) {
        wait_attempt_fail(attempt, code);
        return;
    }
    if (is_expected(attempt->target, (int)status)) {
        wait_attempt_answer(attempt, WAIT_READY);
        return;
    }
    attempt->answer.status = (int)status;
    bool is_refusal = status == STATUS_UNAUTHORIZED || status == STATUS_FORBIDDEN;
    wait_attempt_answer(attempt, is_refusal ? WAIT_UNAUTHORIZED : WAIT_STATUS);
}

const struct wait_protocol wait_protocol_http = {
    .name = STR_INIT("http"),
    .port = 80,
    .scheme = "http",
    .about = STR_INIT("ready when GET answers with an expected status"),
    .configure = http_configure,
    .transfer_ended = http_ended,
};

const struct wait_protocol wait_protocol_https = {
    .name = STR_INIT("https"),
    .port = 443,
    .scheme = "https",
    .about = STR_INIT("the same over TLS, with the certificate checked"),
    .configure = http_configure,
    .transfer_ended = http_ended,
};
