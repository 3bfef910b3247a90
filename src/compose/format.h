/*
 * Texts that Compose decodes into numbers of its own: sizes, durations, modes, counts.
 *
 * types/bytes.go, duration.go, device.go and types.go of compose-go, which decode the finished model: a text
 * that a later file replaces is never looked at. Pure functions.
 */
#ifndef COMPOSE_FORMAT_H
#define COMPOSE_FORMAT_H

#include "base/str.h"

#include <stdint.h>

/* Bytes: an integer, also a negative one, or docker/go-units' RAMInBytes: "512m", "1.5 GiB". */
bool format_size(str text, int64_t *ret_bytes);
bool format_is_size(str text);
/* time.ParseDuration with days and weeks (str2duration): "1m30s", "2d". A number needs its unit. */
bool format_is_duration(str text);
bool format_is_number(str text);       /* strconv.ParseFloat: cpus */
bool format_is_count(str text);        /* strconv.ParseUint */
bool format_is_device_count(str text); /* "all" or an integer */
bool format_is_file_mode(str text);    /* octal digits */
bool format_is_host_mapping(str text); /* an item of extra_hosts: a host and its address */
bool format_is_ssh_key(str text);      /* an item of build.ssh */

#endif
