#include "base/jwt.h"

#include "base/base64.h"

#include <nettle/hmac.h>

#define JWT_BYTES_MAX 8192

/* The value of "name": "…", blanks around the colon allowed; empty: there is none, or it has an escape. */
static str text_of(str json, str name)
{
    while (json.len) {
        size_t at = str_find(json, name);
        if (at == STR_NONE)
            return STR("");
        bool is_key = at > 0 && json.ptr[at - 1] == '"';
        json = str_skip(json, at + name.len);
        str rest = str_trim_start(str_skip(json, 1));
        if (!is_key || !str_starts(json, STR("\"")) || !str_starts(rest, STR(":")))
            continue;
        rest = str_trim_start(str_skip(rest, 1));
        struct str_cut text = str_cut_byte(str_skip(rest, 1), '"');
        bool is_text = str_starts(rest, STR("\"")) && text.found;
        return is_text && !str_has_byte(text.head, '\\') ? text.head : STR("");
    }
    return STR("");
}

bool jwt_read(struct arena *arena, str text, struct jwt *ret_jwt)
{
    if (text.len > JWT_BYTES_MAX || !str_starts(text, STR("eyJ"))) /* {" */
        return false;
    struct str_cut header = str_cut_byte(text, '.'), claims = str_cut_byte(header.tail, '.');
    str decoded;
    if (!claims.found || str_has_byte(claims.tail, '.') || !base64_decode(arena, header.head, &decoded) ||
        !base64_decode(arena, claims.head, &ret_jwt->claims) ||
        !base64_decode(arena, claims.tail, &ret_jwt->signature))
        return false;
    ret_jwt->is_signed = str_take(text, header.head.len + 1 + claims.head.len);
    ret_jwt->is_hs256 = str_eq(text_of(decoded, STR("alg")), STR("HS256"));
    return true;
}

str jwt_claim(const struct jwt *jwt, str name)
{
    return text_of(jwt->claims, name);
}

bool jwt_is_signed_with(struct arena *arena, const struct jwt *jwt, str secret)
{
    /* In the arena, since it holds what the key can be told from. */
    struct hmac_sha256_ctx *hmac = arena_new(arena, struct hmac_sha256_ctx);
    uint8_t digest[SHA256_DIGEST_SIZE];
    hmac_sha256_set_key(hmac, secret.len, (const uint8_t *)secret.ptr);
    hmac_sha256_update(hmac, jwt->is_signed.len, (const uint8_t *)jwt->is_signed.ptr);
    hmac_sha256_digest(hmac, sizeof digest, digest);
    return str_eq(jwt->signature, (str){(const char *)digest, sizeof digest});
}
