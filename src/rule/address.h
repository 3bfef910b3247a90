/*
 * How the network rules speak of names that are kept apart from workloads: what is wrong with one, what to
 * write.
 */
#ifndef RULE_ADDRESS_H
#define RULE_ADDRESS_H

#include "rule/check.h"

/* TARGET_UNKNOWN with a doubt. */
void address_report_unknown(struct check_run *run, const struct connection *connection,
    const struct target *target, struct place place);
/* TARGET_INACTIVE: the name leads to nothing that runs. */
void address_report_inactive(struct check_run *run, const struct connection *connection,
    const struct target *target, struct place place);
/* A port that the name does not have, or that leads to none of its programs. */
void address_judge_port(
    struct check_run *run, const struct connection *connection, const struct target *target);

#endif
