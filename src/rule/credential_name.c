#include "rule/credential.h"

#define WORDS_MAX 32 /* of one name; what has more is no secret's name */

/* A name taken apart: DB_PASSWORD, dbPassword and db.password are the same two words. */
struct words {
    str list[WORDS_MAX];
    size_t count;
};

static bool is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool is_upper(char byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static bool add_word(struct words *words, str word)
{
    if (word.len == 0)
        return true;
    if (words->count == WORDS_MAX)
        return false;
    words->list[words->count++] = word;
    return true;
}

static bool split_name(str name, struct words *words)
{
    size_t from = 0;
    for (size_t i = 0; i <= name.len; i++) {
        bool at_end = i == name.len;
        bool separates = at_end || !byte_is_alnum(name.ptr[i]);
        bool hump = !at_end && i > from && is_upper(name.ptr[i]) && is_lower(name.ptr[i - 1]);
        if (!separates && !hump)
            continue;
        if (!add_word(words, str_slice(name, from, i)))
            return false;
        from = separates ? i + 1 : i;
    }
    return words->count > 0;
}

static bool is_among(str word, const str *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_fold(word, list[i]))
            return true;
    return false;
}

#define IS_AMONG(word, list) is_among((word), (list), ARRAY_COUNT(list))

/* Nouns that say "secret" wherever they end a name. */
static const str nouns[] = {STR_INIT("password"), STR_INIT("passwd"), STR_INIT("passwort"), STR_INIT("pwd"),
    STR_INIT("pass"), STR_INIT("passphrase"), STR_INIT("secret"), STR_INIT("token"), STR_INIT("apikey"),
    STR_INIT("secretkey"), STR_INIT("privatekey"), STR_INIT("accesskey"), STR_INIT("authtoken"),
    STR_INIT("accesstoken"), STR_INIT("authkey"), STR_INIT("pepper"), STR_INIT("salt"),
    STR_INIT("pgpassword"), STR_INIT("dbpass"), STR_INIT("psk")};

/* Endings of words that are written together: DBPASSWORD, CLIENTSECRET. */
static const str noun_endings[] = {
    STR_INIT("password"), STR_INIT("passwd"), STR_INIT("passphrase"), STR_INIT("secret"), STR_INIT("apikey")};

/* What makes a KEY a secret one: PUBLIC_KEY, PRIMARY_KEY and CACHE_KEY are none. */
static const str key_kinds[] = {STR_INIT("api"), STR_INIT("secret"), STR_INIT("private"), STR_INIT("access"),
    STR_INIT("encryption"), STR_INIT("encrypt"), STR_INIT("enc"), STR_INIT("signing"), STR_INIT("sign"),
    STR_INIT("signature"), STR_INIT("master"), STR_INIT("auth"), STR_INIT("jwt"), STR_INIT("app"),
    STR_INIT("session"), STR_INIT("cookie"), STR_INIT("service"), STR_INIT("role"), STR_INIT("anon"),
    STR_INIT("account"), STR_INIT("admin"), STR_INIT("hmac"), STR_INIT("aes"), STR_INIT("fernet"),
    STR_INIT("webhook"), STR_INIT("rsa"), STR_INIT("shared"), STR_INIT("storage"), STR_INIT("license"),
    STR_INIT("django"), STR_INIT("flask"), STR_INIT("rails"), STR_INIT("openai"), STR_INIT("anthropic"),
    STR_INIT("stripe"), STR_INIT("sendgrid"), STR_INIT("logflare"), STR_INIT("meili"),
    STR_INIT("meilisearch"), STR_INIT("typesense"), STR_INIT("vault"), STR_INIT("deploy"), STR_INIT("ssh"),
    STR_INIT("host"), STR_INIT("data"), STR_INIT("token"), STR_INIT("nextauth")};

/* AUTH is a password where a store's name stands before it: REDIS_AUTH, NEO4J_AUTH. */
static const str auth_kinds[] = {
    STR_INIT("redis"), STR_INIT("rediscli"), STR_INIT("neo4j"), STR_INIT("valkey")};

/* What makes a COOKIE a secret one: Erlang nodes that know it run each other's code. */
static const str cookie_kinds[] = {STR_INIT("erlang"), STR_INIT("release"), STR_INIT("node")};

/* Words behind a noun that leave it one: DB_PASSWORD_PROD, SECRET_KEY_BASE, API_KEY_2. */
static const str tails[] = {STR_INIT("prod"), STR_INIT("production"), STR_INIT("dev"),
    STR_INIT("development"), STR_INIT("staging"), STR_INIT("stage"), STR_INIT("test"), STR_INIT("live"),
    STR_INIT("local"), STR_INIT("primary"), STR_INIT("secondary"), STR_INIT("old"), STR_INIT("new"),
    STR_INIT("current"), STR_INIT("previous"), STR_INIT("base"), STR_INIT("base64"), STR_INIT("b64"),
    STR_INIT("hex"), STR_INIT("raw"), STR_INIT("value"), STR_INIT("main"), STR_INIT("default")};

/* Words that make a name a switch: ALLOW_EMPTY_PASSWORD, REQUIRE_TOKEN. */
static const str switches[] = {STR_INIT("use"), STR_INIT("enable"), STR_INIT("enabled"), STR_INIT("disable"),
    STR_INIT("disabled"), STR_INIT("require"), STR_INIT("allow"), STR_INIT("has"), STR_INIT("is"),
    STR_INIT("no"), STR_INIT("show"), STR_INIT("hide"), STR_INIT("skip"), STR_INIT("random"),
    STR_INIT("onetime"), STR_INIT("empty"), STR_INIT("validate"), STR_INIT("verify"), STR_INIT("check"),
    STR_INIT("rotate"), STR_INIT("accept"), STR_INIT("ignore"), STR_INIT("forgot"), STR_INIT("max"),
    STR_INIT("min")};

static bool is_number(str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (!byte_is_digit(word.ptr[i]))
            return false;
    return true;
}

static bool is_noun(str word)
{
    str bare = str_trim_bytes(word, STR("0123456789"));
    if (IS_AMONG(bare, nouns))
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(noun_endings); i++)
        if (str_ends_fold(bare, noun_endings[i]))
            return true;
    return false;
}

static bool is_switch(const struct words *words, size_t noun)
{
    for (size_t i = 0; i < noun; i++)
        if (IS_AMONG(words->list[i], switches))
            return true;
    return false;
}

/* The shell's own: where it is and was (POSIX.1-2017, 2.5.3). */
static const str shell_names[] = {STR_INIT("PWD"), STR_INIT("OLDPWD")};

bool credential_is_secret_name(str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(shell_names); i++)
        if (str_eq(name, shell_names[i]))
            return false;
    struct words words;
    words.count = 0; /* the list is large: what is not counted stays as it is */
    if (!split_name(name, &words))
        return false;
    size_t last = words.count - 1;
    while (last > 0 && (IS_AMONG(words.list[last], tails) || is_number(words.list[last])))
        last--;
    str word = words.list[last];
    str before = last > 0 ? words.list[last - 1] : STR("");
    bool is_key = str_eq_fold(word, STR("key")) && IS_AMONG(before, key_kinds);
    bool is_auth = str_eq_fold(word, STR("auth")) && IS_AMONG(before, auth_kinds);
    bool is_cookie = str_eq_fold(word, STR("cookie")) && IS_AMONG(before, cookie_kinds);
    return (is_noun(word) || is_key || is_auth || is_cookie) && !is_switch(&words, last);
}
