/*
 * Keys of clouds and object stores, which come in two: one names the account, the other is its password.
 *
 * Reads the facts of the run; keeps nothing.
 */
#ifndef RULE_ACCESS_KEY_H
#define RULE_ACCESS_KEY_H

#include "rule/check.h"

/* An access key names the account; the secret key beside it is the password, if only in the file. */
bool access_key_names_account(struct check_run *run, const struct variable *variable);
/*
 * The key of a cloud's service that an emulator plays here: it takes any, and none is a secret. Where one of
 * the endpoints with the same words leads elsewhere, the key may be for that.
 */
bool access_key_is_for_emulator(const struct check_run *run, const struct variable *variable);

#endif
