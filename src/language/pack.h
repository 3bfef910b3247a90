/*
 * Rules as data: the built-in packs, compiled into the program, and the reader of bootgate.yaml.
 *
 * Built-in rows are const and live for ever; a configuration lives in the arena. One key table drives the
 * reader, its "did you mean" and the JSON Schema (language/schema.h).
 */
#ifndef LANGUAGE_PACK_H
#define LANGUAGE_PACK_H

#include "base/null.h"
#include "facts/config.h"
#include "language/rule_ids.h" /* RULE_LOOPBACK_HOST and its kin, written by packc from rules/ */
#include "text/host.h"

/* One file of a sample deployment. */
struct rule_sample_file {
    str path; /* .env, compose.yaml, bootgate.yaml, .env.example, … */
    str text;
};

/* A small deployment that breaks a rule (bad) or keeps it (good). */
struct rule_sample {
    const struct rule_sample_file *files;
    size_t file_count;
    enum mode mode;
    uint32_t env_permissions; /* of the env file, such as 0600 */
};

/* What a deployment is described by: a rule need not hold for each, nor mean the same. */
enum rule_input {
    RULE_INPUT_COMPOSE,
    RULE_INPUT_ENV, /* an env file alone */
    RULE_INPUT_MANIFESTS,
    RULE_INPUT_UNITS,
    RULE_INPUT_COUNT,
};

/* One built-in rule. A check in C of src/rule/ finds it. */
struct rule_info {
    enum rule_id id;
    str name;
    str group; /* credentials, network, agreement, budget, variables, file, dsn, own */
    str over;  /* the kind of fact it judges */
    enum severity severity[MODE_COUNT]; /* the usual one; a check may report less, see `severity_note` */
    str severity_note;                  /* when it is another; empty: never */
    str summary;                        /* one line */
    str why;                            /* the explain page's paragraph */
    str help;                           /* the cheapest fix */
    str holds[RULE_INPUT_COUNT]; /* what it means there; RULE_HOLDS: as the summary says; empty: never */
    struct rule_sample good, bad;
};

#define RULE_HOLDS "here"

/* A configuration that comes with the program, for `extends`. */
struct rule_pack {
    str name;
    str about;
    str text; /* YAML, as bootgate.yaml */
};

const struct rule_pack *OR_NULL rule_pack_find(str name); /* NULL: no such pack */
str rule_pack_nearest(str name);                          /* empty: none is near */

size_t rule_count(void);
const struct rule_info *rule_at(size_t index);       /* in the order of groups, then of the pack */
const struct rule_info *OR_NULL rule_find(str name); /* NULL: no such rule */
const struct rule_info *rule_info(enum rule_id id);  /* of any but RULE_NONE */
size_t rule_group_count(void);
str rule_group_at(size_t index);
str rule_group_about(size_t index);
bool rule_is_group(str name);
/* The nearest rule, or group where `groups`, or empty. */
str rule_nearest(str name, bool groups);

/*
 * The severity of a rule after the configuration: `usual` is what the check would report. A line for the rule
 * beats one for its group, later lines beat earlier ones; the configuration may raise, lower or switch off.
 */
enum severity rule_severity(const struct config *config, enum mode mode, str rule, enum severity usual);

/*
 * Reads a configuration. Faults go to `diags` as config-syntax, all of them fatal (exit 2); reading goes on.
 * `host` opens what `extends` names (NULL: built-in packs only), relative to the source's directory. Never
 * NULL. Published passwords are marked as secrets of their source.
 */
struct config *pack_read(
    struct arena *arena, struct diags *diags, const struct host *host, struct source *source);
/* The configuration of a project without one: read-by compose, nothing else. */
struct config *pack_default(struct arena *arena);

#endif
