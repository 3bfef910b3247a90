/*
 * How a login at a PostgreSQL server ended: the words that bootgate-live and bootgate share.
 *
 * Constant tables. bootgate-live finds the state (live/login.h), bootgate judges it (facts/live.h).
 *
 * bootgate-live reads a JSON object a line from its standard input, a login to try, and writes one for each
 * to its standard output: its `id`, its `state`, what the server said. Texts that a server or a file chose
 * are percent-encoded, so that any byte can be part of them. A password crosses this pipe and nothing else.
 *
 *   {"id": 0, "host": "db", "port": 5432, "user": "shop", "password": "…", "database": "shop",
 *    "tls": "prefer", "roles": ["shop", "auth"], "databases": ["shop"], "extensions": ["vector"]}
 *   {"id": 0, "state": "accepted", "server": {"version": 150018, "max_connections": 100, …},
 *    "sessions": [["shop", "shop", 3]], "roles": [["shop", -1]], "databases": [["shop", -1]],
 *    "extensions": [["vector", false]]}
 *   {"id": 1, "state": "password-wrong", "sqlstate": "28P01"}
 */
#ifndef LIVE_STATE_H
#define LIVE_STATE_H

#include "base/str.h"

enum live_state {
    LIVE_FAILED, /* nobody has answered for it */
    LIVE_ACCEPTED,
    /* The server does not answer, or not yet. */
    LIVE_NAME_UNKNOWN,
    LIVE_REFUSED,
    LIVE_NO_ROUTE,
    LIVE_NO_SOCKET,
    LIVE_SILENT,
    LIVE_CLOSED,
    LIVE_STARTING,
    LIVE_STOPPING,
    /* It answers, and nothing of use will come of it. */
    LIVE_STRANGE,
    LIVE_TLS_FAILED,
    LIVE_TLS_MISSING,
    LIVE_NO_AUTHORITY,
    LIVE_UNSENDABLE, /* never on the pipe: what does not fit through it */
    /* It refuses this login. */
    LIVE_PASSWORD_WRONG,
    LIVE_PASSWORD_MISSING,
    LIVE_NOT_ADMITTED,
    LIVE_TLS_DEMANDED,
    LIVE_ROLE_MISSING,
    LIVE_ROLE_BARRED,
    LIVE_DATABASE_MISSING,
    LIVE_DATABASE_CLOSED,
    LIVE_DATABASE_DENIED,
    LIVE_SLOTS_GONE,
    LIVE_ROLE_FULL,
    LIVE_DATABASE_FULL,
    LIVE_POOLER_LOGIN,
    LIVE_POOLER_DOOR,
    LIVE_TURNED_AWAY,
    LIVE_STATE_COUNT,
};

/* What a state means for whoever asked. */
enum live_kind {
    LIVE_KIND_ACCEPTED,
    LIVE_KIND_AGAIN, /* may come right by itself */
    LIVE_KIND_NEVER, /* nothing was learned, and waiting does not help */
    LIVE_KIND_LOGIN, /* the server has answered, and its answer is no */
};

struct live_state_row {
    str word; /* on the pipe */
    enum live_kind kind;
    str sentence; /* what it did, after the server's name: "refuses the connection" */
};

const struct live_state_row *live_state_row(enum live_state state);
/* False: no such word. */
bool live_state_find(str word, enum live_state *ret_state);

enum {
    LIVE_TEXT_BYTES = 8 * 1024, /* of one text; a token in a password's place has some thousand */
    LIVE_ROWS = 1000,           /* rows of one question */
    LIVE_LOGINS = 1000,         /* lines of one request */
};

#endif
