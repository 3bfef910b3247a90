/*
 * A Compose project as `docker compose config` would load it, with the place of everything.
 *
 * compose_load() finds, reads, interpolates and merges the files in Compose's own order (see the stages in
 * compose/load.c) and works out what each container gets. All of it lives in the arena.
 */
#ifndef COMPOSE_PROJECT_H
#define COMPOSE_PROJECT_H

#include "env/dotenv.h"
#include "syntax/yaml.h"
#include "text/host.h"

/* One published (or only exposed) port after expansion of ranges as Compose does it. */
struct compose_port {
    str host_ip;              /* empty: every interface */
    bool host_ip_set;         /* an address was given */
    str published;            /* text, may be a range; empty: a random port */
    uint32_t target;          /* container port */
    str protocol;             /* tcp, udp, … */
    span at;                  /* the list item */
    span host_ip_at;          /* nowhere when not given */
    struct pieces pieces;     /* of the short form's text */
    const struct value *from; /* the interpolated text of the short form, NULL for the long form */
};

/* A `secrets:` or `configs:` use of a service. */
struct compose_secret_use {
    str source; /* name at the top level */
    str target; /* path inside the container, absolute */
    span at;
};

struct compose_secret {
    str name;
    str file;        /* host path, resolved; empty: none */
    str environment; /* variable that carries it; empty: none */
    str content;     /* configs: inline content */
    bool external;
    span at;
};

struct compose_mount {
    str source, target; /* bind mounts: resolved host path → container path; else volume name */
    bool bind, read_only;
    span at;
};

struct compose_dependency {
    str service;
    bool required;
    span at;
};

struct compose_env_file {
    str path; /* resolved */
    bool required;
    str format; /* empty or "raw" */
    span at;
};

struct compose_service {
    str name;
    span at;                /* its key */
    bool active;            /* its profiles are on */
    struct yaml_node *node; /* merged and interpolated */
    str image;              /* empty: none */
    span image_at;
    bool has_build;
    str container_name, hostname, network_mode;
    span network_mode_at;
    str_vec aliases;  /* of all its networks */
    str_vec networks; /* names; empty: default */
    str_vec profiles;
    VEC(struct value *) command; /* words */
    VEC(struct value *) entrypoint;
    bool command_set, entrypoint_set; /* null or absent: the image's own */
    struct env environment;           /* what the container gets; values keep their chain */
    VEC(struct compose_env_file) env_files;
    VEC(struct compose_port) ports;
    str_vec expose;
    VEC(struct compose_secret_use) secrets, configs;
    VEC(struct compose_mount) mounts;
    VEC(struct compose_dependency) depends_on;
    int64_t replicas; /* scale, else deploy.replicas, else 1 */
    span replicas_at;
    struct yaml_node *healthcheck; /* or NULL */
};

struct compose_project {
    bool ok; /* false: Compose refuses it, the reasons are in the sink */
    str name;
    str directory;                          /* absolute */
    VEC(struct source *) files;             /* Compose files in the order of merging */
    VEC(struct source *) env_files;         /* .env or --env-file, in order */
    struct env environment;                 /* project environment: process over env files */
    struct env file_environment;            /* the env files alone */
    VEC(struct compose_service *) services; /* in order of first appearance; inactive ones too */
    struct map services_by_name;
    VEC(struct compose_secret *) secrets, configs;
    VEC(struct template_use) uses; /* every ${…} of the Compose files */
    str_vec profiles;              /* active */
    struct yaml_node *root;        /* merged and interpolated model */
};

struct compose_options {
    str_vec files;         /* -f; empty: discovery */
    str_vec env_files;     /* --env-file */
    str_vec profiles;      /* --profile */
    str project_directory; /* --project-directory; empty: none */
    str project_name;      /* -p; empty: none */
    str directory;         /* where discovery starts; empty: the current directory */
    bool search_parents;   /* go upward as Compose does */
};

/* False when there is no Compose file to be found (nothing is reported then). */
bool compose_discover(struct arena *arena, const struct host *host, const struct compose_options *options);
/* Loads the project. Faults go to `diags` as compose-syntax, env-syntax, required-missing. */
struct compose_project *compose_load(struct arena *arena, struct diags *diags, struct sources *sources,
    const struct host *host, const struct compose_options *options);
struct compose_service *compose_service(const struct compose_project *project, str name); /* NULL: none */

#endif
