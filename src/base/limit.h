/*
 * Every cap in one table.
 *
 * Reaching a cap is an error finding and exit 2, never a silent cut. Defaults are far above real use, low
 * where text multiplies.
 */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include "base/str.h"

enum limit_id {
    LIMIT_FILE_BYTES,              /* bytes of one input file */
    LIMIT_FILES,                   /* files read in one run */
    LIMIT_DIRECTORIES,             /* directories that `check -r` looks into */
    LIMIT_LINES,                   /* lines of one env file */
    LIMIT_REPLACED,                /* settings of one env file that a later line replaces */
    LIMIT_VALUE_BYTES,             /* bytes of one value after interpolation */
    LIMIT_TEMPLATE_DEPTH,          /* nesting of ${…:-${…}} */
    LIMIT_REPEAT_BYTES,            /* bytes that dotenv-expand's repeated expansion copies in one env file */
    LIMIT_YAML_DEPTH,              /* nesting of YAML collections */
    LIMIT_YAML_NODES,              /* YAML nodes of one document, aliases counted by what they stand for */
    LIMIT_COMPOSE_DEPTH,           /* chains of extends and include */
    LIMIT_COMPOSE_LAYERS,          /* documents merged into one project */
    LIMIT_COMPOSE_PORTS,           /* ports of one project after ranges are expanded */
    LIMIT_COMPOSE_WORDS,           /* words of one command */
    LIMIT_DSN_BYTES,               /* bytes of one connection string */
    LIMIT_DSN_HOSTS,               /* hosts in one connection string */
    LIMIT_DSN_PARAMETERS,          /* parameters in one connection string */
    LIMIT_EXPR_DEPTH,              /* nesting of an expression */
    LIMIT_PATTERN_STEPS,           /* PCRE2 match limit of one pattern on one value */
    LIMIT_PATTERN_DEPTH,           /* PCRE2 depth limit */
    LIMIT_PATTERN_KIB,             /* PCRE2 heap limit, KiB */
    LIMIT_PATTERN_BYTES,           /* bytes of a value that a pattern is held against */
    LIMIT_PATTERN_WORK,            /* bytes that one match may walk over, repeats counted */
    LIMIT_PLACE_BYTES,             /* bytes of a file that a number of the budget is read from */
    LIMIT_LOCK_BYTES,              /* bytes of a file that says which libraries are installed */
    LIMIT_SETTINGS_FILES,          /* settings files that one server reads, includes counted each time */
    LIMIT_DOCKERFILE_BYTES,        /* bytes of one Dockerfile */
    LIMIT_DOCKERFILE_INSTRUCTIONS, /* instructions of one Dockerfile */
    LIMIT_DOCKERFILE_LINES,        /* lines that are joined into one instruction */
    LIMIT_DOCKERFILE_WORDS,        /* words of one instruction */
    LIMIT_DOCKERFILE_EXPANSION,    /* bytes that variables insert into the words of one image */
    LIMIT_DOCKERFILE_STEPS,        /* instructions that are carried out in one run */
    LIMIT_UNIT_PROGRAMS,           /* programs of one kind in one unit */
    LIMIT_MANIFEST_OBJECTS,        /* objects of one run */
    LIMIT_MANIFEST_EXPANSION,      /* bytes that $(…) inserts into the values of one run */
    LIMIT_LIVE_BYTES,              /* what bootgate-live is asked, and what it answers */
    LIMIT_FINDINGS,                /* findings of one run; the rest is counted */
    LIMIT_FIXES,                   /* findings that one run mends; the rest is for the next one */
    LIMIT_MENDED_BYTES,            /* bytes of an env file that is mended: each fix reads it */
    LIMIT_ROTATED_BYTES,           /* characters of a secret that `rotate` makes */
    LIMIT_SCRAM_TURNS,             /* turns by which `rotate` looks for a secret in hashes */
    LIMIT_PICTURE_BOXES,           /* services and places in one picture; more are not drawn, which it says */
    LIMIT_MEMORY_BYTES,            /* bytes one run may allocate */
    LIMIT_COUNT,
};

struct limit {
    str name; /* kebab-case, as `bootgate rules --limits` prints it */
    size_t value;
    str unit;  /* "bytes", "lines", "steps", … */
    str about; /* one sentence */
};

const struct limit *limit_row(enum limit_id id);
size_t limit_value(enum limit_id id);

#endif
