#include "live/state.h"

static const struct live_state_row states[] = {
    [LIVE_ACCEPTED] = {STR_INIT("accepted"), LIVE_KIND_ACCEPTED, STR_INIT("accepts the login")},
    [LIVE_NAME_UNKNOWN] = {STR_INIT("name-unknown"), LIVE_KIND_AGAIN,
        STR_INIT("has a name that is not known here")},
    [LIVE_REFUSED] = {STR_INIT("refused"), LIVE_KIND_AGAIN,
        STR_INIT("refuses the connection: nothing listens there")},
    [LIVE_NO_ROUTE] = {STR_INIT("no-route"), LIVE_KIND_AGAIN, STR_INIT("cannot be reached from here")},
    [LIVE_NO_SOCKET] = {STR_INIT("no-socket"), LIVE_KIND_AGAIN,
        STR_INIT("has no socket that can be opened here")},
    [LIVE_SILENT] = {STR_INIT("silent"), LIVE_KIND_AGAIN, STR_INIT("does not answer in time")},
    [LIVE_CLOSED] = {STR_INIT("closed"), LIVE_KIND_AGAIN, STR_INIT("hangs up before the login is done")},
    [LIVE_STARTING] = {STR_INIT("starting"), LIVE_KIND_AGAIN, STR_INIT("is still starting up")},
    [LIVE_STOPPING] = {STR_INIT("stopping"), LIVE_KIND_AGAIN, STR_INIT("is shutting down")},
    [LIVE_STRANGE] = {STR_INIT("strange"), LIVE_KIND_NEVER, STR_INIT("does not speak as PostgreSQL does")},
    [LIVE_TLS_FAILED] = {STR_INIT("tls-failed"), LIVE_KIND_NEVER,
        STR_INIT("has a certificate that is not trusted, or the TLS handshake fails")},
    [LIVE_TLS_MISSING] = {STR_INIT("tls-missing"), LIVE_KIND_NEVER,
        STR_INIT("has no TLS, which the connection string demands")},
    [LIVE_NO_AUTHORITY] = {STR_INIT("no-authority"), LIVE_KIND_NEVER,
        STR_INIT("cannot be verified: the file of certificates is not readable here")},
    [LIVE_UNSENDABLE] = {STR_INIT("unsendable"), LIVE_KIND_NEVER,
        STR_INIT("is not asked: a part of the login is too long, or holds a NUL byte")},
    [LIVE_FAILED] = {STR_INIT("failed"), LIVE_KIND_NEVER, STR_INIT("could not be asked")},
    [LIVE_PASSWORD_WRONG] = {STR_INIT("password-wrong"), LIVE_KIND_LOGIN, STR_INIT("refuses the password")},
    [LIVE_PASSWORD_MISSING] = {STR_INIT("password-missing"), LIVE_KIND_LOGIN,
        STR_INIT("asks for a password, and none is given")},
    [LIVE_NOT_ADMITTED] = {STR_INIT("not-admitted"), LIVE_KIND_LOGIN,
        STR_INIT("has no line in pg_hba.conf that lets the login in")},
    [LIVE_TLS_DEMANDED] = {STR_INIT("tls-demanded"), LIVE_KIND_LOGIN,
        STR_INIT("lets the login in over TLS alone")},
    [LIVE_ROLE_MISSING] = {STR_INIT("role-missing"), LIVE_KIND_LOGIN,
        STR_INIT("has no such role, or one that may not log in")},
    [LIVE_ROLE_BARRED] = {STR_INIT("role-barred"), LIVE_KIND_LOGIN,
        STR_INIT("has the role, which may not log in")},
    [LIVE_DATABASE_MISSING] = {STR_INIT("database-missing"), LIVE_KIND_LOGIN,
        STR_INIT("has no such database")},
    [LIVE_DATABASE_CLOSED] = {STR_INIT("database-closed"), LIVE_KIND_LOGIN,
        STR_INIT("accepts no connections to the database")},
    [LIVE_DATABASE_DENIED] = {STR_INIT("database-denied"), LIVE_KIND_LOGIN,
        STR_INIT("does not let the role connect to the database")},
    [LIVE_SLOTS_GONE] = {STR_INIT("slots-gone"), LIVE_KIND_LOGIN, STR_INIT("has no connection slot left")},
    [LIVE_ROLE_FULL] = {STR_INIT("role-full"), LIVE_KIND_LOGIN,
        STR_INIT("has as many sessions of the role as the role may hold")},
    [LIVE_DATABASE_FULL] = {STR_INIT("database-full"), LIVE_KIND_LOGIN,
        STR_INIT("has as many sessions in the database as it may hold")},
    [LIVE_POOLER_LOGIN] = {STR_INIT("pooler-login"), LIVE_KIND_LOGIN,
        STR_INIT(
            "is a pooler that refuses the password, the role or the database, or that cannot log in at the "
            "server behind it")},
    [LIVE_POOLER_DOOR] = {STR_INIT("pooler-door"), LIVE_KIND_LOGIN,
        STR_INIT("is a pooler that does not know the database, or takes no more clients")},
    [LIVE_TURNED_AWAY] = {STR_INIT("turned-away"), LIVE_KIND_LOGIN, STR_INIT("refuses the login")},
};

const struct live_state_row *live_state_row(enum live_state state)
{
    return &states[state];
}

bool live_state_find(str word, enum live_state *ret_state)
{
    for (enum live_state state = 0; state < LIVE_STATE_COUNT; state++) {
        if (str_eq(states[state].word, word)) {
            *ret_state = state;
            return true;
        }
    }
    return false;
}
