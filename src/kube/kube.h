/*
 * Manifests of a cluster's objects, as `kubectl apply` takes them and the kubelet starts their containers.
 *
 * The loader reads streams of documents (kube/stream.h), lists their objects (kube/object.h), and makes a
 * workload of each container: its environment (kube/environment.h), files (kube/volume.h), the Services that
 * lead to it (kube/address.h). All of it lives in the arena. What kubectl or the API server refuses is
 * reported as manifest-syntax. Facts are those of Kubernetes 1.34.
 */
#ifndef KUBE_KUBE_H
#define KUBE_KUBE_H

#include "deploy/loader.h"

extern const struct deployment_loader kube_loader;

#endif
