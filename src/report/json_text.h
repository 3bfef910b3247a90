/*
 * JSON values for texts that may hold any byte.
 *
 * Texts pass the gate before they are escaped. What is no UTF-8 appears as <0xE9>, one mark per byte, so
 * that a document is always valid. Values belong to jansson: give them to a container or json_decref() them.
 */
#ifndef REPORT_JSON_TEXT_H
#define REPORT_JSON_TEXT_H

#include "report/out.h"

#include <jansson.h>

json_t *json_text(struct gate *gate, str text);
/* As a terminal may see it: what people read. */
json_t *json_visible(struct gate *gate, str text);
json_t *json_text_or_null(struct gate *gate, str text); /* null where the text is empty */
json_t *json_number_or_null(uint32_t number);           /* null for 0 */
/* Sets a key whose bytes may be anything. */
void json_set_text_key(struct gate *gate, json_t *object, str key, json_t *value);

/* Prints `value` and lets go of it. Keys keep their order; no line break follows. NULL, a value that could
 * not be made, loses the document. */
void json_out(struct out *out, json_t *value);

#endif
