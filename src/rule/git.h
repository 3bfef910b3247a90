/*
 * What git says of a file, from the files below .git alone.
 *
 * Nothing is kept; the arena gets paths.
 */
#ifndef RULE_GIT_H
#define RULE_GIT_H

#include "text/host.h"
#include "text/source.h"

/*
 * Whether the index of the work tree that `path`, an absolute one, stands in has an entry for it. Reads a few
 * parts of the index, whatever its size. False where there is no index, or none of version 2 or 3
 * (git's index-format and repository-layout). What is there and cannot be read is entered among the reads.
 */
bool git_tracks(struct arena *arena, struct sources *sources, const struct host *host, str path);

#endif
