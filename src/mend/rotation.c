#include "mend/rotation.h"

#include "base/base64.h"
#include "mend/rotation_places.h"
#include "mend/trial.h"

static const str digits[] = {
    [ALPHABET_HEX] = STR_INIT("0123456789abcdef"),
    [ALPHABET_BASE64URL] = STR_INIT("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
};

/*
 * Unreserved characters alone (RFC 3986 2.3), so that no URL, env file or YAML needs an escape for it. The
 * first is a letter: `12e45` is a number in YAML, and what begins with a `-` is an option of a command.
 */
static bool make_secret(
    struct arena *arena, const struct host *host, str alphabet, size_t length, str *ret_secret)
{
    char *secret = arena_array(arena, char, length + 1);
    for (size_t i = 0; i < length;) {
        unsigned char byte;
        if (!host->random(host->self, &byte, 1))
            return false;
        char digit = alphabet.ptr[byte % alphabet.len]; /* 16 and 64 divide 256: each is as likely */
        if (i > 0 || byte_is_letter(digit))
            secret[i++] = digit;
    }
    *ret_secret = (str){secret, length};
    return true;
}

/* What stands at a place with the new secret. */
static str written_at(struct arena *arena, const struct rotation *rotation, const struct rotated_place *place)
{
    if (place->form == ROTATED_BASE64)
        return base64_encode(arena, arena_join(arena, place->before, rotation->secret, place->after));
    vec_each(const struct rotated_hash *, hash, &rotation->rotated.hashes)
        if (place->form == ROTATED_STORED && str_eq(hash->user, place->user))
            return hash->text;
    return rotation->secret;
}

/* The hashes of the new secret, as long in the making as the old ones. */
static bool make_hashes(struct arena *arena, const struct host *host, struct rotation *rotation)
{
    vec_each(struct rotated_hash *, hash, &rotation->rotated.hashes) {
        if (hash->old.kind == STORED_MD5) {
            hash->text = stored_password_md5(arena, rotation->secret, hash->user);
            continue;
        }
        char *salt = arena_array(arena, char, STORED_SALT_BYTES);
        if (!host->random(host->self, salt, STORED_SALT_BYTES))
            return false;
        hash->text = stored_password_scram(
            arena, rotation->secret, (str){salt, STORED_SALT_BYTES}, hash->old.iterations);
    }
    return true;
}

static edit_list edits_of(struct arena *arena, const struct rotation *rotation)
{
    edit_list edits = {0};
    vec_each(const struct rotated_place *, place, &rotation->rotated.places)
        edit_add(arena, &edits, place->at, written_at(arena, rotation, place));
    edit_sort(&edits);
    return edits;
}

/* After the change the same places hold the new secret, as their own readers read it. */
static bool is_carried_out(struct arena *arena, const struct rotation *rotation, str variable)
{
    size_t project = (size_t)(rotation->project - rotation->before->projects.items);
    if (project >= rotation->after->projects.count)
        return false;
    const struct facts *facts = rotation->after->projects.items[project].facts;
    struct rotated now = rotation_places(arena, facts, variable);
    return now.refusal.len == 0 && str_eq(now.old, rotation->secret) &&
           now.places.count == rotation->rotated.places.count &&
           now.logins.count == rotation->rotated.logins.count &&
           now.hashes.count == rotation->rotated.hashes.count;
}

/* A hash opens the server to whoever has it. */
static void hide_all(const struct rotation *rotation, struct gate *gate)
{
    gate_hide(gate, rotation->rotated.old);
    gate_hide(gate, rotation->secret);
    vec_each(const struct rotated_hash *, hash, &rotation->rotated.hashes) {
        gate_hide(gate, hash->old.text);
        gate_hide(gate, hash->text);
    }
}

static void find(struct arena *arena, struct rotation *rotation, str variable)
{
    vec_each(const struct check_project *, project, &rotation->before->projects) {
        struct rotated rotated = rotation_places(arena, project->facts, variable);
        bool is_here = rotated.places.count > 0;
        if (is_here && rotation->project) {
            rotation->rotated.refusal =
                arena_join(arena, variable, STR(" is set in several projects: name one of them"));
            return;
        }
        if (is_here || !rotation->project)
            rotation->rotated = rotated;
        if (is_here)
            rotation->project = project;
    }
}

struct rotation *rotation_plan(struct arena *arena, const struct host *host,
    const struct check_options *options, str variable, enum rotation_alphabet alphabet, size_t length)
{
    struct rotation *rotation = arena_new(arena, struct rotation);
    rotation->before = check_files(arena, host, options);
    if (rotation->before->cannot_judge)
        return rotation;
    find(arena, rotation, variable);
    if (rotation->rotated.refusal.len)
        return rotation;
    if (!make_secret(arena, host, digits[alphabet], length, &rotation->secret) ||
        !make_hashes(arena, host, rotation)) {
        rotation->rotated.refusal = STR("the system has no random bytes");
        return rotation;
    }
    edit_list edits = edits_of(arena, rotation);
    struct trial trial = {arena, host, options, rotation->before};
    trial_modes modes = {0};
    hide_all(rotation, sources_gate(&rotation->before->sources));
    rotation->after = trial_judge(&trial, &edits, &modes);
    if (!trial_is_better(&trial, rotation->after, NULL, 0))
        rotation->rotated.refusal = STR("the deployment would have a finding that it does not have now");
    else if (!is_carried_out(arena, rotation, variable))
        rotation->rotated.refusal = STR("not every place would hold the new secret as its reader reads it");
    rotation->files = mend_edited(arena, rotation->before, &edits);
    return rotation;
}

/* A name that needs no quotes in SQL: without them others are folded to small letters. */
static bool is_plain_user(str user)
{
    bool is_plain = user.len > 0 && !byte_is_digit(user.ptr[0]);
    for (size_t i = 0; i < user.len; i++)
        is_plain = is_plain && byte_is_name(user.ptr[i]) && byte_lower(user.ptr[i]) == user.ptr[i];
    return is_plain;
}

const struct rotated_hash *OR_NULL rotation_hash(
    const struct rotation *rotation, const struct rotated_login *login)
{
    vec_each(const struct rotated_hash *, hash, &rotation->rotated.hashes)
        if (family_row(login->family)->takes_hashes && str_eq(hash->user, login->user))
            return hash;
    return NULL;
}

str rotation_change(struct arena *arena, const struct rotated_login *login)
{
    const struct service *service = login->server ? login->server->service : NULL;
    if (service && service->image && service->image->kind == IMAGE_POOLER) /* it has lists, no roles */
        return STR("");
    str root_change = family_row(login->family)->root_change;
    if (root_change.len > 0 && str_eq(login->user, STR("root")))
        return root_change;
    str change = family_password_change(arena, login->family, login->user);
    bool is_quoted = str_contains(change, arena_join(arena, STR("'"), login->user, STR("'")));
    if (is_quoted || is_plain_user(login->user) || !str_starts(change, STR("ALTER ")))
        return change;
    return family_password_change(arena, login->family, arena_join(arena, STR("\""), login->user, STR("\"")));
}

str rotation_sql(struct arena *arena, const struct rotation *rotation)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    const str mark = STR("'…'");
    vec_each(const struct rotated_login *, login, &rotation->rotated.logins) {
        const struct rotated_hash *hash = rotation_hash(rotation, login);
        str change = rotation_change(arena, login), password = hash ? hash->text : rotation->secret;
        size_t at = str_find(change, mark);
        if (at == STR_NONE || str_has_any(login->user, STR("\"'\\\n")))
            continue;
        for (; at != STR_NONE; change = str_skip(change, at + mark.len), at = str_find(change, mark))
            buf_str(&buf, arena_join(arena, str_take(change, at), STR("'"), password, STR("'")));
        buf_str(&buf, arena_join(arena, change, STR(";\n")));
    }
    return buf_view(&buf);
}
