/*
 * The files beside a unit: its drop-ins, and what EnvironmentFile= leads to.
 *
 * Every look at the system is entered in the list of reads. Paths live in the arena.
 */
#ifndef UNIT_FILES_H
#define UNIT_FILES_H

#include "unit/service.h"

struct unit_files {
    struct arena *arena;
    struct sources *sources;
    const struct host *host;
};

/* The drop-ins of the unit in `directory`, absolute paths in the order in which systemd 252 reads them: those
 * of the unit, of its template, of the prefixes of its name, of its type. Where the directory is one of
 * systemd's own, those of the others count as well. */
str_vec unit_dropins(const struct unit_files *files, const struct unit_name *name, str directory);
/* What a path with a glob pattern leads to, sorted; one without a pattern leads to itself, there or not. */
str_vec unit_env_paths(const struct unit_files *files, const struct unit_env_file *file);
/* Names in `directory` that are units of services by their ending. */
str_vec unit_list(const struct unit_files *files, str directory);

#endif
