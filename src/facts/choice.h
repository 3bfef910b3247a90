/*
 * What one environment switches off and chooses: S3_ENABLED=false, VECTOR_STORE=qdrant.
 *
 * Read once for each environment, then asked for each name that is in it. The vocabulary is data
 * (rules/backends.yaml); what no row knows switches and chooses nothing. Lives in the arena.
 */
#ifndef FACTS_CHOICE_H
#define FACTS_CHOICE_H

#include "facts/facts.h"

struct choices;

/* `image` is what the program was started from; empty: nobody knows. */
const struct choices *choices_of(struct arena *arena, const struct env *env, str image);
/* FORCE_IN, or what switches it off or passes over the backend that it belongs to. */
struct force choices_judge(const struct choices *choices, str name);
/* The setting that chooses the very backend that the name belongs to, or NULL. */
const struct value *OR_NULL choices_taking(const struct choices *choices, str name);
/* PUSHER_APP_KEY of VITE_PUSHER_APP_KEY, which a bundler hands to the pages that it makes; else the name. */
str choice_name_inside(str name);

#endif
