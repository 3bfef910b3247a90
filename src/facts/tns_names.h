/*
 * Where the names of a mounted tnsnames.ora lead: what Oracle's clients look up below TNS_ADMIN.
 *
 * Reads the file where it is on this machine or written in the deployment. What is returned lives in the
 * arena of the run; its hosts stand where the name does, so that findings point there.
 */
#ifndef FACTS_TNS_NAMES_H
#define FACTS_TNS_NAMES_H

#include "facts/facts.h"

/* The connection string with the servers of its name, or the same one where nothing says what it means. */
struct dsn *tns_names_resolve(struct facts *facts, struct dsn *dsn, const struct service *service);

#endif
