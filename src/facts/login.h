/*
 * The login of a connection, where the connection does not hold it: SPRING_DATASOURCE_USERNAME beside
 * SPRING_DATASOURCE_URL, DB_PASSWORD_FILE beside DB_HOST.
 *
 * Only what the program that connects is handed is looked at. Values live as long as the facts.
 */
#ifndef FACTS_LOGIN_H
#define FACTS_LOGIN_H

#include "base/null.h"
#include "facts/facts.h"

/* NULL: nothing is beside it. What cannot be seen has `is_hidden`. */
struct login {
    const struct value *OR_NULL user, *OR_NULL password;
};

/* NAME as the program gets it, or what the file holds that NAME_FILE names; NULL: neither is set. */
const struct value *OR_NULL login_variable(
    const struct facts *facts, const struct connection *connection, str name);
/* A string that names its user says itself that there is no password: nothing is looked for then. */
struct login login_beside(const struct facts *facts, const struct connection *connection);

#endif
