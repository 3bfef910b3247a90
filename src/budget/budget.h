/*
 * The connection budget: what the consumers of each server may ask for at worst, and what it can give.
 *
 * budget_compute() reads the facts, the declarations of bootgate.yaml and the settings files that services
 * mount, and returns one row per server, poolers included. Everything lives in the arena and points into the
 * facts; nothing changes afterwards. The verdict is arithmetic alone: how sure the numbers are is said beside
 * it and only matters for the severity of a finding.
 */
#ifndef BUDGET_BUDGET_H
#define BUDGET_BUDGET_H

#include "budget/capacity.h"
#include "budget/count.h"
#include "budget/pooler.h"
#include "facts/facts.h"
#include "language/rule_ids.h"

enum budget_verdict {
    BUDGET_OK,
    BUDGET_WARN,
    BUDGET_FAIL,
    BUDGET_VERDICT_COUNT,
};

/* Where the numbers of a sum come from, the surest first. */
enum budget_basis {
    BASIS_DECLARED, /* bootgate.yaml */
    BASIS_READ,     /* files and variables in force */
    BASIS_ASSUMED,  /* a default of a known library or program, or a guess */
    BASIS_COUNT,
};

/* One consumer's share: (count + surge) × processes × each. */
struct budget_term {
    str consumer;            /* the declaration's name, or the service's */
    struct count instances;  /* replicas, before surge */
    struct count surge;      /* further instances while a deployment runs */
    struct count processes;  /* of one instance that hold a pool of their own */
    struct count each;       /* connections that one process can open */
    struct count sharing;    /* threads of one process that share them; absent: nobody says */
    int64_t count;           /* instances + surge: count × processes × each is the total */
    int64_t total;           /* saturating; NUMBER_UNBOUNDED */
    int64_t steady;          /* the same without surge: while nothing is deployed */
    bool known;              /* every number could be read */
    bool declared;           /* by bootgate.yaml */
    bool guessed;            /* a number that counts was assumed or taken from a library's default */
    enum budget_basis basis; /* of the weakest of its numbers */
    str aside;               /* why it is not added: never at once with what is; empty: it is */
    str open;                /* why more may run than are counted; empty: no more do */
    str each_place; /* where source code says it, as bootgate.yaml names a place; empty: not searched */
    str each_sum;   /* how `each` came about, "20 + 40"; empty: it is no sum */
    span at;        /* the declaration, else the variable that leads there */
    str variable;   /* the connection string; empty: none */
    const struct service *service;
    const struct expr *each_expr; /* declared; NULL: none */
    struct budget_row *pooler;    /* the term stands for a pooler: its own row */
    size_t number; /* which one it is of its consumer's that are to be declared; 0: it is not */
};

/* What can be wrong with a row; the table in verdict.c says what each means. */
enum budget_problem_kind {
    BUDGET_OVER,              /* the demand exceeds the capacity */
    BUDGET_CLIENTS_OVER,      /* the clients of a pooler exceed max_client_conn */
    BUDGET_UNBOUNDED,         /* a consumer has no ceiling */
    BUDGET_BAD_NUMBER,        /* a number cannot be read, or the server refuses it */
    BUDGET_HEADROOM,          /* it fits without the headroom asked for */
    BUDGET_SESSIONS_WAIT,     /* session mode: more clients than server connections */
    BUDGET_CAPACITY_UNKNOWN,  /* nothing says what the server can give */
    BUDGET_FIRST_START_ONLY,  /* the limit holds only where the volume was new, and that matters */
    BUDGET_LIMIT_INEFFECTIVE, /* a limit is set in a way that never takes effect */
    BUDGET_LIMIT_FIRST_START, /* a limit is set in a way that works on a new volume only */
    BUDGET_STARVED,           /* a pool is smaller than the threads that share it */
    BUDGET_DRIFT,             /* a declared number is not the one in the file that it names */
    BUDGET_OPEN_COUNT,        /* nothing bounds how many of a consumer run at once */
    BUDGET_LIVE_LIMIT,        /* the running server grants another number than the files say */
    BUDGET_MEMORY,            /* the server may take more memory than it is let have */
    BUDGET_UNDECLARED,        /* somebody who is not declared uses a server whose budget is */
    BUDGET_PROBLEM_COUNT,
};

struct budget_problem {
    enum budget_problem_kind kind;
    span at;
    str variable, service; /* empty: none */
    str message;           /* one sentence, lower case, no full stop */
    str help;              /* the cheapest fix; empty: see the row's fixes */
    str label;             /* short text beside the caret */
    bool guessed;          /* rests on a number that nobody wrote down */
    bool assumed;          /* … and without the defaults of programs there is no such problem */
    span other;            /* what it is about besides, and `other_text` says what; unset: nothing */
    str other_text;
};

/* What makes a row a pooler's. */
struct budget_pooler {
    struct pooler settings;               /* as its service has them; `known` false: nothing is read */
    const struct config_pooler *declared; /* NULL: found in the files */
    struct count instances;
    int64_t sessions; /* server connections that all instances open together, of all databases */
    str mode;
};

/* One server (or pooler) and the sum of its consumers. */
struct budget_row {
    str server;                    /* host:port as its clients say it */
    const struct server *known;    /* NULL: the facts have no such server */
    const struct service *service; /* NULL: outside the project */
    enum family_id family;         /* NONE: not known */
    const struct config_server *declared;
    struct budget_pooler *pooler; /* its capacity is max_client_conn; NULL: a server */
    struct capacity capacity;
    VEC(struct budget_term) terms;
    int64_t demand;          /* NUMBER_UNBOUNDED: unbounded; meaningless unless demand_known */
    bool demand_known;       /* false: a number could not be read, or nobody was seen who asks */
    bool guessed;            /* a term is guessed */
    int64_t steady;          /* the demand without surge */
    enum budget_basis basis; /* the weakest of its terms; BASIS_COUNT: it has none */
    bool has_declared;       /* a term is declared: only declared ones count */
    bool has_services;       /* a service of the project is among the consumers */
    enum budget_verdict verdict;
    VEC(struct budget_problem) problems;
    str_vec fixes; /* each of them alone would be enough */
    str variable;  /* the variable that names the server; empty: none */
    span variable_at;
    span at; /* where findings are shown: the limit, else the declaration or the variable */
};

struct budgets {
    VEC(struct budget_row *) rows; /* servers in order of declaration, then of appearance; then poolers */
    struct map shared;             /* variables that lead to several rows */
};

/*
 * Works out all budgets. `cpus` is the number of processors that programs would count here; 0: not known.
 * Faults of the declarations (an unknown server, a type error) go to `diags` as config-syntax, fatal.
 */
struct budgets *budget_compute(
    struct arena *arena, struct diags *diags, const struct facts *facts, int64_t cpus);
enum budget_verdict budget_worst(const struct budgets *budgets); /* BUDGET_OK for no rows */
str budget_verdict_name(enum budget_verdict verdict);            /* ok, warn, fail */
str budget_basis_name(enum budget_basis basis);                  /* declared, read, assumed */
/* False: the sum fits and rests on guesses, or no client of the server was seen. */
bool budget_row_is_known(const struct budget_row *row);
/* What a person reads: the verdict, or `not known` instead of `ok`. */
str budget_row_headline(const struct budget_row *row);
/* "max_connections 100 (app.yaml:14), 3 reserved". */
str budget_limit_text(struct arena *arena, const struct sources *sources, const struct budget_row *row);
/* Which server a declaration of the term names: its variable, or the address where that leads to several. */
str budget_term_server(struct arena *arena, const struct budgets *budgets, const struct budget_row *row,
    const struct budget_term *term);
/* For each term that rests on guesses the line of bootgate.yaml that declares those numbers; one with blanks
 * to fill where no client was seen. */
str_vec budget_row_declarations(
    struct arena *arena, const struct budgets *budgets, const struct budget_row *row);
/* The rule that reports a kind of problem. */
enum rule_id budget_problem_rule(enum budget_problem_kind kind);
/* "2 x (20 + 40)", "2 x 60", "30" */
str budget_term_formula(struct arena *arena, const struct budget_term *term);
/* A line per number of a term: what it is and where it is. */
str_vec budget_term_from(struct arena *arena, const struct sources *sources, const struct budget_term *term);
/* What is said in the place of a sum that has no terms. */
extern const char budget_no_client[];
/* The row as a table of lines without line ends, as `bootgate budget` and findings show it. */
str_vec budget_table(struct arena *arena, const struct sources *sources, const struct budget_row *row);

#endif
