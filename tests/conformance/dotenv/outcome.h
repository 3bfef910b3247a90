/*
 * What a reader makes of an env file, as JSON: {"NAME": "value"}, or null where it refuses the file.
 *
 * Values are caller-owned jansson objects. Bytes that are no UTF-8 appear as <0xE9>, null is a name known
 * without a value.
 */
#ifndef CONFORMANCE_OUTCOME_H
#define CONFORMANCE_OUTCOME_H

#include "env/dotenv.h"

#include <jansson.h>

/* The process environment of every recorded run, and of those that scripts/conformance makes. */
extern const struct template_scope conformance_process;
bool conformance_process_has(str name, str value); /* the process has the variable with this very value */

json_t *outcome_read(const struct dialect *dialect, str text);
/* Bytes as JSON text. */
json_t *outcome_text(struct arena *arena, str bytes);

/* The bytes that base64 text stands for. */
str outcome_base64(struct arena *arena, str text);

#endif
