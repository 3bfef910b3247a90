/*
 * The JSON Schema (draft-07) of bootgate.yaml, printed from the reader's own key table.
 */
#ifndef RULE_SCHEMA_H
#define RULE_SCHEMA_H

#include "base/buf.h"

str schema_print(struct arena *arena);

#endif
