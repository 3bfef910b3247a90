/*
 * The files that X_FILE variables name, where the Compose project says which host file it is.
 *
 * Internal to model. A path that no secret, config or bind mount maps is left alone: the container alone
 * knows it.
 */
#ifndef FACTS_SECRET_FILE_H
#define FACTS_SECRET_FILE_H

#include "base/null.h"
#include "facts/facts.h"

/* Reads the files of all active services into facts->secret_files. */
void secret_files_gather(struct facts *facts);
/* The content that variable `name` of a service gets; NULL: none was read. */
const struct value *OR_NULL secret_file_value(
    const struct facts *facts, const struct service *service, str name);

#endif
