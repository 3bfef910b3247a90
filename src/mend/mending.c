#include "mend/mending.h"

bool mending_is_at(const struct mending *mending, span at)
{
    span finding = mending->finding->at;
    return span_is_set(at) && at.source == finding.source && finding.offset >= at.offset &&
           finding.offset <= at.offset + at.length;
}

bool mending_replace(struct mending *mending, span at, str expected, str text)
{
    if (!span_is_set(at) || !str_eq(span_text(mending->facts->sources, at), expected))
        return false;
    if (!str_eq(expected, text))
        edit_add(mending->arena, &mending->edits, at, text);
    return true;
}
