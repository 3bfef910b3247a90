/*
 * A unit file as systemd cuts it: sections, and the assignments below them.
 *
 * Follows config_parse() of src/shared/conf-parser.c, systemd 252: comments, lines that a backslash joins,
 * blanks. Everything lives in the arena; the source must outlive it.
 */
#ifndef UNIT_LINE_H
#define UNIT_LINE_H

#include "env/env.h"

/* NAME=VALUE, blanks around both gone; an empty value resets most settings. */
struct unit_line {
    str section; /* "Service" */
    str name;
    span at;                   /* the name */
    const struct value *value; /* joined lines are one text, with a blank for each join */
};

struct unit_file {
    bool ok; /* false: systemd stops reading at a line; what stands before it is in `lines` */
    VEC(struct unit_line) lines;
};

/* What systemd passes over is told as a warning of unit-syntax, where it stops as an error. */
struct unit_file unit_file_read(struct arena *arena, struct diags *diags, const struct source *source);

#endif
