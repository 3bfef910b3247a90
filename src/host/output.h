/*
 * Bytes that leave the process: on standard output and standard error, and into files that are replaced as a
 * whole.
 *
 * Nothing is kept between calls. A failed write never ends the process by a signal, and none of its signals
 * reaches a program that follows.
 */
#ifndef HOST_OUTPUT_H
#define HOST_OUTPUT_H

#include "text/host.h"

/*
 * Puts a place holder where descriptor 0, 1 or 2 came closed, so that no file or pipe of ours gets its number
 * and with it what is printed. Reading and writing fail there; a program that follows finds it closed again.
 */
void output_hold_standard(void);

/* 0, or the errno of the write that failed. */
int output_write(int stream, str text);
/* Some systems tell only now that a write was lost: 0, or the errno. */
int output_close(int stream);

/*
 * Puts `text` into a temporary file beside `path`, syncs it and gives it that name at once; the mode and
 * owner of a file that is replaced stay. A symbolic link stays, its target is replaced. What is no regular
 * file is refused, and so is a file that may not be written. No temporary file stays after a failure.
 */
enum host_status output_replace(const char *path, str text, struct host_writing how);

#endif
