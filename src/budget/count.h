/*
 * A number of a budget together with how it is known.
 *
 * Plain values; texts live in the arena of the run or for ever.
 */
#ifndef BUDGET_COUNT_H
#define BUDGET_COUNT_H

#include "base/number.h"
#include "text/source.h"

enum count_state {
    COUNT_ABSENT,  /* nothing says */
    COUNT_READ,    /* stands in a file, a variable or the project's own declaration */
    COUNT_DEFAULT, /* the documented default of a program or image that was recognised */
    COUNT_ASSUMED, /* nobody says: the usual number */
    COUNT_BAD,     /* is there, but is no number: `fault` says why */
};

struct count {
    enum count_state state;
    int64_t value;    /* ≥ 0, or NUMBER_UNBOUNDED */
    span at;          /* where it is; nowhere for defaults and the process environment */
    str variable;     /* the variable it was read from; empty: none */
    str from;         /* what it was read from, in words: "--workers", "default of uvicorn" */
    str note;         /* where its variables are, in words; empty: nothing to add */
    str fault;        /* COUNT_BAD: one sentence without the value */
    str sum;          /* "20 + 40": the parts that make it; empty: it is no sum */
    bool drifts;      /* somebody wrote down another number for it, */
    int64_t declared; /* this one, */
    span declared_at; /* here */
};

struct count count_default(int64_t value, str from);
struct count count_assumed(int64_t value, str from);
struct count count_bad(span at, str variable, str from, str fault);
/* Reads decimal digits with an optional sign as a count: -1 is unbounded, other negatives and anything else
 * are COUNT_BAD. Blanks around it do not count. An empty text is COUNT_ABSENT. */
struct count count_read(str text, span at, str variable, str from);
bool count_is_known(struct count count); /* it has a value */
/* The sum and the weaker of both states; its place and words are those of the first. */
struct count count_add(struct arena *arena, struct count a, struct count b);
/* How a number is written: decimal, or "unbounded". */
str count_text(struct arena *arena, int64_t value);
/* "app.yaml:7", empty for nowhere. */
str count_place(struct arena *arena, const struct sources *sources, span at);
/* The line that explains it: "processes 2: --workers (app.yaml:21)". */
str count_story(struct arena *arena, const struct sources *sources, str what, struct count count);

#endif
