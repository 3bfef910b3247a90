#include "wait/target.h"

#include "base/buf.h"
#include "base/named.h"
#include "base/number.h"
#include "base/percent.h"
#include "wait/protocol.h"

#include <arpa/inet.h>
#include <sys/un.h>

enum { EXPECT_RANGES = 16 };

/* A field is kept as it is in the str at `offset`, where `fits` likes it, or it is set. */
struct field {
    str key, about, wants;
    bool (*set)(struct arena *arena, struct wait_target *target, str value);
    size_t offset;
    bool (*fits)(str value); /* NULL: any text does */
};

static bool set_protocol(struct arena *arena, struct wait_target *target, str value)
{
    (void)arena;
    target->protocol = wait_protocol_find(value);
    return target->protocol != NULL;
}

/* An IPv6 address, perhaps with a zone after it. */
static bool is_address(str host)
{
    struct in6_addr address;
    char text[INET6_ADDRSTRLEN] = {0};
    str digits = str_cut_byte(host, '%').head;
    if (digits.len >= sizeof text)
        return false;
    memcpy(text, digits.ptr, digits.len);
    return inet_pton(AF_INET6, text, &address) == 1;
}

/* What a host name or an address is made of; rules out anything that would change the meaning of a URL. */
static bool set_host(struct arena *arena, struct wait_target *target, str value)
{
    if (str_starts(value, STR("[")) && str_ends(value, STR("]")))
        value = arena_copy(arena, str_slice(value, 1, value.len - 1));
    for (size_t i = 0; i < value.len; i++) {
        bool plain = byte_is_name(value.ptr[i]) || (value.ptr[i] & 0x80) != 0;
        if (!plain && !str_has_byte(STR(".-:%"), value.ptr[i]))
            return false;
    }
    target->host = value;
    return value.len > 0 && value.len < 256 && (!str_has_byte(value, ':') || is_address(value));
}

static bool set_port(struct arena *arena, struct wait_target *target, str value)
{
    (void)arena;
    uint64_t port = 0;
    bool ok = number_parse_unsigned(value, 65535, &port);
    target->port = (int)port;
    return ok && port > 0;
}

static bool is_socket(str value)
{
    return (str_starts(value, STR("/")) || str_starts(value, STR("@"))) &&
           value.len < sizeof(((struct sockaddr_un *)0)->sun_path);
}

static bool is_given(str value)
{
    return value.len > 0;
}

static bool set_path(struct arena *arena, struct wait_target *target, str value)
{
    struct str_cut cut = str_cut_byte(value, '?');
    target->path = arena_copy(arena, cut.head);
    target->query = cut.found ? arena_copy(arena, cut.tail) : (str){0};
    return str_starts(value, STR("/"));
}

static bool set_tls(struct arena *arena, struct wait_target *target, str value)
{
    (void)arena;
    static const str names[] = {
        [WAIT_TLS_PREFER] = STR_INIT("prefer"),
        [WAIT_TLS_DISABLE] = STR_INIT("disable"),
        [WAIT_TLS_REQUIRE] = STR_INIT("require"),
        [WAIT_TLS_VERIFY_CA] = STR_INIT("verify-ca"),
        [WAIT_TLS_VERIFY_FULL] = STR_INIT("verify-full"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq(value, names[i])) {
            target->tls = (enum wait_tls)i;
            return true;
        }
    }
    return false;
}

static bool set_expect(struct arena *arena, struct wait_target *target, str value)
{
    str piece;
    while (str_next(&value, ',', &piece)) {
        struct str_cut ends = str_cut_byte(piece, '-');
        uint64_t first = 0, last = 0;
        if (!number_parse_unsigned(ends.head, 599, &first) ||
            !number_parse_unsigned(ends.found ? ends.tail : ends.head, 599, &last))
            return false;
        if (first < 100 || last < first || target->expect.count == EXPECT_RANGES)
            return false;
        vec_push(arena, &target->expect, ((struct wait_statuses){(int)first, (int)last}));
    }
    return target->expect.count > 0;
}

#define KEPT(member) .offset = offsetof(struct wait_target, member)

static const struct field fields[] = {
    {STR_INIT("protocol"), STR_INIT("how to ask"), STR_INIT("tcp, http, https or postgres"), set_protocol},
    {STR_INIT("name"), STR_INIT("the variable that names the target"), STR_INIT("a variable's name"),
        KEPT(name), .fits = str_is_name},
    {STR_INIT("host"), STR_INIT("name or address"), STR_INIT("a host name or an address"), set_host},
    {STR_INIT("port"), STR_INIT("port, where it is not the protocol's"), STR_INIT("1 to 65535"), set_port},
    {STR_INIT("socket"), STR_INIT("a Unix socket instead of a host"), STR_INIT("an absolute path or @name"),
        KEPT(socket), .fits = is_socket},
    {STR_INIT("path"), STR_INIT("http: path and query"), STR_INIT("a path that starts with /"), set_path},
    {STR_INIT("expect"), STR_INIT("http: statuses that mean ready"), STR_INIT("statuses, as in 200-299,401"),
        set_expect},
    {STR_INIT("user"), STR_INIT("postgres: role"), STR_INIT("a role"), KEPT(user)},
    {STR_INIT("database"), STR_INIT("postgres: database"), STR_INIT("a database"), KEPT(database)},
    {STR_INIT("tls"), STR_INIT("postgres: sslmode"),
        STR_INIT("disable, prefer, require, verify-ca or verify-full"), set_tls},
    {STR_INIT("authority"), STR_INIT("file with the certificates to trust"), STR_INIT("a path"),
        KEPT(authority), .fits = is_given},
};

bool wait_target_key(size_t index, str *ret_key, str *ret_about)
{
    if (index >= ARRAY_COUNT(fields))
        return false;
    *ret_key = fields[index].key;
    *ret_about = fields[index].about;
    return true;
}

static bool take_field(struct arena *arena, struct wait_target *target, const struct field *field, str value)
{
    if (field->set)
        return field->set(arena, target, value);
    *(str *)((char *)target + field->offset) = value;
    return !field->fits || field->fits(value);
}

/* False on a stray `%` and on a NUL, which no field can carry to where it goes. */
static bool decode(struct arena *arena, str text, str *ret_value)
{
    struct buf out = buf_new(arena, WAIT_VALUE_BYTES);
    bool is_whole = percent_decode(&out, text) && !out.overflow;
    *ret_value = arena_copy(arena, buf_view(&out));
    return is_whole && !str_has_byte(*ret_value, '\0');
}

static bool check_whole(const struct wait_target *target, str *reterr_fault)
{
    if (!target->protocol) {
        *reterr_fault = STR("protocol= is missing");
        return false;
    }
    if ((target->host.len > 0) == (target->socket.len > 0)) {
        *reterr_fault = STR("exactly one of host= and socket= is needed");
        return false;
    }
    if (target->host.len > 0 && target->port == 0) {
        *reterr_fault = STR("port= is missing");
        return false;
    }
    return true;
}

bool wait_target_parse(struct arena *arena, str line, struct wait_target *ret_target, str *reterr_fault)
{
    struct wait_target target = {.path = STR("/")};
    str piece;
    while (str_next(&line, '\t', &piece)) {
        struct str_cut pair = str_cut_byte(piece, '=');
        const struct field *field =
            named_find(NAMED_BY(fields, ARRAY_COUNT(fields), struct field, key), pair.head);
        str value;
        if (!pair.found || !field) {
            *reterr_fault = STR("a field that is none of the documented KEY=VALUE");
            return false;
        }
        if (!decode(arena, pair.tail, &value) || !take_field(arena, &target, field, value)) {
            *reterr_fault =
                arena_printf(arena, STR_FMT "= wants " STR_FMT, STR_ARG(field->key), STR_ARG(field->wants));
            return false;
        }
    }
    if (target.protocol && target.port == 0)
        target.port = target.protocol->port;
    if (!check_whole(&target, reterr_fault))
        return false;
    *ret_target = target;
    return true;
}

str wait_target_label(struct arena *arena, const struct wait_target *target)
{
    str protocol = target->protocol->name;
    bool is_v6 = str_has_byte(target->host, ':');
    str place = target->socket.len > 0 ? target->socket
                                       : arena_printf(arena, is_v6 ? "[" STR_FMT "]:%d" : STR_FMT ":%d",
                                             STR_ARG(target->host), target->port);
    if (target->name.len == 0)
        return arena_printf(arena, STR_FMT " " STR_FMT, STR_ARG(protocol), STR_ARG(place));
    return arena_printf(arena, STR_FMT " (" STR_FMT " " STR_FMT ")", STR_ARG(target->name), STR_ARG(protocol),
        STR_ARG(place));
}
