/*
 * Who talks to whom as boxes with rows, for whoever draws it: a box for each service and each place
 * outside, a row for each connection that leaves it and each port that it publishes.
 *
 * Made of the facts of one deployment, in its arena. Texts are raw: who draws passes them through the gate.
 */
#ifndef REPORT_PICTURE_H
#define REPORT_PICTURE_H

#include "report/graph.h"
#include "report/marks.h"

enum picture_kind {
    PICTURE_PROGRAM,
    PICTURE_STORE,   /* holds data */
    PICTURE_OUTSIDE, /* no service of the project */
};

enum picture_row_kind {
    PICTURE_CONNECTION,
    PICTURE_PORT,
    PICTURE_FACT,    /* what the running server says of itself */
    PICTURE_FINDING, /* what is said about the box and none of its other rows */
};

struct picture_row {
    enum picture_row_kind kind;
    str text;
    struct mark mark;
    size_t to;          /* the box that it leads to; SIZE_MAX: none */
    bool is_not_in_use; /* leads to what is not started or cannot be found */
};

struct picture_box {
    enum picture_kind kind;
    str name, about;
    bool is_active;
    struct mark mark; /* everything that is said about it */
    VEC(struct picture_row) rows;
};

struct picture {
    str label; /* of the deployment */
    struct arena *arena;
    struct gate *gate;
    VEC(struct picture_box) boxes;
    struct map by_name; /* name → index + 1 */
};

/* "dataland-postgres:5432", "/run/postgresql", "db" */
str picture_address(struct arena *arena, const struct target *target);
struct picture picture_of(const struct graph_input *input);

#endif
