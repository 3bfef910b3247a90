/*
 * Programs that only start another one: rules/launchers.yaml, compiled into the program.
 *
 * Const, for ever. deploy/command.h takes them off the words that a container starts.
 */
#ifndef DEPLOY_LAUNCHER_H
#define DEPLOY_LAUNCHER_H

#include "deploy/command.h"

struct launcher {
    str name;
    str subcommand;   /* the word that must follow: "run"; empty: none */
    str options;      /* its own that take the next word, between blanks */
    size_t arguments; /* words that belong to it after its options */
    bool dashes;      /* all up to a `--`, where there is one, belongs to it */
    bool begins;      /* the name is what that of a script begins with */
    str script;       /* the letter of the option with a shell's line; empty: it starts a program */
    bool supervises;  /* it starts others beside that one, which its own settings name */
};

extern const struct launcher data_launchers[];
extern const size_t data_launchers_count;

/* Whether a word is a program that carries out lines of a shell: /bin/sh, su. */
bool launcher_is_shell(str word);
/* Whether what is at the start of the command starts other programs beside its own. */
bool launcher_supervises(const struct command *command);
/* The words that the launcher at `at` takes, or 0 where there is none. */
size_t launcher_words(const struct command *command, size_t at);
/* Where a shell's line is, of `sh -c LINE`, -lc and `su USER -c LINE` alike, with the shell at `at`; 0: there
 * is none. */
size_t launcher_script(const struct command *command, size_t at);
/* Where the file is that a shell at `at` is given: bash -eu -o pipefail FILE; 0: there is none. */
size_t launcher_file(const struct command *command, size_t at);

#endif
