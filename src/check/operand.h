/*
 * What a file that somebody named is, decided by its content; the name decides between what looks alike.
 *
 * Pure text: nothing is read, kept or reported here. The kinds are a table; a kind that this build cannot
 * judge carries the sentence that says so.
 */
#ifndef CHECK_OPERAND_H
#define CHECK_OPERAND_H

#include "base/str.h"

enum operand_kind {
    OPERAND_NONE, /* text of no known kind */
    OPERAND_EMPTY,
    OPERAND_ENV,
    OPERAND_COMPOSE,
    OPERAND_MANIFEST,
    OPERAND_UNIT,
    OPERAND_DOCKERFILE,
    OPERAND_CONFIG,
    OPERAND_SETTINGS,
    OPERAND_UNRENDERED, /* a Helm chart or a kustomization: manifests come out of it */
    OPERAND_KINDS,
};

/* `path` may be "-". An env file by its name stays one whatever is wrong with its lines: its reader says that. */
enum operand_kind operand_kind(str path, str text);
/* Why a file of this kind is not judged, without a full stop; empty: it is. */
str operand_refusal(enum operand_kind kind);
/* What to type instead; empty: nothing. */
str operand_advice(enum operand_kind kind);

#endif
