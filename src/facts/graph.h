/*
 * Who talks to whom: services, the servers they run, published ports, and where each connection leads.
 *
 * Internal to model: facts_gather() calls graph_services() first, graph_servers() when
 * secret files were read, and graph_resolve() last.
 */
#ifndef FACTS_GRAPH_H
#define FACTS_GRAPH_H

#include "facts/facts.h"

/* Fills facts->services and binds. */
void graph_services(struct facts *facts);
/* The servers that active services run, with the login that their own variables or secret files create. */
void graph_servers(struct facts *facts);
/* A row for the server that a service runs; also set as service->server. */
struct server *graph_add_server(struct facts *facts, struct service *service);
/* Whether some active service is a program of the project, and no store that it uses. */
bool graph_has_programs(const struct facts *facts);
/* Gives every connection its targets, and the servers outside the project a row. */
void graph_resolve(struct facts *facts);

#endif
