/*
 * The version of the library: that which a program was built against, and that which it runs with.
 *
 * The number in the library's file name (libbootgate.so.0) changes when a program must be built anew.
 */
#ifndef BOOTGATE_VERSION_H
#define BOOTGATE_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

#define BOOTGATE_VERSION_MAJOR 0
#define BOOTGATE_VERSION_MINOR 1
#define BOOTGATE_VERSION_PATCH 0

const char *bg_version(void); /* "0.1.0", for ever */

#ifdef __cplusplus
}
#endif

#endif
