/*
 * An image reference taken apart: registry:5000/bitnami/redis:7@sha256:….
 *
 * The one parser of such names. The parts are slices of the text; registry and digest are passed over.
 */
#ifndef DEPLOY_IMAGE_H
#define DEPLOY_IMAGE_H

#include "base/str.h"

struct image_reference {
    str owner;      /* bitnami: what comes right before the name; empty: nothing does */
    str name;       /* redis */
    str repository; /* bitnami/redis: owner and name, or the name alone */
    str tag;        /* 7; a NULL pointer where there is none */
};

struct image_reference image_reference(str text);

#endif
