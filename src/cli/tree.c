#include "cli/tree.h"

#include "report/out.h"

#include <unistd.h>

enum { IGNORED_BYTES = 64 * 1024 * 1024, PATIENCE_SECONDS = 1 };

static struct host_run run_git(struct session *session, str root, const char *const *words, str input)
{
    const char *arguments[16] = {
        "git", "-c", "core.fsmonitor=false", "-C", arena_c_string(session->arena, root)};
    for (size_t i = 5, from = 0; i + 1 < ARRAY_COUNT(arguments) && words[from]; i++, from++)
        arguments[i] = words[from];
    return session->host->run(session->host->self, session->arena, arguments, input, IGNORED_BYTES);
}

/* Outside of every work tree git only complains. Where the environment or an unreadable directory leaves it
 * open, git decides. */
static bool may_be_work_tree(struct session *session, str root)
{
    const struct host *host = session->host;
    str here = host->current_directory(host->self, session->arena), ignored;
    if (host->getenv(host->self, STR("GIT_DIR"), &ignored))
        return true;
    for (str at = path_clean(session->arena, path_join(session->arena, here, root));;
         at = path_directory(at)) {
        str name = path_join(session->arena, at, STR(".git"));
        if (!host_is_absent(host->stat(host->self, name).status))
            return true;
        if (!path_is_absolute(at) || str_eq(at, STR("/")))
            return false;
    }
}

/* What git lists as ignored as a whole may hold ignored files alone, such as an .env: it is asked again which
 * directories a rule names. */
static void add_ignored(struct session *session, str root, str_vec *list)
{
    static const char *const listing[] = {
        "ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z", NULL};
    static const char *const asking[] = {"check-ignore", "-z", "--stdin", NULL};
    struct arena *arena = session->arena;
    const struct host *host = session->host;
    str here = host->current_directory(host->self, arena), name;
    if (!host->stat(host->self, root).is_directory || !may_be_work_tree(session, root))
        return;
    struct host_run listed = run_git(session, root, listing, STR(""));
    struct buf candidates = buf_new(arena, IGNORED_BYTES);
    while (listed.status == HOST_OK && listed.exit_code == 0 && str_next(&listed.output, '\0', &name))
        if (str_ends(name, STR("/"))) {
            buf_str(&candidates, str_take(name, name.len - 1));
            buf_byte(&candidates, '\0');
        }
    if (candidates.len == 0 || candidates.overflow)
        return;
    struct host_run named = run_git(session, root, asking, buf_view(&candidates));
    while (named.status == HOST_OK && named.exit_code == 0 && str_next(&named.output, '\0', &name))
        if (name.len > 0)
            vec_push(arena, list, path_join(arena, here, path_join(arena, root, name)));
}

struct waiting {
    struct session *session;
    int64_t since;
    bool is_shown;
};

/* Nothing for what is done at once. */
static void show(void *self, size_t done, size_t count)
{
    struct waiting *waiting = self;
    struct session *session = waiting->session;
    bool is_over = done == count;
    bool is_due = session->host->now(session->host->self) - waiting->since > PATIENCE_SECONDS;
    if (is_over ? !waiting->is_shown : !is_due)
        return;
    struct out out = out_new(session->gate, session->host, STDERR_FILENO);
    out_text(&out, "\r\033[K");
    if (!is_over)
        out_printf(&out, "bootgate: %zu of %zu projects", done, count);
    out_flush(&out);
    waiting->is_shown = true;
}

void tree_prepare(struct session *session, struct check_options *options)
{
    const struct host *host = session->host;
    vec_each(const str *, root, &session->operands)
        add_ignored(session, *root, &options->ignored);
    if (session->operands.count == 0)
        add_ignored(session, STR("."), &options->ignored);
    if (session->settings.quiet > 0 || !host->is_terminal(host->self, STDERR_FILENO))
        return;
    struct waiting *waiting = arena_new(session->arena, struct waiting);
    *waiting = (struct waiting){.session = session, .since = host->now(host->self)};
    options->progress = show;
    options->progress_self = waiting;
}
