/*
 * What a relay beside a program connects to: the instance that its arguments name.
 *
 * A relay (cloud-sql-proxy, alloydb-auth-proxy) passes each connection on as one connection. Reads the
 * workload's words and keeps nothing.
 */
#ifndef FACTS_RELAY_H
#define FACTS_RELAY_H

#include "deploy/deployment.h"

/* The instance behind a port of the relay, acme:europe-west1:shop; empty: its words do not tell. */
str relay_instance(const struct workload *workload, int32_t port);
/* The port that a variable of its own tells it to listen on, LISTEN_PORT; empty: none does. */
str relay_told_port(const struct workload *workload);

#endif
