/*
 * What somebody asks before a change: "what if twelve of this program ran?"
 *
 * A supposition is taken over into the deployment after its loader has read it and before it is judged.
 */
#ifndef CHECK_SUPPOSE_H
#define CHECK_SUPPOSE_H

#include "deploy/deployment.h"

/* NAME.replicas=N of the command line. */
struct supposition {
    str name;
    int64_t replicas;
    bool is_met; /* a deployment has a program of that name */
    str nearest; /* of the names that there are; empty: none is near */
};

typedef VEC(struct supposition) suppositions;

/* False: not of that form. */
bool suppose_parse(str text, struct supposition *ret_supposition);
/* Marks those that it has taken over. */
void suppose_apply(suppositions *list, const struct deployment *deployment);
/* Why the others have no answer, a sentence each. */
str_vec suppose_unmet(struct arena *arena, const suppositions *list);

#endif
