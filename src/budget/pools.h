/*
 * What client libraries and programs open unless told otherwise: default pools, worker processes, variables.
 *
 * Const tables that live for ever, written with their sources in rules/: pools.yaml, programs.yaml,
 * pool-names.yaml and worker-names.yaml. Adding a library, a program or a spelling touches one row.
 */
#ifndef BUDGET_POOLS_H
#define BUDGET_POOLS_H

#include "base/null.h"
#include "budget/count.h"
#include "dsn/family.h"

/* A library (or a program with a pool of its own) and its ceiling per process. */
struct pool_library {
    str name;               /* as `each:` names it */
    int64_t each;           /* NUMBER_UNBOUNDED: none */
    int64_t per_cpu;        /* further connections per processor */
    int64_t least;          /* never fewer than these */
    int64_t overflow;       /* the part of `each` that a separate setting governs */
    str variables;          /* names between blanks that set it, highest first; empty: none */
    bool is_zero_unbounded; /* 0 means no ceiling, */
    int64_t zero_since;     /* … from this major version on; 0: from the first */
    bool is_open;           /* nobody sets a ceiling unless told: the usual number is assumed */
    bool is_per_thread;     /* each thread or greenlet opens `each` */
    bool is_unsized;        /* a program's settings of its pool are not about it */
    str told_by;            /* variables that tell it, */
    enum family_id family;  /* … or the kind of server that the string leads to; NONE: none of these */
    str instead;            /* … in the place of that library */
    bool is_one_process;    /* its programs are one process each */
    str how;                /* how it is set, in words */
    str source;
};

/* A program and how many processes with a pool of their own it starts. */
struct pool_program {
    str name;                   /* the last part of its path, or an image's repository */
    str subcommand;             /* an argument that must be there: worker; empty: none */
    str option;                 /* --workers, without dashes, names between blanks; empty: none */
    str short_option;           /* w; empty: none */
    str range_option;           /* an option MAX,MIN that wins over it: celery's autoscale */
    str model_option;           /* celery's --pool: */
    str model_short;            /* P; empty: none */
    str shared_models;          /* words between blanks that mean one process with one pool */
    bool parent;                /* with the option, the parent process connects as well: pg_dump -j */
    str arguments;              /* a variable that holds further words: GUNICORN_CMD_ARGS */
    str variables;              /* names between blanks in the program's own order, highest first */
    int64_t processes;          /* unless told otherwise; 0: one per processor */
    bool is_fixed;              /* it never is more than `processes` */
    str threads, threads_short; /* options between blanks that set threads or greenlets of a process */
    str thread_variables;       /* … and variables, where no file of the program says */
    int64_t usual_threads;      /* unless told otherwise; 0: one */
    str greenlet_models;        /* words of model_option under which greenlets run instead */
    str greenlets, greenlets_short;
    int64_t usual_greenlets;
    str scripts;       /* words in a start script's name that tell it */
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
    POOL_SIZE,     /* NADOO_DB_POOL_SIZE, SQLALCHEMY_POOL_SIZE, … */
    POOL_OVERFLOW, /* NADOO_DB_MAX_OVERFLOW, … */
};

/* How the name of a variable ends that sizes a pool. */
struct pool_name {
    str words; /* one blank between; in the name anything or nothing may be there */
    enum pool_role role;
    str library; /* whose it is; empty: anybody's */
};

/* A variable that start scripts make a number of processes of. */
struct worker_name {
    str name, program;
};

/* The longest ending that fits a variable's name, with any prefix; `ret_prefix` is what is before. */
const struct pool_name *OR_NULL pool_name_of_variable(str name, str *ret_prefix);
/* It sets the pool of some library: `variables` of any. */
bool pool_is_read_by_library(str name);
/* The same letters, whatever is between them and whatever their case. */
bool pool_is_same_name(str name, str other);
size_t worker_name_count(void);
const struct worker_name *worker_name_at(size_t index);

#endif
