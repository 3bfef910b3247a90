/*
 * Texts and numbers as they cross the pipe between bootgate and bootgate-live.
 *
 * What is read lives in the caller's arena; what is made belongs to jansson until it is put into a container.
 */
#ifndef LIVE_WIRE_H
#define LIVE_WIRE_H

#include "base/arena.h"

#include <jansson.h>

/* Any bytes, percent-encoded; NULL where memory is short. */
json_t *wire_text(struct arena *arena, str text);
/* Undoes it. False: no text, a stray `%`, or longer than LIVE_TEXT_BYTES. */
bool wire_read_text(struct arena *arena, const json_t *value, str *ret_text);
/* False: no whole number, or outside least..most. */
bool wire_read_number(const json_t *value, int64_t least, int64_t most, int64_t *ret_number);
/* One line of input as an object; NULL: it is none. */
json_t *wire_read_line(str line);

#endif
