/*
 * Whether a value counts for a program, and why not: the one place that decides it.
 *
 * A deployment holds many values that nobody uses: of backends that are not chosen, of features that are off,
 * of services that do not start; values that a service replaces, or that only a known image is handed which
 * does not read them. Rules and the budget ask here and decide nothing of it themselves. A value in doubt
 * counts.
 *
 * Settled in two steps while facts are gathered; the verdicts are in the rows of variables and connections
 * and never change afterwards. The vocabulary of backends is data (rules/backends.yaml).
 */
#ifndef FACTS_FORCE_H
#define FACTS_FORCE_H

#include "facts/facts.h"

/*
 * First step, after variables_gather(): each pair of variable and program. Holders are put in order, those
 * that count first, those in production, programs of the project before known images, then by name; the
 * variable speaks for the first.
 */
void force_settle_variables(struct facts *facts);
/*
 * Second step, after graph_resolve(): connections that lead to services which do not start, with the settings
 * of the same group (QDRANT_API_KEY beside QDRANT_URL).
 */
void force_settle_connections(struct facts *facts);
/* Why it does not count, as a clause: "USE_S3 switches it off"; empty for FORCE_IN. */
str force_sentence(struct arena *arena, const struct force *force);

#endif
