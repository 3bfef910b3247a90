/*
 * A file as one reader's decoder hands it over: without byte order mark, with line ends and bad UTF-8
 * settled, and the way back to the bytes of the file.
 *
 * Where nothing has to be changed the text is the source's own. Lives in an arena; the source must outlive
 * it.
 */
#ifndef ENV_VIEW_H
#define ENV_VIEW_H

#include "text/piece.h"

enum view_newlines {
    VIEW_NEWLINES_KEPT,    /* CR is a byte like any other */
    VIEW_NEWLINES_LF,      /* CRLF and a lone CR become LF (Python's and Ruby's text mode) */
    VIEW_NEWLINES_CRLF,    /* CRLF becomes LF, a lone CR stays */
    VIEW_NEWLINES_DROP_CR, /* every CR vanishes */
};

/* From here on text and source run side by side again. */
struct view_edit {
    uint32_t at;        /* offset in the text */
    uint32_t source_at; /* offset in the source */
};

struct view {
    const struct source *source;
    str text;
    VEC(struct view_edit) edits; /* in order; empty: the text starts at `start` and is the source's */
    uint32_t start;
};

struct view_rules {
    bool strip_bom;
    bool drop_nul;         /* NUL bytes vanish */
    bool replace_bad_utf8; /* U+FFFD for each maximal bad part, as the WHATWG decoder does */
    enum view_newlines newlines;
};

struct view view_open(struct arena *arena, const struct source *source, const struct view_rules *rules);
/* The source bytes of text bytes [from, to). */
span view_span(const struct view *view, size_t from, size_t to);
/* Adds the pieces of text bytes [from, to): as many as edits cut it into. */
void view_pieces(const struct view *view, struct arena *arena, struct pieces *pieces, size_t from, size_t to);

#endif
