/*
 * Where programs keep numbers in files of their own: rules/settings.yaml, compiled into the program.
 *
 * Const, for ever. A row says which program reads which file, how the number is written there, and which
 * variables win over the file; what a command line says always wins, which the budget knows.
 */
#ifndef SETTINGS_PLACE_H
#define SETTINGS_PLACE_H

#include "deploy/deployment.h"

/* Where the files are. */
enum place_root {
    ROOT_START,  /* from the directory that the program is started in */
    ROOT_SOURCE, /* in the source that a stage of the image is built from: Spring, Phoenix */
};

/* How a file gives a name its value. */
enum place_form {
    FORM_PYTHON,       /* NAME = E */
    FORM_RUBY,         /* name E, or `name E, E` */
    FORM_ELIXIR,       /* name: E */
    FORM_JAVASCRIPT,   /* name: E, summed up over all of them */
    FORM_YAML,         /* a path of keys */
    FORM_YAML_ERB,     /* … after <%= %> */
    FORM_JSON,         /* … with comments */
    FORM_CONFIGPARSER, /* section/name */
    FORM_UWSGI,
    FORM_GO_INI,
    FORM_PROPERTIES,
    FORM_SPRING,       /* a property out of all files of Spring Boot */
    FORM_REQUIREMENTS, /* a package of pip's requirements */
    FORM_LOCK,         /* … of a lock of Poetry, uv, PDM */
    FORM_FPM,          /* the sum over the pools of php-fpm */
    FORM_COUNT,
};

/* Lists are between blanks, of files and keys between bars. */
struct setting_place {
    str programs;             /* last parts of their paths */
    str images;               /* repositories that run the program whatever the command is */
    str marker;               /* a file that such a source has at its top; empty: none is asked for */
    str option, short_option; /* names the file; without dashes */
    str arguments;            /* a variable that holds further words */
    str files;                /* the first that is there; `{A B word}` is the value of A, of B, or word */
    enum place_root root;
    enum place_form form;
    str keys; /* the first that is there; in YAML `?x` may be missing, `*` is every item, summed up */
    enum number_kind kind;
    str reader;    /* whose number it is: a row of programs.yaml or pools.yaml */
    str variables; /* these win over the file, in any spelling of the same letters */
    int64_t usual; /* of an item of `*` that does not say */
    str source;
};

extern const struct setting_place data_settings[];
extern const size_t data_settings_count;

#endif
