/*
 * What a finding about a credential says: the rule's words, who is let in by it, and every place to change.
 *
 * Findings go to the run; nothing here decides whether a credential is good.
 */
#ifndef RULE_CREDENTIAL_REPORT_H
#define RULE_CREDENTIAL_REPORT_H

#include "rule/check.h"
#include "rule/credential.h"

/* What has been said already about the secret at this place, by whichever of the rules; NULL: nothing. */
struct diag *OR_NULL credential_reported(struct check_run *run, struct place place);
/* `subject` is what the message is about, `secret` the value; `variable` (or NULL) knows who holds it. */
void credential_report(struct check_run *run, const struct credential_verdict *verdict, struct place place,
    str subject, str secret, const struct variable *variable);
/* published-value, where the repository shows the secret to the world; else nothing. */
void credential_report_published(
    struct check_run *run, struct place place, str subject, str secret, const struct variable *variable);
/* A literal secret of a description is in the repository for good; `name`: what to call it elsewhere. */
void credential_report_hardcoded(struct check_run *run, struct place place, str subject, str name);

#endif
