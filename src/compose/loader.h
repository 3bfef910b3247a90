/*
 * The stages of loading a Compose project, and what they share.
 *
 * Private to src/compose. Each stage is a file: discover, document (parse and interpolate), include, extends,
 * merge, schema, then service, environment and consistency. Trees are built in the loader's arena; a stage
 * may change the tree that it is given, sources and anchored YAML nodes stay as they are.
 */
#ifndef COMPOSE_LOADER_H
#define COMPOSE_LOADER_H

#include "base/limit.h"
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
/* Reads a file once and registers it; NULL with a refusal at `at` where it cannot be read. */
struct source *loader_read(struct loader *l, enum source_kind kind, str path, span at);
/* `path` as Compose resolves it: ~ is the home directory, relative ones start at `directory`. Clean. */
str loader_path(struct loader *l, str directory, str path);
/* Something of that name is there. What cannot be looked at counts: reading it says why, and passing it over
 * would judge another project. */
bool loader_is_there(struct loader *l, str path);
/* The same for a `.env` that nobody named. A directory of that name, which Compose passes over, is entered as
 * unreadable: the model is Compose's, the verdict is not. */
bool loader_is_env_file(struct loader *l, str path);

/* discover.c: whether there is a project to be found; nothing is reported. */
bool discover_any(struct arena *arena, const struct host *host, const struct deployment_options *options);
/* Names the files; fills project->environment, ->directory, ->profiles. False: nothing found. */
bool discover_project(struct loader *l, str_vec *ret_files);
/* project->name from -p, COMPOSE_PROJECT_NAME, `name:` or the directory; sets COMPOSE_PROJECT_NAME. */
void discover_name(struct loader *l, const str_vec *files);

/* env_files.c: env files into one environment as Compose does: later files win, interpolation sees `outer`
 * first. The files are noted in project->env_files where `is_project`. */
struct env *env_files_read(
    struct loader *l, const str_vec *paths, struct env *outer, bool is_project, span at);
/* Puts every variable of `from` on top of `env`, with all that it shadows below it. */
void env_files_put(struct env *env, const struct env *from);

/* document.c: the documents of a file, interpolated, cast and free of foreign tags; ok false: broken. */
struct documents {
    VEC(struct yaml_node *) list;
    bool ok;
};
struct documents document_read(struct loader *l, struct level *level, str path, span at);
/* The file as YAML, read once; faults are reported then. */
const struct yaml_documents *document_parse(struct loader *l, const struct source *source);
/* The text of a scalar after interpolation, without reporting anything. */
str document_expand(struct loader *l, struct env *environment, struct yaml_node *node, bool *ret_ok);
/* The text of a scalar with its story; made once per node. NULL for other nodes. */
const struct value *document_value(struct loader *l, struct yaml_node *node);
/* A string scalar that stands for `value`, at the place of `like`. */
struct yaml_node *document_string(struct arena *arena, const struct yaml_node *like, struct value *value);
/* A new mapping at the place of `like`. */
struct yaml_node *document_mapping(struct arena *arena, const struct yaml_node *like);
struct yaml_node *document_key(struct arena *arena, const struct yaml_node *like, str text);

/* load.c: reads and merges files into one model; NULL: broken or empty (reported). */
struct yaml_node *load_model(struct loader *l, struct level *level, const str_vec *files, span at);
void include_apply(struct loader *l, struct level *level, struct yaml_node *model);
void extends_apply(struct loader *l, struct level *level, struct yaml_node *model);

/* merge.c: `over` on top of `base` (either may be NULL); new nodes where they differ. */
struct yaml_node *merge_nodes(
    struct loader *l, struct yaml_node *base, struct yaml_node *over, const struct shape *shape);
/* Takes !reset keys and the !override mark away once they have done their work. */
void merge_settle_tags(struct loader *l, struct yaml_node *node);
/* unique.c: the same item twice in a list becomes one, the later in the earlier's place. */
void unique_apply(struct loader *l, struct yaml_node *model);
struct yaml_node *unique_items(struct loader *l, struct yaml_node *list, enum shape_identity identity);

/* schema.c: refuses what the format does not allow. */
void schema_check(struct loader *l, const struct yaml_node *model);
/* paths.c: relative paths of a model become absolute. */
void paths_resolve(struct loader *l, struct yaml_node *node, const struct shape *shape, str directory);

/* ports.c: every port of every service as rows in long form (target, published, host_ip, protocol). */
void ports_apply(struct loader *l, struct yaml_node *model);
/* What makes a row the same port: address, published, target, protocol. Other items: empty. */
str ports_identity(struct arena *arena, const struct yaml_node *row);
struct workload_port ports_of_row(struct loader *l, struct yaml_node *row);

/* volumes.c: the short form source:target:mode in its parts. */
struct volume_parts {
    str source, target, mode;
};
struct volume_parts volume_split(str text);
bool volume_is_path(str source);

/* service.c, environment.c, consistency.c: from the merged tree to the model. */
void resources_build(struct loader *l, struct yaml_node *model); /* secrets and configs */
void networks_build(struct loader *l, const struct yaml_node *model);
/* The merged tree of a service. */
const struct yaml_node *service_node(const struct loader *l, const struct workload *service);
void service_build(struct loader *l, const struct yaml_pair *pair);
void environment_pass_through(struct loader *l, struct level *level, struct yaml_node *model);
void environment_build(struct loader *l, struct workload *service);
void command_words(struct loader *l, struct yaml_node *node, struct workload *service, bool is_entrypoint);
void consistency_check(struct loader *l);

#endif
