/*
 * What the fuzz targets share: an input as named parts, and what must hold.
 *
 * Parts are slices of the input.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include "text/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A line "==> NAME" begins the part NAME; the part before the first such line has the name of its reader. */
struct fuzz_part {
    str name, text;
};
/* Takes the next part off `rest`; false at the end. `first` names what stands before the first line. */
bool fuzz_part_next(str *rest, str first, struct fuzz_part *ret_part);

/* Ends the process with `what` on standard error where it does not hold. */
void fuzz_require(bool holds, const char *what);
/* The span is nowhere, or in a known source and inside of it. */
void fuzz_require_inside(const struct sources *sources, span at);

#endif
