/* include/bootgate/dsn.h on top of src/dsn. */
#include "bootgate/dsn.h"

#include "base/buf.h"
#include "rewrite/rewrite.h"
#include "text/mask.h"

#include <stdlib.h>

#define PUBLIC __attribute__((visibility("default")))

_Static_assert((int)BG_DSN_MALFORMED == (int)DSN_MALFORMED, "the public errors are the inner ones");
_Static_assert((int)BG_HOST_FILE == (int)HOST_CLASS_FILE, "the public classes are the inner ones");

struct bg_dsn {
    struct arena arena;
    struct dsn *dsn;
    const char *masked;
};

struct bg_rewrite {
    struct arena arena;
    struct rewrite_result result;
};

/* The owner is a small block of its own: its arena cannot hold it. */
static void *new_owner(size_t size)
{
    void *owner = calloc(1, size);
    if (owner == NULL)
        abort(); /* as arena_alloc() does */
    return owner;
}

static const char *c_string(const struct bg_dsn *dsn, str text)
{
    return arena_c_string((struct arena *)&dsn->arena, text);
}

static const char *part_text(const struct bg_dsn *dsn, const struct dsn_part *part)
{
    return part->present || part->text.len ? c_string(dsn, part->text) : NULL;
}

static const char *str_text(const struct bg_dsn *dsn, str text)
{
    return text.len ? c_string(dsn, text) : NULL;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct dsn_part *x = a, *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* One mask for each run of secret ranges that touch or overlap. */
static const char *mask_secrets(struct bg_dsn *owner, str text)
{
    struct dsn *dsn = owner->dsn;
    struct buf buf = buf_new(&owner->arena, text.len + dsn->secrets.count * (sizeof MASK - 1) + 1);
    struct dsn_part *ranges = arena_array(&owner->arena, struct dsn_part, dsn->secrets.count + 1);
    size_t at = 0;
    for (size_t i = 0; i < dsn->secrets.count; i++)
        ranges[i] = dsn->secrets.items[i];
    qsort(ranges, dsn->secrets.count, sizeof *ranges, compare_ranges);
    for (size_t i = 0; i < dsn->secrets.count; i++) {
        size_t end = (size_t)ranges[i].offset + ranges[i].length;
        if (ranges[i].offset > at || i == 0) {
            buf_str(&buf, str_slice(text, at, ranges[i].offset));
            buf_str(&buf, STR(MASK));
        }
        at = end > at ? end : at;
    }
    buf_str(&buf, str_skip(text, at));
    return arena_c_string(&owner->arena, buf_view(&buf));
}

PUBLIC struct bg_dsn *bg_dsn_parse(const char *text, size_t length, const char *family)
{
    struct bg_dsn *owner = new_owner(sizeof *owner);
    str copy = arena_copy(&owner->arena, (str){text, length});
    const struct dsn_family *row = family ? dsn_family_find(str_from_c(family)) : NULL;
    owner->dsn = dsn_parse(&owner->arena, copy, row, STR(""));
    owner->masked = mask_secrets(owner, copy);
    return owner;
}

PUBLIC void bg_dsn_free(struct bg_dsn *dsn)
{
    if (dsn == NULL)
        return;
    arena_free(&dsn->arena);
    free(dsn);
}

PUBLIC enum bg_dsn_error bg_dsn_error(const struct bg_dsn *dsn)
{
    return (enum bg_dsn_error)dsn->dsn->error;
}

PUBLIC const char *bg_dsn_error_text(enum bg_dsn_error error)
{
    return dsn_error_text((enum dsn_error)error).ptr;
}

PUBLIC bool bg_dsn_ambiguous(const struct bg_dsn *dsn)
{
    return dsn->dsn->ambiguous;
}

PUBLIC const char *bg_dsn_family(const struct bg_dsn *dsn)
{
    return str_text(dsn, dsn_family_name(dsn->dsn->family));
}

PUBLIC const char *bg_dsn_scheme(const struct bg_dsn *dsn)
{
    return part_text(dsn, &dsn->dsn->scheme);
}

PUBLIC const char *bg_dsn_driver(const struct bg_dsn *dsn)
{
    return str_text(dsn, dsn->dsn->driver);
}

PUBLIC const char *bg_dsn_user(const struct bg_dsn *dsn)
{
    return part_text(dsn, &dsn->dsn->user);
}

PUBLIC const char *bg_dsn_password(const struct bg_dsn *dsn)
{
    return part_text(dsn, &dsn->dsn->password);
}

PUBLIC const char *bg_dsn_database(const struct bg_dsn *dsn)
{
    return part_text(dsn, &dsn->dsn->database);
}

static bool host_at(const struct bg_dsn *dsn, const dsn_hosts *hosts, size_t index, struct bg_host *ret_host)
{
    if (index >= hosts->count)
        return false;
    const struct dsn_host *host = &hosts->items[index];
    *ret_host = (struct bg_host){
        .host = c_string(dsn, host->host.text),
        .port = host->port,
        .given = host->host.present,
        .host_class = (enum bg_host_class)host->class,
    };
    return true;
}

PUBLIC size_t bg_dsn_host_count(const struct bg_dsn *dsn)
{
    return dsn->dsn->hosts.count;
}

PUBLIC bool bg_dsn_host(const struct bg_dsn *dsn, size_t index, struct bg_host *ret_host)
{
    return host_at(dsn, &dsn->dsn->hosts, index, ret_host);
}

PUBLIC size_t bg_dsn_reading_count(const struct bg_dsn *dsn)
{
    return dsn->dsn->readings.count;
}

PUBLIC const char *bg_dsn_reading_client(const struct bg_dsn *dsn, size_t reading)
{
    if (reading >= dsn->dsn->readings.count)
        return NULL;
    return c_string(dsn, dsn_client_name(dsn->dsn->readings.items[reading].client));
}

PUBLIC enum bg_dsn_error bg_dsn_reading_error(const struct bg_dsn *dsn, size_t reading)
{
    if (reading >= dsn->dsn->readings.count)
        return BG_DSN_NOT_A_DSN;
    return (enum bg_dsn_error)dsn->dsn->readings.items[reading].error;
}

PUBLIC bool bg_dsn_reading_likely(const struct bg_dsn *dsn, size_t reading)
{
    return reading < dsn->dsn->readings.count && dsn->dsn->readings.items[reading].likely;
}

PUBLIC bool bg_dsn_reading_host(
    const struct bg_dsn *dsn, size_t reading, size_t index, struct bg_host *ret_host)
{
    return reading < dsn->dsn->readings.count &&
           host_at(dsn, &dsn->dsn->readings.items[reading].hosts, index, ret_host);
}

PUBLIC const char *bg_dsn_masked(const struct bg_dsn *dsn)
{
    return dsn->masked;
}

PUBLIC enum bg_host_class bg_host_classify(const char *host, size_t length)
{
    return (enum bg_host_class)host_classify((str){host, length});
}

PUBLIC struct bg_rewrite *bg_dsn_rewrite(const char *text, size_t length, const char *target)
{
    struct bg_rewrite *owner = new_owner(sizeof *owner);
    str copy = arena_copy(&owner->arena, (str){text, length});
    owner->result = dsn_rewrite(&owner->arena, copy, str_from_c(target));
    return owner;
}

PUBLIC void bg_rewrite_free(struct bg_rewrite *rewrite)
{
    if (rewrite == NULL)
        return;
    arena_free(&rewrite->arena);
    free(rewrite);
}

static const char *rewrite_string(const struct bg_rewrite *rewrite, str text)
{
    return arena_c_string((struct arena *)&rewrite->arena, text);
}

PUBLIC const char *bg_rewrite_text(const struct bg_rewrite *rewrite)
{
    return rewrite->result.error == REWRITE_OK ? rewrite_string(rewrite, rewrite->result.text) : NULL;
}

PUBLIC const char *bg_rewrite_reason(const struct bg_rewrite *rewrite)
{
    return rewrite->result.error == REWRITE_OK ? NULL : rewrite_string(rewrite, rewrite->result.reason);
}

static const char *list_item(const struct bg_rewrite *rewrite, const str_vec *list, size_t index)
{
    return index < list->count ? rewrite_string(rewrite, list->items[index]) : NULL;
}

PUBLIC const char *bg_rewrite_dropped(const struct bg_rewrite *rewrite, size_t index)
{
    return list_item(rewrite, &rewrite->result.dropped, index);
}

PUBLIC const char *bg_rewrite_warning(const struct bg_rewrite *rewrite, size_t index)
{
    return list_item(rewrite, &rewrite->result.warnings, index);
}
