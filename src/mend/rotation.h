/*
 * A new secret in every place that must agree.
 *
 * From one variable to the servers that are opened with it and to everybody who logs in there with the same
 * secret, and back, until nothing is added; then one splice for each place, judged again. The old and the new
 * secret are hidden in the gates of both runs. All of it lives in the arena.
 */
#ifndef MEND_ROTATION_H
#define MEND_ROTATION_H

#include "mend/mend.h"

/* Where the secret is written. */
struct rotated_place {
    span at;
    str label;         /* "POSTGRES_PASSWORD", "the password in DATABASE_URL" */
    bool is_base64;    /* what is written there is base64 of the secret … */
    str before, after; /* … and of the text around it */
};

/* A user of a server whose password changes. */
struct rotated_login {
    const struct server *server;
    str user;
};

typedef VEC(struct rotated_place) rotated_places;
typedef VEC(struct rotated_login) rotated_logins;

/* What holds the secret, in one project. */
struct rotated {
    str old;
    rotated_places places;
    rotated_logins logins;
    str_vec services; /* that are handed it */
    str_vec unseen;   /* sentences about what could not be looked into, or is left as it is */
    str refusal;      /* why nothing may be changed; empty: it may */
};

enum rotation_alphabet { ALPHABET_HEX, ALPHABET_BASE64URL };

enum {
    ROTATION_LENGTH_MIN = 16,
    ROTATION_LENGTH = 48, /* 192 bits in hex */
};

struct rotation {
    struct check_result *before, *after;
    const struct check_project *project; /* the one that has the variable; NULL: refused */
    struct rotated rotated;
    str secret; /* the new one */
    mended_files files;
};

/*
 * Judges, finds the places of `variable`, and works out the files with a new secret of `length` characters.
 * Never NULL: `rotated.refusal` says why nothing can be written.
 */
struct rotation *rotation_plan(struct arena *arena, const struct host *host,
    const struct check_options *options, str variable, enum rotation_alphabet alphabet, size_t length);
/* The statements that change the passwords in the servers, with the new one; empty: there are none. */
str rotation_sql(struct arena *arena, const struct rotation *rotation);

#endif
