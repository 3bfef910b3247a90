/*
 * What a run found, ready to be printed, and the formats it can be printed in.
 *
 * A report points at diagnostics and sources of the run and owns nothing. Writers append to an out; they ask
 * nothing of the system and print no byte of a source but through text/mask.h, no text but through its gate.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/map.h"
#include "base/null.h"
#include "language/pack.h"
#include "report/graph.h"
#include "report/out.h"
#include "rule/allow_row.h"
#include "text/diag.h"

struct json_t;

/* Why something could not be judged, where no finding says it: a missing file, a limit. */
struct report_error {
    str file; /* empty: none */
    uint32_t line;
    str message;
};

typedef VEC(struct report_error) report_errors;

struct report_counts {
    size_t errors, warnings, notes, suppressed;
    size_t fatal; /* of the errors: what makes judging impossible */
};

/* One of several things that a run judged. */
struct report_unit {
    str label;
    struct report_counts counts;
    str mode, mode_from; /* empty: it could not be judged */
};

struct report {
    const struct diags *diags; /* sorted */
    str mode;                  /* production or development */
    str mode_from;             /* ".env:1 APP_ENV", "--mode"; empty: nobody said, it was assumed */
    str mode_doubt;            /* assumed: who says otherwise, and why that does not count; empty: nobody */
    str other_mode;            /* of several projects, where some differ: "development: .env:1 ENV" */
    str mode_note;             /* what is odd about it, such as an unknown word; empty: nothing */
    size_t files;              /* read and judged */
    VEC(struct report_unit) units;       /* of a tree; none: the run is told as one */
    VEC(const struct rule_info *) rules; /* evaluated: built-in and the project's own */
    size_t rule_count;                   /* with the declarations that count as rules */
    str_vec passed_over;                 /* files that were not read, and why */
    report_errors errors;
    str_vec files_read;                  /* for -v */
    str_vec not_in_force;                /* for -v: values that nobody uses, and why */
    const struct allow_rows *allow_rows; /* for -v: what silences each finding; NULL: not asked for */
    int exit_code;
    enum severity fail_on; /* the least severity that fails the run */
    bool is_quiet, is_verbose, has_color;
    size_t columns; /* where lines of text wrap; 0: nowhere */
    /* The budgets as a JSON array, NULL: none. Called once, by the JSON format. */
    struct json_t *(*budgets)(const struct report *report, struct gate *gate);
    const void *budgets_of;
    VEC(struct graph_input) projects; /* what was judged, for pictures */
    /* What the running servers said, one for each project; NULL: nobody was asked. */
    struct json_t *(*live)(const struct report *report, struct gate *gate);
    str_vec live_lines;
};

struct report_format {
    const char *name;
    bool is_machine; /* stdout is one complete document, errors are inside it */
    void (*write)(const struct report *report, struct out *out);
};

const struct report_format *OR_NULL report_format_find(str name); /* NULL: no such format */
str report_format_choice(size_t index);                           /* the names; empty past the last */

/* Where a finding is told to be. Lines and columns are 1-based, columns in bytes; 0: none. */
struct report_place {
    bool has_file; /* false in the process environment and where there is no place at all */
    str file;
    struct position start, end; /* the end is after the last byte */
};

struct report_place report_place(const struct sources *sources, span at, bool line_only);
/* The report's own errors, then one for each finding that makes judging impossible. */
report_errors report_all_errors(struct arena *arena, const struct report *report);
size_t report_rule_index(const struct report *report, str name); /* SIZE_MAX: not among its rules */

/* What a person needs beside the message, in plain lines: why, fix. For formats without fields for it. */
str report_advice(struct gate *gate, const struct diag *diag, const char *line_break);

struct report_counts report_count(const struct report *report);
/* Where the words begin that are typed or pasted, which stay in one piece; the end where there are none. */
size_t report_typed_from(str text);
static inline const char *report_plural(size_t count) /* the ending of what is counted */
{
    return count == 1 ? "" : "s";
}
/* Adds one finding to counts. */
void report_tally(struct report_counts *counts, const struct diag *diag);

/* "default-credentials:.env:DATABASE_URL", and ":2" for the second of its kind: no line, no value. */
struct report_fingerprints {
    struct map seen;
};

str report_fingerprint(struct report_fingerprints *fingerprints, struct arena *arena,
    const struct report *report, const struct diag *diag);

/* The formats in the order of lists; report/NAME.c holds the row report_NAME. */
#define REPORT_FORMATS(X) X(text) X(json) X(sarif) X(github) X(gitlab) X(junit) X(html)

#define REPORT_FORMAT(name) extern const struct report_format report_##name;
REPORT_FORMATS(REPORT_FORMAT)
#undef REPORT_FORMAT

#endif
