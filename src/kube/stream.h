/*
 * Streams of manifests: which bytes are a document, and which objects are in it.
 *
 * Follows YAMLReader and YAMLOrJSONDecoder of apimachinery (pkg/util/yaml/decoder.go) and `kubectl apply`:
 * documents end at lines that begin with ---, JSON objects may follow each other, the items of a List are
 * objects of their own. Objects go to the index of the load.
 */
#ifndef KUBE_STREAM_H
#define KUBE_STREAM_H

#include "kube/loader.h"

/* Reads one source; faults are refusals. `is_named`: somebody named it, so that it must hold objects. */
void stream_read(struct kube *k, const struct source *source, bool is_named);
/* Whether a text looks like manifests of a kind that is asked for: for finding them. */
bool stream_is_manifest(str text);

#endif
