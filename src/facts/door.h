/*
 * What a published port opens: a front door, an admin page, or a server that somebody switched open.
 *
 * Asks image, command and variables of one service (rules/doors.yaml) and keeps nothing; rows live for ever.
 */
#ifndef FACTS_DOOR_H
#define FACTS_DOOR_H

#include "facts/facts.h"

/* "no", "false", "0" and their kin, and nothing at all. */
bool door_is_off(str text);
/* What a port of the service is by its row: DOOR_PUBLIC or DOOR_ADMIN; NULL: nothing that is known. */
const struct door_info *OR_NULL door_of_port(const struct service *service, const struct workload_port *port);
/* The port is that of an admin page of such a program, whether it is switched on or not. */
bool door_may_rule(const struct service *service, const struct workload_port *port);
/* Why a program shares the network of its machine; NULL: for nothing that is known. */
const struct door_info *OR_NULL door_of_network(const struct service *service);
/*
 * The row by which the service asks nobody for a password, with the word or variable that says so; the next
 * one from `*index` on, NULL at the end.
 */
const struct door_info *OR_NULL door_next_open(
    const struct service *service, size_t *index, const struct value **ret_by);

#endif
