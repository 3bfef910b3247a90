/*
 * The tables that packc writes from rules/: what is compiled into the program.
 *
 * Const, for ever. Read them through language/pack.h.
 */
#ifndef LANGUAGE_PACK_TABLES_H
#define LANGUAGE_PACK_TABLES_H

#include "language/pack.h"

struct rule_group {
    str name;
    str about;
};

extern const struct rule_info pack_rules[];
extern const size_t pack_rules_count;
extern const struct rule_group pack_groups[];
extern const size_t pack_groups_count;
extern const struct rule_pack pack_files[];
extern const size_t pack_files_count;

#endif
