#include "rule/data_directory.h"

#include "base/number.h"
#include "deploy/path.h"

#define VERSION_BYTES_MAX 64

static struct data_directory look_at(struct check_run *run, const struct service *service, str path)
{
    const struct host *host = run->facts->host;
    struct data_directory found = {0};
    struct workload_path place = workload_path(run->arena, run->facts->deployment, service->workload, path);
    if (place.kind != PATH_FILE)
        return found;
    /* InnoDB's file is large: that it is longer than a version says enough. */
    struct host_file file = host->read(host->self, run->arena, place.file, VERSION_BYTES_MAX);
    int64_t version;
    found.is_there = file.status == HOST_OK || file.status == HOST_TOO_LARGE;
    found.at = place.at;
    if (str_eq(path_base(path), STR("PG_VERSION")) && file.status == HOST_OK &&
        number_parse(str_trim_bytes(file.text, STR(" \r\n")), &version) && version > 0 && version < 1000)
        found.version = (int)version;
    return found;
}

struct data_directory data_directory_find(struct check_run *run, const struct service *service)
{
    const struct value *own = env_get(&service->workload->environment, STR("PGDATA"));
    struct data_directory found = {0};
    if (service->is_client)
        return found;
    str mark = service->image->data_mark;
    if (own && own->set)
        found = look_at(run, service, path_join(run->arena, own->text, path_base(mark)));
    return found.is_there || mark.len == 0 ? found : look_at(run, service, mark);
}
