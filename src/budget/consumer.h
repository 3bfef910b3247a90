/*
 * What a program that is handed a connection may open, found out from the files alone.
 *
 * Reads the container's command, its variables and the connection string, each in the program's own order of
 * precedence. What nobody says is assumed, and says so. Texts live in the arena of the run.
 */
#ifndef BUDGET_CONSUMER_H
#define BUDGET_CONSUMER_H

#include "budget/count.h"
#include "budget/pools.h"
#include "facts/facts.h"

/* The variables of one environment that size pools. Found once: there may be thousands of others. */
struct sizing_list {
    VEC(struct sizing {
        const struct value *value;
        str prefix; /* VECTOR_ of VECTOR_POOL_SIZE */
        const struct pool_name *name;
    })
    rows;
    VEC(const struct value *) named; /* those that a library reads by their whole name */
};

/* What the commands and images of a deployment start: asked once it matters, and worked out once. */
struct running {
    const struct deployment *deployment; /* NULL: none */
    bool is_filled;
    struct map programs; /* names of pool_program rows */
};

struct consumer_input {
    struct arena *arena;
    struct running *running;
    const struct workload *service;   /* NULL: nobody of the deployment */
    const struct env *environment;    /* what the program sees */
    const struct sizing_list *sizing; /* of that environment */
    const struct workload_program
        *started; /* one of those that its supervisor starts; NULL: its own command */
    str program;  /* the name of that one */
    int64_t cpus; /* 0: not known */
};

struct consumer {
    const struct pool_program *program; /* NULL: not recognised */
    struct count processes;
    struct count each;
    struct count sharing; /* threads of one process that share its pool; absent: nobody says how many */
    bool is_read;         /* no number of it is a default or a guess */
};

struct sizing_list *consumer_sizing(struct arena *arena, const struct env *environment);
/* The known programs that a workload's line starts beside each other, `a & b`, the last one included; none:
 * it runs one. */
struct consumer_programs {
    VEC(struct workload_program) list;
};
struct consumer_programs consumer_beside(struct arena *arena, const struct workload *workload);
/* The program that the input is about: found once, whatever the number of its connections. */
struct detection;
const struct detection *consumer_program(const struct consumer_input *input);
/* What it opens for that connection. */
struct consumer consumer_of(const struct detection *program, const struct connection *connection);

#endif
