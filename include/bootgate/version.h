/*
 * The version of the library that a program was built against.
 */
#ifndef BOOTGATE_VERSION_H
#define BOOTGATE_VERSION_H

#define BOOTGATE_VERSION_MAJOR 0
#define BOOTGATE_VERSION_MINOR 1
#define BOOTGATE_VERSION_PATCH 0

#endif
