/*
 * Changing a connection string's driver by splicing bytes.
 *
 * Only the scheme and the parameters that the target refuses or spells otherwise change; credentials, hosts,
 * path and parameter order stay byte for byte. What clients read differently is refused.
 */
#ifndef REWRITE_REWRITE_H
#define REWRITE_REWRITE_H

#include "dsn/dsn.h"

enum rewrite_error {
    REWRITE_OK,
    REWRITE_UNKNOWN_TARGET,
    REWRITE_NOT_A_DSN,
    REWRITE_NO_SUCH_FORM, /* the dialect has no driver of that kind */
    REWRITE_AMBIGUOUS,    /* clients disagree about the string */
    REWRITE_PARAMETER,    /* a parameter cannot be expressed */
};

struct rewrite_result {
    enum rewrite_error error;
    str reason;       /* never quotes the input */
    str text;         /* the new string */
    str_vec dropped;  /* parameter names */
    str_vec warnings; /* sentences without values */
};

/* `target`: sync, async, libpq, asyncpg, or a driver's name. */
struct rewrite_result dsn_rewrite(struct arena *arena, str text, str target);

#endif
