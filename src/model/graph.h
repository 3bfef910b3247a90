/*
 * Who talks to whom: services, the servers they run, published ports, and where each connection leads.
 *
 * Internal to model: facts_gather() calls graph_services() first and graph_resolve() last.
 */
#ifndef MODEL_GRAPH_H
#define MODEL_GRAPH_H

#include "model/facts.h"

/* Fills facts->services, servers (those inside the project) and binds. */
void graph_services(struct facts *facts);
/* A row for the server that a service runs; also set as service->server. */
struct server *graph_add_server(struct facts *facts, struct service *service);
/* Gives every connection its targets, and the servers outside the project a row. */
void graph_resolve(struct facts *facts);

#endif
