/*
 * What the services say of each other: loader/validate.go of compose-go and what `docker compose` adds.
 *
 * Only active services are judged; a disabled one may name whatever it likes.
 */
#include "compose/consistency.h"

#include "compose/document.h"

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

static void check_networks(const struct judged *j)
{
    const struct workload *service = j->service;
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
    vec_each(const struct workload_mount *, mount, &j->service->mounts) {
        bool is_volume = !mount->bind && mount->source.len > 0;
        if (is_volume && !has_section_key(j->loader, STR("volumes"), mount->source) &&
            !str_contains(mount->source, STR("/")))
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
        check_networks,
        check_dependencies,
        check_mounts,
        check_replicas,
        check_health,
    };
    vec_each(struct workload **, service, &l->project->workloads) {
        struct judged judged = {l, *service};
        for (size_t i = 0; (*service)->active && i < ARRAY_COUNT(checks); i++)
            checks[i](&judged);
    }
    check_container_names(l);
    check_circles(l);
}
