/*
 * Judging a deployment, for programs: the files that `bootgate check` reads, its findings as plain structs.
 *
 * A bg_check owns everything it returns: pointers are good until it is freed. Texts are NUL-terminated, and
 * UTF-8 as far as the files are; none holds a secret. Nothing here prints, starts a program, writes a file,
 * opens a socket, ends the process or reads the process environment; two threads may run two checks at once.
 *
 *     const char *const paths[] = {"/srv/shop", NULL};
 *     struct bg_check_options options = {.size = sizeof options, .paths = paths};
 *     struct bg_check *check = bg_check_run(&options);
 *     bool passes = check && bg_check_passes(check, BG_SEVERITY_ERROR);
 *     for (size_t i = 0; check && i < bg_check_finding_count(check); i++)
 *         puts(bg_check_finding(check, i)->message);
 *     bg_check_free(check);
 */
#ifndef BOOTGATE_CHECK_H
#define BOOTGATE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Append-only: a number never changes its meaning. */
enum bg_severity {
    BG_SEVERITY_NOTE = 1,
    BG_SEVERITY_WARNING = 2,
    BG_SEVERITY_ERROR = 3,
};

enum bg_outcome {
    BG_OUTCOME_JUDGED = 0,       /* everything was read; the findings say the rest */
    BG_OUTCOME_CANNOT_JUDGE = 1, /* something could not be read or is no valid file: never a pass */
    BG_OUTCOME_BAD_OPTION = 2,   /* the options make no sense; nothing was read */
    BG_OUTCOME_NO_MEMORY = 3,    /* memory ended on the way, or the limit of one run was reached */
};

/* Lists end with NULL; a list that is NULL is empty. Texts that are NULL are not given. */
struct bg_check_options {
    size_t size;                    /* sizeof(struct bg_check_options), so that members may be added */
    const char *const *paths;       /* files and directories, as `check` takes them; none: the current one */
    const char *const *files;       /* Compose files that are one project, as with -f */
    const char *const *env_files;   /* as --env-file */
    const char *const *profiles;    /* Compose profiles that are on */
    const char *project_directory;  /* as Compose's --project-directory */
    const char *config;             /* bootgate.yaml; else it is looked for as by the program */
    const char *mode;               /* "production" or "development"; else the files say */
    const char *baseline;           /* a file of findings to leave out */
    const char *const *environment; /* "NAME=value": what Compose interpolates besides the files; `environ` */
};

/* Lines and columns are 1-based, columns in bytes; 0: none. A text that is NULL says nothing. */
struct bg_finding {
    const char *rule;
    enum bg_severity severity;
    const char *file; /* NULL: about the run as a whole */
    unsigned line, column, end_line, end_column;
    const char *variable;
    const char *service;
    const char *message;
    const char *label; /* a few words beside the place */
    const char *why;
    const char *help;   /* the cheapest fix, a line each */
    bool is_suppressed; /* by a comment, the configuration or the baseline: it does not count */
    bool is_fatal;      /* a reason why nothing can be judged */
};

struct bg_check;

/* Reads and judges. NULL only where not even the result itself finds memory; free it. */
struct bg_check *bg_check_run(const struct bg_check_options *options);
void bg_check_free(struct bg_check *check); /* NULL is fine */

enum bg_outcome bg_check_outcome(const struct bg_check *check);
/* A sentence for people; NULL where it was judged. */
const char *bg_check_reason(const struct bg_check *check);
/* What `bootgate check --fail-on` exits 0 for: judged, and no finding that counts is this severe. */
bool bg_check_passes(const struct bg_check *check, enum bg_severity fail_on);
const char *bg_check_mode(const struct bg_check *check);  /* "production", "development"; NULL: not judged */
size_t bg_check_file_count(const struct bg_check *check); /* read and judged */

/*
 * By file, line and column; 10,000 at most: what is past them is listed nowhere, and no pass. New members of
 * the struct come at its end.
 */
size_t bg_check_finding_count(const struct bg_check *check);
const struct bg_finding *bg_check_finding(
    const struct bg_check *check, size_t index); /* NULL: past the end */

#ifdef __cplusplus
}
#endif

#endif
