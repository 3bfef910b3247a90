/*
 * The graph as a picture that needs no other program: boxes in columns, arrows from the variables that
 * make them.
 */
#ifndef REPORT_GRAPH_SVG_H
#define REPORT_GRAPH_SVG_H

#include "report/graph.h"

/* One deployment as SVG, in the arena of its facts; with the style sheet, or for a page that has it. */
str graph_svg(const struct graph_input *input, bool with_style);
/* Formats of report/graph.h. */
void graph_write_svg(struct out *out, const struct graph_input *graphs, size_t count);
void graph_write_mermaid(struct out *out, const struct graph_input *graphs, size_t count);

#endif
