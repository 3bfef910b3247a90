/*
 * The manual pages, each printed from the tables that the program itself works by.
 */
#ifndef CLI_MANUAL_PAGES_H
#define CLI_MANUAL_PAGES_H

#include "report/out.h"

void manual_program(struct out *out); /* bootgate(1): commands, options, files, environment, exit codes */
void manual_config(struct out *out);  /* bootgate.yaml(5): every key */
void manual_rules(struct out *out);   /* bootgate-rules(7): every rule, and how one is silenced */

#endif
