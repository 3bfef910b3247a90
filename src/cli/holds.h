/*
 * Where a rule holds, and what it means there: for the lists and pages of rules.
 *
 * Texts are constant or live in the arena of the caller.
 */
#ifndef CLI_HOLDS_H
#define CLI_HOLDS_H

#include "language/pack.h"
#include "text/gate.h"

#include <jansson.h>

/* What the letters of holds_letters() stand for, a line. */
extern const char holds_legend[];

/* A letter for each kind of input, "C-K-": a dash where the rule does not hold. */
str holds_letters(struct arena *arena, const struct rule_info *rule);
/* "Compose files, env files and Kubernetes manifests". */
str holds_names(struct arena *arena, const struct rule_info *rule);
/* What it means for one kind; empty: as its summary says, or it does not hold. */
str holds_means(const struct rule_info *rule, enum rule_input input);
/* "Kubernetes manifests" */
str holds_name(enum rule_input input);
/* {"compose": null, "manifests": "what it means"}: what is not named, it does not hold for. */
json_t *holds_json(struct gate *gate, const struct rule_info *rule);

#endif
