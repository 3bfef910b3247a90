#include "wait/answer.h"

struct state_row {
    enum wait_verdict verdict;
    str text, help;
};

static const struct state_row states[WAIT_STATE_COUNT] = {
    [WAIT_PENDING] = {WAIT_AGAIN, STR_INIT("connecting"), STR_INIT("")},
    [WAIT_NAME_UNKNOWN] = {WAIT_AGAIN, STR_INIT("name not found"), STR_INIT("")},
    [WAIT_REFUSED] = {WAIT_AGAIN, STR_INIT("connection refused"), STR_INIT("")},
    [WAIT_UNREACHABLE] = {WAIT_AGAIN, STR_INIT("no route to it"), STR_INIT("")},
    [WAIT_NO_SOCKET] = {WAIT_AGAIN, STR_INIT("no such socket"), STR_INIT("")},
    [WAIT_DENIED] = {WAIT_AGAIN, STR_INIT("permission denied"), STR_INIT("")},
    [WAIT_SILENT] = {WAIT_AGAIN, STR_INIT("no answer"), STR_INIT("")},
    [WAIT_CLOSED] = {WAIT_AGAIN, STR_INIT("closed without an answer"), STR_INIT("")},
    [WAIT_TLS_FAILED] = {WAIT_AGAIN, STR_INIT("TLS handshake failed"), STR_INIT("")},
    [WAIT_NO_MEMORY] = {WAIT_AGAIN, STR_INIT("not enough memory to ask it"), STR_INIT("")},
    [WAIT_STRANGE] = {WAIT_AGAIN, STR_INIT("an answer in another protocol"), STR_INIT("")},
    [WAIT_STARTING] = {WAIT_AGAIN, STR_INIT("starting up"), STR_INIT("")},
    [WAIT_NO_SLOT] = {WAIT_AGAIN, STR_INIT("no connection slot left"), STR_INIT("")},
    [WAIT_SQLSTATE] = {WAIT_AGAIN, STR_INIT("refused"), STR_INIT("")},
    [WAIT_STATUS] = {WAIT_AGAIN, STR_INIT("HTTP status"), STR_INIT("")},
    [WAIT_READY] = {WAIT_DONE, STR_INIT("ready"), STR_INIT("")},
    [WAIT_UNAUTHORIZED] = {WAIT_NEVER, STR_INIT("HTTP status"),
        STR_INIT("it asks for credentials: name a path that answers without, or expect this status")},
    [WAIT_UNTRUSTED] = {WAIT_NEVER, STR_INIT("its certificate is not trusted"),
        STR_INIT("check the host name, or name its authority's certificate in SSL_CERT_FILE")},
    [WAIT_NO_CA] = {WAIT_NEVER, STR_INIT("no certificates to check it with"),
        STR_INIT("install ca-certificates, or name a bundle in SSL_CERT_FILE")},
    [WAIT_NO_TLS] = {WAIT_NEVER, STR_INIT("it offers no TLS, which sslmode demands"),
        STR_INIT("switch ssl on at the server, or change sslmode")},
    [WAIT_NO_DATABASE] = {WAIT_NEVER, STR_INIT("the database does not exist"),
        STR_INIT("create it, or correct its name")},
    [WAIT_NO_LOGIN] = {WAIT_NEVER, STR_INIT("it refuses this user"),
        STR_INIT("check that the role exists and that pg_hba.conf lets it in from here")},
};

enum wait_verdict wait_answer_verdict(const struct wait_answer *answer)
{
    return states[answer->state].verdict;
}

bool wait_answer_equal(const struct wait_answer *a, const struct wait_answer *b)
{
    return a->state == b->state && a->status == b->status &&
           memcmp(a->sqlstate, b->sqlstate, sizeof a->sqlstate) == 0;
}

void wait_answer_print(struct buf *out, const struct wait_answer *answer)
{
    buf_str(out, states[answer->state].text);
    if (answer->status)
        buf_printf(out, " %d", answer->status);
    if (answer->sqlstate[0])
        buf_printf(out, " (%s)", answer->sqlstate);
}

str wait_answer_help(const struct wait_answer *answer)
{
    return states[answer->state].help;
}
