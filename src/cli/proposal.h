/*
 * The bootgate.yaml that `bootgate init` proposes: what a project shows of itself, said as a configuration.
 *
 * Made of facts, entry by entry; an entry that turns out to change a verdict is dropped and the text made
 * again. Names and numbers only: no value is copied. Lives in the arena of the run.
 */
#ifndef CLI_PROPOSAL_H
#define CLI_PROPOSAL_H

#include "check/check.h"

/* One declaration, which can be left out by itself. */
struct proposal_entry {
    str subject; /* the variable's name, or the rule's id */
    str text;    /* its lines, indented, with their line ends */
    bool is_rule, is_dropped;
};

struct proposal {
    struct arena *arena;
    const struct check_result *result; /* judged without any configuration */
    VEC(struct proposal_entry) entries;
    size_t consumers; /* of the budget that it proposes as comments */
};

struct proposal proposal_make(struct arena *arena, const struct check_result *result);
/* The text of the file. Counts the consumers. */
str proposal_text(struct proposal *proposal);
/* How many declarations of variables, or rules, are left. */
size_t proposal_count(const struct proposal *proposal, bool of_rules);
/*
 * Drops what `tried`, judged with the proposal, finds and the first run did not: the entries that such a
 * finding speaks of, else all. False: it finds nothing more.
 */
bool proposal_drop(struct proposal *proposal, const struct check_result *tried);

#endif
