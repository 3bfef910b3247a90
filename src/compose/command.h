/*
 * command and entrypoint as words.
 */
#ifndef COMPOSE_COMMAND_H
#define COMPOSE_COMMAND_H

#include "compose/loader.h"

/* Puts the words of `node`, a line or a list, into the service; NULL and null say nothing. */
void command_words(struct loader *l, struct yaml_node *node, struct workload *service, bool is_entrypoint);

#endif
