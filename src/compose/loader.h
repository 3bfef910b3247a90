/*
 * What the stages of loading a Compose project share: the state of one load, files, refusals.
 *
 * Private to src/compose; it knows no stage. The stages in their order: discover, document (parse and
 * interpolate), include, extends, merge, unique, schema, ports, paths, then service, environment and
 * consistency; load calls them. Trees are built in the loader's arena; a stage may change the tree that it is
 * given, sources and anchored YAML nodes stay as they are.
 */
#ifndef COMPOSE_LOADER_H
#define COMPOSE_LOADER_H

#include "base/limit.h"
#include "base/null.h"
#include "compose/compose.h"
#include "compose/scalar.h"
#include "compose/shape.h"
#include "env/dotenv.h"

/* A project's view of the world: the root's, or that of one included project. */
struct level {
    str directory;                        /* relative paths start here; absolute */
    struct env *environment;              /* what ${…} and pass-through see */
    const struct included_file *included; /* the chain of files being included, innermost first */
    struct map bases;                     /* path → struct base_file *: files that `extends` named */
    size_t depth;                         /* includes above it */
};

struct included_file {
    str path;
    const struct included_file *outer;
};

struct loader {
    struct arena *arena;
    struct diags *diags;
    struct sources *sources;
    const struct host *host;
    const struct deployment_options *options;
    struct deployment *project;
    struct yaml_node *model; /* merged and interpolated; NULL until then */
    str current_directory;   /* of the process; reports name files relative to it */
    str start_directory;     /* where discovery starts and relative arguments count from */
    bool broken;             /* a file cannot be read at all: no model */
    bool empty_profile;      /* COMPOSE_PROFILES names the empty profile, as it does when it is unset */
    struct map blanks;       /* where ${NAME:?} stopped Compose and left a blank in our model */
    struct map demands;      /* name → what is told of its ${NAME:?} */
    struct map sources_by_path;
    struct map parsed; /* path → struct yaml_documents * */
    size_t layers;     /* documents merged so far */
    size_t ports;      /* port rows made so far */
};

/* Where a node stands in the model, for messages: services.agent.ports. */
struct place {
    const struct place *parent;
    str name;     /* of an item: none */
    size_t index; /* of an item */
};

str place_text(struct arena *arena, const struct place *place);

/* Compose refuses the project: a fatal compose-syntax error, but for a blank. Messages name no values. */
struct diag *loader_refuse(struct loader *l, span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Compose refuses the project, and another has said why. */
void loader_stop(struct loader *l);
/* Text that starts here is left blank: complaints about it would only repeat that a variable is missing. */
void loader_blank(struct loader *l, span at);
bool loader_is_blank(const struct loader *l, span at);
/* Bytes of a file that a report may quote and that may hold a secret: they are masked. */
void loader_hide(struct loader *l, span at);
void loader_limit(struct loader *l, enum limit_id limit, span at);
/* True for a Git reference, a URL or another service's image: nothing on this machine. */
bool loader_is_remote(str path);
/* A file that Compose fetches from elsewhere, by git or out of a registry: told, and true. */
bool loader_refuse_remote(struct loader *l, str path, span at);
/* Reads a file once and registers it; NULL with a refusal at `at` where it cannot be read. */
struct source *OR_NULL loader_read(struct loader *l, enum source_kind kind, str path, span at);
/* `path` as Compose resolves it: ~ is the home directory, relative ones start at `directory`. Clean. */
str loader_path(struct loader *l, str directory, str path);
/* Something of that name is there. What cannot be looked at counts: reading it says why, and passing it over
 * would judge another project. */
bool loader_is_there(struct loader *l, str path);
/* The same for a `.env` that nobody named. A directory of that name, which Compose passes over, is entered as
 * unreadable: the model is Compose's, the verdict is not. */
bool loader_is_env_file(struct loader *l, str path);

/* The merged tree of a service. */
const struct yaml_node *loader_service_node(const struct loader *l, const struct workload *service);

#endif
