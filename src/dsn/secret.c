#include "dsn/secret.h"

#include "dsn/doubt.h"
#include "dsn/endpoints.h"

enum {
    LETTERS = 26,
    SHORTEST = 5,  /* letters of the shortest word */
    WORDS_MAX = 6, /* of one first letter, the empty one at the end counted */
};

/*
 * Words that make a key secret wherever they stand in it, by their first letter; compared letter by letter,
 * so api-key is apikey.
 */
static const str secret_words[LETTERS][WORDS_MAX] = {
    ['a' - 'a'] = {STR_INIT("accesskey"), STR_INIT("accountkey"), STR_INIT("apikey"),
        STR_INIT("authmechanismproperties")},
    ['c' - 'a'] = {STR_INIT("credential")},
    ['o' - 'a'] = {STR_INIT("odbcconnect")},
    ['p' - 'a'] = {STR_INIT("password"), STR_INIT("passwd"), STR_INIT("passphrase"), STR_INIT("passcode"),
        STR_INIT("privatekey")},
    ['s' - 'a'] = {STR_INIT("secret"), STR_INIT("signature")},
    ['t' - 'a'] = {STR_INIT("token")},
};

/* Keys that are secret as a whole only, all of them shorter: "passfile" and "sslkey" name files. */
static const str secret_keys[] = {STR_INIT("pwd"), STR_INIT("pass"), STR_INIT("pw"), STR_INIT("auth"),
    STR_INIT("key"), STR_INIT("sas"), STR_INIT("sig"), STR_INIT("psw")};

enum {
    KEY_MAX = 64, /* letters looked at */
};

/* `word` is of small letters only. */
static bool has_secret_word(str word)
{
    for (size_t at = 0; at + SHORTEST <= word.len; at++)
        for (const str *it = secret_words[word.ptr[at] - 'a']; it->len != 0; it++)
            if (word.ptr[at + 1] == it->ptr[1] && str_starts(str_skip(word, at), *it))
                return true;
    return false;
}

bool key_is_secret(str key)
{
    char letters[KEY_MAX];
    size_t count = 0;
    for (size_t i = 0; i < key.len && count < KEY_MAX; i++) {
        char lower = (char)(key.ptr[i] | 0x20);
        if (lower >= 'a' && lower <= 'z')
            letters[count++] = lower;
    }
    str word = {letters, count};
    if (count >= SHORTEST)
        return !str_eq(word, STR("sharedaccesskeyname")) && has_secret_word(word);
    return STR_IS_IN(word, secret_keys);
}

static void add_range(struct arena *arena, struct dsn *dsn, size_t from, size_t to)
{
    if (from >= to)
        return;
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        if (it->offset <= from && to <= (size_t)it->offset + it->length)
            return;
    if (dsn->secrets.capacity == 0) /* most strings hold one */
        vec_reserve(arena, &dsn->secrets, 1);
    struct dsn_part range = {.text = str_slice(dsn->text, from, to),
        .offset = (uint32_t)from,
        .length = (uint32_t)(to - from),
        .present = true};
    vec_push(arena, &dsn->secrets, range);
}

static void add_part(struct arena *arena, struct dsn *dsn, const struct dsn_part *part)
{
    if (part->present)
        add_range(arena, dsn, part->offset, (size_t)part->offset + part->length);
}

static bool ends_key(char byte)
{
    switch (byte) {
    case ';':
    case '&':
    case '?':
    case ',':
    case '(':
    case '{':
        return true;
    default:
        return false;
    }
}

/* The key before the = at `at`; `by_words`: a blank ends what stands before it. */
static str key_before(str text, size_t from, size_t at, bool by_words)
{
    while (at > from && byte_is_blank(text.ptr[at - 1]))
        at--;
    size_t start = at, first = at > from + KEY_MAX ? at - KEY_MAX : from;
    while (
        start > first && !ends_key(text.ptr[start - 1]) && !(by_words && byte_is_blank(text.ptr[start - 1])))
        start--;
    return str_slice(text, start, at);
}

/* key=value wherever it stands; with `to_end` the value ends with the string. */
static void add_pairs(struct arena *arena, struct dsn *dsn, bool to_end)
{
    str text = dsn->text;
    /* In a conninfo a blank ends the value; one in quotes is a part of a reading, and marked as such. */
    bool is_conninfo = !str_contains(text, STR("://")) && !str_has_byte(text, ';');
    bool is_list = is_conninfo && endpoints_recognise(text);
    str stops = is_list ? STR(",") : is_conninfo ? STR("& \t\r\n") : STR("&;");
    size_t from = 0, length;
    while ((length = str_find_byte(str_skip(text, from), '=')) != STR_NONE) {
        size_t at = from + length;
        str key = key_before(text, from, at, is_conninfo && !to_end);
        from = at + 1;
        if (!key_is_secret(key))
            continue;
        if (to_end) {
            add_range(arena, dsn, from, text.len);
            return;
        }
        add_range(arena, dsn, from, doubt_value_end(text, from, stops));
    }
}

/* "noreply@shop.example.net", "Shop <noreply@shop.example.net>": nothing but an address of mail. */
static bool is_mail_address(str text)
{
    size_t open = str_find_byte(text, '<');
    if (open != STR_NONE && str_ends(text, STR(">")))
        text = str_slice(text, open + 1, text.len - 1);
    struct str_cut cut = str_cut_byte(text, '@');
    bool has_dot = str_has_byte(cut.tail, '.');
    for (size_t i = 0; i < text.len; i++)
        if (!byte_is_alnum(text.ptr[i]) && !str_has_byte(STR("@.-_+"), text.ptr[i]))
            return false;
    return cut.found && has_dot && cut.head.len > 0 && !str_has_byte(cut.tail, '@');
}

/* ":4317" and ":4317/path": a port after a host, whatever that is: http://$(NAME):4317. */
static bool is_port(str text)
{
    size_t count = str_skip_digits(text, 0);
    return count > 0 && count <= 5 && (count == text.len || text.ptr[count] == '/');
}

/* In doubt: everything between the first colon behind :// and the last @, or the end where there is none. */
static void add_doubtful(struct arena *arena, struct dsn *dsn)
{
    size_t scheme = str_find(dsn->text, STR("://"));
    size_t from = scheme == STR_NONE ? 0 : scheme + 3;
    size_t at = str_rfind_byte(dsn->text, '@');
    size_t to = at == STR_NONE || at < from ? dsn->text.len : at;
    if (scheme == STR_NONE && (at == STR_NONE || is_mail_address(dsn->text)))
        return;
    size_t colon = str_find_byte(str_slice(dsn->text, from, to), ':');
    if (colon != STR_NONE && at == STR_NONE && is_port(str_skip(dsn->text, from + colon + 1)))
        return;
    if (colon != STR_NONE)
        add_range(arena, dsn, from + colon + 1, to);
    else if (at != STR_NONE)
        add_range(arena, dsn, from, to);
}

/* True when the readings leave open where the password begins and ends. */
static bool is_doubtful(const struct dsn *dsn)
{
    const struct dsn_part *password = NULL;
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        if (it->likely && it->error != DSN_OK && it->error != DSN_BAD_PARAMETER)
            return true;
        if (it->error != DSN_OK || !it->password.present)
            continue;
        if (password && (password->offset != it->password.offset || password->length != it->password.length))
            return true;
        password = &it->password;
    }
    return dsn->error != DSN_OK;
}

/* A member list keeps only one login: mask every member's. */
static void add_list_logins(struct arena *arena, struct dsn *dsn)
{
    str text = dsn->text;
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ':' && str_starts(str_skip(text, i), STR("://")))
            start = i + 3;
        else if (text.ptr[i] == ',' || text.ptr[i] == ';')
            start = i + 1;
        else if (text.ptr[i] == '@') {
            size_t colon = str_find_byte(str_slice(text, start, i), ':');
            if (colon != STR_NONE)
                add_range(arena, dsn, start + colon + 1, i);
            start = i + 1;
        }
    }
}

static void add_parts(struct arena *arena, struct dsn *dsn, const struct dsn_part *user,
    const struct dsn_part *password, const dsn_parameters *parameters)
{
    add_part(arena, dsn, password);
    vec_each(const struct dsn_parameter *, it, parameters)
        if (it->secret)
            add_part(arena, dsn, &it->value);
    if (user->present && !password->present && dsn->family && dsn->family->token_user)
        add_part(arena, dsn, user);
}

/* The value of a client's own key for the password, with what an unescaped & cuts off it. */
static void add_queries(struct arena *arena, struct dsn *dsn, const dsn_parameters *parameters)
{
    vec_each(const struct dsn_parameter *, it, parameters)
        if (it->secret && it->value.present && str_contains(dsn->text, STR("://")))
            add_range(arena, dsn, it->value.offset, doubt_value_end(dsn->text, it->value.offset, STR("&;")));
}

void secrets_collect(struct arena *arena, struct dsn *dsn, bool is_common)
{
    bool doubtful = is_doubtful(dsn);
    if (doubtful)
        add_doubtful(arena, dsn);
    vec_each(const struct dsn_reading *, it, &dsn->readings) {
        add_parts(arena, dsn, &it->user, &it->password, &it->parameters);
        if (!is_common)
            add_queries(arena, dsn, &it->parameters);
    }
    if (is_common && !doubtful)
        return;
    size_t from, to;
    bool is_list = str_has_byte(dsn->text, ',') || str_has_byte(dsn->text, ';');
    /* Where a driver's own grammar found the login, the colons of jdbc:oracle:thin: are none of it. */
    bool is_found = !doubtful && dsn->user.present && str_starts(dsn->text, STR("jdbc:")) &&
                    !str_contains(dsn->text, STR("://"));
    if (!is_found && doubt_login(dsn->text, dsn->family && dsn->family->dialect, &from, &to))
        add_range(arena, dsn, from, to);
    if (str_has_byte(dsn->text, '='))
        add_pairs(arena, dsn, doubtful);
    if (is_list && str_has_byte(dsn->text, '@'))
        add_list_logins(arena, dsn);
}

static void hide_if_secret(struct gate *gate, const struct dsn *dsn, const struct dsn_part *part)
{
    if (!dsn_part_is_secret(dsn, part))
        return;
    gate_hide(gate, part->text);
    gate_hide(gate, arena_lower(gate->arena, part->text)); /* as hosts are compared and shown */
    gate_hide(gate, str_slice(dsn->text, part->offset, (size_t)part->offset + part->length));
}

/* The parts of one reading, or of the string as a whole. */
static void hide_parts(struct gate *gate, const struct dsn *dsn, const struct dsn_part *user,
    const struct dsn_part *password, const struct dsn_part *database, const dsn_hosts *hosts,
    const dsn_parameters *parameters)
{
    hide_if_secret(gate, dsn, user);
    hide_if_secret(gate, dsn, password);
    hide_if_secret(gate, dsn, database);
    vec_each(const struct dsn_host *, host, hosts) {
        hide_if_secret(gate, dsn, &host->host);
        hide_if_secret(gate, dsn, &host->port_part);
    }
    vec_each(const struct dsn_parameter *, it, parameters) {
        hide_if_secret(gate, dsn, &it->key);
        hide_if_secret(gate, dsn, &it->value);
    }
}

void secrets_hide(struct gate *gate, const struct dsn *dsn)
{
    if (dsn->secrets.count == 0)
        return;
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        gate_hide(gate, str_slice(dsn->text, it->offset, (size_t)it->offset + it->length));
    hide_parts(gate, dsn, &dsn->user, &dsn->password, &dsn->database, &dsn->hosts, &dsn->parameters);
    vec_each(const struct dsn_reading *, it, &dsn->readings)
        if (it->hosts.items != dsn->hosts.items || it->password.offset != dsn->password.offset)
            hide_parts(gate, dsn, &it->user, &it->password, &it->database, &it->hosts, &it->parameters);
}

bool dsn_part_is_secret(const struct dsn *dsn, const struct dsn_part *part)
{
    if (!part->present)
        return false;
    vec_each(const struct dsn_part *, it, &dsn->secrets)
        if (part->offset < it->offset + it->length && it->offset < part->offset + part->length)
            return true;
    return false;
}
