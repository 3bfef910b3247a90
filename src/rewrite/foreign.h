/*
 * Parameters of the drivers that are not PostgreSQL's: which driver takes which, and what else becomes of it.
 *
 * Constant tables, which packc writes from rules/foreign-parameters.yaml and rules/driver-arguments.yaml.
 */
#ifndef REWRITE_FOREIGN_H
#define REWRITE_FOREIGN_H

#include "base/null.h"
#include "base/vec.h"
#include "dsn/family.h"

struct foreign_parameter {
    enum family_id family;
    str name;
    str drivers; /* who takes it, with blanks between them */
    str as;      /* the same in the other drivers' word; empty: there is none */
    bool needed; /* without it the connection would be another one: refuse, do not drop */
    str about;   /* what to do instead */
};

/* A driver whose connect() knows no other names than these. */
struct driver_arguments {
    enum family_id family;
    str driver;
    str names; /* with blanks between them */
};

extern const struct foreign_parameter data_foreign_parameters[];
extern const size_t data_foreign_parameters_count;
extern const struct driver_arguments data_driver_arguments[];
extern const size_t data_driver_arguments_count;

/* NULL: there is no row for it. Names compare without case. */
const struct foreign_parameter *OR_NULL foreign_parameter_find(enum family_id family, str name);
bool foreign_parameter_taken(const struct foreign_parameter *parameter, str driver);
/* True where the driver would take any name, or this one, as it is spelled. */
bool driver_takes_argument(enum family_id family, str driver, str name);

#endif
