/*
 * A program as its author would write it, built against the installed library alone.
 *
 * usage: client DIRECTORY: prints the findings of a deployment there, one a line.
 */
#include <bootgate/check.h>
#include <bootgate/dsn.h>
#include <bootgate/version.h>

#include <stdio.h>
#include <string.h>

static const char *or_none(const char *text)
{
    return text ? text : "-";
}

static int print_findings(const struct bg_check *check)
{
    for (size_t i = 0; i < bg_check_finding_count(check); i++) {
        const struct bg_finding *finding = bg_check_finding(check, i);
        printf("%s %d %s:%u:%u %s %s %s%s\n", finding->rule, (int)finding->severity, or_none(finding->file),
            finding->line, finding->column, or_none(finding->variable), or_none(finding->service),
            finding->message, finding->is_suppressed ? " (suppressed)" : "");
    }
    printf("outcome %d, passes %d, mode %s, %zu files, reason %s\n", (int)bg_check_outcome(check),
        bg_check_passes(check, BG_SEVERITY_ERROR), or_none(bg_check_mode(check)), bg_check_file_count(check),
        or_none(bg_check_reason(check)));
    return bg_check_finding(check, bg_check_finding_count(check)) != NULL;
}

static int run(const struct bg_check_options *options)
{
    struct bg_check *check = bg_check_run(options);
    if (check == NULL)
        return 1;
    int fault = print_findings(check);
    bg_check_free(check);
    return fault;
}

/* The other half of the library. */
static int take_apart(void)
{
    static const char text[] = "postgresql+asyncpg://app:p%40w@db/app";
    struct bg_dsn *dsn = bg_dsn_parse(text, strlen(text), NULL);
    struct bg_rewrite *rewrite = bg_dsn_rewrite(text, strlen(text), "libpq");
    struct bg_host host;
    int fault = !bg_dsn_host(dsn, 0, &host) || strcmp(host.host, "db") != 0 || host.port != 5432;
    printf("%s %s\n", bg_dsn_masked(dsn), or_none(bg_rewrite_text(rewrite)));
    bg_rewrite_free(rewrite);
    bg_dsn_free(dsn);
    return fault;
}

int main(int count, char **arguments)
{
    const char *const paths[] = {count > 1 ? arguments[1] : ".", NULL};
    const char *const nowhere[] = {"/nonexistent/bootgate", NULL};
    const char *const environment[] = {"DB_HOST=localhost", "NOTHING", NULL};
    struct bg_check_options options = {.size = sizeof options, .paths = paths};
    struct bg_check_options given = {.size = sizeof given, .paths = paths, .environment = environment};
    struct bg_check_options missing = {.size = sizeof missing, .paths = nowhere};
    struct bg_check_options no_mode = {.size = sizeof no_mode, .mode = "prodution"};
    struct bg_check_options no_size = {.paths = paths};
    printf("%s\n", bg_version());
    return take_apart() || run(&options) || run(&given) || run(&missing) || run(&no_mode) || run(&no_size);
}
