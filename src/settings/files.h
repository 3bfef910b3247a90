/*
 * The files of a workload as its programs find them, and what its settings are read with.
 *
 * A mount or configuration wins over what the image copies. Each file is read once in a run. Everything
 * lives in the arena.
 */
#ifndef SETTINGS_FILES_H
#define SETTINGS_FILES_H

#include "base/map.h"
#include "deploy/command.h"
#include "settings/expression.h"
#include "text/host.h"

/* One workload while its settings are read. */
struct settings_reading {
    struct arena *arena;
    struct sources *sources;
    const struct host *host;
    const struct deployment *deployment;
    struct workload *workload;
    struct map *files;     /* path on this machine → struct source *: of the whole run */
    struct map *opened;    /* path in the workload → struct settings_file *: asked for by several rows */
    struct map *places;    /* path in the source → str_vec *: where it is, likewise */
    struct map *spring;    /* the program's line → its properties, likewise: spring.c */
    struct parsed *parsed; /* what its files were made of: parsed.h */
};

struct settings_file {
    const struct source *source; /* NULL: it is not there, */
    bool is_unclear;             /* or it is, and cannot be seen from here */
    span named_at;               /* the line that mounts it; unset: none */
};

/* A file by its path inside of the workload; a relative one counts from where its program is started. */
struct settings_file settings_open(const struct settings_reading *r, str path);
/* Names that may be in a directory of the workload, sorted. */
str_vec settings_list(const struct settings_reading *r, str directory);
/* Absolute paths of this machine where the source that its image is built from has such a file or
 * directory, at most a few levels below what is copied: of one module each. */
const str_vec *settings_source_places(const struct settings_reading *r, str path);
/* A file of such a source; NULL: it is not there, or does not come along. */
const struct source *OR_NULL settings_source_open(const struct settings_reading *r, str path);
/* The same of one that may be large: of versions that are installed. */
const struct source *OR_NULL settings_lock_open(const struct settings_reading *r, str path);
/* Whether a file of that name is at the top of what is copied. */
bool settings_has_source(const struct settings_reading *r, str name);
/* The directory that the workload's programs are started in; empty: not known. */
str settings_directory(const struct settings_reading *r);
/* `{A B word}` in a text: what the first of the variables holds, else the word. */
str settings_choose(const struct settings_reading *r, str text);
/* The variable of the workload that has a name in any spelling of the same letters; NULL: none is set. */
const struct value *OR_NULL settings_variable(const struct settings_reading *r, str name);
/* The same letters and digits, whatever their case and what is between. */
bool settings_same_letters(str a, str b);
/* A stretch of a file, given as the slice of its text. */
span settings_span(const struct source *source, str slice);

#endif
