/*
 * X_FILE, the convention by which a variable names the file that holds the value of X.
 *
 * The official database images began it. Whether a program reads a variable so is the asker's to know.
 */
#ifndef ENV_FILE_FORM_H
#define ENV_FILE_FORM_H

#include "base/arena.h"

/* The X of X_FILE, a slice; empty where the name is of another form. */
str file_form_base(str name);
/* NAME_FILE. */
str file_form_of(struct arena *arena, str name);

#endif
