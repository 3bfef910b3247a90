/*
 * The variables of a deployment: one row per setting that somebody is handed.
 *
 * Internal to model: facts_gather() calls variables_gather() once, before connections are looked for.
 */
#ifndef FACTS_VARIABLE_H
#define FACTS_VARIABLE_H

#include "base/null.h"
#include "facts/facts.h"

/* Follows verbatim ${NAME} to the setting that wrote the bytes. Never NULL for a value. */
const struct value *value_root(const struct value *value);
/* The same where each value is asked for: chains may be as long as a file, and each is followed once. */
const struct value *facts_root(const struct facts *facts, const struct value *value);
/* Fills facts->variables. Needs facts->services. */
void variables_gather(struct facts *facts, const struct env *file_environment);
/* The row of a value as `service` sees it; NULL: it is not judged. */
struct variable *OR_NULL variable_find(const struct facts *facts, const struct value *value);
/* Adds a row for a value that the deployment makes up itself (derive, defaults). */
struct variable *variable_add(struct facts *facts, const struct value *value, const struct service *service);

#endif
