#include "check/loaders.h"

#include "compose/compose.h"

/* In the order in which they are asked. */
static const struct deployment_loader *const loaders[] = {
    &compose_loader,
};

const struct deployment_loader *loaders_discover(
    struct arena *arena, const struct host *host, const struct deployment_options *options)
{
    for (size_t i = 0; i < ARRAY_COUNT(loaders); i++)
        if (loaders[i]->discover(arena, host, options))
            return loaders[i];
    return NULL;
}

const struct deployment_loader *loaders_default(void)
{
    return loaders[0];
}
