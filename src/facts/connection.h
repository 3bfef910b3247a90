/*
 * Clients' ways to servers: connection strings and sets of HOST/PORT/USER/PASSWORD/NAME variables.
 *
 * Internal to model: finds the connections of one environment and takes them apart; facts/graph.h says where
 * they lead.
 */
#ifndef FACTS_CONNECTION_H
#define FACTS_CONNECTION_H

#include "facts/facts.h"

/* Adds the connections of every variable and of every service's and file's sets. */
void connections_gather(struct facts *facts, struct diags *diags, const struct env *file_environment);
/* Those of one environment that are sets of variables; `service` is handed it, NULL: the files alone. */
void connection_sets_gather(struct facts *facts, const struct env *env, const struct service *service);
/* True when a variable of this name says where a program listens, not where it connects. */
bool connection_is_listener(str name);
/*
 * True when the name, but for its last word, is that of a store: DB_HOST, REDIS_PASSWORD; mail and brokers
 * are none.
 */
bool connection_names_store(str name);
/* It speaks HTTP to a program, a store's own interface included. */
bool connection_is_web(const struct connection *connection);
/* The next host of a host variable's value: "a:1, b" or one alone. False: no more. */
bool connection_next_host(str *rest, str *ret_host);
/* True when the value is hosts, with or without ports, and nothing else; `may_listen`: and no wildcard. */
bool connection_holds_hosts(struct arena *arena, str text, bool may_listen);

#endif
