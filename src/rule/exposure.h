/*
 * Programs that a cluster opens to the outside: wildcard-bind where no machine has the port alone.
 */
#ifndef RULE_EXPOSURE_H
#define RULE_EXPOSURE_H

#include "facts/door.h"
#include "rule/check.h"

/* `guarded`: a data store or an admin page is behind it. `door` may be NULL. */
void exposure_judge(
    struct check_run *run, const struct bind *bind, bool guarded, const struct door_info *OR_NULL door);

#endif
