#include "check/loaders.h"

#include "compose/compose.h"
#include "image/image.h"
#include "image/loader.h"
#include "settings/settings.h"

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

struct deployment *loaders_load(const struct deployment_loader *loader, struct arena *arena,
    struct diags *diags, struct sources *sources, const struct host *host,
    const struct deployment_options *options)
{
    struct deployment *deployment = loader->load(arena, diags, sources, host, options);
    if (deployment->ok)
        image_fill(arena, diags, sources, host, deployment);
    if (deployment->ok)
        settings_fill(arena, sources, host, deployment);
    return deployment;
}

const struct deployment_loader *loaders_default(void)
{
    return loaders[0];
}

const struct deployment_loader *loaders_dockerfile(void)
{
    return &dockerfile_loader;
}
