/* What kind of place a host text names, in every spelling that some resolver or client accepts. */
#include "base/buf.h"
#include "base/utf8.h"
#include "dsn/reader.h"

#include <arpa/inet.h>
#include <idn2.h>

enum {
    IPV6_BYTES = 16,
    NAME_MAX_BYTES = 255, /* RFC 1035: no longer name resolves */
};

#define FORBIDDEN_DOMAIN_BYTES STR(" #/:<>?@[\\]^|%") /* URL standard: forbidden domain code points */

static const str class_names[HOST_CLASS_COUNT] = {
    [HOST_CLASS_NAME] = STR_INIT("name"),
    [HOST_CLASS_LOOPBACK] = STR_INIT("loopback"),
    [HOST_CLASS_WILDCARD] = STR_INIT("wildcard"),
    [HOST_CLASS_SOCKET] = STR_INIT("socket"),
    [HOST_CLASS_PRIVATE] = STR_INIT("private"),
    [HOST_CLASS_PUBLIC] = STR_INIT("public"),
    [HOST_CLASS_DEV_HOST] = STR_INIT("dev-host"),
    [HOST_CLASS_FILE] = STR_INIT("file"),
};

str host_class_name(enum host_class class)
{
    return class < HOST_CLASS_COUNT ? class_names[class] : class_names[HOST_CLASS_NAME];
}

/* Names that mean something without DNS. */
static const struct {
    str name;
    enum host_class class;
} known_names[] = {
    {STR_INIT("localhost"), HOST_CLASS_LOOPBACK},
    /* /etc/hosts of the usual distributions */
    {STR_INIT("localhost.localdomain"), HOST_CLASS_LOOPBACK},
    {STR_INIT("localhost4"), HOST_CLASS_LOOPBACK},
    {STR_INIT("localhost4.localdomain4"), HOST_CLASS_LOOPBACK},
    {STR_INIT("localhost6"), HOST_CLASS_LOOPBACK},
    {STR_INIT("localhost6.localdomain6"), HOST_CLASS_LOOPBACK},
    {STR_INIT("ip6-localhost"), HOST_CLASS_LOOPBACK},
    {STR_INIT("ip6-loopback"), HOST_CLASS_LOOPBACK},
    /* SqlClient: no host syntax at all */
    {STR_INIT("(local)"), HOST_CLASS_LOOPBACK},
    {STR_INIT("(localdb)"), HOST_CLASS_LOOPBACK},
    {STR_INIT("."), HOST_CLASS_LOOPBACK},
    /* the machine that the container runs on */
    {STR_INIT("host.docker.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("gateway.docker.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("kubernetes.docker.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("vm.docker.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("docker.for.mac.host.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("docker.for.win.host.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("host.containers.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("host.minikube.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("host.rancher-desktop.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("host.lima.internal"), HOST_CLASS_DEV_HOST},
    {STR_INIT("host.orb.internal"), HOST_CLASS_DEV_HOST},
};

/* IPv4 networks that are not simply public; the first match counts. */
static const struct {
    uint32_t network, mask;
    enum host_class class;
} ipv4_networks[] = {
    {0x7F000000u, 0xFF000000u, HOST_CLASS_LOOPBACK}, /* 127/8 */
    {0x00000000u, 0xFFFFFFFFu, HOST_CLASS_WILDCARD}, /* 0.0.0.0 */
    {0x0A000000u, 0xFF000000u, HOST_CLASS_PRIVATE},  /* 10/8, RFC 1918 */
    {0xAC100000u, 0xFFF00000u, HOST_CLASS_PRIVATE},  /* 172.16/12 */
    {0xC0A80000u, 0xFFFF0000u, HOST_CLASS_PRIVATE},  /* 192.168/16 */
    {0x64400000u, 0xFFC00000u, HOST_CLASS_PRIVATE},  /* 100.64/10, RFC 6598: tailnets */
    {0xA9FE0000u, 0xFFFF0000u, HOST_CLASS_PRIVATE},  /* 169.254/16, link-local */
};

static enum host_class classify_ipv4(uint32_t address)
{
    for (size_t i = 0; i < ARRAY_COUNT(ipv4_networks); i++)
        if ((address & ipv4_networks[i].mask) == ipv4_networks[i].network)
            return ipv4_networks[i].class;
    return HOST_CLASS_PUBLIC;
}

/* One number of an inet_aton address: decimal, 0octal or 0xhex, at most 32 bits. */
static bool parse_aton_number(str text, uint64_t *ret_number)
{
    int base = 10;
    if (text.len > 1 && text.ptr[0] == '0' && byte_lower(text.ptr[1]) == 'x') {
        base = 16;
        text = str_skip(text, 2);
    } else if (text.len > 1 && text.ptr[0] == '0') {
        base = 8;
        text = str_skip(text, 1);
    }
    if (text.len == 0 && base != 16) /* the URL standard reads a lone "0x" as 0 */
        return false;
    uint64_t number = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = byte_hex(text.ptr[i]);
        if (digit < 0 || digit >= base)
            return false;
        number = number * (uint64_t)base + (uint64_t)digit;
        if (number > UINT32_MAX)
            return false;
    }
    *ret_number = number;
    return true;
}

/* inet_aton(3): one to four numbers, the last one fills the rest of the address. */
static bool parse_ipv4(str text, uint32_t *ret_address)
{
    if (text.len == 0 || !byte_is_digit(text.ptr[0]))
        return false;
    uint64_t parts[4];
    size_t count = 0;
    str rest = text, piece;
    while (str_next(&rest, '.', &piece)) {
        if (count == ARRAY_COUNT(parts) || piece.len == 0 || !parse_aton_number(piece, &parts[count]))
            return false;
        count++;
    }
    if (count == 0 || text.ptr[text.len - 1] == '.')
        return false;
    uint64_t address = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        if (parts[i] > 255)
            return false;
        address |= parts[i] << (24 - 8 * i);
    }
    if (parts[count - 1] >> (32 - 8 * (count - 1)) != 0)
        return false;
    *ret_address = (uint32_t)(address | parts[count - 1]);
    return true;
}

static bool parse_ipv6(str text, unsigned char address[IPV6_BYTES])
{
    char copy[INET6_ADDRSTRLEN];
    text = str_cut_byte(text, '%').head; /* the zone: ::1%lo */
    if (text.len >= sizeof copy || memchr(text.ptr, 0, text.len) != NULL)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    return inet_pton(AF_INET6, copy, address) == 1;
}

static enum host_class classify_ipv6(const unsigned char address[IPV6_BYTES])
{
    static const unsigned char zeros[IPV6_BYTES];
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (memcmp(address, mapped, sizeof mapped) == 0)
        return classify_ipv4((uint32_t)address[12] << 24 | (uint32_t)address[13] << 16 |
                             (uint32_t)address[14] << 8 | address[15]);
    if (memcmp(address, zeros, IPV6_BYTES - 1) == 0 && address[15] <= 1)
        return address[15] ? HOST_CLASS_LOOPBACK : HOST_CLASS_WILDCARD;
    if ((address[0] & 0xFE) == 0xFC || (address[0] == 0xFE && (address[1] & 0xC0) == 0x80))
        return HOST_CLASS_PRIVATE; /* RFC 4193, link-local */
    return HOST_CLASS_PUBLIC;
}

static bool is_socket(str host)
{
    return host.len == 0 || host.ptr[0] == '/' || host.ptr[0] == '@' ||
           str_starts_fold(host, STR("\\\\.\\pipe\\"));
}

/* A host of ASCII letters; `host` has no IPv6 literal. */
static enum host_class classify_name(str host)
{
    if (host.len > 1 && host.ptr[host.len - 1] == '.') /* the root dot */
        host.len--;
    uint32_t address;
    if (parse_ipv4(host, &address))
        return classify_ipv4(address);
    for (size_t i = 0; i < ARRAY_COUNT(known_names); i++)
        if (str_eq_fold(host, known_names[i].name))
            return known_names[i].class;
    if (str_ends_fold(host, STR(".localhost"))) /* RFC 6761 6.3 */
        return HOST_CLASS_LOOPBACK;
    return HOST_CLASS_NAME;
}

/*
 * What IDNA makes of a name; empty: it refuses the name. Where the library has no memory the name may be any,
 * loopback too: the run ends as it does where the arena has none.
 */
static str map_to_ascii(struct arena *arena, str host)
{
    uint8_t copy[NAME_MAX_BYTES * 4 + 1], *mapped = NULL;
    if (host.len >= sizeof copy || memchr(host.ptr, 0, host.len) != NULL || !utf8_valid(host))
        return STR("");
    memcpy(copy, host.ptr, host.len);
    copy[host.len] = 0;
    int status = idn2_lookup_u8(copy, &mapped, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (status == IDN2_MALLOC)
        arena_exhausted(arena);
    str ascii = status == IDN2_OK ? arena_copy(arena, str_from_c((const char *)mapped)) : STR("");
    idn2_free(mapped);
    return ascii;
}

/* Clients that apply IDNA first (Python, curl, browsers) see ASCII behind fullwidth or circled letters. */
static enum host_class classify_unicode(struct arena *arena, str host)
{
    str ascii = map_to_ascii(arena, host);
    return ascii.len ? classify_name(ascii) : HOST_CLASS_NAME;
}

bool host_is_ipv6(str text)
{
    unsigned char address[IPV6_BYTES];
    return !str_has_byte(text, '%') && parse_ipv6(text, address);
}

/* The standard's "ends in a number": only an IPv4 address may. */
static bool ends_in_number(str host)
{
    struct str_cut last = str_rcut_byte(host, '.');
    str label = last.found ? last.tail : host;
    uint64_t number;
    return str_is_digits(label) || (label.len > 0 && parse_aton_number(label, &number));
}

static bool is_domain_in_ascii(str host)
{
    uint32_t address;
    if (find_any(host, FORBIDDEN_DOMAIN_BYTES) != STR_NONE || has_control_byte(host))
        return false;
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    return !ends_in_number(host) || parse_ipv4(host, &address);
}

bool host_is_domain(struct arena *arena, str host)
{
    str ascii = utf8_is_ascii(host) ? STR("") : map_to_ascii(arena, host);
    return utf8_valid(host) && is_domain_in_ascii(ascii.len ? ascii : host);
}

bool host_is_short_ipv4(str host)
{
    uint32_t address;
    if (!parse_ipv4(host, &address))
        return false;
    size_t dots = 0;
    for (size_t i = 0; i < host.len; i++) {
        bool starts_part = i == 0 || host.ptr[i - 1] == '.';
        if (starts_part && host.ptr[i] == '0' && i + 1 < host.len && host.ptr[i + 1] != '.')
            return true;
        dots += host.ptr[i] == '.';
    }
    return dots != 3;
}

/* "localhost:5433" in a host's place: what stands before the port. */
static str drop_port(str host)
{
    struct str_cut cut = str_cut_byte(host, ':');
    return cut.found && str_is_digits(cut.tail) ? cut.head : host;
}

/* Of the bytes that host names and IPv4 addresses are made of: nothing to take off first. */
static bool is_bare(str host)
{
    return host.len > 0 && host.len <= NAME_MAX_BYTES && str_is_all(host, byte_is_unreserved);
}

enum host_class host_classify(struct arena *arena, str host)
{
    if (is_bare(host))
        return classify_name(host);
    if (is_socket(host))
        return HOST_CLASS_SOCKET;
    size_t instance = str_find_byte(host, '\\'); /* SqlClient: .\SQLEXPRESS */
    if (instance != STR_NONE && instance > 0)
        host = str_take(host, instance);
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = str_slice(host, 1, host.len - 1);
    unsigned char address[IPV6_BYTES];
    if (str_has_byte(host, ':') && parse_ipv6(host, address))
        return classify_ipv6(address);
    host = drop_port(host);
    if (host.len > NAME_MAX_BYTES * 4)
        return HOST_CLASS_NAME;
    return utf8_is_ascii(host) ? classify_name(host) : classify_unicode(arena, host);
}

/* Slash after slash is one slash. */
static str path_text(struct arena *arena, str path)
{
    struct buf out = buf_new(arena, path.len);
    for (size_t i = 0; i < path.len; i++)
        if (i == 0 || path.ptr[i] != '/' || path.ptr[i - 1] != '/')
            buf_byte(&out, path.ptr[i]);
    return buf_view(&out);
}

str host_canonical(struct arena *arena, str host)
{
    if (host.len == 0)
        return host;
    if (host.ptr[0] == '/')
        return path_text(arena, host);
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = str_slice(host, 1, host.len - 1);
    if (str_has_byte(host, ':')) {
        unsigned char ipv6[IPV6_BYTES];
        char text[INET6_ADDRSTRLEN];
        if (!parse_ipv6(host, ipv6))
            return host;
        return arena_copy(arena, str_from_c(inet_ntop(AF_INET6, ipv6, text, sizeof text)));
    }
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host.len--;
    uint32_t ipv4;
    if (!parse_ipv4(host, &ipv4))
        return arena_lower(arena, host);
    return arena_printf(arena, "%u.%u.%u.%u", ipv4 >> 24, ipv4 >> 16 & 255, ipv4 >> 8 & 255, ipv4 & 255);
}
