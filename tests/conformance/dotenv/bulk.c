/*
 * Our reading of many files at once, for the comparison with the real readers.
 *
 * usage: bulk DIALECT: a line of base64 in is a file, a line of JSON out its outcome.
 */
#include "outcome.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    const struct dialect *dialect = argc == 2 ? dialect_find(str_from_c(argv[1])) : NULL;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    if (!dialect)
        return 2;
    while ((length = getline(&line, &capacity, stdin)) > 0) {
        struct arena arena = {0};
        json_t *outcome =
            outcome_read(dialect, outcome_base64(&arena, str_trim((str){line, (size_t)length})));
        json_dumpf(outcome, stdout, JSON_ENCODE_ANY | JSON_SORT_KEYS);
        putchar('\n');
        fflush(stdout);
        json_decref(outcome);
        arena_free(&arena);
    }
    free(line);
    return 0;
}
