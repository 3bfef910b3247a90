/*
 * The JSON Schema (draft-07) of bootgate.yaml, printed from the reader's own key table.
 *
 * The text lives in the arena; what jansson takes meanwhile is given back.
 */
#ifndef LANGUAGE_SCHEMA_H
#define LANGUAGE_SCHEMA_H

#include "base/buf.h"

str schema_print(struct arena *arena);

#endif
