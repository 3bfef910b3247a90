/*
 * The picture of who talks to whom: services, servers, connections, published ports, with findings marked.
 *
 * Draws the facts of one deployment as text, DOT, SVG, Mermaid or JSON. Nothing secret is in it: names,
 * hosts, ports, users and databases alone.
 */
#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include "base/null.h"
#include "facts/facts.h"
#include "report/out.h"
#include "text/diag.h"

struct graph_input {
    const struct facts *facts;
    const struct diags *diags; /* sorted */
    str label;                 /* the deployment's name */
};

struct graph_format {
    str name;
    void (*write)(struct out *out, const struct graph_input *graphs, size_t count);
};

const struct graph_format *OR_NULL graph_format_find(str name); /* NULL: no such format */
const struct graph_format *graph_format_default(void);
str graph_format_choice(size_t index); /* the names; empty past the last */

#endif
