/*
 * The drivers that a SQLAlchemy URL can name, and the parameters that each connector takes.
 *
 * Constant tables, which packc writes from rules/dialects.yaml, rules/drivers.yaml and rules/parameters.yaml.
 */
#ifndef REWRITE_DRIVER_H
#define REWRITE_DRIVER_H

#include "base/null.h"
#include "dsn/dsn.h"

enum driver_mode {
    DRIVER_SYNC,
    DRIVER_ASYNC,
    DRIVER_BOTH, /* one name serves both kinds of engine */
};

struct driver_row {
    str dialect, name;
    enum driver_mode mode;
    str sync, async; /* the driver to take where this one is of the wrong kind; empty: none */
    bool loads;      /* SQLAlchemy knows it; false: seen in env files, must be replaced */
};

struct dialect_row {
    str name;
    str sync, async; /* drivers that a bare scheme becomes; an empty sync stays bare */
};

/* What a connector makes of one parameter. */
enum parameter_action {
    PARAMETER_DROP, /* refuses it or sends it to the server by mistake */
    PARAMETER_KEEP,
    PARAMETER_REFUSE,   /* cannot go without it and cannot express it */
    PARAMETER_TLS,      /* sslmode= here, ssl= there; the same words */
    PARAMETER_DATABASE, /* belongs into the path */
    PARAMETER_SETTING,  /* a server setting: options=-cNAME=… */
};

enum connector {
    CONNECTOR_LIBPQ,    /* libpq URIs and SQLAlchemy with psycopg2, psycopg */
    CONNECTOR_SA_ASYNC, /* SQLAlchemy with asyncpg: keyword arguments of asyncpg.connect() */
    CONNECTOR_ASYNCPG,  /* a DSN that asyncpg takes apart itself */
    CONNECTOR_COUNT,
};

struct parameter_row {
    str name;
    enum parameter_action action[CONNECTOR_COUNT];
    str about; /* what to do instead */
};

extern const struct dialect_row data_dialects[];
extern const size_t data_dialects_count;
extern const struct driver_row data_drivers[];
extern const size_t data_drivers_count;
extern const struct parameter_row data_parameters[];
extern const size_t data_parameters_count;

/* NULL where there is no such row. Names compare without case. */
const struct driver_row *OR_NULL driver_find(str dialect, str name);
const struct dialect_row *OR_NULL driver_dialect_find(str name);
const struct parameter_row *OR_NULL driver_parameter_find(str name);

/* The driver of the dialect that an unknown name is one letter away from; empty: none, or it is known. */
str driver_nearest(str dialect, str name);

/* "require" for true, "disable" for 0, the word itself where libpq knows it; empty: none of these. */
str tls_word(str value);

#endif
