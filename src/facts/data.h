/*
 * The lists that the checks judge with: known credentials, placeholders, weak words, images, providers.
 *
 * Written as YAML under rules/ with their sources, compiled to const tables; rows live for ever.
 */
#ifndef FACTS_DATA_H
#define FACTS_DATA_H

#include "base/null.h"
#include "base/word_index.h"
#include "dsn/family.h"

#include <stdint.h>

/* A documented default. User "*" is any user, empty a secret that has none; `image` narrows it. */
struct known_credential {
    str product;
    str user;
    str password;
    str image;  /* empty: everywhere */
    str source; /* where it is documented */
};

enum image_kind {
    IMAGE_DATA_STORE, /* holds data: never to be published */
    IMAGE_ADMIN,      /* an admin page over data */
    IMAGE_PROXY,      /* a web proxy: its 80 and 443 are meant to be public */
    IMAGE_POOLER,     /* a connection pooler */
    IMAGE_RELAY,      /* passes connections on to a server that its arguments name */
    IMAGE_BROKER,     /* a message broker */
    IMAGE_METRICS,    /* exporters, dashboards */
    IMAGE_EMULATOR,   /* plays a cloud's service and takes any key for one */
    IMAGE_KIND_COUNT,
};

/* What an image is. Empty texts: it has none. */
struct image_info {
    str repository; /* the last part: postgres, pgvector; or the last two: bitnami/redis */
    enum image_kind kind;
    enum family_id family; /* what its server is; NONE: nothing that has one */
    uint16_t port;         /* its own port; 0: none */
    bool has_no_limit;     /* it speaks the family's protocol, and has not its limit on connections */
    str user_variable, password_variable;
    str database_variable;       /* or several with blanks between, the usual one first */
    str login_mark;              /* password_variable holds USER, this mark, and the password; empty: no */
    str default_user;            /* the user when user_variable is unset */
    str admin_password_variable; /* MYSQL_ROOT_PASSWORD */
    str open_variable;           /* a variable that switches authentication off: POSTGRES_HOST_AUTH_METHOD */
    str open_value;              /* … when it has this value; empty: when it is set and not false */
    bool has_keys;               /* the password variable holds the keys that clients send, a comma between */
    bool open_by_default;        /* no authentication unless configured */
    uint16_t open_before;        /* … up to this major version; 0: whatever the version */
    str user_option, password_option; /* of its command, where it takes its login there: --requirepass */
    str data_mark;                    /* a file that it makes when it sets up its data directory */
    str roles;                        /* that it creates beside its user's; one blank between */
    str extensions;                   /* that its server can create; one blank between */
    str kin;                          /* the image whose variables it understands as well, after its own */
    str about;
};

/* One of the backends that a setting chooses between. Lists of words are parted by blanks. */
struct backend_info {
    str kind;    /* storage, mail, … */
    str chooses; /* words of the settings that choose, before _TYPE and its kin; on a kind's first row */
    str value;   /* words that mean this backend */
    str groups;  /* how the names of its own settings begin; empty: it has none */
    str takes;   /* … that it uses as well, and others too: choosing another backend says nothing of them */
    str parts;   /* what follows the choosing setting's words in names of its settings: PASSWORD of DB_TYPE */
    str about;
};

enum door_kind {
    DOOR_PUBLIC, /* of no use unless it is open to everybody */
    DOOR_ADMIN,  /* rules over data or the machine: never to be published */
    DOOR_OPEN,   /* a switch after which nobody is asked for a password */
    DOOR_NETWORK /* no port: a program that is of little use without its machine's network */
};

/* What a port or a switch opens; see rules/doors.yaml. Lists are parted by blanks; empty: any. */
struct door_info {
    enum door_kind kind;
    str words, ports;
    str command;
    str variable, value;
    str unless;
    str about;
};

/* A managed provider's connection limits. */
struct provider_info {
    str name;
    str host_suffix;   /* .rds.amazonaws.com; empty: not told by the host */
    str limit;         /* as documented, in words */
    uint32_t reserved; /* slots that it keeps for itself */
    str source;
    str checked; /* YYYY-MM */
};

/* A word in the place of a value still to be filled in, or one nobody should use as a secret. */
enum word_match {
    WORD_WHOLE,   /* the value is nothing else */
    WORD_PHRASE,  /* the words are anywhere in the value */
    WORD_START,   /* the value begins with them and asks for a WORD_OBJECT */
    WORD_OBJECT,  /* what a WORD_START asks for */
    WORD_NOTHING, /* the value says that there is no key for somebody else's service */
    WORD_OFF,     /* … and that there is no door of the project's own */
};

struct listed_word {
    str text; /* lower case, one blank between words */
    enum word_match match;
    str about;
};

/* How secret what a name names is. */
enum secrecy {
    SECRECY_NONE,
    SECRECY_MASKED, /* never shown */
    SECRECY_JUDGED, /* never shown, and judged as a credential */
};

enum {
    TOGETHER_BYTES_MIN = 6, /* "secret": no word that is `together` is shorter */
};

/* What a word does in the name of a variable; see rules/secret-words.yaml. */
struct secret_word {
    str text;          /* lower case */
    enum secrecy noun; /* what a name is that ends with it */
    str makes;         /* last words that it makes secret, one blank between */
    str each;          /* of a plural: the word for one of them; a value is a list, comma between */
    bool together;     /* a noun also at the end of what is written as one word */
    bool between;      /* between KEY and what it is for */
    bool tail;         /* after the noun */
    bool is_switch;    /* before the noun: the name is a switch or a limit */
    bool is_open;      /* a KEY after it is no secret */
    bool is_own;       /* says nothing of whose the secret is */
    str about;
};

/* How a name ends whose words do not tell. */
struct secret_name {
    str words; /* lower case, one blank between; `whole`: the name as it is */
    enum secrecy secrecy;
    bool whole;
    bool is_own; /* a key of the program itself, whatever stands before */
    str about;
};

size_t known_credential_count(void);
const struct known_credential *known_credential_at(size_t index);
/* Rows of known_credential_at() with this password, in any case. */
struct word_rows known_credentials_of(str password);
size_t placeholder_count(void);
const struct listed_word *placeholder_at(size_t index);
/* Rows of placeholder_at() that begin with the same byte as the text. */
struct word_rows placeholders_beginning(str text);
size_t weak_word_count(void);
const struct listed_word *weak_word_at(size_t index);
/* By a word in any case, or NULL. */
const struct secret_word *OR_NULL secret_word_find(str word);
/* Rows of secret_word_at() that end with the same byte as the text. */
struct word_rows secret_words_ending(str text);
const struct secret_word *secret_word_at(size_t index);
/* Rows of secret_name_at() whose last word it is. */
struct word_rows secret_names_ending(str word);
const struct secret_name *secret_name_at(size_t index);
size_t backend_count(void);
const struct backend_info *backend_at(size_t index);
/* Rows of backend_at(): a setting that chooses ends with the word; the value is listed. */
struct word_rows backends_chosen_by(str word);
struct word_rows backends_of_value(str value);
size_t door_count(void);
const struct door_info *door_at(size_t index);
/* By the longest host suffix, or NULL. */
const struct provider_info *OR_NULL provider_find(str host);
size_t image_count(void);
const struct image_info *image_at(size_t index);
/* Takes an image reference apart (registry, tag and digest do not count); NULL: not known. */
const struct image_info *OR_NULL image_find(str reference);
/* The first image whose password, or whose administrator's, is this variable; NULL: none. */
const struct image_info *OR_NULL image_opened_with(str variable);
/* Rows of image_at() whose variable of that name, in any case, may ask nobody for a password. */
struct word_rows images_opened_by(str variable);
/* The image whose variables this one understands as well, or NULL. */
const struct image_info *OR_NULL image_kin(const struct image_info *image);
str image_kind_name(enum image_kind kind);

#endif
