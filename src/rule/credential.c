#include "rule/credential.h"

#include "base/buf.h"
#include "base/jwt.h"

#define SELF_NAMED_BYTES  8 /* minioadmin, but not guest */
#define GENERATED_BYTES   20
#define GENERATED_CHANGES 4  /* between letters and digits */
#define DISTINCTIVE_BYTES 12 /* a published value of this length is no coincidence, whoever the user is */

/* What each fault is called and which rule reports it, in the order in which they are looked for. */
static const struct {
    enum rule_id rule;
    str reason;
} faults[CREDENTIAL_FAULT_COUNT] = {
    [CREDENTIAL_EMPTY] = {RULE_EMPTY_PASSWORD, STR_INIT("nothing is set")},
    [CREDENTIAL_SAME_AS_USER] = {RULE_DEFAULT_CREDENTIALS, STR_INIT("user and password are the same word")},
    [CREDENTIAL_KNOWN] = {RULE_DEFAULT_CREDENTIALS, STR_INIT("documented default credentials")},
    [CREDENTIAL_PUBLISHED] = {RULE_DEFAULT_CREDENTIALS, STR_INIT("this project's own published default")},
    [CREDENTIAL_EXAMPLE] = {RULE_DEFAULT_CREDENTIALS, STR_INIT("a documented example secret")},
    [CREDENTIAL_PLACEHOLDER] = {RULE_PLACEHOLDER_VALUE, STR_INIT("still to be filled in")},
    [CREDENTIAL_SHORT] = {RULE_WEAK_SECRET, STR_INIT("too short")},
    [CREDENTIAL_FEW_SYMBOLS] = {RULE_WEAK_SECRET, STR_INIT("too few different characters")},
    [CREDENTIAL_WORD] = {RULE_WEAK_SECRET, STR_INIT("common words and digits")},
    [CREDENTIAL_SEQUENCE] = {RULE_WEAK_SECRET, STR_INIT("a run of keys or characters")},
};

/* ---- known pairs */

/* Whether a row's image may be the one that a credential opens; what is not known may be. */
static bool image_may_be(str row_image, str image)
{
    const struct image_info *wanted = row_image.len > 0 ? image_find(row_image) : NULL;
    const struct image_info *got = image.len > 0 ? image_find(image) : NULL;
    if (!wanted || image.len == 0)
        return true;
    if (got)
        return got == wanted || (wanted->family && got->family == wanted->family);
    return wanted->family && str_eq(image, family_name(wanted->family));
}

/*
 * Where the user is not known, a password counts that its own image documents, or that names its product; one
 * that is documented for any user counts with its own image, or when it is too distinctive for a coincidence.
 */
static bool user_may_be(const struct known_credential *row, str user, str image)
{
    bool own_image = row->image.len > 0 && image.len > 0;
    bool distinctive = row->password.len >= DISTINCTIVE_BYTES;
    if (row->user.len == 0)
        return user.len == 0 || distinctive;
    if (str_eq(row->user, STR("*")))
        return own_image || row->image.len == 0 || distinctive;
    if (user.len > 0)
        return distinctive || str_eq_fold(row->user, user);
    return own_image || (str_eq_fold(row->user, row->password) && row->password.len >= SELF_NAMED_BYTES);
}

const struct known_credential *credential_known(struct arena *scratch, str user, str password, str image)
{
    (void)scratch;
    struct word_rows rows = known_credentials_of(password);
    for (size_t i = 0; i < rows.count; i++) {
        const struct known_credential *row = known_credential_at(rows.list[i]);
        if (user_may_be(row, user, image) && image_may_be(row->image, image))
            return row;
    }
    return NULL;
}

/* ---- example secrets that are known by their form */

/* A key of zeros: a placeholder of the right length. */
static bool is_all_zeros(str value)
{
    return value.len >= DISTINCTIVE_BYTES && str_trim_bytes(value, STR("0")).len == 0;
}

str credential_example(struct arena *scratch, str value)
{
    if (str_starts(value, STR("django-insecure-")))
        return STR("written by django's startproject (security.W009)");
    if (is_all_zeros(value))
        return STR("nothing but zeros");
    struct jwt jwt;
    if (jwt_read(scratch, value, &jwt) && str_eq(jwt_claim(&jwt, STR("iss")), STR("supabase-demo")))
        return STR("a demo token of Supabase");
    return STR("");
}

/* ---- judgement */

static struct credential_verdict verdict(enum credential_fault fault)
{
    return (struct credential_verdict){
        .fault = fault, .rule = faults[fault].rule, .reason = faults[fault].reason};
}

/* The line of `defaults` that a credential equals, or NULL. */
static const struct config_default *published(
    const struct config *config, const struct credential *credential)
{
    for (size_t i = 0; config && i < config->defaults.count; i++) {
        const struct config_default *line = &config->defaults.items[i];
        bool user_fits = !span_is_set(line->user.at) || credential->user.len == 0 ||
                         str_eq(line->user.text, credential->user);
        if (user_fits && str_eq(line->password.text, credential->password))
            return line;
    }
    return NULL;
}

static struct credential_verdict known_verdict(struct arena *scratch, const struct known_credential *row)
{
    struct credential_verdict known = verdict(row->user.len == 0 ? CREDENTIAL_EXAMPLE : CREDENTIAL_KNOWN);
    known.source = row->source;
    known.reason = arena_printf(scratch, "a documented default of " STR_FMT " (" STR_FMT ")",
        STR_ARG(row->product), STR_ARG(row->source));
    return known;
}

/* Where no user is known, a word of the variable's name may be it: MYSQL_ROOT_PASSWORD, NACOS_PASSWORD. */
static const struct known_credential *known_by_name(
    struct arena *scratch, const struct credential *credential)
{
    str rest = credential->variable, word;
    while (credential->user.len == 0 && str_next(&rest, '_', &word)) {
        const struct known_credential *row =
            word.len ? credential_known(scratch, word, credential->password, credential->image) : NULL;
        if (row && str_eq_fold(row->user, word))
            return row;
    }
    return NULL;
}

bool credential_is_none(str value)
{
    return str_eq_fold(value, STR("true")) || str_eq_fold(value, STR("false")) || str_eq(value, STR("{}")) ||
           str_eq(value, STR("[]"));
}

/*
 * One token that a service hands out as both, as mail services do: it is no word, since letters and digits
 * change too often in it.
 */
static bool is_generated(str value)
{
    size_t changes = 0;
    for (size_t i = 1; i < value.len; i++)
        changes += byte_is_digit(value.ptr[i])
                       ? byte_is_letter(value.ptr[i - 1])
                       : byte_is_letter(value.ptr[i]) && byte_is_digit(value.ptr[i - 1]);
    return value.len >= GENERATED_BYTES && changes >= GENERATED_CHANGES;
}

static struct credential_verdict judge_one(
    struct arena *scratch, const struct credential *credential, const struct config *config, enum mode mode)
{
    str user = credential->user, password = credential->password;
    if (password.len == 0)
        return verdict(CREDENTIAL_EMPTY);
    if (credential_is_none(password))
        return verdict(CREDENTIAL_FINE);
    if (user.len > 0 && str_eq_fold(user, password) && !is_generated(password))
        return verdict(CREDENTIAL_SAME_AS_USER);
    const struct config_default *line = published(config, credential);
    if (line) {
        struct credential_verdict own = verdict(CREDENTIAL_PUBLISHED);
        own.related = line->at;
        return own;
    }
    const struct known_credential *row = credential_known(scratch, user, password, credential->image);
    if (!row && credential->is_signing)
        row = credential_known(scratch, STR(""), password, credential->image);
    if (!row)
        row = known_by_name(scratch, credential);
    if (row)
        return known_verdict(scratch, row);
    str example = credential_example(scratch, password);
    if (example.len > 0) {
        struct credential_verdict known = verdict(CREDENTIAL_EXAMPLE);
        known.source = known.reason = example;
        return known;
    }
    if (credential_is_placeholder(scratch, password))
        return verdict(CREDENTIAL_PLACEHOLDER);
    return verdict(credential_strength(scratch, credential, mode));
}

struct credential_verdict credential_judge(
    struct arena *scratch, const struct credential *credential, const struct config *config, enum mode mode)
{
    if (!credential_is_list(credential->variable))
        return judge_one(scratch, credential, config, mode);
    str list = credential->password, key;
    struct credential each = *credential;
    struct credential_verdict verdict = judge_one(scratch, credential, config, mode);
    while (verdict.fault == CREDENTIAL_FINE && str_next(&list, ',', &key)) {
        each.password = str_trim(key);
        if (each.password.len > 0)
            verdict = judge_one(scratch, &each, config, mode);
    }
    return verdict;
}
