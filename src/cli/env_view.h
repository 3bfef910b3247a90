/*
 * What the three forms of `bootgate env` share: reading an env file, and printing variables and faults.
 */
#ifndef CLI_ENV_VIEW_H
#define CLI_ENV_VIEW_H

#include "cli/options.h"
#include "env/dotenv.h"
#include "report/json_text.h"

/* One env file and what was said about it. */
struct env_file_view {
    struct sources sources;
    const struct source *source; /* NULL: it cannot be read, `fault` says why */
    str fault;
    struct env process; /* the process environment */
    struct template_scope outer;
};

/* Reads `path` (`-`: standard input). Dialects interpolate from the process environment. */
void env_file_open(struct session *session, str path, struct env_file_view *view);

/* {"KEY": "value"}; masked unless --reveal; null: known without a value. */
json_t *env_variables_json(const struct session *session, const struct env *env);
json_t *env_value_json(const struct session *session, const struct value *value);
/* [{"line": 3, "message": "…"}] of the faults of one severity. */
json_t *env_faults_json(const struct session *session, const struct diags *diags, enum severity severity);
/* KEY=value lines; a name alone has no value. */
void env_variables_print(const struct session *session, struct out *out, const struct env *env);
/* The value as text form shows it: one line, control bytes escaped. */
str env_value_text(const struct session *session, const struct value *value);
/* Each fault on standard error, "FILE:3: …". */
void env_faults_print(struct session *session, const struct diags *diags);

/* The forms. */
enum outcome env_compare_run(struct session *session, str path);
enum outcome env_convert_run(struct session *session, const struct dialect *dialect);
str env_convert_choice(size_t index); /* what --to takes */
enum outcome env_service_run(struct session *session);

#endif
