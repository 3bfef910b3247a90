#include "base/stored_password.h"

#include "base/base64.h"
#include "base/number.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/pbkdf2.h>

#define MD5_MARK   STR("md5")
#define SCRAM_MARK STR("SCRAM-SHA-256$")

static const uint8_t *bytes_of(str text)
{
    return (const uint8_t *)text.ptr;
}

static str hex(struct arena *arena, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_array(arena, char, count * 2);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return (str){text, count * 2};
}

str stored_password_md5(struct arena *arena, str password, str user)
{
    /* In the arena, since the password can be told from it. */
    struct md5_ctx *md5 = arena_new(arena, struct md5_ctx);
    uint8_t digest[MD5_DIGEST_SIZE];
    md5_init(md5);
    md5_update(md5, password.len, bytes_of(password));
    md5_update(md5, user.len, bytes_of(user));
    md5_digest(md5, sizeof digest, digest);
    return arena_concat(arena, MD5_MARK, hex(arena, digest, sizeof digest));
}

/* --- SCRAM */

struct scram_keys {
    struct hmac_sha256_ctx hmac;
    struct sha256_ctx hash;
    uint8_t salted[SHA256_DIGEST_SIZE], client[SHA256_DIGEST_SIZE];
    uint8_t stored[SHA256_DIGEST_SIZE], server[SHA256_DIGEST_SIZE];
};

static void sign(struct scram_keys *keys, str text, uint8_t *digest)
{
    hmac_sha256_set_key(&keys->hmac, sizeof keys->salted, keys->salted);
    hmac_sha256_update(&keys->hmac, text.len, bytes_of(text));
    hmac_sha256_digest(&keys->hmac, SHA256_DIGEST_SIZE, digest);
}

/* RFC 5802 3. */
static const struct scram_keys *derive(struct arena *arena, str password, str salt, uint32_t iterations)
{
    struct scram_keys *keys = arena_new(arena, struct scram_keys);
    pbkdf2_hmac_sha256(password.len, bytes_of(password), iterations, salt.len, bytes_of(salt),
        sizeof keys->salted, keys->salted);
    sign(keys, STR("Client Key"), keys->client);
    sign(keys, STR("Server Key"), keys->server);
    sha256_init(&keys->hash);
    sha256_update(&keys->hash, sizeof keys->client, keys->client);
    sha256_digest(&keys->hash, sizeof keys->stored, keys->stored);
    return keys;
}

static str base64(struct arena *arena, const uint8_t *bytes, size_t count)
{
    return base64_encode(arena, (str){(const char *)bytes, count});
}

str stored_password_scram(struct arena *arena, str password, str salt, uint32_t iterations)
{
    const struct scram_keys *keys = derive(arena, password, salt, iterations);
    return arena_join(arena, SCRAM_MARK, arena_integer(arena, iterations), STR(":"),
        base64_encode(arena, salt), STR("$"), base64(arena, keys->stored, sizeof keys->stored), STR(":"),
        base64(arena, keys->server, sizeof keys->server));
}

/* Iterations:salt$StoredKey:ServerKey, as parse_scram_secret() takes it. */
static bool read_scram(struct arena *arena, str text, struct stored_password *stored)
{
    struct str_cut iterations = str_cut_byte(str_skip(text, SCRAM_MARK.len), ':');
    struct str_cut salt = str_cut_byte(iterations.tail, '$'), key = str_cut_byte(salt.tail, ':');
    uint64_t count;
    str server_key;
    if (!str_starts(text, SCRAM_MARK) || !key.found ||
        !number_parse_unsigned(iterations.head, INT32_MAX, &count) || count == 0 ||
        !base64_decode(arena, salt.head, &stored->salt) || stored->salt.len == 0 ||
        !base64_decode(arena, key.head, &stored->stored_key) || !base64_decode(arena, key.tail, &server_key))
        return false;
    stored->iterations = (uint32_t)count;
    return stored->stored_key.len == SHA256_DIGEST_SIZE && server_key.len == SHA256_DIGEST_SIZE;
}

/* --- */

static bool is_lower_hex(char byte)
{
    return byte_is_digit(byte) || (byte >= 'a' && byte <= 'f');
}

static bool is_md5(str text)
{
    return text.len == MD5_MARK.len + 2 * MD5_DIGEST_SIZE && str_starts(text, MD5_MARK) &&
           str_is_all(str_skip(text, MD5_MARK.len), is_lower_hex);
}

struct stored_password stored_password_read(struct arena *arena, str text)
{
    struct stored_password stored = {.text = text};
    if (is_md5(text))
        stored.kind = STORED_MD5;
    else if (read_scram(arena, text, &stored))
        stored.kind = STORED_SCRAM;
    return stored;
}

bool stored_password_is_of(struct arena *arena, const struct stored_password *stored, str password, str user)
{
    if (stored->kind == STORED_PLAIN)
        return str_eq(stored->text, password);
    if (stored->kind == STORED_MD5)
        return str_eq(stored->text, stored_password_md5(arena, password, user));
    const struct scram_keys *keys = derive(arena, password, stored->salt, stored->iterations);
    return str_eq(stored->stored_key, (str){(const char *)keys->stored, sizeof keys->stored});
}
