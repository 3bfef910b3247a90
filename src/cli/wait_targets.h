/*
 * What is to be waited for, as the lines that bootgate-wait reads: who, where, how, and never a password.
 *
 * Texts live in the arena of the list.
 */
#ifndef CLI_WAIT_TARGETS_H
#define CLI_WAIT_TARGETS_H

#include "facts/facts.h"

struct wait_list {
    struct arena *arena;
    const struct facts *facts;
    struct buf lines;
    struct map known;    /* lines without their name: each place is asked once */
    size_t count;        /* lines */
    str_vec passed_over; /* what cannot be waited for and why, a sentence each */
    str fault;           /* why a target that was named cannot be used, without its value; empty: none */
    bool fault_is_usage; /* the word itself is wrong, not what it names */
};

/*
 * Targets from `named` (variables, URLs, host:port); where there are none from the configuration's `wait`,
 * else every connection of `facts`. A URL that is written out must answer 200 to 299; a service whose URL a
 * variable holds only has to answer.
 */
struct wait_list wait_targets(struct arena *arena, const struct facts *facts, const str_vec *named);

#endif
