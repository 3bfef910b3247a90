/*
 * The short form of a volume, source:target:mode: format/volume.go of compose-go.
 */
#ifndef COMPOSE_VOLUMES_H
#define COMPOSE_VOLUMES_H

#include "base/str.h"

/* Slices of the text. */
struct volume_parts {
    str source, target, mode;
    const char *fault; /* why Compose refuses it, NULL: it does not */
};

/* The colon of a Windows drive ends no part, nor does one within `${…}`. */
struct volume_parts volume_split(str text);
/* A path on the machine, and no name of a volume. */
bool volume_is_path(str source);

#endif
