/*
 * Why a container's variable has its value: every layer that set it, and what went into each.
 *
 * A story is a flat list in reading order, made for `bootgate env --service NAME --explain` and for reports.
 * It lives in the arena and points into the project.
 */
#ifndef COMPOSE_EXPLAIN_H
#define COMPOSE_EXPLAIN_H

#include "compose/compose.h"

enum layer_role {
    LAYER_WINS,     /* the setting that the container gets */
    LAYER_SHADOWED, /* a setting that a layer above hides */
    LAYER_INSERTED, /* a variable that an expression of the layer above took */
    LAYER_FALLBACK, /* the default that an expression fell back to, for want of the variable */
    LAYER_UNSET,    /* a variable that an expression asked for and nobody sets */
};

struct compose_layer {
    enum layer_role role;
    unsigned depth;            /* 0: of the variable itself; deeper: what went into the layer above */
    str name;                  /* the variable */
    const struct value *value; /* NULL where nothing is set: LAYER_FALLBACK and LAYER_UNSET */
    span at;       /* the value, the default or the expression; nowhere in the process environment */
    span asked_at; /* depth > 0: the expression that asked */
};

typedef VEC(struct compose_layer) compose_story;

/* The story of one variable of a service, the winner first; empty where the service does not know it. */
compose_story compose_explain(struct arena *arena, const struct workload *service, str name);
/* "wins", "shadowed", … */
str layer_role_name(enum layer_role role);

#endif
