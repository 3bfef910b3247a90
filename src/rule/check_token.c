/*
 * Whether the tokens of a deployment are signed with the secret that its servers check them by.
 *
 * PostgREST and what speaks to it (Supabase) let a program in by a token that names its role. Such a token is
 * made once, by hand, from the secret, so that a new secret without new tokens locks every program out.
 */
#include "base/base64.h"
#include "base/jwt.h"
#include "base/word.h"
#include "facts/choice.h"
#include "rule/check.h"
#include "rule/credential.h"

#define SECRETS_MAX 8 /* more of them are of no one server: nothing is said */

/* How servers call the secret that they check tokens by. */
static const str server_names[] = {STR_INIT("PGRST_JWT_SECRET"), STR_INIT("GOTRUE_JWT_SECRET")};
static const str secret_words = STR_INIT("JWT_SECRET");
static const str token_words[] = {STR_INIT("ANON_KEY"), STR_INIT("SERVICE_ROLE_KEY"), STR_INIT("SERVICE_KEY"),
    STR_INIT("ANON_TOKEN"), STR_INIT("JWT"), STR_INIT("TOKEN")};

struct secrets {
    const struct variable *list[SECRETS_MAX];
    size_t count;
    bool is_doubtful; /* too many, or one that cannot be told */
};

static bool is_server_name(str name, str prefix)
{
    (void)prefix;
    return STR_IS_IN(name, server_names);
}

/* SHOP_JWT_SECRET for the prefix "SHOP_". */
static bool is_named_like(str name, str prefix)
{
    return str_ends(name, secret_words) && str_eq(str_take(name, name.len - secret_words.len), prefix);
}

static bool is_secret_name(str name, str prefix)
{
    (void)prefix;
    return str_ends(name, secret_words);
}

/* One of the names that the value has, in the file or in a program's hands. */
static bool is_called(const struct variable *variable, bool (*fits)(str name, str prefix), str prefix)
{
    if (fits(variable->value->name, prefix) || fits(variable->root->name, prefix))
        return true;
    vec_each(const struct holder *, holder, &variable->holders)
        if (fits(holder->value->name, prefix))
            return true;
    return false;
}

/* A set of keys, or what cannot be seen here, tells nothing. */
static bool is_plain(const struct value *value)
{
    return value->set && value->text.len && !value->left && !credential_is_pointer(value->text) &&
           !str_starts(value->text, STR("{"));
}

static struct secrets gather_secrets(const struct facts *facts)
{
    struct secrets secrets = {0};
    vec_each(struct variable *const *, row, &facts->variables) {
        const struct variable *variable = *row;
        if (variable->force.kind != FORCE_IN || !is_called(variable, is_secret_name, STR("")))
            continue;
        if (!is_plain(variable->value) || secrets.count == SECRETS_MAX)
            secrets.is_doubtful = true;
        else
            secrets.list[secrets.count++] = variable;
    }
    return secrets;
}

/* "SHOP_" of NEXT_PUBLIC_SHOP_ANON_KEY; false: it is not called like such a token. */
static bool token_prefix(str name, str *ret_prefix)
{
    name = choice_name_inside(name); /* the same token handed to a browser's program */
    for (size_t i = 0; i < ARRAY_COUNT(token_words); i++)
        if (str_ends(name, token_words[i])) {
            *ret_prefix = str_take(name, name.len - token_words[i].len);
            return true;
        }
    return false;
}

/* PostgREST takes the secret as it is, or as base64 of it (PGRST_JWT_SECRET_IS_BASE64). */
static bool agrees(struct arena *arena, const struct jwt *jwt, str secret)
{
    str decoded;
    return jwt_is_signed_with(arena, jwt, secret) ||
           (base64_decode(arena, secret, &decoded) && jwt_is_signed_with(arena, jwt, decoded));
}

/* A token with a role, of no project that somebody else hosts: those say which one in `ref`. */
static bool is_own_token(const struct jwt *jwt)
{
    return jwt->is_hs256 && jwt_claim(jwt, STR("role")).len > 0 && jwt_claim(jwt, STR("ref")).len == 0;
}

static void report(struct check_run *run, const struct variable *token, const struct variable *checked_by)
{
    struct place place = place_of_variable(token), secret = place_of_variable(checked_by);
    struct diag *finding = finding_add(run, RULE_CREDENTIALS_DISAGREE, place,
        STR_FMT " is not signed with " STR_FMT, STR_ARG(place.variable), STR_ARG(secret.variable));
    finding_label(run, finding, "signed with another secret");
    finding_related(run, finding, secret.at, "tokens are checked by this one");
    finding_why(run, finding, "whoever comes with it is refused: the signature does not fit");
    finding_help(run, finding,
        "sign a new one with " STR_FMT ", or set the secret that this one was made with",
        STR_ARG(secret.variable));
    finding_holders(run, finding, token);
}

/* It must fit what the deployment's own servers check by or, where none is there, what is called like it. */
static void judge_token(struct check_run *run, const struct secrets *secrets, const struct variable *variable)
{
    struct jwt jwt;
    str prefix;
    if (!token_prefix(variable->root->name, &prefix) || !jwt_read(run->arena, variable->value->text, &jwt) ||
        !is_own_token(&jwt))
        return;
    const struct variable *of_server = NULL, *beside = NULL;
    for (size_t i = 0; i < secrets->count; i++) {
        const struct variable *secret = secrets->list[i];
        if (agrees(run->arena, &jwt, secret->value->text))
            return;
        if (!of_server && is_called(secret, is_server_name, prefix))
            of_server = secret;
        if (!beside && is_called(secret, is_named_like, prefix))
            beside = secret;
    }
    if (of_server || beside)
        report(run, variable, of_server ? of_server : beside);
}

static void judge_tokens(struct check_run *run)
{
    struct secrets secrets = gather_secrets(run->facts);
    if (secrets.is_doubtful || secrets.count == 0)
        return;
    vec_each(struct variable *const *, row, &run->facts->variables)
        if ((*row)->force.kind == FORCE_IN)
            judge_token(run, &secrets, *row);
}

const struct check token_checks[] = {
    {FACT_ENVIRONMENT, {.environment = judge_tokens}},
    {0},
};
