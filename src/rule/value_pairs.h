/*
 * Names and texts inside of one value: a document, {"user": "app", "password": "…"}, or what follows a question
 * mark, minio|minio?accessKey=…&secretKey=…
 *
 * Slices of the value's text; nothing is allocated or kept. Connection strings are read by dsn, not here.
 */
#ifndef RULE_VALUE_PAIRS_H
#define RULE_VALUE_PAIRS_H

#include "base/str.h"

/* Zeroed but for the text at first. */
struct value_pairs {
    str text;
    size_t at;
    str key; /* the last one of a document: what a list holds belongs to it, too */
};

/* The next pair; false: there is none any more, or the text has no such form. */
bool value_pairs_next(struct value_pairs *pairs, str *ret_key, str *ret_text);

#endif
