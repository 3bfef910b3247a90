/*
 * What frameworks make of a database's URL before their drivers see it: Doctrine and Laravel, Ecto, sqlx and
 * Prisma.
 *
 * Lifetimes as in reader.h.
 */
#ifndef DSN_FRAMEWORK_H
#define DSN_FRAMEWORK_H

#include "dsn/client.h"

/* PHP's parse_url(), each part decoded: DsnParser of Doctrine, ConfigurationUrlParser of Laravel. */
extern const struct url_rules doctrine_rules;
/* Ecto.Repo's parse_url(), which Phoenix writes as ecto://. */
extern const struct url_rules ecto_rules;
/* The URL standard; socket= of the query is where MySQL is spoken to. */
extern const struct url_rules sqlx_rules;

/* mysql://…?socket=/run/mysqld/mysqld.sock */
bool sqlx_has_socket(str text);
/* sqlite://localhost/file.db: to others the host of a file is a fault. */
bool doctrine_has_host_of_file(str text);

#endif
