/*
 * One login at one server: connect, show the password, and say how it ended.
 *
 * A connection belongs to its caller, who ends it with login_end(); texts of a login live in his arena and
 * end in a NUL. libpq's own messages, which repeat what they were given, are never kept: a state is told
 * by the SQLSTATE, by the server's routine that raised it, and by how far the start-up had come (PostgreSQL
 * documentation, "Message Flow" and "Error and Notice Message Fields").
 */
#ifndef LIVE_LOGIN_H
#define LIVE_LOGIN_H

#include "base/vec.h"
#include "live/state.h"

#include <libpq-fe.h>

struct login {
    int64_t id;
    str host, socket; /* where to connect: one of them; a socket is its directory */
    str verify;       /* the name that the certificate must have; empty: the host */
    int64_t port;
    str user, password, database;
    bool has_password;
    str tls, authority;               /* sslmode and sslrootcert as libpq has them; empty: its defaults */
    str certificate, key;             /* the client's own, sslcert and sslkey; empty: none */
    bool is_console;                  /* PgBouncer's own database */
    str roles, databases, extensions; /* to look up: names between LOGIN_SEPARATOR */
};

#define LOGIN_SEPARATOR "\x1f"

struct login_answer {
    enum live_state state;
    char sqlstate[6]; /* empty: the server gave none */
};

/* Milliseconds of the clock that deadlines are told by. */
int64_t login_clock(void);
/* What is to come of the socket before `deadline`; false: the time is up. */
bool login_wait(PGconn *connection, bool to_write, int64_t deadline);
/* The connection where the login is accepted, else NULL. */
PGconn *login_begin(const struct login *login, int64_t deadline, struct login_answer *ret_answer);
void login_end(PGconn *connection);

#endif
