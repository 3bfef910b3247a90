#include "facts/data_tables.h"

#include "deploy/image.h"

static const str image_kind_names[IMAGE_KIND_COUNT] = {
    [IMAGE_DATA_STORE] = STR_INIT("data store"),
    [IMAGE_ADMIN] = STR_INIT("admin page"),
    [IMAGE_PROXY] = STR_INIT("web proxy"),
    [IMAGE_POOLER] = STR_INIT("connection pooler"),
    [IMAGE_RELAY] = STR_INIT("relay"),
    [IMAGE_BROKER] = STR_INIT("message broker"),
    [IMAGE_METRICS] = STR_INIT("metrics"),
    [IMAGE_EMULATOR] = STR_INIT("emulator"),
};

size_t known_credential_count(void)
{
    return data_known_credentials_count;
}

const struct known_credential *known_credential_at(size_t index)
{
    return &data_known_credentials[index];
}

struct word_rows known_credentials_of(str password)
{
    return word_index_rows(&data_known_credentials_by_password, password);
}

size_t placeholder_count(void)
{
    return data_placeholders_count;
}

const struct listed_word *placeholder_at(size_t index)
{
    return &data_placeholders[index];
}

struct word_rows placeholders_beginning(str text)
{
    return word_index_rows(&data_placeholders_by_first_byte, str_take(text, 1));
}

size_t weak_word_count(void)
{
    return data_weak_words_count;
}

const struct listed_word *weak_word_at(size_t index)
{
    return &data_weak_words[index];
}

const struct secret_word *OR_NULL secret_word_find(str word)
{
    struct word_rows rows = word_index_rows(&data_secret_words_by_text, word);
    return rows.count ? &data_secret_words[rows.list[0]] : NULL;
}

struct word_rows secret_words_ending(str text)
{
    return word_index_rows(&data_secret_words_by_last_byte, str_skip(text, text.len ? text.len - 1 : 0));
}

const struct secret_word *secret_word_at(size_t index)
{
    return &data_secret_words[index];
}

struct word_rows secret_names_ending(str word)
{
    return word_index_rows(&data_secret_names_by_last_word, word);
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

struct word_rows backends_chosen_by(str word)
{
    return word_index_rows(&data_backends_by_choosing_word, word);
}

struct word_rows backends_of_value(str value)
{
    return word_index_rows(&data_backends_by_value, value);
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

/* The last row that is about this repository, or NULL. */
static const struct image_info *OR_NULL image_named(str repository)
{
    struct word_rows rows = word_index_rows(&data_images_by_repository, repository);
    for (size_t i = rows.count; i > 0; i--)
        if (str_eq(data_images[rows.list[i - 1]].repository, repository))
            return &data_images[rows.list[i - 1]];
    return NULL;
}

const struct image_info *image_find(str reference)
{
    /* Owner and name before the name alone: bitnami/redis has other variables than redis. */
    struct image_reference named = image_reference(reference);
    const struct image_info *whole = image_named(named.repository);
    return whole ? whole : image_named(named.name);
}

const struct image_info *OR_NULL image_opened_with(str variable)
{
    const struct image_info *found = NULL;
    struct word_rows rows = word_index_rows(&data_images_by_password, variable);
    for (size_t i = 0; i < rows.count && !found; i++)
        if (str_eq(data_images[rows.list[i]].password_variable, variable))
            found = &data_images[rows.list[i]];
    rows = word_index_rows(&data_images_by_admin_password, variable);
    for (size_t i = 0; i < rows.count; i++) {
        const struct image_info *image = &data_images[rows.list[i]];
        if (str_eq(image->admin_password_variable, variable))
            return !found || image < found ? image : found;
    }
    return found;
}

struct word_rows images_opened_by(str variable)
{
    return word_index_rows(&data_images_by_open_variable, variable);
}

const struct image_info *image_kin(const struct image_info *image)
{
    return image->kin.len ? image_find(image->kin) : NULL;
}

str image_kind_name(enum image_kind kind)
{
    return image_kind_names[kind];
}
