/*
 * YAML as a tree of nodes with spans.
 *
 * libyaml delivers events; the composer here resolves anchors (aliases share the node, nothing is copied),
 * merge keys and duplicate keys, counts depth and nodes, and turns code-point marks into byte offsets. Types
 * are the reader's business: a scalar keeps its text, style and tag. Nodes live in the arena.
 */
#ifndef SYNTAX_YAML_H
#define SYNTAX_YAML_H

#include "text/diag.h"

enum yaml_kind {
    YAML_SCALAR,
    YAML_SEQUENCE,
    YAML_MAPPING,
};

enum yaml_style {
    YAML_PLAIN,
    YAML_SINGLE_QUOTED,
    YAML_DOUBLE_QUOTED,
    YAML_LITERAL,
    YAML_FOLDED,
    YAML_FLOW,  /* collections: [ ] and { } */
    YAML_BLOCK, /* collections: by indentation */
};

struct yaml_node;

struct yaml_pair {
    struct yaml_node *key; /* always a scalar */
    struct yaml_node *value;
    bool merged; /* came in through `<<` */
};

struct yaml_node {
    enum yaml_kind kind;
    enum yaml_style style;
    str tag;       /* as written, such as "!reset"; empty: none */
    str text;      /* scalars: decoded */
    span at;       /* the whole node, quotes included */
    span inner;    /* scalars: without the quotes; text bytes equal source bytes when `verbatim` */
    bool verbatim; /* no escape, fold or line break between source and text */
    VEC(struct yaml_node *) items; /* sequences */
    VEC(struct yaml_pair) pairs;   /* mappings, in order; own keys before merged ones */
};

/* How strictly the tree is made. */
struct yaml_options {
    str rule;                    /* the rule name of its diagnostics: compose-syntax or config-syntax */
    bool merge_keys;             /* resolve `<<` */
    size_t max_depth, max_nodes; /* 0: the limits table */
};

struct yaml_documents {
    VEC(struct yaml_node *) list; /* one per document; a NULL item is an empty document */
    bool ok;                      /* false: refused, the reasons are in the sink */
};

/* Reads all documents of a source. Faults go to `diags` with line and column. */
struct yaml_documents yaml_read(struct arena *arena, struct diags *diags, const struct source *source,
    const struct yaml_options *options);

/* The value of a key, or NULL; `ret_pair` may be NULL. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, str key);
const struct yaml_pair *yaml_pair(const struct yaml_node *mapping, str key);
bool yaml_is_null(const struct yaml_node *node); /* NULL node, or plain "", ~, null, Null, NULL */

#endif
