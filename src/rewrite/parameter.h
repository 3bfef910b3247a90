/*
 * What a connection string's parameters say: which ones its driver refuses, and whether TLS is on.
 *
 * Results live in the arena.
 */
#ifndef REWRITE_PARAMETER_H
#define REWRITE_PARAMETER_H

#include "dsn/dsn.h"

/* One parameter that the driver refuses, or misreads. */
struct parameter_fault {
    struct dsn_part key; /* where it stands */
    str spelling;        /* the right name, empty: there is none */
    str about;           /* what to do instead; never holds a value */
};

typedef VEC(struct parameter_fault) parameter_faults;

/*
 * The parameters that `reader` refuses: "libpq", "asyncpg" (its own DSN), a SQLAlchemy driver, or empty: the
 * driver that the scheme names. A bare postgresql:// with an empty reader has none.
 */
parameter_faults dsn_parameter_faults(struct arena *arena, const struct dsn *dsn, str reader);

enum dsn_tls {
    DSN_TLS_UNKNOWN, /* the driver's default decides, or the server */
    DSN_TLS_NO,
    DSN_TLS_YES,
};

/* By scheme and parameters: rediss://, sslmode=require, tls=true, encrypt=false, … */
enum dsn_tls dsn_uses_tls(const struct dsn *dsn);

#endif
