/*
 * Who reads an env file: what the project declares, else what the files beside it tell.
 *
 * Nothing is kept.
 */
#ifndef RULE_READERS_H
#define RULE_READERS_H

#include "env/spell.h"
#include "facts/facts.h"

struct readers {
    dialect_list list; /* the first one's values are judged */
    bool declared;     /* `read-by` names them */
};

/* Looks into scripts and unit files beside the file where nothing is declared. Never empty. */
struct readers readers_of(struct arena *arena, const struct facts *facts, const struct input_file *file);

#endif
