/*
 * A deployment in plain structs: what runs, what each program is handed, publishes, mounts, is called.
 *
 * Neutral ground. A loader reads the files of its own kind and fills this; everything above asks this and
 * never learns which loader it was. A loader fills what its format can say and leaves the rest zero: an empty
 * text, an unset span, no items. All of it lives in the arena of the run, spans point into the sources that
 * were read, and nothing changes once the loader has returned it.
 */
#ifndef DEPLOY_DEPLOYMENT_H
#define DEPLOY_DEPLOYMENT_H

#include "base/null.h"
#include "deploy/replicas.h"
#include "env/env.h"

/* Whose network a workload is on. */
enum network_kind {
    NETWORK_OWN,       /* its own: loopback is the workload itself */
    NETWORK_MACHINE,   /* the machine's */
    NETWORK_WORKLOAD,  /* that of another workload, `shares` */
    NETWORK_CONTAINER, /* that of a container outside of this deployment */
    NETWORK_NONE,
};

struct workload_network {
    enum network_kind kind;
    str shares; /* NETWORK_WORKLOAD: its name */
    str text;   /* as written: "host", "service:db"; empty: not said */
    span at;
};

/* How a port is open to the outside. */
enum exposure {
    EXPOSED_MACHINE,  /* as a port of the machine */
    EXPOSED_NODES,    /* as a port of every machine */
    EXPOSED_BALANCER, /* by a load balancer */
    EXPOSED_WEB,      /* behind a web proxy that asks nobody for a login */
};

/* One published (or only exposed) port; a range is one row for each port. */
struct workload_port {
    str host_ip;      /* empty: every interface */
    bool host_ip_set; /* an address was given */
    str published;    /* text, may be a range; empty: a random port */
    uint32_t target;  /* the workload's own port */
    str protocol;     /* tcp, udp, … */
    enum exposure exposure;
    bool is_private;          /* open to a private network alone, whatever its address says */
    str by;                   /* what publishes it, "Service/db"; empty: the workload itself */
    span at;                  /* the list item */
    span host_ip_at;          /* nowhere when not given */
    struct pieces pieces;     /* of the short form's text */
    const struct value *from; /* the interpolated text of the short form, or that of `host_ip`; NULL: none */
};

/* A secret or configuration that a workload finds as a file. */
struct workload_resource {
    str source; /* its name in the deployment */
    str target; /* path inside the workload, absolute */
    span at;
};

/* A directory or file of the machine (`bind`), or a volume, inside a workload. */
struct workload_mount {
    str source, target; /* a bind: path on the machine → path inside; else the volume's name */
    bool bind, read_only;
    bool is_listed; /* all that is there is among the secrets and configs of the workload */
    bool is_lost;   /* what is written there is gone with the program */
    span at;
};

struct workload_dependency {
    str service;
    bool required;
    span at;
};

struct workload_env_file {
    str path; /* resolved */
    bool required;
    str format; /* empty or "raw" */
    span at;
};

/* A name that a workload alone resolves, and what it leads to: an address, or another workload. */
struct workload_alias {
    str name, leads_to;
};

/* What an image is built from, as the description says: image/image.h reads what is there. */
struct workload_build {
    span at;
    str context;    /* directory of this machine, absolute; what is remote as it is written */
    bool is_remote; /* a Git reference, a URL, another service's image: nothing on this machine */
    span context_at;
    str dockerfile; /* relative to the context, or absolute; empty: Dockerfile */
    span dockerfile_at;
    const struct value *text; /* the Dockerfile itself, written in the description; NULL: it is a file */
    str target;               /* a stage; empty: the last one */
    span target_at;
    struct env arguments;                /* build arguments that have a value */
    VEC(struct workload_alias) contexts; /* further ones by name, absolute or remote */
};

/* A text of its description that was made with ${…}, outside of its environment: image, command, a label. */
struct workload_setting {
    str key; /* the top-level key that it is below */
    const struct value *value;
};

/* How a value gets into an image, where whoever has the image can read it. */
enum baked_kind {
    BAKED_ENV,      /* ENV */
    BAKED_ARGUMENT, /* ARG: the history of the image keeps it */
    BAKED_FILE,     /* an env file that is copied by its name */
    BAKED_CONTEXT,  /* an env file in a directory that is copied whole */
};

struct workload_baked {
    enum baked_kind kind;
    str name;
    const struct value *value;
    span at; /* in the Dockerfile */
};

/* A file inside of an image, as far as the files of this machine tell. */
struct workload_file {
    bool is_known;            /* false: it is not there, or only the image knows */
    str path;                 /* on this machine, absolute; empty: it is written in the Dockerfile */
    const struct value *text; /* a heredoc */
};

/* What an image has at its paths, found out when it is asked for. */
struct workload_files {
    const void *self; /* NULL: nothing can be asked */
    struct workload_file (*find)(const void *self, str path);
    /* Names that may be in a directory, sorted; find() tells whether they are. */
    str_vec (*list)(const void *self, str directory);
    /* What a stage copies, absolute on this machine; `sends` tells of a path whether it comes along. */
    str_vec (*copied)(const void *self);
    bool (*sends)(const void *self, str path);
    /* Whether a RUN may have written or removed that file. */
    bool (*is_edited)(const void *self, str path);
};

/* An instruction that an image is made by, and the stage that it is in: its name, else its number. */
struct workload_instruction {
    span at; /* with its arguments */
    str name, stage;
};

/* What the image of a build says by itself. ENV, CMD, ENTRYPOINT and EXPOSE are in the workload's own
 * members. */
struct workload_image {
    str unknown; /* why its Dockerfile could not be followed; empty: it was */
    str base;    /* the image that all of its stages come down to; empty: not known */
    span base_at;
    str directory; /* its last WORKDIR; empty: not known */
    struct workload_files files;
    VEC(struct workload_baked) baked;
    VEC(struct workload_instruction) instructions; /* of its Dockerfile, in order */
    VEC(span) shell_forms; /* what starts it and was meant as an exec form, but is no JSON */
};

/* What a number in a program's settings is. */
enum number_kind {
    NUMBER_PROCESSES, /* that it starts, each with a pool of its own */
    NUMBER_THREADS,   /* of one process */
    NUMBER_GREENLETS, /* … that run where its model is one of green threads */
    NUMBER_MODEL,     /* no number: a word for how a process works, gevent */
    NUMBER_POOL,      /* connections of one pool */
    NUMBER_OVERFLOW,  /* … and how many more it may open */
    NUMBER_TEXT,      /* no number: a connection string or a switch; a variable of the workload */
    NUMBER_VERSION,   /* the newest major version of a library that may be there */
    NUMBER_KIND_COUNT,
};

enum number_state {
    NUMBER_KNOWN,         /* `text` is what the program gets */
    NUMBER_PER_PROCESSOR, /* plus + times × processors */
    NUMBER_UNCLEAR,       /* it is written at `at`, and only running it would tell */
};

/* A number that a known program reads from a file of its own, see settings/settings.h. */
struct workload_number {
    enum number_kind kind;
    enum number_state state;
    str reader;  /* the program or library that reads it: gunicorn, hikari */
    str name;    /* what it is called there: workers */
    str program; /* of several: which of workload->programs; empty: the only one, or all */
    str text;
    int64_t plus, times;
    span at;      /* in that file, or of the variable that sets it */
    str variable; /* the variable that decides; empty: none */
};

/* One of several programs that a supervisor starts in the workload. */
struct workload_program {
    str name;                   /* web, of [program:web] */
    const struct value *line;   /* as a shell reads it */
    const struct value *script; /* … and that of the package's script that it runs; NULL: none */
    struct workload_number copies;
};

/* The most memory that a workload may take before it is ended. */
struct workload_memory {
    int64_t bytes; /* 0: no limit is said */
    span at;
};

/* Programs that share a network, and that are started and ended together. */
struct workload_group {
    VEC(struct workload *) members;
    bool is_open; /* others join them that the description does not name */
};

/* What a program is handed, or mounts, that is not there. */
struct workload_missing {
    str variable;  /* that hangs on it; empty: all of an object, or a file */
    str object;    /* "Secret pg" */
    str key;       /* of the object; empty: the object itself */
    str nearest;   /* a key or object that may be meant, as texts name it; empty: none is near */
    span at;       /* the entry that asks for it */
    span there_at; /* where the object, or what is near, is described; nowhere: not here */
    bool is_fatal; /* known to be missing: the program is not started */
};

/* An object that holds values which cannot be seen here. */
struct workload_unseen {
    str object;  /* "Secret pg" */
    str made_by; /* what makes it as far as the description tells, "SealedSecret pg"; empty: not known */
    str_vec variables; /* that hang on it; none: any may */
    span at;           /* the entry that asks for it first */
};

/* One program to be: a container, a process of a unit. */
struct workload {
    str name;    /* no other has it */
    str unit;    /* what it is a part of, in a notation of its own: "Deployment/api"; empty: of nothing */
    str part;    /* its name within that */
    str zone;    /* where short names are its own: a namespace; empty: none is said */
    str label;   /* what reports call it, where that is not its name: its unit */
    span at;     /* its key */
    bool active; /* it starts; false: its profile is off */
    str image;   /* empty: none is named */
    span image_at;
    const struct workload_build *build; /* what its image is built from here; NULL: it is not built */
    const struct workload_image *built; /* what the image says by itself; NULL: nobody looked */
    str container_name, hostname;
    struct workload_network network;
    str_vec aliases;  /* names that others reach it by, beside its own */
    str_vec networks; /* names; empty: the default one */
    VEC(struct workload_alias) own_names;
    str_vec profiles;
    VEC(struct value *) command; /* words */
    VEC(struct value *) entrypoint;
    bool command_set, entrypoint_set; /* false: the image's own, which is not known */
    const struct value *runs;   /* a shell's line: what the start script runs at last; NULL: none was read */
    const struct value *script; /* the line of the package's script that it runs, `npm start`; NULL: none */
    bool runs_script;           /* a start script was read, and what it runs is not known */
    str_vec beside; /* programs that its start script or supervisor starts in the same container */
    VEC(struct workload_program) programs; /* those that its supervisor starts, as its settings say */
    bool programs_open;                    /* … and perhaps others, whose settings could not be read */
    VEC(struct workload_number) numbers;   /* of programs' own settings */
    bool beside_open;                      /* a supervisor starts some, and its settings could not be read */
    str user;                              /* as described, else the image's USER; empty: not said */
    str working_directory;                 /* as described; empty: the image's */
    struct env environment;                /* what the program gets; values keep their chain */
    span environment_at;                   /* the key that holds it; unset: none */
    VEC(struct workload_env_file) env_files;
    VEC(struct workload_port) ports;
    str_vec expose; /* ports as written that others may reach, beside the published ones */
    VEC(struct workload_resource) secrets, configs;
    VEC(struct workload_mount) mounts;
    VEC(struct workload_dependency) depends_on;
    VEC(struct workload_setting) settings;
    struct workload_replicas replicas;
    struct workload_memory memory;
    bool has_healthcheck;
    bool steers_network;                /* it may make network interfaces of its own, as a VPN does */
    const struct workload_group *group; /* NULL: it is alone */
    uint32_t turn;                      /* what has a lower one in its group is started before it */
    bool ends;                          /* … and has ended when the next turn begins */
    bool is_task;               /* it runs to its end: what it needs are others, and it serves nobody */
    bool runs_everywhere;       /* one on each machine */
    bool is_nameless;           /* the names of the deployment do not resolve for it */
    bool environment_is_open;   /* it may be handed variables that cannot be seen here */
    const struct env *platform; /* what is set under all others, asked by nobody; NULL: nothing */
    VEC(struct workload_missing) missing;
    VEC(struct workload_unseen) unseen;
    bool on_machine;     /* a process of this machine itself, in no container: its paths are the machine's */
    bool has_other_root; /* … but for what it sees below another root */
};

/* How a name that is no workload's own leads to workloads. */
enum address_kind {
    ADDRESS_FORWARDS, /* its own ports are passed on to ports of the programs */
    ADDRESS_DIRECT,   /* it stands for the programs themselves, with their own ports */
    ADDRESS_ALIAS,    /* for another name, `leads_to`; nothing is forwarded */
};

struct address_port {
    int32_t port;
    int32_t target;     /* the programs' own; 0: `target_name` is no port of theirs */
    str name, protocol; /* empty: none, tcp */
    str target_name;    /* where the target is called by a name */
    span at, target_at; /* target_at: nowhere where it is not said */
};

struct deployment_address {
    str name, zone;
    str label; /* as reports call it: "postgres.shop" */
    span at;
    enum address_kind kind;
    str leads_to;
    VEC(struct address_port) ports;
    VEC(struct workload *) workloads; /* the programs of all that it leads to */
    bool is_open;                     /* what it leads to is not described here, or not all of it */
    str member_stem;                  /* ADDRESS_DIRECT: "pg" where pg-0.NAME, pg-1.NAME … are names too */
    int64_t members;                  /* how many of them there are */
    const struct workload *nearly;    /* it leads to nothing, and this one was perhaps meant; NULL: none */
    span selects_at;                  /* what decides whom it leads to */
};

/* A secret or configuration by its name. */
struct deployment_resource {
    str name;
    str file;                  /* path on the machine, resolved; empty: none */
    str environment;           /* variable that carries it; empty: none */
    str content;               /* inline content */
    bool external;             /* made elsewhere */
    const struct value *value; /* what `content` is the text of, where it is part of a file; NULL: none */
    span at;
};

/* How texts speak of a deployment of one kind; `*` is a name. What is empty has no such words. */
struct deployment_words {
    str file;    /* "the Compose file" */
    str reader;  /* who reads it: "Compose" */
    str secret;  /* how a secret gets in without being written there */
    str profile; /* what starts what a profile keeps off */
    /* Commands to type. */
    str apply;   /* has a file of its own read again after a change; without `*`: all of them */
    str build;   /* makes the image of a program anew */
    str start;   /* comes back when the program is there */
    str restart; /* starts programs anew */
    str reach;   /* makes ports of an address ports of this machine; LOCAL:PORT follows it */
    str zone;    /* after a command: where the names are meant */
    str units;   /* words: the kinds of unit whose programs `start` and `restart` take; empty: all */
};

/* What a description itself lets pass: findings of a rule that are in a part of it, or about its program. */
struct deployment_allowance {
    str rule, reason;
    str label;   /* of the program; empty: none */
    span at;     /* where it is said */
    span within; /* the part */
};

struct deployment {
    VEC(struct deployment_allowance) allowances;
    const struct deployment_words *words; /* of its loader; NULL: nothing is said of files */
    bool ok;                              /* false: its reader refuses it, the reasons are in the sink */
    bool refused; /* for more than a ${NAME:?}, which leaves a blank, and an absent file: there is no model */
    bool lacks_file; /* an absent file is among the reasons */
    str name;
    str directory;              /* absolute */
    str own_prefix;             /* how the variables begin that its reader reads for itself; empty: none do */
    VEC(struct source *) files; /* what describes it, in the order of merging */
    VEC(struct source *) env_files;   /* the project's own, in order */
    struct env environment;           /* what its files are interpolated with: process over env files */
    struct env file_environment;      /* the env files alone */
    VEC(struct workload *) workloads; /* in order of first appearance; inactive ones too */
    struct map workloads_by_name;
    VEC(struct deployment_resource *) secrets, configs;
    struct map secrets_by_name, configs_by_name;
    VEC(struct template_use) uses; /* every ${…} of its files */
    str_vec profiles;              /* active */
    struct map external_networks;  /* name → not NULL: shared with other deployments */
    bool budget_at_server;    /* what is said of a server's budget is said where the server is described */
    bool names_are_addresses; /* a workload's own name leads nowhere: `addresses` do */
    VEC(struct deployment_address *) addresses;
    struct map addresses_by_name; /* "name.zone", and "name." where it has none */
};

/* The image reference that says what a workload is: of what is built here the one under its stages, for
 * which `image` is only a tag; else `image`. Empty: none. */
str workload_reference(const struct workload *workload);
/* Never NULL; `deployment` may be. */
const struct deployment_words *deployment_words(const struct deployment *OR_NULL deployment);
/* One of the words with a name in the place of its `*`. */
str deployment_word(struct arena *arena, str word, str name);
/* Such a command for an address or unit of a zone; `zone` may be empty. */
str deployment_command(
    struct arena *arena, const struct deployment_words *words, str command, str name, str zone);
/* What `start` and `restart` call the program; empty: they do not take it. */
str deployment_command_name(const struct deployment_words *words, const struct workload *workload);
/* The instruction of the workload's Dockerfile that a place is in, or NULL. */
const struct workload_instruction *OR_NULL workload_instruction(const struct workload *workload, span at);
/* The workload of that name, or NULL. */
struct workload *OR_NULL deployment_workload(const struct deployment *deployment, str name);
/* What reports call it. */
static inline str workload_label(const struct workload *workload)
{
    return workload->label.len ? workload->label : workload->name;
}
/*
 * Whether a person who writes `name` means it: its name; with parts also "api", "Deployment/api",
 * "shop/Deployment/api", and each with its own name after it.
 */
bool workload_is_called(const struct workload *workload, str name);
/* The one that `name` means first, of parts one that goes on running; NULL: none. */
struct workload *OR_NULL deployment_called(const struct deployment *deployment, str name);
/* Whether `other` runs on the network of `workload` at some time while that runs. */
bool workload_meets(const struct workload *workload, const struct workload *other);
/* It says of itself that it listens there: its description, `ports:` or `expose`. */
bool workload_declares_port(const struct workload *workload, int32_t port);
/* The address of that name in a zone; NULL: there is none. `arena` for the time of the call. */
struct deployment_address *OR_NULL deployment_address(
    struct arena *arena, const struct deployment *deployment, str name, str zone);
/* How it passes that port of its own on; NULL: it has none. */
static inline const struct address_port *OR_NULL deployment_address_port(
    const struct deployment_address *address, int32_t port)
{
    vec_each(const struct address_port *, row, &address->ports)
        if (row->port == port)
            return row;
    return NULL;
}
void deployment_add_address(
    struct arena *arena, struct deployment *deployment, struct deployment_address *address);

#endif
