/*
 * Files of `name = value` lines: INI with its sections, Java's properties.
 *
 * One scanner, a row for what the readers do differently. Texts are slices of the file, but for values
 * that go on in another line, which are joined in the arena.
 */
#ifndef SETTINGS_ENTRIES_H
#define SETTINGS_ENTRIES_H

#include "base/arena.h"
#include "base/vec.h"

enum entry_form {
    ENTRIES_SUPERVISOR, /* Python's configparser as supervisord sets it up */
    ENTRIES_CONFIGPARSER,
    ENTRIES_UWSGI,
    ENTRIES_PHP, /* php-fpm's pools */
    ENTRIES_GO,  /* go-ini: Gitea, Grafana */
    ENTRIES_PROPERTIES,
    ENTRY_FORM_COUNT,
};

struct entry {
    str section; /* empty: before the first, or a form without */
    str name, text;
    size_t offset; /* of the value in the file */
    size_t part;   /* properties: which document of the file, split by #--- */
};

typedef VEC(struct entry) entry_list;

entry_list entries_read(struct arena *arena, enum entry_form form, str file);
/* The last entry of that name in a section, or NULL; the case of names does not count. */
const struct entry *entries_get(const entry_list *entries, str section, str name);

#endif
