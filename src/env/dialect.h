/*
 * The readers of env files, one row each.
 *
 * A row documents its reader, the version meant and where it diverges; the scanner in env/dotenv.c is driven
 * by its flags and its grammar. The rows are constants. Adding a reader touches the list here, its row in
 * dialect.c and a file with its grammar.
 */
#ifndef ENV_DIALECT_H
#define ENV_DIALECT_H

#include "base/null.h"
#include "env/env.h"

struct dialect;

/* The readers by id, each with the grammar that reads as it does. Lists for people keep this order. */
#define DIALECT_LIST(X)                                                                                      \
    X(COMPOSE, read_compose)                                                                                 \
    X(DOCKER, read_docker)                                                                                   \
    X(PODMAN, read_podman)                                                                                   \
    X(KUBECTL, read_kubectl)                                                                                 \
    X(PYTHON, read_python)                                                                                   \
    X(NODE, read_node)                                                                                       \
    X(NODE_EXPAND, read_node_expand)                                                                         \
    X(NODE_BUILTIN, read_node_builtin)                                                                       \
    X(RUBY, read_ruby)                                                                                       \
    X(GO, read_go)                                                                                           \
    X(RUST, read_rust)                                                                                       \
    X(SYSTEMD, read_systemd)                                                                                 \
    X(SHELL, read_shell)

enum dialect_id {
#define DIALECT_ID(id, grammar) DIALECT_##id,
    DIALECT_LIST(DIALECT_ID)
#undef DIALECT_ID
        DIALECT_COUNT,
};

const struct dialect *OR_NULL dialect_find(str name); /* NULL: no such dialect */
const struct dialect *dialect_get(enum dialect_id id);
enum dialect_id dialect_id(const struct dialect *dialect);
str dialect_name(const struct dialect *dialect);
str dialect_reader(const struct dialect *dialect);  /* "docker run --env-file", … */
str dialect_version(const struct dialect *dialect); /* the version meant */
str dialect_about(const struct dialect *dialect);   /* its divergences, in one sentence or two */
/* Another release, or another call of the same library, that reads some files otherwise; NULL: none. */
const struct dialect *OR_NULL dialect_other(const struct dialect *dialect);
/* Whether who starts the programs reads so, and not the programs themselves: Compose's own files. */
bool dialect_starts_programs(const struct dialect *dialect);
/* Whether its readers put .env.local over .env by themselves. */
bool dialect_reads_local(const struct dialect *dialect);
/* How a dollar is written that stands for itself, to follow "write": empty where every one does. */
str dialect_dollar(const struct dialect *dialect);

#endif
