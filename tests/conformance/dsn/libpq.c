/*
 * What libpq makes of the connection strings on standard input, which stand apart by NUL bytes: for each the
 * options that are set, as keyword=value, or "!" where it refuses; NUL behind each, one more behind the string.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_options(const char *text)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &message);
    if (options == NULL)
        printf("!%c", 0);
    for (PQconninfoOption *it = options; it && it->keyword; it++)
        if (it->val && it->val[0])
            printf("%s=%s%c", it->keyword, it->val, 0);
    putchar(0);
    PQfreemem(message);
    PQconninfoFree(options);
}

int main(void)
{
    char *text = NULL;
    size_t capacity = 0;
    while (getdelim(&text, &capacity, 0, stdin) > 0)
        print_options(text);
    free(text);
    return 0;
}
