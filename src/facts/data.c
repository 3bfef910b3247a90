#include "facts/data_tables.h"

#include "deploy/image.h"

static const str image_kind_names[IMAGE_KIND_COUNT] = {
    [IMAGE_DATA_STORE] = STR_INIT("data store"),
    [IMAGE_ADMIN] = STR_INIT("admin page"),
    [IMAGE_PROXY] = STR_INIT("web proxy"),
    [IMAGE_POOLER] = STR_INIT("connection pooler"),
    [IMAGE_BROKER] = STR_INIT("message broker"),
    [IMAGE_METRICS] = STR_INIT("metrics"),
};

size_t known_credential_count(void)
{
    return data_known_credentials_count;
}

const struct known_credential *known_credential_at(size_t index)
{
    return &data_known_credentials[index];
}

size_t placeholder_count(void)
{
    return data_placeholders_count;
}

const struct listed_word *placeholder_at(size_t index)
{
    return &data_placeholders[index];
}

size_t weak_word_count(void)
{
    return data_weak_words_count;
}

const struct listed_word *weak_word_at(size_t index)
{
    return &data_weak_words[index];
}

/* Both in small letters, by bytes: as the list is sorted. */
static int compare_word(str word, str listed)
{
    for (size_t i = 0; i < word.len && i < listed.len; i++) {
        int difference = (unsigned char)byte_lower(word.ptr[i]) - (unsigned char)listed.ptr[i];
        if (difference)
            return difference;
    }
    return (word.len > listed.len) - (word.len < listed.len);
}

const struct secret_word *OR_NULL secret_word_find(str word)
{
    size_t low = 0, high = data_secret_words_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int difference = compare_word(word, data_secret_words[middle].text);
        if (difference == 0)
            return &data_secret_words[middle];
        if (difference < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t secret_word_count(void)
{
    return data_secret_words_count;
}

const struct secret_word *secret_word_at(size_t index)
{
    return &data_secret_words[index];
}

size_t secret_name_count(void)
{
    return data_secret_names_count;
}

const struct secret_name *secret_name_at(size_t index)
{
    return &data_secret_names[index];
}

size_t backend_count(void)
{
    return data_backends_count;
}

const struct backend_info *backend_at(size_t index)
{
    return &data_backends[index];
}

size_t door_count(void)
{
    return data_doors_count;
}

const struct door_info *door_at(size_t index)
{
    return &data_doors[index];
}

const struct provider_info *provider_find(str host)
{
    const struct provider_info *best = NULL;
    for (size_t i = 0; i < data_providers_count; i++) {
        const struct provider_info *row = &data_providers[i];
        /* The longest suffix wins, whatever the order: one provider's names may end in another's. */
        bool matches = row->host_suffix.len > 0 && str_ends_fold(host, row->host_suffix);
        if (matches && (!best || row->host_suffix.len > best->host_suffix.len))
            best = row;
    }
    return best;
}

size_t image_count(void)
{
    return data_images_count;
}

const struct image_info *image_at(size_t index)
{
    return &data_images[index];
}

const struct image_info *image_find(str reference)
{
    struct image_reference named = image_reference(reference);
    const struct image_info *by_last = NULL;
    for (size_t i = 0; i < data_images_count; i++) {
        /* Owner and name before the name alone: bitnami/redis has other variables than redis. */
        if (str_eq(data_images[i].repository, named.repository))
            return &data_images[i];
        if (str_eq(data_images[i].repository, named.name))
            by_last = &data_images[i];
    }
    return by_last;
}

const struct image_info *image_kin(const struct image_info *image)
{
    return image->kin.len ? image_find(image->kin) : NULL;
}

str image_kind_name(enum image_kind kind)
{
    return image_kind_names[kind];
}
