/*
 * How a target is asked: one row a protocol, and one attempt at a time over libcurl.
 *
 * An attempt owns its handles and its sockets from wait_attempt_begin() to wait_attempt_end().
 */
#ifndef WAIT_PROTOCOL_H
#define WAIT_PROTOCOL_H

#include "base/null.h"
#include "wait/answer.h"
#include "wait/target.h"

#include <curl/curl.h>

enum { WAIT_MESSAGE_BYTES = 10000 }; /* the longest start-up packet that PostgreSQL takes */

struct wait_attempt {
    CURLM *multi;
    CURL *easy;     /* NULL between attempts */
    CURL *upgraded; /* postgres: the same connection under TLS */
    const struct wait_target *target;
    int64_t milliseconds; /* that it may take */
    struct wait_answer answer;
    bool has_ended;
    size_t discarded; /* http: body bytes seen */
    /* The conversation over a connection that is made, of protocols that libcurl does not speak. */
    int step; /* 0: none yet */
    char message[WAIT_MESSAGE_BYTES];
    size_t message_len, message_at;
};

struct wait_protocol {
    str name;
    int port; /* 0: must be given */
    const char *scheme;
    bool connects_only; /* libcurl's part ends when the connection is made */
    str about;
    void (*configure)(struct wait_attempt *attempt); /* more options for attempt->easy; may be NULL */
    void (*transfer_ended)(struct wait_attempt *, CURLcode code); /* libcurl has done its part */
    void (*converse)(struct wait_attempt *attempt);               /* as far as it goes without blocking */
    short (*waits_for)(const struct wait_attempt *attempt);       /* CURL_WAIT_POLLIN, … or 0 */
};

extern const struct wait_protocol wait_protocol_tcp, wait_protocol_http, wait_protocol_https,
    wait_protocol_postgres;

/* The protocol of that name, or NULL. */
const struct wait_protocol *OR_NULL wait_protocol_find(str name);
/* The rows, for help texts; NULL past the last. */
const struct wait_protocol *wait_protocol_at(size_t index);

/* Starts to ask `attempt->target`, for at most `milliseconds`; the answer is there when `has_ended`. */
void wait_attempt_begin(struct wait_attempt *attempt, int64_t milliseconds);
/* A new handle with everything that all protocols have in common; NULL where memory is short. */
CURL *wait_attempt_handle(struct wait_attempt *attempt, const char *scheme);
/* libcurl ended a transfer of this attempt. */
void wait_attempt_transfer_ended(struct wait_attempt *attempt, CURLcode code);
/* Goes on with the conversation, where there is one, as far as it goes without blocking. */
void wait_attempt_converse(struct wait_attempt *attempt);
/* The socket and events that the conversation waits for; false where libcurl itself is at work. */
bool wait_attempt_waits(const struct wait_attempt *attempt, struct curl_waitfd *ret_wait);
/* Sets the answer. */
void wait_attempt_answer(struct wait_attempt *attempt, enum wait_state state);
/* Sets the answer that libcurl's `code` means. */
void wait_attempt_fail(struct wait_attempt *attempt, CURLcode code);
/* Gives back all handles and sockets; the answer stays. */
void wait_attempt_end(struct wait_attempt *attempt);

#endif
