/*
 * What a PgBouncer keeps open on both sides, as its own settings say.
 *
 * Read from a pgbouncer.ini that the service mounts, else from the variables of the usual images, else
 * PgBouncer's defaults. Plain values whose texts live in the arena of the run.
 */
#ifndef BUDGET_POOLER_H
#define BUDGET_POOLER_H

#include "budget/count.h"
#include "budget/settings.h"

/* One line of [databases]: where it leads and what bounds it. */
struct pooler_database {
    str name; /* "*": whatever clients ask for */
    str host;
    int32_t port;
    str user; /* forced: one pool, whoever the client is; empty: a pool per user */
    struct count pool_size, reserve_pool_size;
    struct count max_connections; /* COUNT_ABSENT or 0: no limit of its own */
    span at;
};

struct pooler {
    bool known;    /* it is a PgBouncer; false: of another kind, nothing is known */
    str mode;      /* session, transaction, statement */
    str auth_type; /* md5, scram-sha-256, trust, …; empty: not said */
    str auth_name; /* the setting or variable that says it */
    span auth_at;
    str_vec users; /* of auth_file, without those of its console */
    struct count max_client_conn;
    span at;                               /* where max_client_conn is written, else the service's image */
    VEC(struct pooler_database) databases; /* never empty when known; an empty host: not said */
};

/* Its pgbouncer.ini, empty where it has none that can be read here. */
struct settings pooler_settings(const struct settings_reader *reader);
struct pooler pooler_of_service(const struct settings_reader *reader);

#endif
