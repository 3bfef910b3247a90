/*
 * What the parts of loading manifests share: the state of one load, refusals.
 *
 * Private to src/kube. The parts in their order: stream (documents to objects), manifest (what the API server
 * refuses of them), workload, address (Services), operator, link, then environments and volumes; load calls
 * them.
 */
#ifndef KUBE_LOADER_H
#define KUBE_LOADER_H

#include "base/limit.h"
#include "kube/kube.h"
#include "kube/object.h"
#include "kube/scalar.h"

struct kube {
    struct arena *arena;
    struct diags *diags;
    struct sources *sources;
    const struct host *host;
    const struct deployment_options *options;
    struct deployment *deployment;
    str directory; /* the current one, absolute */
    struct kube_index index;
    struct map units;     /* "Deployment/api" → the first struct kube_object * of that kind and name */
    struct map by_group;  /* a group of workloads → its struct kube_object * */
    struct map resources; /* "zone Secret pg key" → struct deployment_resource * */
    struct map links;     /* namespace → struct env *, see kube/link.h */
    struct map seals;     /* "zone name" → who makes that Secret: struct seal * */
    struct map stand_ins; /* "zone object key" → const struct value * */
    size_t inserted;      /* bytes that $(…) has put into values so far */
    size_t near_looks;    /* names that were held beside one that is not there */
    bool is_template;     /* ${…} stands where none may: whoever applies this replaces it before */
};

/*
 * How a key is made whose parts nobody can see: `*` is the name of the object that makes it, <.svc> its
 * namespace and what follows on it where one is written, {KEY} another key of the same Secret.
 */
struct seal_form {
    str key, form;
};

/* A Secret that something in the cluster makes. */
struct seal {
    const struct kube_object *made_by;
    str keys;                              /* that are always in it, with blanks between; empty: not known */
    const struct seal_form *OR_NULL forms; /* ended by one without a key */
};

/* kubectl or the API server refuses the stream: a fatal manifest-syntax error. Messages name no values. */
struct diag *kube_refuse(struct kube *k, span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* `bootgate/allow: "RULE reason"` among the annotations, for what stands `within`; a rule a line. */
void kube_allow(struct kube *k, const struct yaml_node *OR_NULL metadata, span within, str label);
void kube_limit(struct kube *k, enum limit_id limit, span at);
/* A value of the deployment that nobody can see here; the same for the same name. Never NULL. */
const struct value *kube_unseen_value(struct kube *k, str object, str key, span at);

#endif
