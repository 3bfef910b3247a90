/*
 * Which grammar a text is written in, and which family it belongs to.
 *
 * By its shape first; by a family or a variable's name where the shape leaves it open.
 */
#ifndef DSN_FORM_H
#define DSN_FORM_H

#include "dsn/family.h"

enum dsn_form {
    FORM_NONE,      /* no grammar claims it */
    FORM_URL,       /* scheme://… */
    FORM_JDBC,      /* jdbc:protocol:… */
    FORM_FILE,      /* file:./dev.db */
    FORM_LIST,      /* URLs or host:port, separated by commas or semicolons */
    FORM_CONNINFO,  /* host=… user=… */
    FORM_PAIRS,     /* Key=Value;… : ADO.NET, ODBC, Azure */
    FORM_GO_MYSQL,  /* user:password@tcp(host)/db */
    FORM_TNS,       /* (DESCRIPTION=…), host:1521/service */
    FORM_ENDPOINTS, /* host:port,host:port,password=… of StackExchange.Redis */
    FORM_COUNT,
};

struct form_match {
    enum dsn_form form;
    enum family_id family;
    const struct dsn_scheme *scheme; /* the row, NULL: none or unknown */
    str scheme_text;                 /* as it is written */
    enum client_id clients[FAMILY_CLIENTS_MAX];
    uint8_t client_count;
    uint8_t likely_count; /* the first ones of them are likely readers */
};

/* `family` FAMILY_NONE: unknown. */
struct form_match form_match(str text, enum family_id family, str name);

/* The file form: the whole text behind "file:" up to ? is a path. */
enum dsn_error file_read(struct reader *reader);
/* sqlite3:path, sqlite3:///path, sqlite://:memory:: what follows is the file's name. */
enum dsn_error rails_sqlite_read(struct reader *reader);

#endif
