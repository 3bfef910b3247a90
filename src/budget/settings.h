/*
 * Settings files of servers as their containers see them: postgresql.conf, my.cnf, pgbouncer.ini.
 *
 * A path inside a container is followed as deploy/path.h does, to a file that can be read here. Settings live
 * in the arena in the order in which the server reads them; of a name that comes twice the last one counts.
 */
#ifndef BUDGET_SETTINGS_H
#define BUDGET_SETTINGS_H

#include "base/null.h"
#include "deploy/deployment.h"
#include "text/host.h"

/* What reading needs: whose files, and where to put them. */
struct settings_reader {
    struct arena *arena;
    struct sources *sources;
    const struct host *host;
    const struct deployment *deployment; /* NULL: no configs */
    const struct workload *workload;
};

struct setting {
    str section; /* of an ini file; empty: none */
    str name;
    str text; /* the value without its quotes */
    span at;  /* where it is */
    bool quoted;
};

struct settings {
    VEC(struct setting) list;
    bool any;        /* a file was read */
    bool incomplete; /* a file that is included cannot be read here, or there are too many */
    size_t files;    /* that were read */
};

/* The grammars differ in comments, quotes and how one file includes another. */
enum settings_syntax {
    SETTINGS_POSTGRESQL, /* name = 'value'; include, include_if_exists, include_dir */
    SETTINGS_MYSQL,      /* [group], name=value; !include, !includedir */
    SETTINGS_PGBOUNCER,  /* [section], name = value; %include */
};

/* Appends what a file of the container sets. False, and nothing appended, where it is not there. */
bool settings_read(const struct settings_reader *reader, enum settings_syntax syntax, str container_path,
    struct settings *settings);
/* The same for a file that the server may have written itself, below a mounted data directory. That directory
 * belongs to the server's user: where it cannot be looked into, the settings are incomplete and no more. */
bool settings_probe(const struct settings_reader *reader, enum settings_syntax syntax, str container_path,
    struct settings *settings);
/* The same for the files of a directory that end in `suffix`, in order of their names. */
void settings_read_directory(const struct settings_reader *reader, enum settings_syntax syntax,
    str container_path, str suffix, struct settings *settings);
/* The last setting of a name (case and, in my.cnf, - for _ do not count), or NULL. */
const struct setting *OR_NULL settings_get(const struct settings *settings, str section, str name);

#endif
