/*
 * The files that X_FILE variables name: of a project's services, where it says which host file it is, and of
 * the process that `exec` becomes.
 *
 * A path of a service that no secret, config or bind mount maps is left alone: the container alone
 * knows it.
 */
#ifndef FACTS_SECRET_FILE_H
#define FACTS_SECRET_FILE_H

#include "base/null.h"
#include "facts/facts.h"

/* A secret's file as it was read. */
struct secret_text {
    str shown, path; /* as reports name it; where it is */
    str text;
    /* $(cat FILE) of the official images' entry points keeps a CR; most programs that open the file
     * themselves trim it. The line feeds at the end are dropped by both. */
    bool keeps_returns;
};

/* What X gets of the file that X_FILE names, from a source of its own kind: no report quotes a line of it. */
struct value *secret_file_read(
    struct arena *arena, struct sources *sources, str name, const struct secret_text *file);
/* Reads the files of all active services into facts->secret_files. */
void secret_files_gather(struct facts *facts);
/* The content that variable `name` of a service gets; NULL: none was read. */
const struct value *OR_NULL secret_file_value(
    const struct facts *facts, const struct service *service, str name);

#endif
