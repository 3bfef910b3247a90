/*
 * What the services say of each other: loader/validate.go of compose-go and what `docker compose` adds.
 *
 * Only active services are judged; a disabled one may name whatever it likes.
 */
#include "compose/consistency.h"

#include "base/number.h"
#include "compose/document.h"
#include "compose/environment.h"
#include "compose/format.h"
#include "compose/node.h"

struct judged {
    struct loader *loader;
    struct workload *service;
};

static void refuse(const struct judged *j, span at, const char *what, str name)
{
    struct diag *diag = loader_refuse(j->loader, at, "service `" STR_FMT "` %s `" STR_FMT "`",
        STR_ARG(j->service->name), what, STR_ARG(name));
    diag->service = j->service->name;
}

static void refuse_service(const struct judged *j, span at, const char *what)
{
    struct diag *diag =
        loader_refuse(j->loader, at, "service `" STR_FMT "` %s", STR_ARG(j->service->name), what);
    diag->service = j->service->name;
}

static void check_image(const struct judged *j)
{
    const struct workload *service = j->service;
    const struct yaml_node *node = loader_service_node(j->loader, service),
                           *image = yaml_get(node, STR("image"));
    bool has_image = image != NULL && (image->kind != YAML_SCALAR || image->text.len > 0 ||
                                          loader_is_blank(j->loader, image->at));
    if (!has_image && service->build == NULL && yaml_get(node, STR("provider")) == NULL)
        refuse_service(j, service->at, "has neither an image nor a build context");
}

static bool has_section_key(const struct loader *l, str section, str key)
{
    const struct yaml_node *node = yaml_get(l->model, section);
    return node != NULL && yaml_pair(node, key) != NULL;
}

static void check_build(const struct judged *j)
{
    const struct yaml_node *node = loader_service_node(j->loader, j->service);
    const struct yaml_node *build = yaml_get(node, STR("build"));
    const struct yaml_node *platform = yaml_get(node, STR("platform")),
                           *platforms = yaml_get(build, STR("platforms")),
                           *secrets = yaml_get(build, STR("secrets"));
    if (build == NULL)
        return;
    if (node_text(build, STR("dockerfile")).len > 0 && node_text(build, STR("dockerfile_inline")).len > 0)
        refuse_service(j, build->at, "has both `dockerfile` and `dockerfile_inline`");
    bool is_found =
        platform == NULL || platform->text.len == 0 || platforms == NULL || !platforms->items.count;
    for (size_t i = 0; !is_found && i < platforms->items.count; i++)
        is_found = str_eq(platforms->items.items[i]->text, platform->text);
    if (!is_found)
        refuse_service(j, platforms->at, "is built for other platforms than its `platform`");
    for (size_t i = 0; secrets != NULL && i < secrets->items.count; i++) {
        const struct yaml_node *item = secrets->items.items[i];
        str source = item->kind == YAML_MAPPING ? node_text(item, STR("source")) : item->text;
        if (!has_section_key(j->loader, STR("secrets"), source))
            refuse(j, item->at, "refers to the undefined build secret", source);
    }
}

/* `name=service:x`, or the same as a mapping: the image of another service of this project. */
static void check_contexts(const struct judged *j)
{
    if (j->service->build == NULL)
        return;
    vec_each(const struct workload_alias *, context, &j->service->build->contexts) {
        if (!str_starts(context->leads_to, STR("service:")))
            continue;
        str name = str_skip(context->leads_to, STR("service:").len);
        const struct workload *other = deployment_workload(j->loader->project, name);
        if (other == NULL || !other->active)
            refuse(j, j->service->at, "builds on the unknown service", name);
        else if (other->build == NULL)
            refuse(j, j->service->at, "builds on a service that is not built:", name);
    }
}

/* What is said of a service and under `deploy` is said twice: absent there is another value too. */
static const struct {
    str key, section, other;
} limits[] = {
    {STR_INIT("cpus"), STR_INIT("limits"), STR_INIT("cpus")},
    {STR_INIT("mem_limit"), STR_INIT("limits"), STR_INIT("memory")},
    {STR_INIT("mem_reservation"), STR_INIT("reservations"), STR_INIT("memory")},
    {STR_INIT("pids_limit"), STR_INIT("limits"), STR_INIT("pids")},
};

/* The number that a limit means; 0 where it is not set. */
static double limit_of(const struct yaml_node *node)
{
    int64_t bytes;
    double number;
    if (node == NULL || node->kind != YAML_SCALAR)
        return 0;
    if (number_parse_double(node->text, &number))
        return (float)number;
    return format_size(node->text, &bytes) ? (double)bytes : 0;
}

static void check_limits(const struct judged *j)
{
    const struct yaml_node *node = loader_service_node(j->loader, j->service);
    const struct yaml_node *resources = yaml_get(yaml_get(node, STR("deploy")), STR("resources"));
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) {
        const struct yaml_node *said = yaml_get(node, limits[i].key);
        const struct yaml_node *section = yaml_get(resources, limits[i].section);
        if (said == NULL || limit_of(said) == 0 || section == NULL || section->kind != YAML_MAPPING)
            continue;
        if (limit_of(said) != limit_of(yaml_get(section, limits[i].other)))
            refuse(j, said->at, "says another limit under `deploy` than in", limits[i].key);
    }
}

static void add_target(const struct judged *j, struct map *targets, span at, str target)
{
    if (map_set(j->loader->arena, targets, target, (void *)(uintptr_t)j) != NULL)
        refuse(j, at, "mounts two things at", target);
}

/* Each path in the container is mounted once. */
static void check_targets(const struct judged *j)
{
    struct map targets = {0};
    const struct yaml_node *tmpfs = yaml_get(loader_service_node(j->loader, j->service), STR("tmpfs"));
    if (tmpfs != NULL && tmpfs->kind == YAML_SCALAR)
        add_target(j, &targets, tmpfs->at, str_cut_byte(tmpfs->text, ':').head);
    for (size_t i = 0; tmpfs != NULL && i < tmpfs->items.count; i++)
        add_target(
            j, &targets, tmpfs->items.items[i]->at, str_cut_byte(tmpfs->items.items[i]->text, ':').head);
    vec_each(const struct workload_mount *, mount, &j->service->mounts)
        add_target(j, &targets, mount->at,
            mount->target.len > 0 ? path_clean(j->loader->arena, mount->target) : mount->target);
}

static void check_labels(const struct judged *j)
{
    const struct yaml_node *files = yaml_get(loader_service_node(j->loader, j->service), STR("label_file"));
    if (files == NULL)
        return;
    if (files->kind == YAML_SCALAR)
        environment_read_labels(j->loader, files);
    vec_each(struct yaml_node *const *, item, &files->items)
        environment_read_labels(j->loader, *item);
}

static void check_models(const struct judged *j)
{
    const struct yaml_node *models = yaml_get(loader_service_node(j->loader, j->service), STR("models"));
    if (models == NULL)
        return;
    vec_each(struct yaml_node *const *, item, &models->items)
        if (!has_section_key(j->loader, STR("models"), (*item)->text))
            refuse(j, (*item)->at, "refers to the undefined model", (*item)->text);
    vec_each(const struct yaml_pair *, pair, &models->pairs)
        if (!has_section_key(j->loader, STR("models"), pair->key->text))
            refuse(j, pair->key->at, "refers to the undefined model", pair->key->text);
}

static void check_watches(const struct judged *j)
{
    const struct yaml_node *watches =
        yaml_get(yaml_get(loader_service_node(j->loader, j->service), STR("develop")), STR("watch"));
    for (size_t i = 0; watches != NULL && i < watches->items.count; i++) {
        const struct yaml_node *watch = watches->items.items[i];
        str action = node_text(watch, STR("action"));
        bool needs_target = !str_eq(action, STR("rebuild")) && !str_eq(action, STR("restart"));
        if (needs_target && node_text(watch, STR("target")).len == 0)
            refuse_service(j, watch->at, "watches files for an action that needs a `target`");
    }
}

static void check_networks(const struct judged *j)
{
    const struct workload *service = j->service;
    const struct workload *shared = deployment_workload(j->loader->project, service->network.shares);
    if (service->network.shares.len > 0 && (shared == NULL || !shared->active))
        refuse(j, service->network.at,
            "shares the network of a service that does not start:", service->network.shares);
    if (service->network.text.len > 0 && service->networks.count > 0)
        refuse_service(j, service->network.at, "has both `network_mode` and `networks`");
    bool may_be_blank = j->loader->blanks.live > 0;
    vec_each(const str *, network, &service->networks)
        if (!str_eq(*network, STR("default")) && !(network->len == 0 && may_be_blank) &&
            !has_section_key(j->loader, STR("networks"), *network))
            refuse(j, service->at, "refers to the undefined network", *network);
}

static void check_dependencies(const struct judged *j)
{
    vec_each(const struct workload_dependency *, dependency, &j->service->depends_on) {
        const struct workload *other = deployment_workload(j->loader->project, dependency->service);
        if (other == NULL)
            refuse(j, dependency->at, "depends on the undefined service", dependency->service);
        else if (!other->active && dependency->required)
            refuse(j, dependency->at,
                "depends on a service that no active profile starts:", dependency->service);
    }
}

static void check_mounts(const struct judged *j)
{
    const struct yaml_node *volumes = yaml_get(loader_service_node(j->loader, j->service), STR("volumes"));
    for (size_t i = 0; i < j->service->mounts.count; i++) { /* a mount for each item */
        const struct workload_mount *mount = &j->service->mounts.items[i];
        str type = node_text(volumes->items.items[i], STR("type"));
        bool is_volume = !mount->bind && mount->source.len > 0 && (!type.ptr || str_eq(type, STR("volume")));
        if (is_volume && !has_section_key(j->loader, STR("volumes"), mount->source))
            refuse(j, mount->at, "refers to the undefined volume", mount->source);
    }
    vec_each(const struct workload_resource *, use, &j->service->secrets)
        if (!has_section_key(j->loader, STR("secrets"), use->source))
            refuse(j, use->at, "refers to the undefined secret", use->source);
    vec_each(const struct workload_resource *, use, &j->service->configs)
        if (!has_section_key(j->loader, STR("configs"), use->source))
            refuse(j, use->at, "refers to the undefined config", use->source);
}

static void check_replicas(const struct judged *j)
{
    const struct workload *service = j->service;
    const struct yaml_node *node = loader_service_node(j->loader, service),
                           *scale = yaml_get(node, STR("scale"));
    const struct yaml_node *replicas = yaml_get(yaml_get(node, STR("deploy")), STR("replicas"));
    if (scale != NULL && replicas != NULL && !str_eq(scale->text, replicas->text))
        refuse_service(j, scale->at, "has a `scale` that differs from its `deploy.replicas`");
    if (service->replicas.count < 0)
        refuse_service(j, service->replicas.at, "has a negative number of replicas");
    if (service->replicas.count > 1 && service->container_name.len > 0)
        refuse_service(j, service->replicas.at, "has a container_name and more than one replica");
}

static void check_health(const struct judged *j)
{
    static const str words[] = {STR_INIT("CMD"), STR_INIT("CMD-SHELL"), STR_INIT("NONE")};
    const struct yaml_node *test =
        yaml_get(yaml_get(loader_service_node(j->loader, j->service), STR("healthcheck")), STR("test"));
    if (test == NULL || test->kind != YAML_SEQUENCE || test->items.count == 0)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_eq(test->items.items[0]->text, words[i]))
            return;
    refuse_service(j, test->at, "has a health check that begins with none of CMD, CMD-SHELL and NONE");
}

static void check_container_names(struct loader *l)
{
    struct map names = {0};
    vec_each(struct workload **, service, &l->project->workloads) {
        if (!(*service)->active || (*service)->container_name.len == 0)
            continue;
        const struct workload *other = map_set(l->arena, &names, (*service)->container_name, *service);
        struct judged judged = {l, *service};
        if (other != NULL)
            refuse(&judged, (*service)->at, "has the container_name of service", other->name);
    }
}

/* Services without open dependencies are taken away until none is left; what remains goes in circles. */
struct ordering {
    struct loader *loader;
    struct map open;       /* name → 1 + dependencies that are not taken away yet */
    struct map dependents; /* name → str_vec * of services that wait for it */
    VEC(const struct workload *) ready;
};

static void count_dependencies(struct ordering *o, const struct workload *service)
{
    uintptr_t count = 1;
    vec_each(const struct workload_dependency *, dependency, &service->depends_on) {
        const struct workload *other = deployment_workload(o->loader->project, dependency->service);
        if (other == NULL || !other->active)
            continue;
        str_vec *waiting = map_get(&o->dependents, other->name);
        if (waiting == NULL) {
            waiting = arena_new(o->loader->arena, str_vec);
            map_set(o->loader->arena, &o->dependents, other->name, waiting);
        }
        vec_push(o->loader->arena, waiting, service->name);
        count++;
    }
    map_set(o->loader->arena, &o->open, service->name, (void *)count);
    if (count == 1)
        vec_push(o->loader->arena, &o->ready, service);
}

static void take_away(struct ordering *o, const struct workload *service)
{
    const str_vec *waiting = map_get(&o->dependents, service->name);
    map_set(o->loader->arena, &o->open, service->name, NULL);
    if (waiting == NULL)
        return;
    vec_each(const str *, name, waiting) {
        uintptr_t count = (uintptr_t)map_get(&o->open, *name) - 1;
        map_set(o->loader->arena, &o->open, *name, (void *)count);
        if (count == 1)
            vec_push(o->loader->arena, &o->ready, deployment_workload(o->loader->project, *name));
    }
}

static void check_circles(struct loader *l)
{
    struct ordering o = {.loader = l};
    vec_each(struct workload **, service, &l->project->workloads)
        if ((*service)->active)
            count_dependencies(&o, *service);
    for (size_t i = 0; i < o.ready.count; i++)
        take_away(&o, o.ready.items[i]);
    vec_each(const struct map_entry *, entry, &o.open.entries) {
        struct judged judged = {l, deployment_workload(l->project, entry->key)};
        if (entry->value == NULL || judged.service == NULL)
            continue;
        refuse_service(&judged, judged.service->at, "is part of, or waits for, a circle of dependencies");
        return;
    }
}

void consistency_check(struct loader *l)
{
    static void (*const checks[])(const struct judged *j) = {
        check_image,
        check_build,
        check_contexts,
        check_networks,
        check_dependencies,
        check_mounts,
        check_replicas,
        check_health,
        check_limits,
        check_targets,
        check_models,
        check_watches,
        check_labels,
    };
    vec_each(struct workload **, service, &l->project->workloads) {
        struct judged judged = {l, *service};
        for (size_t i = 0; (*service)->active && i < ARRAY_COUNT(checks); i++)
            checks[i](&judged);
    }
    check_container_names(l);
    check_circles(l);
}
