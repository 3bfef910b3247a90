/*
 * Settings that an env file names in a comment alone (`# SMTP_PASSWORD=`): a feature that was left as it is.
 *
 * Reads the env files of the run once and keeps their names in the run; says nothing of what they mean.
 */
#ifndef RULE_LEFT_OUT_H
#define RULE_LEFT_OUT_H

#include "rule/check.h"

enum left_out {
    LEFT_OUT_NOT,
    LEFT_OUT_ALONE, /* it is the only part of its login that is handed on */
    LEFT_OUT_WHOLE, /* all the parts of the login are: the feature is not used */
};

/*
 * How the variable, which nothing sets, is left out: `name` is commented out in some env file or example, and
 * no other part of its login (host, user, password, database, URL with the same words before it) is set for
 * whoever is handed it. Half a login is a fault.
 */
enum left_out left_out(struct check_run *run, const struct variable *variable, str name);

/*
 * Whether the variable is one of several settings that begin with the same words and of which nobody has set
 * any, for whoever is handed it: a service of others that is handed on whole and not used. So is a
 * CLIENT_SECRET whose CLIENT_ID nobody has set.
 */
bool left_out_with_its_group(struct arena *arena, const struct variable *variable);

#endif
