/*
 * ${NAME} and ${NAME:=word} in a text, as envsubst and Flux replace them. Slices of the text.
 */
#ifndef KUBE_REFERENCE_H
#define KUBE_REFERENCE_H

#include "base/str.h"

/* One that begins at `at`; false: there is none. */
bool reference_at(str text, size_t at, str *ret_name, size_t *ret_end);
/* The first from `*at` on, which becomes where it begins. */
bool reference_next(str text, size_t *at, str *ret_name, size_t *ret_end);
bool reference_any(str text);

#endif
