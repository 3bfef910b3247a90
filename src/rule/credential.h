/*
 * Is it a secret, and is it any good.
 *
 * Names and values are judged whole or by whole words, never by substrings: both "administrator" and a random
 * string that happens to hold "admin" are fine. Values are decoded before they come here. Nothing is kept;
 * the scratch arena holds what a call needs.
 */
#ifndef RULE_CREDENTIAL_H
#define RULE_CREDENTIAL_H

#include "base/null.h"
#include "facts/config.h"
#include "facts/data.h"
#include "language/rule_ids.h"

/*
 * What the words of a name say about its value: DB_PASSWORD, dbPassword and db.password alike, but not
 * PASSWORD_MIN_LENGTH or TOKEN_ISSUER. The vocabulary is rules/secret-words.yaml and rules/secret-names.yaml.
 */
enum secrecy credential_secrecy(str name);
/* The value is to be judged as a credential (SECRECY_JUDGED). */
bool credential_is_secret_name(str name);
/*
 * A secret of the program itself, as far as its words tell: DB_PASSWORD, JWT_SECRET; STRIPE_SECRET_KEY may
 * be of
 * a service that is not used.
 */
bool credential_is_own(str name);
/* … and a key that it signs or encrypts with: empty, anybody can. */
bool credential_is_own_key(str name);
/* The value is a list of secrets, comma between: APP_KEYS. */
bool credential_is_list(str name);
/* Of a secret's name: for a key that signs or encrypts, which may be longer than what a person types. */
bool credential_is_signing_name(str name);

enum credential_fault {
    CREDENTIAL_FINE,
    CREDENTIAL_EMPTY,
    CREDENTIAL_SAME_AS_USER, /* default-credentials */
    CREDENTIAL_KNOWN,        /* default-credentials: a documented pair */
    CREDENTIAL_PUBLISHED,    /* default-credentials: the project's own `defaults` */
    CREDENTIAL_EXAMPLE,      /* default-credentials: a documented example secret */
    CREDENTIAL_PLACEHOLDER,  /* placeholder-value */
    CREDENTIAL_SHORT,        /* weak-secret */
    CREDENTIAL_FEW_SYMBOLS,  /* weak-secret: too few different characters */
    CREDENTIAL_WORD,         /* weak-secret: a common word, digits and marks do not count */
    CREDENTIAL_SEQUENCE,     /* weak-secret: a run of keys or characters */
    CREDENTIAL_FAULT_COUNT,
};

/* Words of the deployment's own names, lower case; asked for each part of each secret. */
struct known_names {
    struct map words;
    uint64_t lengths;  /* a bit for each length that one has, the last one for all that are longer */
    uint32_t initials; /* the low five bits of what they begin with, a bit for each */
};

void known_names_add(struct arena *arena, struct known_names *names, str word);

/* One password or secret and what is known about it. Empty texts: not known. */
struct credential {
    str user;
    str password;
    str image;                       /* image reference of the server it opens */
    str variable;                    /* where it is */
    bool is_signing;                 /* a key for signing or encryption rather than a password */
    bool is_handed_out;              /* by somebody else's service, with an id beside it */
    const struct known_names *names; /* a secret of nothing else is guessed; NULL: none are known */
};

struct credential_verdict {
    enum credential_fault fault;
    enum rule_id rule; /* the rule that reports it; RULE_NONE: all is well */
    str reason;        /* one sentence, lower case, without the value */
    str source;        /* where a known pair is documented */
    span related;      /* the line of `defaults` it equals */
};

/* A switch's value under a secret's name (true, false) or a document that holds nothing ({}): no secret. */
bool credential_is_none(str value);
/*
 * The first fault of the list above, in its order; of a list of secrets (by the name of the variable), of the
 * first one that has any. `config` may be NULL.
 */
struct credential_verdict credential_judge(
    struct arena *scratch, const struct credential *credential, const struct config *config, enum mode mode);
/* The single questions behind it. */
bool credential_is_placeholder(struct arena *scratch, str value);
/*
 * A word by which programs say "no key here" or "everybody brings his own", in a key of somebody else's
 * service.
 */
bool credential_means_none(struct arena *scratch, str name, str value);
const struct known_credential *OR_NULL credential_known(
    struct arena *scratch, str user, str password, str image);
/* Of the credential's password, whose other fields may be empty. */
enum credential_fault credential_strength(
    struct arena *scratch, const struct credential *credential, enum mode mode);
/* A reference that the program resolves: /run/secrets/x, vault:…, op://…, ENC[…]; the secret is elsewhere. */
bool credential_is_pointer(str value);
/* A documented example secret, such as a Supabase demo token; its source, or empty. */
str credential_example(struct arena *scratch, str value);

#endif
