/*
 * The families of servers: how their connection strings are read, and what their servers have in common.
 *
 * One constant table with ids; everything else holds an id and asks the row. Rows carry their own sentence
 * for lists and help.
 */
#ifndef DSN_FAMILY_H
#define DSN_FAMILY_H

#include "base/null.h"
#include "dsn/client.h"
#include "dsn/family_list.h"

enum family_id {
#define FAMILY_ID(id, name) FAMILY_##id,
    FAMILY_LIST(FAMILY_ID)
#undef FAMILY_ID
        FAMILY_COUNT,
};

enum {
    FAMILY_CLIENTS_MAX = 12,
    FAMILY_STANDING_MAX = 2,
};

struct dsn_family {
    str about;
    int32_t port;        /* where the scheme has none of its own; 0: none */
    str listens;         /* every port that its servers listen on by themselves; empty: not known */
    str default_host;    /* where a client goes that is given none; empty: nowhere */
    bool file;           /* a file, no server */
    bool is_program;     /* what answers may be any program: it is no store by being spoken to */
    bool signs_requests; /* each one for itself: it may well be open to the web */
    bool dialect;        /* a SQLAlchemy dialect: scheme+driver belongs to SQLAlchemy */
    bool plain_path;     /* the path of its URLs names no database */
    bool aliases;        /* a name without port and database may be one of the client's own list of servers */
    bool token_user;     /* a user without a password is often a token: never show it */
    enum client_id clients[FAMILY_CLIENTS_MAX]; /* who reads its URLs, most likely first */
    uint8_t client_count;
    uint8_t unlikely_count;            /* the last of them, whose reading is shown and not judged */
    enum client_id by_transport;       /* who writes tcp:// and tls:// for its scheme; CLIENT_LIBPQ: nobody */
    enum family_id carrier;            /* its clients' strings are those of this family; NONE: its own */
    bool answers_web;                  /* its servers take the same login over HTTP, at a port of its own */
    bool pooled;                       /* each connection takes one of a server's numbered slots */
    bool named_databases;              /* a server creates one database, and clients name the one they want */
    str standing[FAMILY_STANDING_MAX]; /* databases that are there before anybody creates one */
    str password_change;  /* what changes a password in the server's own data, of {user}; empty: nothing */
    str root_change;      /* the same for root, of which its images make two; empty: as for everybody */
    bool takes_hashes;    /* that statement also takes what the server stores, as PgBouncer's lists hold it */
    str client_password;  /* what its clients send with a user and no password, see client_password_by */
    bool is_asked;        /* bootgate-live speaks with its servers */
    bool trusts_loopback; /* its images ask nobody for a password who comes over loopback (initdb's trust) */
    bool refuses_needless; /* a server without a password refuses whoever sends one */
    bool opens_files;      /* its images take X_FILE for a login's X (docker-library, file_env) */
    str client_password_by;
};

enum scheme_tls {
    TLS_BY_PARAMETER, /* the scheme does not say */
    TLS_NO,
    TLS_YES,
};

struct dsn_scheme {
    str name; /* lower case */
    enum family_id family;
    int32_t port; /* 0: the family's */
    enum scheme_tls tls;
    bool list;           /* a comma list of servers, which only its own libraries read */
    bool socket;         /* the path is a Unix socket */
    bool named;          /* where others have a host it has the name of an account, a project, a bucket */
    enum client_id only; /* the one client that writes it so; CLIENT_LIBPQ: the family's clients */
};

const struct dsn_family *family_row(enum family_id id);       /* never NULL; of FAMILY_NONE an empty row */
enum family_id family_id_of(const struct dsn_family *family); /* FAMILY_NONE for NULL */
str family_name(enum family_id id);                           /* empty for FAMILY_NONE */
/* Whether a connection of one family may lead to a server of the other: an unknown one may be any. */
bool family_reaches(enum family_id connection, enum family_id server);
/* The rows in table order, NULL past the end. */
const struct dsn_scheme *scheme_at(size_t index);
/* The row of a scheme, or of its dialect where the whole is unknown ("postgresql+asyncpg"); NULL: unknown. */
const struct dsn_scheme *OR_NULL scheme_find(str scheme);
/* What Celery hands on to SQLAlchemy of db+postgresql and sqla+mysql; empty: it is no such scheme. */
str scheme_wrapped(str scheme);
/* The data store's scheme that an unknown one is a letter away from: "postgre", "posgresql"; empty: none. */
str scheme_nearest(str scheme);
/* True when one letter more, less, another, or two that change places make `a` into `b` in any case. */
bool is_one_letter_off(str a, str b);

#endif
