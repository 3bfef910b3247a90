/*
 * What the start scripts of a database's image say: the roles and databases that they create.
 *
 * Scripts are read where they are mounted from this machine or copied into the image; nothing of them is
 * kept. They only silence, so that one which cannot be read costs no more than a finding that may be
 * answered.
 */
#ifndef RULE_START_SCRIPT_H
#define RULE_START_SCRIPT_H

#include "rule/check.h"

#define START_SCRIPTS_DIRECTORY "/docker-entrypoint-initdb.d" /* of the official images */

enum start_scripts {
    START_SCRIPTS_NONE,    /* the service has none */
    START_SCRIPTS_UNKNOWN, /* some of them cannot be read here */
    START_SCRIPTS_OTHER,   /* all were read, and none has the name */
    START_SCRIPTS_NAMED,
};

/* Whether a script has `name` as a word of its own, written or as a value of the service's environment. */
enum start_scripts start_scripts_name(struct check_run *run, const struct service *service, str name);
/* True when a script was read that creates a database, and names this one. */
bool start_scripts_create(struct check_run *run, const struct service *service, str database);
/* True when a program of the deployment is told to create databases, or `client` is known to do so. */
bool start_programs_create(struct check_run *run, const struct service *OR_NULL client);

#endif
