/*
 * What a path inside a workload is: the file of the machine, or the content, that it finds there.
 *
 * One resolver for every reader (secrets, settings, start scripts). A secret or configuration that is mounted
 * as exactly the path wins, else the mount with the deepest target that holds it, as the kernel does. Results
 * live in the arena and in the deployment.
 */
#ifndef DEPLOY_PATH_H
#define DEPLOY_PATH_H

#include "deploy/deployment.h"

enum path_kind {
    PATH_UNKNOWN,  /* the image's own, or inside a volume: only the running workload knows */
    PATH_FILE,     /* a file or directory of this machine, `file` */
    PATH_CONTENT,  /* written in the deployment itself, `resource->content` */
    PATH_VARIABLE, /* filled from the variable `resource->environment` */
    PATH_EXTERNAL, /* a secret or configuration that is made elsewhere */
    PATH_ABSENT,   /* below a mount whose files are all known, and not among them */
};

struct workload_path {
    enum path_kind kind;
    str file;                                   /* PATH_FILE: where it is on this machine, absolute */
    const struct deployment_resource *resource; /* the secret or configuration, NULL for a mount */
    bool is_itself;                             /* the path itself is mounted, not a directory above it */
    span at;                                    /* the mount, or the resource; unset: neither */
};

/* `path` need not be clean. `deployment` may be NULL: mounts alone are followed then. */
struct workload_path workload_path(
    struct arena *arena, const struct deployment *deployment, const struct workload *workload, str path);
/* A secret of the deployment by its name, or NULL. */
const struct deployment_resource *deployment_secret(const struct deployment *deployment, str name);

#endif
