/*
 * Leaves out what a baseline lists, and knows what a description itself allows.
 *
 * Internal to the room: the last thing before what was read is settled. A list that somebody names and that
 * is not there makes the run exit 2, unless it is about to be written.
 */
#ifndef CHECK_KNOWN_H
#define CHECK_KNOWN_H

#include "check/input.h"

/* The command line's list, else those that the configurations of what was judged name. `diags` is sorted. */
void known_leave_out(struct input *input, const struct check_options *options);
/* What a description itself lets pass, as further rows of its configuration. */
const struct config *known_with_allowances(
    struct arena *arena, const struct config *config, const struct deployment *deployment);
/* Marks what the configurations of the units and comments allow. Every finding has its unit. */
void known_suppress(struct input *input);

#endif
