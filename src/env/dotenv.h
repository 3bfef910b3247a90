/*
 * Reading one env file as one reader does.
 *
 * Nothing that a file contains is ever executed: where the reader would run a command, the file is refused
 * for that dialect and env-runs-code says why. Values and spans live in the arena; the source must outlive
 * them.
 */
#ifndef ENV_DOTENV_H
#define ENV_DOTENV_H

#include "env/dialect.h"

struct dotenv_result {
    bool ok;        /* false: the reader refuses the file, `env` is meaningless */
    bool holds_nul; /* the reader hands on a NUL byte, with which no program can be started: refused, too */
    struct env env; /* what the file sets, in order, duplicates chained by `shadows` */
};

/*
 * Reads `source` as `dialect`. `outer` is what interpolation sees besides the file itself (the process
 * environment, earlier files), may be NULL; the dialect decides which wins. `origin` is stamped on the
 * values. Faults go to `diags` as env-syntax or env-runs-code: errors where the reader refuses the file,
 * warnings where it goes on.
 */
struct dotenv_result dotenv_read(struct arena *arena, struct diags *diags, const struct source *source,
    const struct dialect *dialect, const struct template_scope *outer, enum origin origin);
/*
 * The same for one of several files that form one environment: interpolation sees `earlier`, what the files
 * before it set, where neither `outer` nor the file itself knows a name. May be NULL.
 */
struct dotenv_result dotenv_read_after(struct arena *arena, struct diags *diags, const struct source *source,
    const struct dialect *dialect, const struct template_scope *outer, const struct template_scope *earlier,
    enum origin origin);

#endif
