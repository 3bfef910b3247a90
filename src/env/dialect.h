/*
 * The readers of env files, one row each.
 *
 * A row documents its reader, the version meant and where it diverges; the scanner in env/dotenv.c is driven
 * by its flags and its grammar. The rows are constants. Adding a reader touches the table, a grammar and a
 * file of cases.
 */
#ifndef ENV_DIALECT_H
#define ENV_DIALECT_H

#include "env/env.h"

struct dialect;

enum dialect_id {
    DIALECT_COMPOSE,
    DIALECT_DOCKER,
    DIALECT_PODMAN,
    DIALECT_KUBECTL,
    DIALECT_PYTHON,
    DIALECT_NODE,
    DIALECT_NODE_EXPAND,
    DIALECT_NODE_BUILTIN,
    DIALECT_RUBY,
    DIALECT_GO,
    DIALECT_RUST,
    DIALECT_SYSTEMD,
    DIALECT_SHELL,
    DIALECT_COUNT,
};

const struct dialect *dialect_find(str name); /* NULL: no such dialect */
const struct dialect *dialect_get(enum dialect_id id);
enum dialect_id dialect_id(const struct dialect *dialect);
str dialect_name(const struct dialect *dialect);
str dialect_reader(const struct dialect *dialect);  /* "docker run --env-file", … */
str dialect_version(const struct dialect *dialect); /* the version meant */
str dialect_about(const struct dialect *dialect);   /* its divergences, in one sentence or two */
/* How a dollar is written that stands for itself, to follow "write": empty where every one does. */
str dialect_dollar(const struct dialect *dialect);

#endif
