/*
 * The short form of a volume: source:target:mode.
 */
#ifndef COMPOSE_VOLUMES_H
#define COMPOSE_VOLUMES_H

#include "base/str.h"

/* Slices of the text. */
struct volume_parts {
    str source, target, mode;
};
struct volume_parts volume_split(str text);
bool volume_is_path(str source);

#endif
