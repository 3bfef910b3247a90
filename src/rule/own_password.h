/*
 * What images are handed as passwords of their own: POSTGRES_PASSWORD of postgres, RABBITMQ_DEFAULT_PASS.
 *
 * Gathered once a run, from the services that start; lives in its arena.
 */
#ifndef RULE_OWN_PASSWORD_H
#define RULE_OWN_PASSWORD_H

#include "base/null.h"
#include "rule/check.h"

/* The first service whose image takes the variable so named as its own, and is handed the same text. */
const struct service *OR_NULL own_password_service(struct check_run *run, const struct value *value);
/* Another variable in force that has the same bytes of the same file and is an image's own. */
const struct variable *OR_NULL own_password_beside(struct check_run *run, const struct variable *variable);

#endif
