/*
 * Writing scdoc, the source of manual pages.
 *
 * Texts are the program's own words: no byte of an input. Nothing is kept.
 */
#ifndef CLI_MANUAL_MARKUP_H
#define CLI_MANUAL_MARKUP_H

#include "report/out.h"

/* `text` with scdoc's marks escaped. */
void markup_escaped(struct out *out, str text);
/* A paragraph for each line. NULL: nothing. */
void markup_paragraphs(struct out *out, const char *text);
/* "*term*", with `argument` underlined after it (NULL: none), and what it means, indented below. */
void markup_entry(struct out *out, str term, const char *argument, str about);
/* Lines as they are. */
void markup_literal(struct out *out, str lines);

#endif
