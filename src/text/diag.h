/*
 * What is wrong, where, why, and what to type: the one record that every layer reports with.
 *
 * Readers and rules append diagnostics to a sink and go on; nothing is printed here. Texts live in the arena
 * of the run. A message never holds a value that may be secret; it names variables, users, hosts, ports and
 * databases. Texts are raw: whoever shows one passes it through the gate (text/gate.h), which also escapes
 * what would steer a terminal. Sorted and deduplicated before they are shown.
 */
#ifndef TEXT_DIAG_H
#define TEXT_DIAG_H

#include "base/limit.h"
#include "text/edit.h"

enum severity {
    SEVERITY_OFF,
    SEVERITY_NOTE,
    SEVERITY_WARNING,
    SEVERITY_ERROR,
};

/* A second place that belongs to the finding, with what it has to do with it. */
struct related {
    span at;
    str message;
};

/* Why a finding does not count, from an `allow`, an in-file comment or a baseline. */
struct suppression {
    str reason;
    span at;
    bool in_source; /* a comment, not the configuration */
    bool is_known;  /* a baseline has it: nobody has said that it is right */
};

struct diag {
    str rule; /* kebab-case rule name; the grammar faults use env-syntax, compose-syntax, … */
    enum severity severity;
    span at;        /* nowhere: about the run as a whole */
    bool line_only; /* the place is a file, not a line: report line null */
    str variable;   /* empty: none */
    str service;    /* empty: none */
    str zone;       /* of the service, where it has one */
    str message;    /* one sentence, lower case, no full stop */
    str label;      /* short text beside the caret */
    str why;        /* why it is wrong here */
    str_vec help;   /* the cheapest fix, a line each */
    str_vec notes;  /* further lines, such as the budget table */
    VEC(struct related) related;
    struct suppression *suppressed; /* NULL: it counts */
    edit_list edits;                /* what mends it mechanically; none: a person has to */
    bool fatal;                     /* nothing can be judged: exit 2 */
    bool refuses;                   /* its reader starts nothing: an error in every mode */
    size_t unit;                    /* 1 + which of the things that a run judges it is of; 0: none */
};

struct diags {
    struct arena *arena;
    struct sources *sources;
    VEC(struct diag) list;
    enum severity least; /* what is milder is counted as dropped; SEVERITY_OFF: all is kept */
    size_t dropped;      /* findings past LIMIT_FINDINGS: counted, and never a pass */
    enum severity dropped_worst;
    bool dropped_fatal;
    struct diag *spare; /* what the last one past the limit is filled into; NULL: none yet */
};

/*
 * Appends and returns it for further filling, until the next call. Never NULL: past the limit it returns one
 * scratch record, whose texts stay empty: a million of them cost no memory.
 */
struct diag *diag_add(struct diags *diags, str rule, enum severity severity, span at, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Whether one more of that severity stays: no message need be made for what does not. */
bool diag_is_kept(const struct diags *diags, enum severity severity);
void diag_help(struct diags *diags, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_note(struct diags *diags, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_related(struct diags *diags, struct diag *diag, span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A named limit was reached: an error that makes the run exit 2. */
struct diag *diag_limit(struct diags *diags, enum limit_id id, span at);
/* By file name, line, column, rule, variable, service, message; of equal ones that which weighs most. */
void diag_sort(struct diags *diags);
size_t diag_count(const struct diags *diags, enum severity severity); /* unsuppressed ones of that severity */
bool diag_any_fatal(const struct diags *diags);
/* The worst severity past the limit; SEVERITY_OFF: all are in the list. */
enum severity diag_dropped_worst(const struct diags *diags);
str severity_name(enum severity severity);

#endif
