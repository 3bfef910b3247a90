/*
 * A host on which some files hold another text than on the disk: what a deployment would be after a change.
 *
 * Reading and looking at those files is answered from here, everything else by the host beneath. Nothing is
 * written. An overlay lives in its arena and must not move once its host was handed out.
 */
#ifndef MEND_OVERLAY_H
#define MEND_OVERLAY_H

#include "base/map.h"
#include "text/host.h"

struct overlay_file {
    str text;
    uint32_t mode; /* 0: that of the file beneath */
};

struct overlay {
    struct host_layer layer; /* over what is on the disk */
    struct arena *arena;
    str directory;    /* the current one, absolute */
    struct map files; /* absolute, clean path, or `-` → struct overlay_file */
    struct host host;
};

struct overlay *overlay_new(struct arena *arena, const struct host *beneath);
/* `path` as somebody opened it; `mode` 0: as it is beneath. Replaces what was put there before. */
void overlay_put(struct overlay *overlay, str path, str text, uint32_t mode);

#endif
