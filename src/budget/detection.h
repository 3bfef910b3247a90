/*
 * How a consumer is found out: the parts of consumer_program() and consumer_of(). Internal to the room.
 *
 * One detection per program, in the arena of the run; consumer_of() asks a copy of it about one connection.
 */
#ifndef BUDGET_DETECTION_H
#define BUDGET_DETECTION_H

#include "budget/consumer.h"
#include "deploy/command.h"

/* What the detection rests on, worked out once. */
struct detection {
    const struct consumer_input *input;
    struct arena *arena;
    struct commands commands;
    const struct command *command; /* of the program; NULL: not recognised by its command */
    size_t first;                  /* the words after the program */
    const struct pool_program *program;
    const struct pool_program *guess; /* what the name of an unknown script says it starts; NULL: nothing */
    const struct pool_library *own;   /* what the program pools with by default; NULL: not known */
    const struct pool_library *told;  /* the same, unless variables tell another one; NULL: not known */
    struct count processes;
    const struct connection *connection; /* what consumer_of() is asked about */
};

/* ---- consumer.c */

/* A variable of the program with something in it. */
const struct value *OR_NULL detection_variable(const struct detection *d, str name);

/* ---- processes.c */

struct count detection_processes(const struct detection *d);
/* The first of the options between blanks that is given. */
struct command_option detection_option(
    const struct command *command, size_t first, str names, str short_name);
/* Whether the program runs under one of the models between blanks: celery -P gevent. */
bool detection_runs_as(const struct detection *d, const struct command *command, size_t first, str models);
/* A number out of the files of a program or library; NULL: they do not say. */
const struct workload_number *OR_NULL detection_number(
    const struct detection *d, enum number_kind kind, str reader);
/* As the program gets it; what only running would tell is an assumed `usual`. */
struct count detection_count(const struct detection *d, const struct workload_number *number, int64_t usual);

/* ---- threads.c */

/* Threads or greenlets of one process; what nobody says is the program's usual number. */
struct count detection_threads(const struct detection *d);
/* Threads that somebody set and that share one pool; absent where nobody did, or they are green. */
struct count detection_sharing(const struct detection *d);

#endif
