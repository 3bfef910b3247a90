/*
 * What the files of a workload were made of: each is parsed once for all the rows that ask for it.
 *
 * Lives in the arena of the run. What an ERB tag comes to depends on the environment: parsed_forget() when
 * it changes.
 */
#ifndef SETTINGS_PARSED_H
#define SETTINGS_PARSED_H

#include "settings/entries.h"
#include "settings/files.h"
#include "settings/markup.h"

struct parsed {
    VEC(struct parsed_file {
        const struct source *source;
        bool is_markup;
        int form; /* enum entry_form or enum markup_form */
        entry_list entries;
        struct markup markup;
    } *)
    files;
};

const entry_list *parsed_entries(
    const struct settings_reading *r, enum entry_form form, const struct source *source);
const struct markup *parsed_markup(
    const struct settings_reading *r, enum markup_form form, const struct source *source);
void parsed_forget(const struct settings_reading *r);

#endif
