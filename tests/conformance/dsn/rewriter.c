/* Rewrites the connection string on standard input for the argument, a target, by the public API. */
#include "bootgate/dsn.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    static char text[1 << 16];
    size_t length = fread(text, 1, sizeof text, stdin);
    if (argc != 2)
        return 2;
    struct bg_rewrite *rewrite = bg_dsn_rewrite(text, length, argv[1]);
    const char *result = bg_rewrite_text(rewrite);
    if (result)
        puts(result);
    else
        fprintf(stderr, "%s\n", bg_rewrite_reason(rewrite));
    int status = result ? 0 : 2;
    bg_rewrite_free(rewrite);
    return status;
}
