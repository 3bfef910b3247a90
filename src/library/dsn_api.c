/* include/bootgate/dsn.h on top of src/dsn and src/rewrite. */
#include "bootgate/dsn.h"

#include "base/buf.h"
#include "library/public.h"
#include "rewrite/rewrite.h"
#include "text/mask.h"

#include <stdlib.h>

_Static_assert((int)BG_DSN_MALFORMED == (int)DSN_MALFORMED, "the public errors are the inner ones");
_Static_assert((int)BG_HOST_FILE == (int)HOST_CLASS_FILE, "the public classes are the inner ones");

typedef VEC(struct bg_host) host_list;
typedef VEC(const char *) text_list;

struct reading {
    const char *client;
    enum bg_dsn_error error;
    bool likely;
    host_list hosts;
};

struct bg_dsn {
    struct owner owner;
    enum bg_dsn_error error;
    bool ambiguous;
    const char *family, *scheme, *driver, *user, *password, *database, *masked;
    host_list hosts;
    VEC(struct reading) readings;
};

struct bg_rewrite {
    struct owner owner;
    const char *text, *reason;
    text_list dropped, warnings;
};

/* ---- filling */

static int compare_ranges(const void *a, const void *b)
{
    const struct dsn_part *x = a, *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* One mask for each run of secret ranges that touch or overlap. */
static const char *mask_secrets(struct arena *arena, const struct dsn *dsn)
{
    struct buf buf = buf_new(arena, dsn->text.len + dsn->secrets.count * (sizeof MASK - 1) + 1);
    struct dsn_part *ranges = arena_array(arena, struct dsn_part, dsn->secrets.count + 1);
    size_t at = 0;
    for (size_t i = 0; i < dsn->secrets.count; i++)
        ranges[i] = dsn->secrets.items[i];
    qsort(ranges, dsn->secrets.count, sizeof *ranges, compare_ranges);
    for (size_t i = 0; i < dsn->secrets.count; i++) {
        size_t end = (size_t)ranges[i].offset + ranges[i].length;
        if (ranges[i].offset > at || i == 0) {
            buf_str(&buf, str_slice(dsn->text, at, ranges[i].offset));
            buf_str(&buf, STR(MASK));
        }
        at = end > at ? end : at;
    }
    buf_str(&buf, str_skip(dsn->text, at));
    return arena_c_string(arena, buf_view(&buf));
}

static const char *part_text(struct owner *owner, const struct dsn_part *part)
{
    return part->present || part->text.len ? owner_text(owner, part->text) : NULL;
}

static host_list hosts_of(struct owner *owner, const dsn_hosts *hosts)
{
    host_list list = {0};
    vec_each(const struct dsn_host *, host, hosts)
        vec_push(&owner->arena, &list,
            ((struct bg_host){
                .host = owner_text(owner, host->host.text),
                .port = host->port,
                .given = host->host.present,
                .host_class = (enum bg_host_class)host->class,
            }));
    return list;
}

static void fill(struct bg_dsn *filled, const struct dsn *dsn)
{
    struct owner *owner = &filled->owner;
    filled->error = (enum bg_dsn_error)dsn->error;
    filled->ambiguous = dsn->ambiguous;
    filled->family = owner_text_or_null(owner, dsn_family_name(dsn->family));
    filled->scheme = part_text(owner, &dsn->scheme);
    filled->driver = owner_text_or_null(owner, dsn->driver);
    filled->user = part_text(owner, &dsn->user);
    filled->password = part_text(owner, &dsn->password);
    filled->database = part_text(owner, &dsn->database);
    filled->masked = mask_secrets(&owner->arena, dsn);
    filled->hosts = hosts_of(owner, &dsn->hosts);
    vec_each(const struct dsn_reading *, reading, &dsn->readings)
        vec_push(&owner->arena, &filled->readings,
            ((struct reading){
                .client = owner_text(owner, dsn_client_name(reading->client)),
                .error = (enum bg_dsn_error)reading->error,
                .likely = reading->likely,
                .hosts = hosts_of(owner, &reading->hosts),
            }));
}

/* Apart from setjmp(), after which a local that changed has no value one could rely on. */
static void parse(struct bg_dsn *filled, const char *text, size_t length, const char *family)
{
    struct arena *arena = &filled->owner.arena;
    const struct dsn_family *row = family ? dsn_family_find(str_from_c(family)) : NULL;
    fill(filled, dsn_parse(arena, arena_copy(arena, (str){text, length}), row, STR("")));
}

PUBLIC struct bg_dsn *bg_dsn_parse(const char *text, size_t length, const char *family)
{
    struct bg_dsn *filled = owner_new(sizeof *filled);
    if (filled == NULL)
        return NULL;
    if (setjmp(filled->owner.out_of_memory)) {
        owner_free(filled);
        return NULL;
    }
    parse(filled, text, length, family);
    return filled;
}

static text_list texts_of(struct owner *owner, const str_vec *texts)
{
    text_list list = {0};
    vec_each(const str *, text, texts)
        vec_push(&owner->arena, &list, owner_text(owner, *text));
    return list;
}

static void rewrite(struct bg_rewrite *filled, const char *text, size_t length, const char *target)
{
    struct owner *owner = &filled->owner;
    str copy = arena_copy(&owner->arena, (str){text, length});
    struct rewrite_result result = dsn_rewrite(&owner->arena, copy, str_from_c(target));
    if (result.error == REWRITE_OK)
        filled->text = owner_text(owner, result.text);
    else
        filled->reason = owner_text(owner, result.reason);
    filled->dropped = texts_of(owner, &result.dropped);
    filled->warnings = texts_of(owner, &result.warnings);
}

PUBLIC struct bg_rewrite *bg_dsn_rewrite(const char *text, size_t length, const char *target)
{
    struct bg_rewrite *filled = owner_new(sizeof *filled);
    if (filled == NULL)
        return NULL;
    if (setjmp(filled->owner.out_of_memory)) {
        owner_free(filled);
        return NULL;
    }
    rewrite(filled, text, length, target);
    return filled;
}

/* ---- asking */

static bool host_at(const host_list *hosts, size_t index, struct bg_host *ret_host)
{
    if (index < hosts->count)
        *ret_host = hosts->items[index];
    return index < hosts->count;
}

PUBLIC void bg_dsn_free(struct bg_dsn *dsn)
{
    owner_free(dsn);
}

PUBLIC enum bg_dsn_error bg_dsn_error(const struct bg_dsn *dsn)
{
    return dsn->error;
}

PUBLIC const char *bg_dsn_error_text(enum bg_dsn_error error)
{
    return dsn_error_text((enum dsn_error)error).ptr;
}

PUBLIC bool bg_dsn_ambiguous(const struct bg_dsn *dsn)
{
    return dsn->ambiguous;
}

PUBLIC const char *bg_dsn_family(const struct bg_dsn *dsn)
{
    return dsn->family;
}

PUBLIC const char *bg_dsn_scheme(const struct bg_dsn *dsn)
{
    return dsn->scheme;
}

PUBLIC const char *bg_dsn_driver(const struct bg_dsn *dsn)
{
    return dsn->driver;
}

PUBLIC const char *bg_dsn_user(const struct bg_dsn *dsn)
{
    return dsn->user;
}

PUBLIC const char *bg_dsn_password(const struct bg_dsn *dsn)
{
    return dsn->password;
}

PUBLIC const char *bg_dsn_database(const struct bg_dsn *dsn)
{
    return dsn->database;
}

PUBLIC size_t bg_dsn_host_count(const struct bg_dsn *dsn)
{
    return dsn->hosts.count;
}

PUBLIC bool bg_dsn_host(const struct bg_dsn *dsn, size_t index, struct bg_host *ret_host)
{
    return host_at(&dsn->hosts, index, ret_host);
}

PUBLIC size_t bg_dsn_reading_count(const struct bg_dsn *dsn)
{
    return dsn->readings.count;
}

PUBLIC const char *bg_dsn_reading_client(const struct bg_dsn *dsn, size_t reading)
{
    return reading < dsn->readings.count ? dsn->readings.items[reading].client : NULL;
}

PUBLIC enum bg_dsn_error bg_dsn_reading_error(const struct bg_dsn *dsn, size_t reading)
{
    return reading < dsn->readings.count ? dsn->readings.items[reading].error : BG_DSN_NOT_A_DSN;
}

PUBLIC bool bg_dsn_reading_likely(const struct bg_dsn *dsn, size_t reading)
{
    return reading < dsn->readings.count && dsn->readings.items[reading].likely;
}

PUBLIC bool bg_dsn_reading_host(
    const struct bg_dsn *dsn, size_t reading, size_t index, struct bg_host *ret_host)
{
    return reading < dsn->readings.count && host_at(&dsn->readings.items[reading].hosts, index, ret_host);
}

PUBLIC const char *bg_dsn_masked(const struct bg_dsn *dsn)
{
    return dsn->masked;
}

static enum bg_host_class class_of(struct owner *owner, const char *host, size_t length)
{
    return (enum bg_host_class)host_classify(&owner->arena, (str){host, length});
}

PUBLIC enum bg_host_class bg_host_classify(const char *host, size_t length)
{
    struct owner *owner = owner_new(sizeof *owner);
    if (owner == NULL || setjmp(owner->out_of_memory)) {
        owner_free(owner);
        return BG_HOST_LOOPBACK;
    }
    enum bg_host_class class = class_of(owner, host, length);
    owner_free(owner);
    return class;
}

PUBLIC void bg_rewrite_free(struct bg_rewrite *rewrite)
{
    owner_free(rewrite);
}

PUBLIC const char *bg_rewrite_text(const struct bg_rewrite *rewrite)
{
    return rewrite->text;
}

PUBLIC const char *bg_rewrite_reason(const struct bg_rewrite *rewrite)
{
    return rewrite->reason;
}

PUBLIC const char *bg_rewrite_dropped(const struct bg_rewrite *rewrite, size_t index)
{
    return index < rewrite->dropped.count ? rewrite->dropped.items[index] : NULL;
}

PUBLIC const char *bg_rewrite_warning(const struct bg_rewrite *rewrite, size_t index)
{
    return index < rewrite->warnings.count ? rewrite->warnings.items[index] : NULL;
}
