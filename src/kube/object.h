/*
 * The objects of all streams of a run, by what they are for and by (kind, namespace, name).
 *
 * An object is a document, or an item of a List, with its tree as it was read: whoever wants more of it than
 * the loader uses asks the tree. Objects of kinds that nobody asks for are counted, and forgotten. All of it
 * lives in the arena of the run and does not change once the streams are read.
 */
#ifndef KUBE_OBJECT_H
#define KUBE_OBJECT_H

#include "deploy/deployment.h"
#include "syntax/yaml.h"

/* What an object is for. */
enum kube_role {
    KUBE_OTHER,    /* nothing that is asked for: passed over */
    KUBE_WORKLOAD, /* has a pod template */
    KUBE_SETTINGS, /* ConfigMap */
    KUBE_SECRET,
    KUBE_SERVICE,
    KUBE_ROUTE,    /* Ingress and its kin: leads to Services from outside */
    KUBE_UNSEEN,   /* makes a Secret whose values are elsewhere: SealedSecret, ExternalSecret */
    KUBE_OPERATED, /* an operator makes servers, names and Secrets of it */
    KUBE_MADE,     /* adds to what an operator makes: Database of CloudNativePG */
    KUBE_JOINER,   /* puts containers into pods of others: AuthProxyWorkload */
    KUBE_SCALER,   /* changes how many of a workload run: HorizontalPodAutoscaler, ScaledObject */
    KUBE_ROLE_COUNT,
};

/* A kind that is known. */
struct kube_kind {
    str group; /* of its apiVersion; empty: the core group, or any where `any_group` is set */
    str name;
    enum kube_role role;
    bool any_group;
    str pod;    /* KUBE_WORKLOAD: where its pod template is; empty: it is a pod itself */
    str target; /* KUBE_UNSEEN: where the name of the Secret is said; by itself it is that of the object */
    str keys;   /* KUBE_UNSEEN: the mapping or list that names all keys; empty: they are not told */
};

struct kube_object {
    const struct kube_kind *kind;
    str name, zone; /* its namespace; empty: none is written */
    const struct yaml_node *node, *metadata, *spec;
    span at;                                  /* its name, else the document */
    const struct kube_object *replaced;       /* of the same kind and name before it in the same stream */
    struct workload_group *group;             /* KUBE_WORKLOAD: its containers; NULL before they are made */
    VEC(const struct yaml_node *) containers; /* … as they are written, in the same order */
    const struct yaml_node *pod_labels;       /* … the labels of its pods, for who selects them */
    struct map values; /* KUBE_SETTINGS, KUBE_SECRET: key → struct value *, as they are asked for */
};

struct kube_index {
    struct arena *arena;
    VEC(struct kube_object *)
    of_role[KUBE_ROLE_COUNT]; /* in order; those that are replaced are not among them */
    struct map by_name;       /* "Kind zone name" → struct kube_object * */
    size_t count;             /* objects that were read, of any kind */
};

/* The kind of an apiVersion, or NULL: nobody asks for it. */
const struct kube_kind *OR_NULL kube_kind(str api_version, str name);
/* Whether a kind of that name is asked for, whatever its group. */
bool kube_kind_is_asked_for(str name);
/* NULL: the streams have none. `kind` by its name alone. */
struct kube_object *OR_NULL kube_find(const struct kube_index *index, str kind, str zone, str name);
/* Puts it in, in the place of one of the same kind and name. */
void kube_add(struct kube_index *index, struct kube_object *object);
/* An annotation of the object itself; empty: it has none. */
str kube_annotation(const struct yaml_node *OR_NULL metadata, str key);
/* Drops what was replaced from the lists; after the last stream. */
void kube_settle(struct kube_index *index);

#endif
