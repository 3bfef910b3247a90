/*
 * Where a target hides its secret: positions that are secret whatever the bytes around it are.
 *
 * The text of a plant comes from the input, its place from here; it lives in the arena.
 */
#ifndef TESTS_FUZZ_PLANT_H
#define TESTS_FUZZ_PLANT_H

#include "tree.h"

/*
 * Puts the secret into the files and the environment of a tree, before the input's own bytes. `choice` is a
 * part of the input: its first byte says where, its second which connection string, its lines what stands
 * beside the secret.
 */
struct plant {
    str environment_file;                  /* first lines of .env and extra.env */
    str compose;                           /* first lines of compose.yaml */
    str url;                               /* a connection string */
    str process_password, process_address; /* entries of the environment */
    str file;                              /* of a secret */
};

struct plant plant_make(struct arena *arena, str choice);
/* The input holds the secret itself: it could then stand anywhere, and proves nothing. */
bool plant_is_known(str input);
/* No stretch of the secret that tells anything stands in `text`. */
void plant_require_hidden(str text, const char *where);

#endif
