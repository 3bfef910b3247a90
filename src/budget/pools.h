/*
 * What client libraries and programs open unless told otherwise: default pools, worker processes, variables.
 *
 * Const tables that live for ever, written with their sources in rules/pools.yaml and rules/programs.yaml:
 * adding a library, a program or a spelling touches one row.
 */
#ifndef BUDGET_POOLS_H
#define BUDGET_POOLS_H

#include "base/null.h"
#include "budget/count.h"

/* A library (or a program with a pool of its own) and its ceiling per process. */
struct pool_library {
    str name;         /* as `each:` names it */
    int64_t each;     /* NUMBER_UNBOUNDED: none */
    int64_t per_cpu;  /* further connections per processor */
    int64_t least;    /* never fewer than these */
    int64_t overflow; /* the part of `each` that a separate setting governs */
    str variables;    /* names between blanks that set it, highest first; empty: none */
    str how;          /* how it is set, in words */
    str source;
};

/* A program and how many processes with a pool of their own it starts. */
struct pool_program {
    str name;          /* the last part of its path, or an image's repository */
    str subcommand;    /* an argument that must be there: worker; empty: none */
    str option;        /* --workers, without dashes; empty: none */
    str short_option;  /* w; empty: none */
    str range_option;  /* an option MAX,MIN that wins over it: celery's autoscale */
    str model_option;  /* celery's --pool: */
    str model_short;   /* P; empty: none */
    str shared_models; /* words between blanks that mean one process with one pool */
    bool parent;       /* with the option, the parent process connects as well: pg_dump -j */
    str arguments;     /* a variable that holds further words: GUNICORN_CMD_ARGS */
    str variables;     /* names between blanks in the program's own order, highest first */
    int64_t processes; /* unless told otherwise; 0: one per processor */
    str library;       /* what it pools with by default; empty: not known */
    bool pooled_alone; /* `library` holds whatever the connection string's driver says */
    str source;
};

size_t pool_library_count(void);
const struct pool_library *pool_library_at(size_t index);
const struct pool_library *OR_NULL pool_library_find(str name); /* NULL: no such row */
/* Its ceiling with so many processors (0: not known, then COUNT_ABSENT where it depends on them). */
struct count pool_library_each(const struct pool_library *library, int64_t cpus);
/* By the driver in a connection string's scheme: asyncpg in postgresql+asyncpg. NULL: none is known. */
const struct pool_library *OR_NULL pool_library_of_driver(str scheme, str driver);

size_t pool_program_count(void);
const struct pool_program *pool_program_at(size_t index);

/* Whether a parameter of a connection string bounds the pool: connection_limit, pool_max_conns, … */
bool pool_is_parameter(str name);

enum pool_role {
    POOL_NONE,
    POOL_SIZE,     /* NADOO_DB_POOL_SIZE, SQLALCHEMY_POOL_SIZE, … */
    POOL_OVERFLOW, /* NADOO_DB_MAX_OVERFLOW, … */
};
/* What a variable of this name sets, with any prefix; `ret_prefix` is what is before. Never guesses from
 * *_MAX_CONNECTIONS: half of those mean the server. */
enum pool_role pool_role_of_variable(str name, str *ret_prefix);

#endif
