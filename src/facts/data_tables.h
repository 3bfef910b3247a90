/*
 * The data tables that packc writes from rules/: what is compiled into the program.
 *
 * Const, for ever. Read them through facts/data.h.
 */
#ifndef FACTS_DATA_TABLES_H
#define FACTS_DATA_TABLES_H

#include "facts/data.h"

extern const struct known_credential data_known_credentials[];
extern const size_t data_known_credentials_count;
extern const struct word_index data_known_credentials_by_password;
extern const struct listed_word data_placeholders[];
extern const size_t data_placeholders_count;
extern const struct word_index data_placeholders_by_first_byte;
extern const struct listed_word data_weak_words[];
extern const size_t data_weak_words_count;
extern const struct secret_word data_secret_words[];
extern const size_t data_secret_words_count;
extern const struct word_index data_secret_words_by_text, data_secret_words_by_last_byte;
extern const struct secret_name data_secret_names[];
extern const size_t data_secret_names_count;
extern const struct word_index data_secret_names_by_last_word;
extern const struct image_info data_images[];
extern const size_t data_images_count;
extern const struct word_index data_images_by_repository, data_images_by_password,
    data_images_by_admin_password, data_images_by_open_variable;
extern const struct backend_info data_backends[];
extern const size_t data_backends_count;
extern const struct word_index data_backends_by_choosing_word, data_backends_by_value;
extern const struct door_info data_doors[];
extern const size_t data_doors_count;
extern const struct provider_info data_providers[];
extern const size_t data_providers_count;

#endif
