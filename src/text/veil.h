/*
 * What a quotation of a line does not show.
 *
 * Places that are marked (text/mask.h); bytes that the gate knows, wherever they are (text/gate.h); and what
 * is not known to be a secret but may be one: comments, where old passwords are kept, and in an env file the
 * value that the quotation is not about. All of it is found in the bytes of the line as they are: a secret
 * that another mark takes a part of, or that has a control byte in it, is not to be recognised once they are
 * masked and escaped.
 */
#ifndef TEXT_VEIL_H
#define TEXT_VEIL_H

#include "text/source.h"

/* The stretches of `quoted`, a part of `line`, that are hidden: in order, none touching the next. `about`:
 * what it is quoted for; nowhere: something else in the neighbourhood. They live in `arena`. */
span_vec veil_find(const struct sources *sources, struct arena *arena, span line, span quoted, span about);

#endif
