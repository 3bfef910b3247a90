/*
 * Where a service's program listens, as far as its command and its variables say.
 *
 * Reads the facts and keeps nothing.
 */
#ifndef RULE_LISTEN_H
#define RULE_LISTEN_H

#include "facts/facts.h"

/* True when the command binds the program to loopback addresses alone; false where it says nothing. */
bool listen_is_loopback(struct arena *arena, const struct service *service);
/* True when the command or a listener's variable names every interface. */
bool listen_is_wildcard(const struct service *service);
/* Data stores, admin pages and what speaks for them: never to be published. */
bool listen_guards_data(const struct service *service);
/* What says so: the word of the command, or the variable; else where the program is described. */
span listen_at(const struct service *service);

#endif
