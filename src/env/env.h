/*
 * Variables with their whole story: value, place, origin, what they shadow, what went into them.
 *
 * An env is an ordered set of variables, the last setting of a name on top of those it shadows. Values never
 * change after they were made; all live in the arena of the run.
 */
#ifndef ENV_ENV_H
#define ENV_ENV_H

#include "base/map.h"
#include "base/null.h"
#include "syntax/template.h"

enum origin {
    ORIGIN_PROCESS,      /* the process environment */
    ORIGIN_ENV_FILE,     /* .env or --env-file */
    ORIGIN_SERVICE_FILE, /* a service's env_file */
    ORIGIN_SERVICE,      /* a service's environment */
    ORIGIN_SETTINGS,     /* an object that holds settings for several programs, in the open */
    ORIGIN_SECRET,       /* an object that holds secrets */
    ORIGIN_PLATFORM,     /* what runs the program sets it, asked by nobody */
    ORIGIN_IMAGE,        /* ENV of the image that the program runs in */
    ORIGIN_SECRET_FILE,  /* the content of the file that X_FILE names */
    ORIGIN_DEFAULT,      /* what the program itself falls back to (vars: default) */
    ORIGIN_DERIVED,      /* put together from parts (derive:) */
    ORIGIN_REWRITTEN,    /* a rewritten connection string */
};

/* Why a reference stayed in a value's text, as it is written. */
enum left_reason {
    LEFT_UNKNOWN, /* nothing of that name is set */
    LEFT_LATER,   /* it is set after this value is made */
    LEFT_IMAGE,   /* only the image sets it, which this reader does not see */
    LEFT_FINAL,   /* this value is taken as it is: no reference in it is ever replaced */
};

/* A reference that its reader knows, and that the program finds in the text. */
struct left_reference {
    str name;
    size_t offset, length; /* in the value's text */
    enum left_reason reason;
    span set_at; /* LEFT_LATER, LEFT_IMAGE: where it is set; may be nowhere */
};

struct left_references {
    VEC(struct left_reference) list;
};

struct value {
    str name;
    str text;        /* the effective bytes */
    bool set;        /* false: the name is known without a value */
    bool is_hidden;  /* it is set, and what to cannot be seen here: `set` is false, the text empty */
    bool is_outline; /* all that is known of it is its form, which stands for it in `text` */
    bool is_base64;  /* the bytes at `at` are base64 of the text */
    enum origin origin;
    span at;              /* the value without its quotes; nowhere in the process environment */
    span key;             /* the name */
    struct pieces pieces; /* text bytes → source bytes */
    VEC(struct template_use) uses;
    const struct left_references *left; /* NULL: none */
    const struct value *shadows;        /* the setting that this one hides */
};

struct env {
    struct arena *arena;
    struct map map; /* name → struct value *, in order of first appearance */
};

const struct value *OR_NULL env_get(const struct env *env, str name); /* NULL: unknown */
/* The same, of what has a value. */
static inline const struct value *OR_NULL env_get_set(const struct env *env, str name)
{
    const struct value *value = env_get(env, name);
    return value && value->set ? value : NULL;
}
/* Puts it on top; the former one becomes value->shadows. */
void env_put(struct env *env, struct value *value);
/* The env as what a template may ask for; names without a value count as unset. */
struct template_scope env_scope(struct env *env);
/* Bytes [from, to) of a value as a value of its own; its pieces come along, and its place is theirs. */
struct value *value_slice(struct arena *arena, const struct value *value, size_t from, size_t to);
/* Where bytes [offset, +length) of the value are: in the deepest file that wrote them. */
span value_locate(const struct value *value, size_t offset, size_t length);
/* Where all of it is, else the place that the value itself names. */
span value_place(const struct value *value);
/* The value that wrote all of those bytes, the deepest one; *offset becomes their place in its text. */
const struct value *value_writer(const struct value *value, size_t *offset, size_t length);
/* Where a reader of the outer file sees them: inside `value->at`. */
span value_locate_outer(const struct value *value, size_t offset, size_t length);
/* Its name is a key of an object, and no variable's. */
static inline bool value_is_of_object(const struct value *value)
{
    return value->origin == ORIGIN_SECRET || value->origin == ORIGIN_SETTINGS;
}
/*
 * A text may have parts that cannot be seen here: a value with `is_hidden` went into it, and a stand-in is at
 * its place, one and the same for the same hidden value, so that texts which hold it can be compared.
 */
bool value_hides(
    const struct value *value, size_t offset, size_t length); /* any byte of them is such a part */
/* What takes the place of a value that is set and cannot be seen; NULL: it is none. */
const struct value *OR_NULL value_stand_in(const struct value *OR_NULL value);
str value_visible(
    struct arena *arena, const struct value *value); /* the text, "<hidden>" for each such part */
str origin_name(enum origin origin);

#endif
