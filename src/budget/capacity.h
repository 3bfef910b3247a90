/*
 * What a server can give: its limit, what it keeps for itself, and where that is written.
 *
 * Read from the workload that runs it the way the server itself would: command line over files over
 * image variables over built-in defaults. Plain values whose texts live in the arena of the run.
 */
#ifndef BUDGET_CAPACITY_H
#define BUDGET_CAPACITY_H

#include "budget/count.h"
#include "budget/settings.h"
#include "dsn/family.h"

/* How long a setting holds. */
enum capacity_hold {
    HOLD_ALWAYS,
    HOLD_FIRST_START, /* only where the volume was new when it was set */
};

enum capacity_remark_kind {
    REMARK_NEVER_EFFECTIVE, /* a limit that is set in a way the server never reads */
    REMARK_FIRST_START,     /* a limit that only a new volume gets */
    REMARK_REFUSED,         /* the server stops at this value */
    REMARK_UNREADABLE,      /* the file that says it cannot be read here */
};

/* Something about how the limit is set, at its place. */
struct capacity_remark {
    enum capacity_remark_kind kind;
    span at;
    str variable; /* empty: none */
    str message;  /* one sentence, lower case, no full stop */
    str help;
};

struct capacity {
    bool known;                   /* there is a number; false: usable and certain are meaningless */
    struct count max_connections; /* or max_client_conn of a pooler */
    struct count superuser_reserved, reserved; /* what it keeps; COUNT_ABSENT: nothing */
    struct count role_limit;                   /* COUNT_ABSENT: none */
    struct count outside; /* sessions of programs outside the budget, by the running server; `from`: whose */
    struct count shared_buffers, work_mem; /* in bytes, where somebody set them; COUNT_ABSENT: nobody did */
    int64_t usable;                        /* sessions that ordinary roles can hold together */
    int64_t certain; /* the same where settings for a new volume did not apply; usually equal */
    enum capacity_hold hold;
    bool is_usable_declared; /* `usable:` of the project: nothing comes off */
    bool cannot_start;       /* a remark says why */
    span at;                 /* where the limit is written: a word of the command, a line, the image */
    str hint;                /* a provider's documented limits, in words; empty: none */
    VEC(struct capacity_remark) remarks;
};

/* The limit of a server of the family that the service runs; not `is_limited`: it has not that one. */
struct capacity capacity_of_service(
    const struct settings_reader *reader, enum family_id family, bool is_limited);
/* Works out usable and certain from the counts; call again after a change. */
void capacity_settle(struct capacity *capacity);

/* PostgreSQL's reading of an integer setting (guc.c, parse_int): 0x14, 020, 20.4, 1e2; no quotes or units. */
bool capacity_parse_setting(str text, int64_t *ret_value);
/* The same of a setting of memory, 256MB or 1.5GB; a number without a unit counts `unit` bytes. */
bool capacity_parse_memory(str text, int64_t unit, int64_t *ret_bytes);
/* The major version that an image's tag names: 16 of postgres:16-alpine and pgvector:0.8.0-pg16; 0: none. */
int capacity_image_version(str image);

/* How a limit of a family looks that is set where nothing reads it. */
struct idle_limit {
    enum settings_syntax syntax;
    str file, section; /* the name of its configuration, and the section that holds the limit */
    str advice;        /* what to do instead, up to the number */
};

/* Internal to the room: remarks on variables and mounted files that read like the limit, where it is the
 * default all the same. */
void capacity_idle(
    const struct settings_reader *reader, struct capacity *capacity, const struct idle_limit *idle);
/* Internal to the room: one per family. */
void capacity_postgresql(const struct settings_reader *reader, struct capacity *capacity);
void capacity_mysql(const struct settings_reader *reader, struct capacity *capacity);

#endif
