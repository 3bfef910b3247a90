/*
 * `bootgate rules test FILE…`: reads rule files as check would, then judges the samples of their rules.
 *
 * Samples are judged over a host in memory; nothing but the named files and what they extend is read.
 */
#ifndef CLI_RULES_TEST_H
#define CLI_RULES_TEST_H

#include "cli/options.h"

/* Findings where a sample proves its rule wrong, bad input where a file cannot be read. The first operand is
 * the word `test`. */
enum outcome rules_test(struct session *session);

#endif
