/*
 * The one piece of JSON that a Dockerfile has: an array of strings, as encoding/json reads it.
 *
 * The strings live in the arena and know their places.
 */
#ifndef IMAGE_JSON_H
#define IMAGE_JSON_H

#include "image/dockerfile.h"

enum json_form {
    JSON_NONE,    /* no JSON array: a shell's line */
    JSON_STRINGS, /* an array of strings, appended to the words */
    JSON_OTHER,   /* an array with anything else in it */
};

enum json_form json_strings(struct arena *arena, const struct value *text, instruction_words *words);

#endif
