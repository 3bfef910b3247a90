/*
 * YAML and JSON of programs as trees whose places are those of the file.
 *
 * One reader for both: JSON is YAML once its comments are blanks. ERB tags become what their Ruby says, as
 * long as it is one of the plain forms. A file that the reader refuses, or a tag that is no plain value,
 * makes the whole unclear. Trees live in the arena; spans count the bytes of the file.
 */
#ifndef SETTINGS_MARKUP_H
#define SETTINGS_MARKUP_H

#include "settings/expression.h"
#include "syntax/yaml.h"

/* What an ERB tag came to. */
struct markup_tag {
    size_t from, to;
    struct expression value;
};

struct markup {
    bool ok;
    VEC(const struct yaml_node *) roots; /* one for each document of the file */
    VEC(struct markup_tag) tags;
};

enum markup_form { MARKUP_YAML, MARKUP_ERB, MARKUP_JSON };

struct markup markup_read(
    struct arena *arena, enum markup_form form, str file, const struct env *environment);
/* The tag that made the bytes at an offset; NULL: none. */
const struct markup_tag *OR_NULL markup_tag_at(const struct markup *document, size_t offset);

#endif
