/*
 * One run of the program as a function: reads, judges, and returns what a report prints.
 *
 * Nothing is printed here. Everything a result points to lives in the arena that was passed in.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "check/suppose.h"
#include "deploy/loader.h"
#include "facts/live.h"

/* What is said where none of what a run looks for is in the place. */
#define CHECK_NOTHING "nothing to judge: no Compose file, manifest, unit or env file here"

struct check_options {
    bool recursive;  /* every project below the paths */
    str_vec ignored; /* recursive: directories that are passed over, absolute */
    /* Recursive: called before each project, for whoever waits; NULL: nobody does. */
    void (*progress)(void *self, size_t done, size_t count);
    void *progress_self;
    str_vec paths; /* operands: env files, Compose files, directories; empty: the current one */
    struct deployment_options deployment; /* -f, --env-file, --profile, --project-directory, -p */
    const struct live_asker *live;        /* asks the running servers; NULL: nobody is asked */
    str config;                           /* --config; empty: discovery */
    str proposed;              /* the text of a bootgate.yaml that is tried in place of any; empty: none is */
    str mode;                  /* --mode; empty: find out */
    str baseline;              /* --baseline FILE; empty: none */
    str new_baseline;          /* --write-baseline FILE, which need not be there yet; empty: none */
    bool staged;               /* read the git index instead of the work tree */
    suppositions suppositions; /* --what-if */
};

/* What is judged by itself: a directory, files that form one project, an env file. A finding says which. */
struct check_unit {
    str label;                   /* its directory or file, as reports show it */
    const struct config *config; /* NULL: nothing of it could be judged */
    size_t projects;             /* how many there were before it: the first of its own */
};

/* A deployment that was judged. */
struct check_project {
    struct facts *facts; /* facts->deployment is NULL for env files alone */
    str label;           /* its `name:`, else its directory or file: what reports call it */
};

struct check_result {
    struct sources sources;
    struct diags diags; /* sorted; suppressed ones are marked */
    enum mode mode;     /* of the first project */
    str mode_from;
    bool mode_assumed, mode_unknown_word;
    str mode_doubt; /* assumed: who says development, and why that does not count; empty: nobody */
    VEC(struct check_unit) units; /* in the order in which they were judged */
    VEC(struct check_project) projects;
    size_t file_count; /* files read and judged */
    size_t rule_count; /* rules that could have spoken */
    bool left_unread;  /* something that had to be read was not */
    bool cannot_judge; /* exit 2: that, a fatal diagnostic, or nothing to judge */
    str_vec skipped;   /* files passed over with a note */
    str below; /* nothing is here to judge: "deploy/one and 2 more", after a short look; empty: none */
};

/* `bootgate check` and, with other operands, what `budget` and `graph` begin with. Never NULL. */
struct check_result *check_files(
    struct arena *arena, const struct host *host, const struct check_options *options);

struct environment_options {
    str_vec env_files; /* --env-file: under the process environment */
    str config;        /* the file; empty: none */
    str mode;
    /* Adds what a command will be handed besides, before anything is judged; NULL: nothing. */
    void (*amend)(void *amender, struct env *environment, const struct config *config, struct diags *diags);
    void *amender;
    const struct live_asker *live; /* asks the running servers; NULL: nobody is asked */
};

/* `bootgate exec`: judges this process's environment with the named files, and nothing else. */
struct check_result *check_environment(
    struct arena *arena, const struct host *host, const struct environment_options *options);

#endif
