#include "dsn/plain.h"

#include "base/number.h"
#include "dsn/url.h"

/* Parameters that some client takes for a part of the place, or that change others. */
static const str telling_keys[] = {
    STR_INIT("host"),
    STR_INIT("hostaddr"),
    STR_INIT("server"),
    STR_INIT("port"),
    STR_INIT("user"),
    STR_INIT("username"),
    STR_INIT("password"),
    STR_INIT("db"),
    STR_INIT("dbname"),
    STR_INIT("database"),
    STR_INIT("service"),
    STR_INIT("socket"),
    STR_INIT("socketpath"),
    STR_INIT("unix_socket"),
    STR_INIT("ssl"),
};

static bool is_telling(str key)
{
    for (size_t i = 0; i < ARRAY_COUNT(telling_keys); i++)
        if (str_eq_fold(telling_keys[i], key))
            return true;
    return false;
}

/* --- a cursor over the text: each takes what it names off the front of `rest` */

/* The unreserved bytes at the front, perhaps none. */
static str take_word(str *rest)
{
    size_t length = 0;
    while (length < rest->len && (byte_is_name(rest->ptr[length]) || rest->ptr[length] == '-' ||
                                     rest->ptr[length] == '.' || rest->ptr[length] == '~'))
        length++;
    str word = str_take(*rest, length);
    *rest = str_skip(*rest, length);
    return word;
}

static bool take_byte(str *rest, char byte)
{
    bool is_there = rest->len > 0 && rest->ptr[0] == byte;
    *rest = str_skip(*rest, is_there);
    return is_there;
}

/* --- parts */

/* A decimal number as everybody writes and reads it. */
static bool is_number(str text, uint64_t max)
{
    uint64_t number;
    return number_parse_unsigned(text, max, &number) && (text.ptr[0] != '0' || text.len == 1);
}

static bool is_usual_ipv4(str host)
{
    str rest = host, piece;
    size_t count = 0;
    while (str_next(&rest, '.', &piece))
        if (++count > 4 || !is_number(piece, 255))
            return false;
    return count == 4;
}

/* A name in small letters, or an address of four decimal numbers. */
static bool is_plain_host(str host)
{
    if (host.len == 0 || !byte_is_letter(host.ptr[0]))
        return is_usual_ipv4(host);
    for (size_t i = 0; i < host.len; i++)
        if (host.ptr[i] == '~' || byte_lower(host.ptr[i]) != host.ptr[i])
            return false;
    return true;
}

static bool is_plain_port(str port)
{
    return is_number(port, UINT16_MAX) && port.ptr[0] != '0';
}

/* user:password@host:port. SQL clients take an empty user for none, or for a name: no two alike. */
static bool take_authority(str *rest, const struct dsn_family *family)
{
    str first = take_word(rest);
    bool has_second = take_byte(rest, ':');
    str second = has_second ? take_word(rest) : STR("");
    if (take_byte(rest, '@')) {
        if ((has_second && second.len == 0) || (first.len == 0 && (family->dialect || !has_second)))
            return false;
        first = take_word(rest);
        has_second = take_byte(rest, ':');
        second = has_second ? take_word(rest) : STR("");
    }
    return is_plain_host(first) && (!has_second || is_plain_port(second));
}

static bool take_path(str *rest, const struct dsn_family *family)
{
    if (!take_byte(rest, '/'))
        return true;
    str word = take_word(rest);
    while (family->plain_path && take_byte(rest, '/'))
        take_word(rest);
    return family->plain_path || (word.len > 0 && (!family->numbered || is_number(word, UINT16_MAX)));
}

static bool take_query(str *rest, const struct dsn_family *family)
{
    if (!take_byte(rest, '?'))
        return true;
    do {
        str key = take_word(rest);
        if (key.len == 0 || is_telling(key) || (family->knows_key && !family->knows_key(key)))
            return false;
        if (!take_byte(rest, '=') || take_word(rest).len == 0)
            return false;
    } while (take_byte(rest, '&'));
    return true;
}

bool url_is_plain(str text, const struct dsn_family *family)
{
    str rest = str_skip(text, url_scheme(text).len);
    return take_byte(&rest, ':') && take_byte(&rest, '/') && take_byte(&rest, '/') &&
           take_authority(&rest, family) && take_path(&rest, family) && take_query(&rest, family) &&
           rest.len == 0;
}

bool url_reads_plainly(const struct url_rules *rules, str scheme)
{
    return rules != NULL && rules->plain && url_scheme_accepted(rules, scheme);
}
