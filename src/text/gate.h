/*
 * The one function through which text leaves the program: it knows the secrets of the run, byte for byte,
 * and writes eight asterisks wherever one of them is found, also inside a longer word.
 *
 * text/mask.h hides places in sources; this hides the bytes themselves, wherever a message, a name or a part
 * of a connection string brought them. Whoever reads hides (gate_hide) what is secret; whoever writes passes
 * its texts through gate_text() before they are escaped for a format, so that each secret has one form only.
 * Out of report/out.h nothing is printed that did not pass.
 *
 * Not hidden by their bytes, but only where they are in a source:
 * - runs shorter than GATE_RUN_MIN bytes, and numbers shorter than GATE_NUMBER_MIN digits: they would blot
 *   out half of any text;
 * - what is a part of a name that this deployment shows anyway (gate_show: users, databases, hosts,
 *   services, variables, files): the password `dataland` of the user `dataland` must not hide the service
 *   `dataland-db`.
 * What a file or a person names (a path, a service, a message about them) may be a connection string that
 * nobody reads as one: there the password of a URL's login is hidden too, whether or not anybody has told of
 * it.
 *
 * A short run of small letters alone is hidden where it is a word of its own: `hunter`, not in `hunters`.
 *
 * Everything lives in the gate's arena. Nothing is sorted or searched before the first text comes by.
 */
#ifndef TEXT_GATE_H
#define TEXT_GATE_H

#include "base/buf.h"
#include "base/vec.h"

#define MASK "********"

enum {
    GATE_RUN_MIN = 4,
    GATE_NUMBER_MIN = 6,
    GATE_WORD_MIN = 8, /* from here on small letters alone are hidden inside longer words too */
};

struct gate_run;

struct gate {
    struct arena *arena;
    str_vec secrets, names;
    size_t settled_secrets, settled_names; /* how many of them the search below knows; names when it must */
    struct gate_run *runs;                 /* in byte order, each once */
    size_t run_count;
    uint64_t *starts;     /* a bit for each hash of four bytes that a run begins with */
    size_t sources_shown; /* the names of so many texts of the run are among `names` */
    bool has_rules;       /* what all rules say is among them */
};

struct gate *gate_new(struct arena *arena);
/* Each line of `secret`, without the blanks around it, is never shown. Kept as a slice, not copied. */
void gate_hide(struct gate *gate, str secret);
/* `name` is public: secrets that are a part of it are hidden by their place alone. */
void gate_show(struct gate *gate, str name);
/* `text` with a mask for each secret in it; the same str where there is none. */
str gate_text(struct gate *gate, str text);
/* The next stretch of secrets after *to, as [*from, *to); false: there is none. */
bool gate_next(struct gate *gate, str text, size_t *from, size_t *to);
/* gate_text(), then the password of each login in a URL: for all but the strings that were asked for. */
str gate_name(struct gate *gate, str text);
/* gate_name(), then control, invisible and invalid bytes escaped as text/mask.h does it. */
str gate_visible(struct gate *gate, str text);
/* gate_text(), escaped likewise: for a value that somebody asked to see as it is. */
str gate_asked(struct gate *gate, str text);
/* True when some secret is in `text`. */
bool gate_holds(struct gate *gate, str text);

#endif
