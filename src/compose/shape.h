/*
 * The Compose file format as a table: which keys there are, what each may hold, how it is cast, merged and
 * made unique.
 *
 * One shape describes the value at one place of a Compose file (schema/compose-spec.json of compose-go; the
 * merge rules of override/merge.go and override/uncity.go). Every stage of the loader walks a tree and its
 * shape side by side. All shapes are constants.
 */
#ifndef COMPOSE_SHAPE_H
#define COMPOSE_SHAPE_H

#include "base/null.h"
#include "syntax/yaml.h"

/* What a value may be; a number is an integer too. */
enum shape_kind {
    SHAPE_NULL = 1,
    SHAPE_BOOLEAN = 2,
    SHAPE_INTEGER = 4,
    SHAPE_NUMBER = 8 | SHAPE_INTEGER,
    SHAPE_STRING = 16,
    SHAPE_LIST = 32,
    SHAPE_MAP = 64,
    SHAPE_ANY = 127,
};

/* What a string becomes after interpolation, before it is checked. */
enum shape_cast {
    CAST_NONE,
    CAST_INTEGER, /* strconv.Atoi */
    CAST_NUMBER,  /* strconv.ParseFloat */
    CAST_BOOLEAN, /* yes, on, y, true and their opposites */
};

/* How a later file's value goes over an earlier one. */
enum shape_merge {
    MERGE_DEFAULT,  /* mappings key by key, lists appended, a null changes nothing, else replaced */
    MERGE_REPLACE,  /* the later one as it is, null included */
    MERGE_SEQUENCE, /* both as lists of KEY=value, appended */
    MERGE_NAMES,    /* a list counts as a mapping with these keys */
    MERGE_BUILD,    /* a string counts as {context: …} */
    MERGE_LOGGING,  /* merged for the same driver, else replaced */
    MERGE_LIMITS,   /* ulimits: two mappings merge, else replaced */
};

/* What makes two items of a list the same item; the later one takes the place of the earlier. */
enum shape_identity {
    IDENTITY_NONE,
    IDENTITY_KEY,      /* the text before the first `=` */
    IDENTITY_TEXT,     /* expose: a string or an integer */
    IDENTITY_PORT,     /* address, published, target, protocol */
    IDENTITY_TARGET,   /* volumes: the path in the container */
    IDENTITY_DEVICE,   /* devices: likewise */
    IDENTITY_SECRET,   /* the path in the container, by default under /run/secrets */
    IDENTITY_CONFIG,   /* the same below the root */
    IDENTITY_ENV_FILE, /* the path */
};

struct shape;

struct shape_key {
    str name;
    const struct shape *shape;
    bool is_required;
};

struct shape {
    unsigned kinds;               /* enum shape_kind, or'ed */
    const struct shape_key *keys; /* own keys of a mapping, ended by an empty name; NULL: none */
    const struct shape *others;   /* what its other keys hold; NULL: other keys are refused */
    bool others_are_names;        /* those keys must be [a-zA-Z0-9._-]+ */
    bool is_open;                 /* keys that fit nothing are let pass unseen */
    bool no_extensions;           /* x- keys get no exemption */
    const struct shape *items;    /* items of a list; NULL: anything */
    bool unique_items;            /* the same text twice is refused */
    bool is_mount;                /* short or long form of a volume: its source may be a path */
    bool is_context;              /* the same, unless it leads off this machine */
    bool is_path;                 /* relative to the directory of the project that the file belongs to */
    enum shape_cast cast;
    enum shape_merge merge;
    enum shape_identity identity;
    const str *words;          /* the only texts, ended by an empty one; NULL: any */
    bool (*accepts)(str text); /* the pattern of the text; NULL: any */
    bool (*decodes)(str text); /* what the finished model's text or integer must be; NULL: anything */
    str wanted;                /* either in words */
    bool is_bounded;           /* integers lie in [minimum, maximum] */
    int64_t minimum, maximum;
};

extern const struct shape shape_file;    /* the whole file */
extern const struct shape shape_service; /* one service */

/* The shape of the value of `key` in a mapping; NULL: not described (an extension or an unknown key). */
const struct shape *OR_NULL shape_of_key(const struct shape *mapping, str key);
/* Whether `key` is an extension in this mapping: x- and not a name of its own. */
bool shape_is_extension(const struct shape *mapping, str key);
/* "a string, a list or a mapping". */
str shape_kinds_text(struct arena *arena, unsigned kinds);

#endif
