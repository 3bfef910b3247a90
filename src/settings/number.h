/*
 * Numbers out of files, by the rows of rules/settings.yaml.
 *
 * What is found is appended to workload->numbers; the budget decides what it means.
 */
#ifndef SETTINGS_NUMBER_H
#define SETTINGS_NUMBER_H

#include "settings/files.h"
#include "settings/lines.h"
#include "settings/place.h"

/* A program that the workload starts. */
struct settings_program {
    str name; /* of several: which of workload->programs; empty: the only one */
    struct command command;
    str program;  /* the last part of its path */
    size_t first; /* the words after it */
};

/* What a text says in its language, as a number at `source`. An absent one has the state NUMBER_KNOWN and
 * no text. */
struct workload_number settings_number(const struct settings_reading *r, enum setting_language language,
    const struct source *source, str text, const struct expression_scope *scope);
/* Reads one row for one program; the first number of a kind and reader is kept. */
void settings_read_place(const struct settings_reading *r, const struct setting_place *place,
    const struct settings_program *program);

/* A variable of the workload, ORIGIN_DEFAULT, that a file gives a value: `is_verbatim`, with these very
 * bytes. */
void settings_put_default(const struct settings_reading *r, str name, str text, span at, bool is_verbatim);

/* ---- spring.c: a property out of all the files that Spring Boot merges; HIT_NONE: none has it */

struct setting_hit spring_property(const struct settings_reading *r, const struct settings_program *program,
    str key, const struct source **ret_source);
/* The word of the command that sets it, --KEY=VALUE or -DKEY=VALUE; NULL: none does. */
const struct command_word *OR_NULL spring_argument(const struct settings_program *program, str key);
/* Puts what the files say of a key under the variable's name, where it is certain that they decide. */
void spring_default(
    const struct settings_reading *r, const struct settings_program *program, str key, str variable);

/* ---- dotnet.c */

void dotnet_defaults(const struct settings_reading *r, const struct settings_program *program);

/* ---- fpm.c: children of all pools of php-fpm together */

struct workload_number fpm_children(const struct settings_reading *r);

/* ---- version.c: the major version of a package, at most; no text: nothing says */

struct workload_number version_of_requirement(
    const struct settings_reading *r, const struct source *source, str package);
struct workload_number version_of_lock(
    const struct settings_reading *r, const struct source *source, str package);

/* ---- package.c: the line that a script of package.json has, `npm run NAME`; NULL: nothing says */

const struct value *OR_NULL package_script(
    const struct settings_reading *r, const struct settings_program *program);

/* ---- supervisor.c: the programs that supervisord, honcho and their kin start */

void supervisor_programs(const struct settings_reading *r, const struct settings_program *program);

#endif
