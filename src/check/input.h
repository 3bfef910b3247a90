/*
 * Finding and reading what a run judges: which file is what, and what is beside it.
 *
 * Internal to the library. Names of sources are relative to the current directory where they lie below it.
 */
#ifndef CHECK_INPUT_H
#define CHECK_INPUT_H

#include "base/null.h"
#include "check/check.h"
#include "env/dotenv.h"

enum input_kind {
    INPUT_ENV,     /* an env file whose values are judged */
    INPUT_EXAMPLE, /* .env.example and its kin: values are published */
    INPUT_COMPOSE,
    INPUT_CONFIG,
    INPUT_SETTINGS, /* postgresql.conf, pgbouncer.ini */
    INPUT_LEFTOVER, /* editor and backup copies: passed over with a note */
    INPUT_OTHER,
};

/* What a file is by its name alone. */
enum input_kind input_kind(str path);
bool input_is_unrendered(str name); /* of a Helm chart or a kustomization: manifests are made out of it */

/* One run while it reads. */
struct input {
    struct arena *arena;
    const struct host *host;
    struct check_result *result;
    str directory;       /* the current one, absolute */
    struct map listings; /* absolute directory → its files, read once */
    str proposed;        /* the text of the configuration; empty: it is a file */
    struct map opened;   /* path → struct host_file *: operands that were looked into, see input_open() */
};

str input_name(struct input *input, str path); /* as reports show it */
/* Reads a file into a new source; NULL after an error that makes the run exit 2. */
struct source *OR_NULL input_read(
    struct input *input, enum source_kind kind, str path, struct host_file *ret_file);
/* Reads an operand whose kind its bytes will tell; input_read() of the same path then asks nobody. False: an
 * error makes the run exit 2. */
bool input_open(struct input *input, str path, str *ret_text);
/* `path` is not judged, for a reason that makes the run exit 2. `advice` may be empty. */
void input_refuse(struct input *input, str path, str reason, str advice);
/* Something of that name is there, be it what it may: reading it says what is wrong with it. */
bool input_is_there(struct input *input, str path);
/* The configuration of a project in `directory`: --config, else beside it, else upward to the git root. */
struct config *input_config(struct input *input, str option, str directory);
/* Env files of a directory by kind, sorted by name; `.env` itself is not among them. */
str_vec input_list(struct input *input, str directory, enum input_kind kind);
/* Files of a directory that look as if they were meant, and that nothing reads by itself: Compose files under
 * other names than Compose looks for, without those in `judged` (names as reports show them); charts and
 * kustomizations. */
str_vec input_unread_compose(struct input *input, str directory, const struct map *judged);
str_vec input_unrendered(struct input *input, str directory);
/* The command that makes manifests out of one of them, to be typed where bootgate was. */
str input_rendering(struct input *input, str path);
/* An env file as its first declared reader sees it, as a row for the facts. `outer` may be NULL. */
struct input_file input_env(struct input *input, struct diags *diags, const struct source *source,
    const struct host_file *file, const struct dialect *dialect, const struct template_scope *outer);
/* The process environment: as a scope, and as an env whose values are nowhere. */
struct template_scope input_process_scope(const struct host *host);
struct env input_process_env(struct input *input);

/* Puts a file's settings on top of those of earlier files; a setting that is new keeps its own story. */
void input_stack(struct env *under, const struct env *over);

#endif
