/*
 * Secrets on command lines: `--api-key=X`, `--password X`, `TOKEN=X`.
 */
#include "facts/variable.h"
#include "rule/check.h"
#include "rule/command_secret.h"
#include "rule/credential.h"
#include "rule/credential_report.h"
#include "rule/dollar.h"
#include "text/host.h"

#define WRITTEN_BYTES_MIN 8 /* of a literal that is a secret and no mode or number */

/* The password of the server itself has been judged as such, and a variable by its own name. */
static bool is_judged_elsewhere(
    const struct check_run *run, const struct service *service, const struct value *value, str secret)
{
    const struct value *password = service->server ? service->server->password : NULL;
    size_t ignored;
    const struct value *via = pieces_via(&value->pieces, (size_t)(secret.ptr - value->text.ptr), &ignored);
    const struct variable *known = via ? variable_find(run->facts, value_root(via)) : NULL;
    return (password && str_eq(password->text, secret)) || (known && known->secret);
}

static void judge_secret(
    struct check_run *run, const struct service *service, const struct value *value, str option, str secret)
{
    span at = value_locate(value, (size_t)(secret.ptr - value->text.ptr), secret.len);
    struct place place = {.at = span_is_set(at) ? at : value->at, .service = service};
    str subject = arena_printf(run->arena, "`" STR_FMT "` in the command of `" STR_FMT "`", STR_ARG(option),
        STR_ARG(service_name(service)));
    struct credential credential = {.password = secret,
        .variable = option,
        .image = service->workload->image,
        .is_signing = credential_is_signing_name(option)};
    struct credential_verdict verdict =
        credential_judge(run->arena, &credential, run->facts->config, run->facts->mode);
    if (verdict.fault != CREDENTIAL_FINE) {
        credential_report(run, &verdict, place, subject, secret, NULL);
        return;
    }
    size_t before = run->diags->list.count;
    credential_report_published(run, place, subject, secret, NULL);
    if (run->diags->list.count != before || value->uses.count > 0 || secret.len < WRITTEN_BYTES_MIN)
        return;
    credential_report_hardcoded(run, place, subject, STR("NAME"));
}

/* A line for a shell is words of its own, and a script is lines; a backslash at the end joins two. */
static bool next_word(str *rest, struct command_place *place, str *ret_word)
{
    size_t at = 0;
    for (; at < rest->len && byte_is_blank(rest->ptr[at]); at++)
        if (rest->ptr[at] == '\n' && !str_eq(place->before, STR("\\")))
            place->before = STR("");
    *rest = str_skip(*rest, at);
    for (at = 0; at < rest->len && !byte_is_blank(rest->ptr[at]);)
        at++;
    *ret_word = str_take(*rest, at);
    *rest = str_skip(*rest, at);
    return at > 0;
}

/* client_secret=proxy-client-secret in a script: a variable of its own, and the name of a secret. */
static bool is_name_of_secret(str word, str option, str secret)
{
    return str_starts(word, option) && option.len > 0 && byte_lower(option.ptr[0]) == option.ptr[0] &&
           str_has_byte(secret, '-') && credential_is_secret_name(secret);
}

/* A script that tells what it does, and leaves the secret out: echo "TOKEN=[redacted]". */
static const str not_shown[] = {STR_INIT("[redacted]"), STR_INIT("<redacted>"), STR_INIT("redacted"),
    STR_INIT("[hidden]"), STR_INIT("<hidden>"), STR_INIT("[masked]"), STR_INIT("***"), STR_INIT("****")};

static void judge_words(struct check_run *run, const struct service *service, const struct value *value,
    struct command_place *place)
{
    str rest = value->text, word;
    if (rest.len == 0) /* --password "" takes nothing of what follows */
        place->before = STR("");
    while (next_word(&rest, place, &word)) {
        str before = place->before, secret = command_secret(place, word);
        str option = str_trim_bytes(secret.len < word.len ? str_cut_byte(word, '=').head : before, STR("-"));
        secret = str_trim_bytes(secret, STR("\"'"));
        bool is_path = path_is_absolute(secret) || str_starts(secret, STR("."));
        if (secret.len == 0 || is_path || STR_IS_IN_FOLD(secret, not_shown) ||
            !credential_is_secret_name(option) || str_has_byte(secret, '$') ||
            str_contains(secret, STR("://")) || credential_is_pointer(secret) ||
            is_name_of_secret(word, option, secret) || is_judged_elsewhere(run, service, value, secret))
            continue;
        judge_secret(run, service, value, option, secret);
    }
}

static void judge_command(struct check_run *run, const struct service *service, struct value *const *words,
    size_t count, struct command_place *place)
{
    /* The words of one line share its references. */
    const struct template_use *line = NULL;
    bool has_hole = false;
    for (size_t i = 0; i < count; i++) {
        has_hole = words[i]->uses.items == line ? has_hole : dollar_leaves_hole(words[i]);
        line = words[i]->uses.items;
        if (!has_hole) /* unresolved-variable: what is left of it tells nothing */
            judge_words(run, service, words[i], place);
    }
}

static void judge_service(struct check_run *run, const struct service *service)
{
    /* How a store's own command names its login, and which of several options counts: facts/graph.h. */
    if (service->server)
        return;
    const struct workload *workload = service->workload;
    struct command_place place = {0};
    judge_command(run, service, workload->entrypoint.items, workload->entrypoint.count, &place);
    judge_command(run, service, workload->command.items, workload->command.count, &place);
}

const struct check command_checks[] = {
    {FACT_SERVICE, {.service = judge_service}},
    {0},
};
