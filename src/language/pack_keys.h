/*
 * The keys of bootgate.yaml as one table: what each is called, holds and means.
 *
 * The reader (language/pack.c), its "did you mean", the JSON Schema (language/schema.c) and the manual page
 * (cli/manual_config.c) walk the same rows. Private to them; const, for ever.
 */
#ifndef LANGUAGE_PACK_KEYS_H
#define LANGUAGE_PACK_KEYS_H

#include "language/eval.h"
#include "language/field.h"
#include "language/pack.h"
#include "language/pattern.h"
#include "syntax/yaml.h"

/* One reading, over a file and all that it extends. */
struct pack_reader {
    struct arena *arena;
    struct diags *diags;
    const struct host *host;
    struct config *config;
    const struct source *source; /* the file being read */
    str_vec open;                /* paths being read, outermost first: a second time is a cycle */
    struct map done;             /* paths that were read */
    struct patterns patterns;
};

/* What a value is, as a reader of messages and the schema see it. */
enum key_kind {
    KEY_TEXT,        /* a scalar → struct config_text */
    KEY_TEMPLATE,    /* a scalar with ${NAME…} → struct config_text */
    KEY_PATTERN,     /* PCRE2 → struct config_text */
    KEY_DATE,        /* YYYY-MM-DD → struct config_text */
    KEY_TEXTS,       /* a scalar or a list of them → config_texts */
    KEY_FLAG,        /* true or false → bool */
    KEY_WORD,        /* one of `words` → an enum */
    KEY_NUMBER,      /* an expression → struct expr * */
    KEY_COUNT,       /* an expression, or {value, file, match}: EXPR_PLACE → struct expr * */
    KEY_SHARE,       /* an expression or a percentage → struct expr * */
    KEY_CONDITION,   /* an expression that is true or false → struct expr * */
    KEY_EXPRESSIONS, /* a list of expressions */
    KEY_VERSION,     /* 1 */
    KEY_STRUCT,      /* a mapping with `keys` */
    KEY_NAMED,       /* a mapping of names to mappings with `keys` */
    KEY_ITEMS,       /* a list of mappings with `keys` */
    KEY_FILES,       /* a mapping of paths to texts */
    KEY_SEVERITIES,  /* mode → rule or group → severity */
    KEY_KIND_COUNT,
};

struct pack_word {
    str text;
    int code;
};

struct pack_words {
    const struct pack_word *rows;
    size_t count;
};

/* Names that the program knows, for texts that must be one of them. */
struct pack_names {
    str what;                /* "reader": there is no reader `…` */
    str (*at)(size_t index); /* empty: that was the last */
    str list;                /* the command that lists them; empty: none does */
};

struct key_list;

/* One key: where its value goes, and a sentence about it. */
struct key {
    str name;
    enum key_kind kind;
    bool required;
    size_t offset;  /* of the member in the struct that the key list fills */
    size_t also_at; /* of a second member: the span, or "it was said" */
    const struct pack_words *words;
    const struct pack_names *names; /* KEY_TEXT, KEY_TEXTS: what they may be; NULL: anything */
    const struct key_list *keys;
    /* KEY_NAMED, KEY_ITEMS: appends a row to the configuration. */
    void *(*add)(struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value);
    /* A scalar in the place of the mapping; NULL: not allowed. */
    void (*scalar)(struct pack_reader *r, void *row, const struct yaml_node *value);
    /* Reads the value instead of the kind's own reader. */
    void (*read)(struct pack_reader *r, const struct key *key, const struct yaml_node *value, void *row);
    str about;
};

struct key_list {
    const struct key *rows;
    size_t count;
    void (*finish)(struct pack_reader *r, void *row, const struct yaml_node *value); /* may be NULL */
    bool hides_texts; /* where one of its keys is unknown, no text of the mapping is quoted */
};

/* How the tables of keys are written. */
#define WORDS(list)                                                                                          \
    &(const struct pack_words)                                                                               \
    {                                                                                                        \
        (list), ARRAY_COUNT(list)                                                                            \
    }
#define KEYS(list)                                                                                           \
    &(const struct key_list)                                                                                 \
    {                                                                                                        \
        .rows = (list), .count = ARRAY_COUNT(list)                                                           \
    }
#define KEYS_END(list, at_end)                                                                               \
    &(const struct key_list)                                                                                 \
    {                                                                                                        \
        .rows = (list), .count = ARRAY_COUNT(list), .finish = (at_end)                                       \
    }
#define KEYS_SECRET(list)                                                                                    \
    &(const struct key_list)                                                                                 \
    {                                                                                                        \
        .rows = (list), .count = ARRAY_COUNT(list), .hides_texts = true                                      \
    }
#define TO(type, member)   .offset = offsetof(struct type, member)
#define ALSO(type, member) .also_at = offsetof(struct type, member)
#define ABOUT(text)        .about = STR_INIT(text)

extern const struct key_list pack_keys;       /* the top level */
extern const struct key_list pack_place_keys; /* of a number that is read from another file */
extern const struct key_list pack_rule_keys;  /* of one rule, with its samples */
extern const struct pack_words severity_words, mode_words;

/* Appends a rule. What it runs over decides how its names are read, wherever that key is written. */
void *pack_add_rule(struct pack_reader *r, const struct yaml_pair *named, const struct yaml_node *value);

/* Reads what `extends` names before the file itself goes on. */
void pack_extends(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row);
/* A fault of the file: config-syntax, fatal. */
struct diag *pack_fault(struct pack_reader *r, span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "did you mean" for `word` out of some candidates, where one is near. */
void pack_suggest(struct pack_reader *r, struct diag *fault, str best);
/* Reads the keys of a mapping into `row`. */
void pack_mapping(
    struct pack_reader *r, const struct key_list *list, const struct yaml_node *node, void *row);
/* Reads one value by its kind into `row`. */
void pack_value(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row);
bool pack_text(struct pack_reader *r, const struct yaml_node *node, struct config_text *ret_text);
/* Reports a name that is none of them; true where it is one. */
bool pack_check_name(struct pack_reader *r, const struct pack_names *names, const struct config_text *name);
/* An expression; `set` are the fields of the fact that it runs over, NULL: the environment. */
struct expr *pack_expr(
    struct pack_reader *r, const struct yaml_node *node, enum eval_want wanted, const struct field_set *set);
/* One of the key's words, kept as it is written: a reader for struct key. */
void pack_word_text(struct pack_reader *r, const struct key *key, const struct yaml_node *node, void *row);
bool pack_word(
    struct pack_reader *r, const struct pack_words *words, const struct yaml_node *node, int *ret_code);

#endif
