/*
 * What a target answered, and what that means for the wait.
 *
 * Plain values; the table's sentences live for ever.
 */
#ifndef WAIT_ANSWER_H
#define WAIT_ANSWER_H

#include "base/buf.h"

enum wait_state {
    WAIT_PENDING, /* no attempt has ended yet */
    WAIT_NAME_UNKNOWN,
    WAIT_REFUSED,
    WAIT_UNREACHABLE,
    WAIT_NO_SOCKET,
    WAIT_DENIED,
    WAIT_SILENT,
    WAIT_CLOSED,
    WAIT_TLS_FAILED,
    WAIT_NO_MEMORY,
    WAIT_STRANGE,
    WAIT_STARTING,
    WAIT_NO_SLOT,
    WAIT_SQLSTATE,
    WAIT_STATUS,
    WAIT_READY,
    WAIT_UNAUTHORIZED,
    WAIT_UNTRUSTED,
    WAIT_NO_CA,
    WAIT_NO_TLS,
    WAIT_NO_DATABASE,
    WAIT_NO_LOGIN,
    WAIT_STATE_COUNT,
};

enum wait_verdict {
    WAIT_AGAIN, /* may come right by itself: try again */
    WAIT_DONE,
    WAIT_NEVER, /* waiting cannot help: stop all at once */
};

struct wait_answer {
    enum wait_state state;
    int status;       /* of WAIT_STATUS and WAIT_UNAUTHORIZED: the HTTP status */
    char sqlstate[6]; /* of PostgreSQL's errors: five characters and a NUL */
};

enum wait_verdict wait_answer_verdict(const struct wait_answer *answer);
bool wait_answer_equal(const struct wait_answer *a, const struct wait_answer *b);
/* "connection refused", "starting up (57P03)", "HTTP status 503", … */
void wait_answer_print(struct buf *out, const struct wait_answer *answer);
/* What keeps it waiting for good, as an instruction; empty where nothing does. */
str wait_answer_help(const struct wait_answer *answer);

#endif
