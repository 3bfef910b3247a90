/*
 * The names of a deployment that everybody may see, told to its gate.
 *
 * A password that is a part of one of them is hidden where it is written, and nowhere else (text/gate.h).
 */
#ifndef RULE_SECRET_NAMES_H
#define RULE_SECRET_NAMES_H

#include "facts/facts.h"

/* Users, databases, hosts, services, images, variables, files; the words of the rules. Never a part of a
 * connection string that has bytes of some client's password. */
void secret_show_names(struct gate *gate, const struct facts *facts);
/* The same where a deployment was refused, so that nothing more is known: files, services, images, words. The
 * deployment may be NULL. */
void secret_show_deployment(
    struct gate *gate, const struct sources *sources, const struct deployment *deployment);

#endif
