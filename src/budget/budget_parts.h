/*
 * How the parts of the budget work together. Internal to the room.
 *
 * One builder per computation; everything it makes lives in its arena.
 */
#ifndef BUDGET_BUDGET_PARTS_H
#define BUDGET_BUDGET_PARTS_H

#include "base/null.h"
#include "budget/budget.h"
#include "budget/consumer.h"
#include "language/eval.h"
#include "language/pattern.h"

struct budget_builder {
    struct arena *arena;
    struct diags *diags;
    const struct facts *facts;
    int64_t cpus;
    struct budgets *budgets;
    const struct service *declared_for; /* whose consumer is being read; NULL: of no service */
    struct map rows;                    /* server's name or host:port → struct budget_row * */
    struct map named; /* names of budget.servers and budget.poolers → struct budget_row * */
    VEC(struct budget_row *) poolers;
    struct map hosts;        /* lower-case names of services → const struct service * */
    struct map published;    /* port on this machine → const struct service * */
    struct map paths;        /* service and row → const struct connection * */
    struct map variables;    /* variable's name → const struct connection * */
    struct map declared;     /* row and consumer, of declared terms */
    struct map sizings;      /* service's name → struct sizing_list * */
    struct map users;        /* service's name → struct connection_list * */
    struct map placed_files; /* path → struct source *: files that numbers of the declarations stand in */
    struct patterns patterns;
    struct running running;
};

/* The connections of one service. */
struct connection_list {
    VEC(const struct connection *) items;
};

/* ---- rows.c: which row a name, an address or a connection means */

/* What a reference came to. */
enum reference {
    REFERENCE_ROW,
    REFERENCE_NO_SERVER, /* a file: SQLite */
    REFERENCE_UNKNOWN,   /* nobody knows the name */
};

struct budget_row *OR_NULL row_of_target(
    struct budget_builder *b, const struct target *target, enum family_id family);
/* The same for a host that `client` names, which may know it by a name of its own; NULL: nobody. */
struct budget_row *OR_NULL row_behind(
    struct budget_builder *b, const struct service *client, str host, int32_t port, enum family_id family);
/* Keeps the first variable that names the row's server. */
void row_named(struct budget_row *row, str name, const struct connection *connection);
/* Fills the look-ups by name. */
void rows_prepare(struct budget_builder *b);
/* The variables that size pools: of a service, or of the deployment where it is NULL. */
const struct sizing_list *sizing_of(struct budget_builder *b, const struct service *service);
const struct connection_list *connections_of(const struct budget_builder *b, const struct service *service);
/* Rows of the servers that the deployment runs. */
void rows_of_services(struct budget_builder *b);
/* A declared server or pooler, a variable, a service or an address, in this order. */
enum reference row_of_reference(struct budget_builder *b, str name, struct budget_row **ret_row);
/* Rows of budget.servers, then of poolers: declared ones, and those that services run. */
void rows_of_declared_servers(struct budget_builder *b);
void rows_of_poolers(struct budget_builder *b);
struct settings_reader row_reader(const struct budget_builder *b, const struct service *service);

/* ---- declared.c: the numbers of bootgate.yaml */

struct count declared_count(struct budget_builder *b, const struct expr *expr);
/* budget.headroom as a number; false: not given, or at fault. */
bool declared_headroom(struct budget_builder *b, struct eval_value *ret_factor);
void declared_consumers(struct budget_builder *b);
/* A fault of the configuration at its place. */
void declared_fault(struct budget_builder *b, span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- placed.c: a declared number that stands in another file */

struct count placed_count(struct budget_builder *b, const struct expr *place);

/* ---- detected.c: consumers that nobody declared */

void detected_consumers(struct budget_builder *b);

/* ---- pooled.c: what poolers open on the servers after them */

void pooled_terms(struct budget_builder *b);

/* ---- live.c: what the running server says, once all terms are there */

void row_live(struct budget_builder *b, struct budget_row *row);

/* ---- term.c: one share of a sum */

/* How many of a workload run, and what an update brings on top of them. */
struct count term_instances(const struct workload *workload);
struct count term_surge(const struct workload *workload);
/* Works out count and total of a filled term and appends it. */
void term_add(struct budget_builder *b, struct budget_row *row, struct budget_term term);
/* Numbers the terms to declare, and notes which variables name no single row; when all rows are there. */
void terms_settle_names(struct budget_builder *b);

/* The key of a row's consumer in `declared`. */
str term_key(struct budget_builder *b, const struct budget_row *row, str consumer);

/* ---- turns.c: programs that never run at once */

void row_settle_turns(struct budget_row *row);

/* ---- verdict.c, fix.c */

void row_judge(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor);
struct budget_problem *row_problem(struct budget_builder *b, struct budget_row *row,
    enum budget_problem_kind kind, span at, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Each single change that would be enough. `factor` is the headroom, NULL: none. */
void row_fixes(struct budget_builder *b, struct budget_row *row, const struct eval_value *factor);

#endif
