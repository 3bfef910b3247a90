/*
 * What the running PostgreSQL servers say: one row for each login of the deployment, as it was tried.
 *
 * A run that is given an asker has facts->live filled before anything is judged, else it is NULL. Rows live
 * in the arena of the facts and change no more. Their texts were chosen by servers.
 */
#ifndef FACTS_LIVE_H
#define FACTS_LIVE_H

#include "facts/facts.h"
#include "live/state.h"

/* Who asks: brought by the command line, since it starts a program. */
struct live_asker {
    void *self;
    void (*ask)(void *self, struct facts *facts); /* fills facts->live */
};

/* Sessions of a role in a database. */
struct live_sessions {
    str role, database;
    int64_t count;
};

/* A role or database and its CONNECTION LIMIT; -1: none. */
struct live_limit {
    str name;
    int64_t limit;
};

struct live_extension {
    str name;
    bool is_created; /* in this database; else the server could create it */
};

/* PgBouncer's settings by SHOW CONFIG; -1: not said. */
struct live_pooler {
    bool is_known;
    int64_t max_client_conn, default_pool_size, reserve_pool_size, max_db_connections;
    str mode;
    int64_t clients, waiting; /* SHOW POOLS, all pools together */
};

/* What an accepted login was told. A number is -1 where the server did not say. */
struct live_answer {
    bool has_server, has_sessions, has_roles, has_extensions;
    int64_t version; /* server_version_num: 150018 */
    int64_t max_connections, superuser_reserved, reserved, replicas;
    bool is_standby;
    VEC(struct live_sessions) sessions;
    VEC(struct live_limit) roles, databases; /* of those that the deployment names: the ones that exist */
    VEC(struct live_extension) extensions;   /* of those that it names: the ones that the server has */
    struct live_pooler pooler;
};

struct live_login {
    VEC(const struct connection *) connections; /* that log in so; never empty */
    const struct server *server;                /* NULL: the facts have no such row */
    str label;                                  /* "db:5432", as the deployment says it */
    str asked;                                  /* where it was asked, where --map says so; else empty */
    str host, user, database;
    int32_t port;
    bool is_console; /* the administrative database of a pooler: what it refuses says nothing */
    bool is_answered;
    enum live_state state;
    str sqlstate;
    struct live_answer answer;
};

struct live {
    VEC(struct live_login) logins;
    str_vec unasked; /* "DATABASE_URL: it names no user", for each connection that could not be asked about */
    str fault;       /* why nobody was asked; empty: all were */
    bool fault_is_usage; /* the words of the command line are wrong */
};

/* The first answer with the server's numbers that a login at the server got, or NULL. */
const struct live_answer *OR_NULL live_of_server(const struct facts *facts, const struct server *server);
/* What a pooler's console said, or NULL. */
const struct live_pooler *OR_NULL live_of_pooler(const struct facts *facts, const struct server *server);
/* Whether a login at the server was accepted or refused. */
bool live_has_answered(const struct facts *facts, const struct server *server);
/* Whether the role exists: 1, 0, or -1 where no login at the server was told. */
int live_has_role(const struct facts *facts, const struct live_login *login);
/* A name as SQL takes it, in quotes where it needs them. */
str live_identifier(struct arena *arena, str name);
/* "15.18", "9.6.2" */
str live_version_text(struct arena *arena, int64_t version);
/* All sessions together; -1: not said. */
int64_t live_session_count(const struct live_answer *answer);
/* Slots that programs do not get. */
int64_t live_reserved(const struct live_answer *answer);
/* "primary with 2 replicas" */
str live_part_text(struct arena *arena, const struct live_answer *answer);
/* "PostgreSQL 15.18, max_connections 100, 3 reserved, 12 sessions (shop 10, auth 2), primary" */
str live_answer_text(struct arena *arena, const struct live_answer *answer);
/* An extension that a server is to have. */
struct live_wish {
    str extension;
    span at;         /* the line of bootgate.yaml; nowhere: the server's own image brings it */
    bool must_exist; /* created in a database; else it is enough that the server could create it */
};

typedef VEC(struct live_wish) live_wishes;
/* What `servers: NAME: {extensions: […]}` and the server's image say of it. */
live_wishes live_wishes_of(const struct facts *facts, const struct server *server);

#endif
