/*
 * The %x of unit files.
 *
 * Follows src/shared/specifier.c and src/core/unit-printf.c, systemd 252, for a unit of the system's manager.
 * What only the running machine tells (its name, its architecture, the instance of a template) is hidden in
 * the text that comes out; a percent sign before what is neither a letter nor a digit stays.
 */
#ifndef UNIT_SPECIFIER_H
#define UNIT_SPECIFIER_H

#include "unit/text.h"

/* What a unit is called, taken apart. All empty: its name is not known. */
struct unit_name {
    str id;       /* app@eu.service */
    str prefix;   /* app */
    str instance; /* eu; empty: none, or it is a template, which `is_template` says */
    bool is_template;
};

/* `file`: the name of its file, without its directory. */
struct unit_name unit_name_parse(str file);
/* The value itself where it holds no specifier; NULL: a letter or digit that stands for nothing, with which
 * systemd gives up, or more text than a value may have. */
const struct value *OR_NULL unit_specifiers(
    struct arena *arena, const struct unit_name *name, const struct value *value);

#endif
