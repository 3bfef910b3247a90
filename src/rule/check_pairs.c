/*
 * Logins inside of values: {"username": "app", "password": "app"}, minio?accessKey=…&secretKey=…
 */
#include "base/word.h"
#include "facts/variable.h"
#include "rule/check.h"
#include "rule/credential.h"
#include "rule/credential_report.h"
#include "rule/dollar.h"
#include "rule/value_pairs.h"

/* Last words of names for who logs in. */
static const str user_words[] = {STR_INIT("user"), STR_INIT("username"), STR_INIT("user name"),
    STR_INIT("login"), STR_INIT("access key"), STR_INIT("access key id")};

/* Of the first name for one; a document without any may hold the texts of a page: "password": "Password". */
static bool find_user(str text, str *ret_user)
{
    struct value_pairs pairs = {.text = text};
    str key;
    while (value_pairs_next(&pairs, &key, ret_user))
        for (size_t i = 0; i < ARRAY_COUNT(user_words); i++)
            if (word_is_last(key, user_words[i]))
                return true;
    return false;
}

/* The secret is another variable's, ${DB_PASSWORD}, which is judged by its own name. */
static bool is_judged_elsewhere(const struct check_run *run, const struct value *value, str secret)
{
    size_t ignored;
    const struct value *via = pieces_via(&value->pieces, (size_t)(secret.ptr - value->text.ptr), &ignored);
    const struct variable *known = via ? variable_find(run->facts, value_root(via)) : NULL;
    return known && known->secret;
}

static bool is_written_out(str secret)
{
    return secret.len > 0 && !str_has_any(secret, STR("$\\{<")) && !credential_is_pointer(secret) &&
           !str_contains(secret, STR("://"));
}

static void judge_pair(struct check_run *run, const struct variable *variable, str user, str key, str secret)
{
    const struct value *value = variable->value;
    span at = value_locate(value, (size_t)(secret.ptr - value->text.ptr), secret.len);
    struct place place = {
        .at = span_is_set(at) ? at : value->at, .variable = value->name, .service = variable->service};
    str subject = arena_printf(run->arena, "`" STR_FMT "` in " STR_FMT, STR_ARG(key), STR_ARG(value->name));
    struct credential credential = {.user = user, .password = secret, .variable = key, .is_signing = false};
    struct credential_verdict verdict = credential_judge(
        run->arena, &credential, run->facts->config, facts_mode(run->facts, variable->service));
    if (verdict.fault == CREDENTIAL_FINE)
        credential_report_published(run, place, subject, secret, NULL);
    else
        credential_report(run, &verdict, place, subject, secret, NULL);
    bool is_literal = value->origin == ORIGIN_SERVICE && value->uses.count == 0 && value_root(value) == value;
    if (is_literal)
        credential_report_hardcoded(run, place, subject, value->name);
}

static void judge_variable(struct check_run *run, const struct variable *variable)
{
    const struct value *value = variable->value;
    str user, key, secret;
    if (variable->secret || variable->is_connection || value->left || dollar_leaves_hole(value) ||
        !find_user(value->text, &user))
        return;
    struct value_pairs pairs = {.text = value->text};
    while (value_pairs_next(&pairs, &key, &secret))
        if (credential_is_secret_name(key) && !word_is_last(key, STR("access key")) &&
            is_written_out(secret) && !is_judged_elsewhere(run, value, secret))
            judge_pair(run, variable, user, key, secret);
}

const struct check pair_checks[] = {
    {FACT_VARIABLE, {.variable = judge_variable}},
    {0},
};
