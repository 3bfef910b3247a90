/*
 * YAML as a tree of nodes with spans.
 *
 * libyaml delivers events; the composer here resolves anchors (aliases share the node, nothing is copied),
 * merge keys and duplicate keys, counts depth and nodes, and turns code-point marks into byte offsets. Types
 * are the reader's business: a scalar keeps its text, style and tag. Nodes live in the arena.
 */
#ifndef SYNTAX_YAML_H
#define SYNTAX_YAML_H

#include "base/map.h"
#include "base/null.h"
#include "text/diag.h"
#include "text/piece.h"

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
};

struct yaml_node {
    enum yaml_kind kind;
    enum yaml_style style;
    str tag;    /* as written, such as "!reset" or "!!str"; empty: none */
    str text;   /* scalars: decoded */
    span at;    /* the whole node, quotes included */
    span inner; /* scalars: without the quotes; text bytes equal source bytes when `verbatim` */
    VEC(struct yaml_node *) items; /* sequences */
    VEC(struct yaml_pair) pairs;   /* mappings, in order; own keys before merged ones */
    struct map *index;             /* wide mappings: key → 1 + place in pairs; NULL: search in order */
    const struct value *computed;  /* what a reader made of the scalar (interpolation); NULL: as written */
    size_t weight;                 /* nodes that it stands for, itself and aliases included */
    uint32_t height;               /* levels below it */
    bool verbatim;                 /* scalars: no escape, fold or line break between source and text */
    bool open;                     /* still being read: an alias to it would contain itself */
    bool settled;                  /* a reader's mark: checked and final */
};

/* How strictly the tree is made. */
struct yaml_options {
    str rule;         /* the rule name of its diagnostics: compose-syntax or config-syntax */
    bool merge_keys;  /* resolve `<<`; a key whose own value is tagged !reset is then listed twice */
    bool last_wins;   /* of a key that is there twice the later value counts: a duplicate-key warning */
    bool any_version; /* %YAML directives are not looked at */
    size_t from, to;  /* the bytes of the source to read; both 0: all of them */
    size_t max_depth, max_nodes; /* 0: the limits table */
};

struct yaml_documents {
    VEC(struct yaml_node *) list; /* one per document; a NULL item is an empty document */
    bool ok;                      /* false: refused, the reasons are in the sink */
};

/*
 * The bytes of a file as YAML readers see them: UTF-16 with a byte order mark becomes UTF-8, anything else
 * stays. Apply before source_add(), so that spans count the bytes that were read.
 */
str yaml_decode(struct arena *arena, str bytes);
/* Reads all documents of a source. Faults go to `diags` with line and column. */
struct yaml_documents yaml_read(struct arena *arena, struct diags *diags, const struct source *source,
    const struct yaml_options *options);

/* The value of a key, and the pair that it is in; NULL: there is none, or `mapping` is no mapping. */
struct yaml_node *OR_NULL yaml_get(const struct yaml_node *mapping, str key);
const struct yaml_pair *OR_NULL yaml_pair(const struct yaml_node *mapping, str key);
/* Appends a pair that the mapping does not have yet. */
void yaml_put(struct arena *arena, struct yaml_node *mapping, struct yaml_pair pair);
bool yaml_scalar_is_null(const struct yaml_node *node);
/* No node, or plain "", ~, null, Null, NULL. */
static inline bool yaml_is_null(const struct yaml_node *node)
{
    return node == NULL || yaml_scalar_is_null(node);
}

/* Which source bytes made each stretch of a scalar's text: escapes, folds and indentation are followed. */
struct pieces yaml_pieces(struct arena *arena, const struct sources *sources, const struct yaml_node *scalar);

/* `text` as a scalar of one line: plain where that is safe everywhere, else in single quotes, which hold all
 * but line ends, control bytes and their kin; those are escaped in double quotes. */
str yaml_quote(struct arena *arena, str text);
/* In double quotes and printable ASCII alone, whatever it is (YAML 1.2, 5.7). */
str yaml_quote_double(struct arena *arena, str text);

#endif
