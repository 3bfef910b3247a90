/*
 * Names that are no workload's own: which programs an address of the deployment leads to, and on which port.
 *
 * Where a deployment keeps names and workloads apart (`names_are_addresses`), a host is looked up as its name
 * server would: a short name in the client's own zone, then NAME.ZONE, with more behind it or not. What is
 * not found may be of another deployment, unless this one proves that it is a mistake. Nothing is kept.
 */
#ifndef FACTS_ADDRESS_H
#define FACTS_ADDRESS_H

#include "facts/facts.h"

/* Which address speaks for each workload; before servers are named. */
void addresses_gather(struct facts *facts);
const struct deployment_address *OR_NULL address_of(
    const struct facts *facts, const struct workload *workload);
/* The port by which clients of the address reach the port `target` of its programs. */
int32_t address_outer_port(const struct deployment_address *address, int32_t target);
/*
 * Fills kind, server, address, doubt of a target whose host is a name. False: no address has the name, and
 * nothing says that one should.
 */
bool address_resolve(struct facts *facts, const struct connection *connection, struct target *target);
/* The program that a host leads `client` to, where names are addresses; NULL: none, or they are not. */
const struct service *OR_NULL address_program(
    const struct facts *facts, const struct service *client, str host, int32_t port);
/* The same for a person who stands in no zone: NAME.ZONE, or a NAME that one zone alone has. */
const struct service *OR_NULL address_called(const struct facts *facts, str host, int32_t port);

#endif
