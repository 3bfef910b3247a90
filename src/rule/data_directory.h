/*
 * What a database has left in a directory of the machine: that it is there at all, and who made it.
 *
 * Looks into bind mounts where they can be looked into; a directory that is closed to us says nothing.
 */
#ifndef RULE_DATA_DIRECTORY_H
#define RULE_DATA_DIRECTORY_H

#include "rule/check.h"

struct data_directory {
    bool is_there; /* the database has been set up in it */
    int version;   /* the major version of PostgreSQL that made it; 0: another database, or not known */
    span at;       /* the mount */
};

struct data_directory data_directory_find(struct check_run *run, const struct service *service);
#endif
