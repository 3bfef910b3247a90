/*
 * A new secret in every place that must agree.
 *
 * From one variable to the servers that are opened with it and to everybody who logs in there with the same
 * secret, and back, until nothing is added; then one splice for each place, judged again. The old and the new
 * secret are hidden in the gates of both runs. All of it lives in the arena.
 */
#ifndef MEND_ROTATION_H
#define MEND_ROTATION_H

#include "base/stored_password.h"
#include "mend/mend.h"

enum rotated_form {
    ROTATED_AS_IS,
    ROTATED_BASE64, /* base64 of the secret and of the text around it */
    ROTATED_STORED, /* the hash that the server stores for the user */
};

/* Where the secret is written. */
struct rotated_place {
    span at;
    str label; /* "POSTGRES_PASSWORD", "the password in DATABASE_URL" */
    enum rotated_form form;
    str before, after; /* ROTATED_BASE64 */
    str user;          /* ROTATED_STORED */
};

/* A hash that a pooler's list holds for a user: it opens the server only where that stores the same one. */
struct rotated_hash {
    str user, file;
    struct stored_password old;
    str text; /* of the new secret; empty until there is one */
};

/* A user of a server whose password changes. */
struct rotated_login {
    const struct server *server; /* NULL: of nobody in the project */
    str place;                   /* what it is called: a service, or a host and its port */
    enum family_id family;
    str user;
};

typedef VEC(struct rotated_place) rotated_places;
typedef VEC(struct rotated_login) rotated_logins;
typedef VEC(struct rotated_hash) rotated_hashes;

/* What holds the secret, in one project. */
struct rotated {
    str old;
    rotated_places places;
    rotated_logins logins;
    rotated_hashes hashes; /* one for each user that has any */
    size_t turns;          /* of hashing, so far */
    str_vec services;      /* that are handed it */
    str_vec unseen;        /* sentences about what could not be looked into, or is left as it is */
    str refusal;           /* why nothing may be changed; empty: it may */
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
/* What changes the password of a login in its server, with … for the password; empty: nothing does. */
str rotation_change(struct arena *arena, const struct rotated_login *login);
/* What the server must store for a login where a pooler's list holds a hash of it; NULL: none does. */
const struct rotated_hash *OR_NULL rotation_hash(
    const struct rotation *rotation, const struct rotated_login *login);
/* The statements that change the passwords in the servers, with the new one; empty: there are none. */
str rotation_sql(struct arena *arena, const struct rotation *rotation);

#endif
