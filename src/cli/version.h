/*
 * What this build is: its version, its libraries, its data.
 */
#ifndef CLI_VERSION_H
#define CLI_VERSION_H

#include "cli/options.h"

/* One line; with -v the build and the versions of the libraries as well. */
enum outcome version_print(struct session *session);

#endif
