/*
 * What the files of one unit say of its program, assignment by assignment.
 *
 * Follows the parsers of src/core/load-fragment.c and service_verify() of src/core/service.c, systemd 252. A
 * main file goes first, then its drop-ins in order: each assignment adds to the one before it, an empty one
 * resets. Everything lives in the arena.
 */
#ifndef UNIT_SERVICE_H
#define UNIT_SERVICE_H

#include "unit/line.h"
#include "unit/specifier.h"

/* A file that EnvironmentFile= names. */
struct unit_env_file {
    str path;         /* absolute; may hold a glob pattern */
    bool is_optional; /* a `-` stands before it */
    span at;
};

/* One program of ExecStart=. */
struct unit_command {
    const struct value *program;
    VEC(const struct value *) arguments; /* without the program's own name */
    bool takes_dollars;                  /* no `:` before it: $NAME and ${NAME} are replaced */
};

typedef VEC(struct unit_command) unit_commands;

struct unit_service {
    struct arena *arena;
    struct diags *diags;
    struct unit_name name;
    struct env environment; /* Environment= */
    VEC(struct unit_env_file) env_files;
    unit_commands start, before, after; /* ExecStart=, ExecCondition= and ExecStartPre=, ExecStartPost= */
    str_vec passed;                     /* PassEnvironment=: from the manager, where it has them */
    str_vec removed;                    /* UnsetEnvironment=: NAME, or NAME=VALUE */
    str type, user, working_directory;
    bool has_own_network;                     /* PrivateNetwork=: loopback alone */
    bool has_other_root;                      /* RootDirectory= and its kin: paths are inside it */
    bool has_stop, stays, has_success_action; /* ExecStop=, RemainAfterExit=, SuccessAction= */
    bool is_service;                          /* there is a [Service] */
    bool is_dropin;                           /* of what is read now: a fault ends the file, not the unit */
    bool is_stopped;                          /* a fault has ended the file that is read now */
    bool is_refused;                          /* systemd does not load it; unit-syntax says why */
    span at;                                  /* the first assignment of [Service] */
};

/* Takes over what one file says. A fault that ends a drop-in leaves the unit without the rest of it. */
void unit_service_read(struct unit_service *service, const struct source *source, bool is_dropin);
/* What can be said once all files are read: a program to start, and one only. */
void unit_service_verify(struct unit_service *service);
/* systemd does not load the unit. */
void unit_service_refuse(struct unit_service *service, span at, const char *message);
/* systemd goes on without it. */
void unit_service_warn(struct unit_service *service, span at, const char *message);

#endif
