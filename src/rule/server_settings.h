/*
 * What a known store does that nothing tells otherwise: no command, no variable, no file of its own.
 *
 * Reads the facts and keeps nothing. What may tell it otherwise is doubt.
 */
#ifndef RULE_SERVER_SETTINGS_H
#define RULE_SERVER_SETTINGS_H

#include "facts/facts.h"

/* True when the server cannot be listening there. */
bool server_port_is_shut(const struct server *server, int32_t port);
/* True when it has no password and refuses whoever sends one, as Redis does. */
bool server_knows_no_password(const struct server *server);

#endif
