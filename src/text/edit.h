/*
 * Changes to a text as splices: these bytes are replaced by those, and nothing else is touched.
 *
 * Edits live in the arena of the run, their places in its sources. Those of one list must not touch the same
 * bytes, but the same edit may be there twice: two findings may have one cause.
 */
#ifndef TEXT_EDIT_H
#define TEXT_EDIT_H

#include "text/source.h"

struct edit {
    span at; /* empty: `text` is put in front of the byte there */
    str text;
};

typedef VEC(struct edit) edit_list;

void edit_add(struct arena *arena, edit_list *list, span at, str text);
/* Whether two of them change the same bytes in different ways, or insert at the same place. */
bool edit_list_clashes(const edit_list *sorted, const edit_list *others); /* both in order */
/* By source and place, equal ones once. */
void edit_sort(edit_list *list);
/* The text of a source after the edits of a sorted list that are in it. */
str edit_apply(struct arena *arena, const struct source *source, const edit_list *sorted);

#endif
