/*
 * What the numbers of failed system calls mean to the program.
 *
 * A table; nothing is kept.
 */
#ifndef HOST_STATUS_H
#define HOST_STATUS_H

#include "text/host.h"

/* The status that an errno value means, HOST_FAILED where it says nothing of use. */
enum host_status posix_status(int error_number);

#endif
