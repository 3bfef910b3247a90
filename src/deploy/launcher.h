/*
 * Programs that only start another one: rules/launchers.yaml, compiled into the program.
 *
 * Const, for ever. deploy/command.h takes them off the words that a container starts.
 */
#ifndef DEPLOY_LAUNCHER_H
#define DEPLOY_LAUNCHER_H

#include "base/str.h"

struct launcher {
    str name;
    str subcommand;   /* the word that must follow: "run"; empty: none */
    str options;      /* its own that take the next word, between blanks */
    size_t arguments; /* words that belong to it after its options */
    bool dashes;      /* all up to a `--`, where there is one, belongs to it */
};

extern const struct launcher data_launchers[];
extern const size_t data_launchers_count;

#endif
