#include "compose/shape.h"

#include "base/buf.h"
#include "compose/format.h"

/* Rows in the words of the Compose specification. */
/* clang-format off */
#define KEYS(...)             (const struct shape_key[]){__VA_ARGS__, {.name = {0}}}
#define WORDS(...)            (const str[]){__VA_ARGS__, {0}}
#define KEY(name, shape)      {STR_INIT(name), &(shape), false}
#define REQUIRED(name, shape) {STR_INIT(name), &(shape), true}
/* clang-format on */

/* The pattern [a-zA-Z0-9][a-zA-Z0-9_.-]+ has no anchors: it must fit somewhere. */
static bool is_container_name(str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        char next = text.ptr[i + 1];
        if (byte_is_alnum(text.ptr[i]) && (byte_is_name(next) || next == '.' || next == '-'))
            return true;
    }
    return false;
}

static bool is_pull_policy(str text)
{
    static const str words[] = {
        STR_INIT("always"),
        STR_INIT("never"),
        STR_INIT("build"),
        STR_INIT("if_not_present"),
        STR_INIT("missing"),
        STR_INIT("refresh"),
        STR_INIT("daily"),
        STR_INIT("weekly"),
    };
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (str_contains(text, words[i]))
            return true;
    str period = str_cut(text, STR("every_")).tail;
    size_t digits = str_skip_digits(period, 0);
    return digits > 0 && digits < period.len && str_has_byte(STR("wdhms"), period.ptr[digits]);
}

#define SIZE "a size such as 512m"

static const struct shape any_map = {.kinds = SHAPE_MAP, .is_open = true};
static const struct shape text = {.kinds = SHAPE_STRING};
static const struct shape text_or_null = {.kinds = SHAPE_STRING | SHAPE_NULL};
static const struct shape path = {.kinds = SHAPE_STRING, .is_path = true};
static const struct shape strict_boolean = {.kinds = SHAPE_BOOLEAN};
static const struct shape boolean = {.kinds = SHAPE_BOOLEAN | SHAPE_STRING, .cast = CAST_BOOLEAN};
static const struct shape boolean_or_text = {.kinds = SHAPE_BOOLEAN | SHAPE_STRING};
static const struct shape integer = {.kinds = SHAPE_INTEGER | SHAPE_STRING, .cast = CAST_INTEGER};
static const struct shape strict_integer = {.kinds = SHAPE_INTEGER};
static const struct shape integer_or_text = {.kinds = SHAPE_INTEGER | SHAPE_STRING};
static const struct shape number = {.kinds = SHAPE_NUMBER | SHAPE_STRING, .cast = CAST_NUMBER};
static const struct shape whole_number = {.kinds = SHAPE_NUMBER | SHAPE_STRING, .cast = CAST_INTEGER};
static const struct shape number_or_text = {.kinds = SHAPE_NUMBER | SHAPE_STRING};
static const struct shape size = {
    .kinds = SHAPE_NUMBER | SHAPE_STRING, .decodes = format_is_size, .wanted = STR_INIT(SIZE)};
static const struct shape whole_size = {
    .kinds = SHAPE_INTEGER | SHAPE_STRING, .decodes = format_is_size, .wanted = STR_INIT(SIZE)};
static const struct shape size_text = {
    .kinds = SHAPE_STRING, .decodes = format_is_size, .wanted = STR_INIT(SIZE)};
static const struct shape duration = {.kinds = SHAPE_STRING,
    .decodes = format_is_duration,
    .wanted = STR_INIT("a duration with its unit, such as 30s")};
static const struct shape unsigned_integer = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .cast = CAST_INTEGER,
    .decodes = format_is_count,
    .wanted = STR_INIT("a whole number, not less than 0")};
static const struct shape cpus_text = {.kinds = SHAPE_NUMBER | SHAPE_STRING,
    .decodes = format_is_number,
    .wanted = STR_INIT("a number such as 0.5")};
static const struct shape file_mode = {.kinds = SHAPE_NUMBER | SHAPE_STRING,
    .decodes = format_is_file_mode,
    .wanted = STR_INIT("an octal number such as 0440")};
static const struct shape strict_number = {.kinds = SHAPE_NUMBER};
static const struct shape scalar_or_null = {
    .kinds = SHAPE_STRING | SHAPE_NUMBER | SHAPE_BOOLEAN | SHAPE_NULL};
static const struct shape scalar = {.kinds = SHAPE_STRING | SHAPE_NUMBER | SHAPE_BOOLEAN};
static const struct shape text_number_or_null = {.kinds = SHAPE_STRING | SHAPE_NUMBER | SHAPE_NULL};
static const struct shape texts = {.kinds = SHAPE_LIST, .items = &text};
static const struct shape unique_texts = {.kinds = SHAPE_LIST, .items = &text, .unique_items = true};
static const struct shape keyed_texts = {.kinds = SHAPE_LIST, .items = &text, .identity = IDENTITY_KEY};
static const struct shape text_or_texts = {
    .kinds = SHAPE_STRING | SHAPE_LIST, .items = &text, .unique_items = true};
static const struct shape sequence = {
    .kinds = SHAPE_STRING | SHAPE_LIST, .items = &text, .merge = MERGE_SEQUENCE, .identity = IDENTITY_KEY};
static const struct shape list_or_map = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &text,
    .others = &scalar_or_null,
    .no_extensions = true,
    .merge = MERGE_SEQUENCE,
    .identity = IDENTITY_KEY};
static const struct shape plain_list_or_map = {
    .kinds = SHAPE_LIST | SHAPE_MAP, .items = &text, .others = &scalar_or_null, .no_extensions = true};
static const struct shape hosts = {.kinds = SHAPE_STRING | SHAPE_LIST, .items = &text};
static const struct shape extra_host = {.kinds = SHAPE_STRING,
    .decodes = format_is_host_mapping,
    .wanted = STR_INIT("HOST=ADDRESS or HOST:ADDRESS")};
static const struct shape extra_hosts = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &extra_host,
    .others = &hosts,
    .no_extensions = true,
    .merge = MERGE_SEQUENCE};
static const struct shape command = {
    .kinds = SHAPE_NULL | SHAPE_STRING | SHAPE_LIST, .items = &text, .merge = MERGE_REPLACE};
static const struct shape driver_options = {.kinds = SHAPE_MAP, .others = &number_or_text, .is_open = true};
static const struct shape text_map = {.kinds = SHAPE_MAP, .others = &text, .no_extensions = true};

static const struct shape secret_use_map = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .keys = KEYS(KEY("source", text), KEY("target", text), KEY("uid", text), KEY("gid", text),
        KEY("mode", file_mode))};

static const struct shape build_secrets = {.kinds = SHAPE_LIST, .items = &secret_use_map};
static const struct shape secret_uses = {
    .kinds = SHAPE_LIST, .items = &secret_use_map, .identity = IDENTITY_SECRET};
static const struct shape config_uses = {
    .kinds = SHAPE_LIST, .items = &secret_use_map, .identity = IDENTITY_CONFIG};

static const struct shape ulimit = {.kinds = SHAPE_MAP | SHAPE_INTEGER | SHAPE_STRING,
    .cast = CAST_INTEGER,
    .merge = MERGE_LIMITS,
    .keys = KEYS(REQUIRED("hard", integer), REQUIRED("soft", integer))};

static const struct shape ulimits = {.kinds = SHAPE_MAP, .others = &ulimit, .is_open = true};

static const struct shape ssh_key = {
    .kinds = SHAPE_STRING, .decodes = format_is_ssh_key, .wanted = STR_INIT("`default` or ID=PATH")};
static const struct shape ssh_keys = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &ssh_key,
    .others = &scalar_or_null,
    .no_extensions = true,
    .merge = MERGE_SEQUENCE,
    .identity = IDENTITY_KEY};

static const struct shape context = {.kinds = SHAPE_STRING, .is_context = true};
static const struct shape build = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .is_context = true,
    .merge = MERGE_BUILD,
    .keys = KEYS(KEY("context", context), KEY("dockerfile", text), KEY("dockerfile_inline", text),
        KEY("entitlements", texts), KEY("args", list_or_map), KEY("ssh", ssh_keys),
        KEY("labels", list_or_map), KEY("cache_from", texts), KEY("cache_to", texts),
        KEY("no_cache", boolean), KEY("additional_contexts", list_or_map), KEY("network", text),
        KEY("provenance", boolean_or_text), KEY("sbom", boolean_or_text), KEY("pull", boolean),
        KEY("target", text), KEY("shm_size", whole_size), KEY("extra_hosts", extra_hosts),
        KEY("isolation", text), KEY("privileged", boolean), KEY("secrets", build_secrets),
        KEY("tags", keyed_texts), KEY("ulimits", ulimits), KEY("platforms", keyed_texts),
        KEY("no_cache_filter", text_or_texts))};

static const struct shape block_limit = {
    .kinds = SHAPE_MAP, .no_extensions = true, .keys = KEYS(KEY("path", text), KEY("rate", whole_size))};

static const struct shape weight = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .decodes = format_is_count,
    .wanted = STR_INIT("a whole number, not less than 0")};

static const struct shape block_weight = {
    .kinds = SHAPE_MAP, .no_extensions = true, .keys = KEYS(KEY("path", text), KEY("weight", weight))};

static const struct shape block_limits = {.kinds = SHAPE_LIST, .items = &block_limit};
static const struct shape block_weights = {.kinds = SHAPE_LIST, .items = &block_weight};

static const struct shape block_io = {.kinds = SHAPE_MAP,
    .no_extensions = true,
    .keys = KEYS(KEY("device_read_bps", block_limits), KEY("device_read_iops", block_limits),
        KEY("device_write_bps", block_limits), KEY("device_write_iops", block_limits), KEY("weight", weight),
        KEY("weight_device", block_weights))};

static const struct shape credential_spec = {
    .kinds = SHAPE_MAP, .keys = KEYS(KEY("config", text), KEY("file", text), KEY("registry", text))};

static const struct shape condition = {.kinds = SHAPE_STRING,
    .words = WORDS(STR_INIT("service_started"), STR_INIT("service_healthy"),
        STR_INIT("service_completed_successfully"))};

static const struct shape dependency = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("restart", boolean), KEY("required", strict_boolean), REQUIRED("condition", condition))};

static const struct shape depends_on = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &text,
    .unique_items = true,
    .others = &dependency,
    .others_are_names = true,
    .no_extensions = true,
    .merge = MERGE_NAMES};

static const struct shape device = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .keys = KEYS(REQUIRED("source", text), KEY("target", text), KEY("permissions", text))};

static const struct shape devices = {.kinds = SHAPE_LIST, .items = &device, .identity = IDENTITY_DEVICE};

static const struct shape env_file_item = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .no_extensions = true,
    .is_path = true,
    .keys = KEYS(REQUIRED("path", path), KEY("format", text), KEY("required", boolean))};

static const struct shape env_file = {.kinds = SHAPE_STRING | SHAPE_LIST,
    .items = &env_file_item,
    .is_path = true,
    .merge = MERGE_SEQUENCE,
    .identity = IDENTITY_ENV_FILE};
static const struct shape label_file = {
    .kinds = SHAPE_STRING | SHAPE_LIST, .items = &path, .is_path = true, .merge = MERGE_SEQUENCE};
static const struct shape expose = {.kinds = SHAPE_LIST, .items = &number_or_text, .identity = IDENTITY_TEXT};

static const struct shape extends = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .no_extensions = true,
    .keys = KEYS(REQUIRED("service", text), KEY("file", path))};

static const struct shape option_values = {
    .kinds = SHAPE_STRING | SHAPE_NUMBER | SHAPE_BOOLEAN | SHAPE_LIST, .items = &scalar};
static const struct shape provider_options = {.kinds = SHAPE_MAP, .others = &option_values};

static const struct shape provider = {
    .kinds = SHAPE_MAP, .keys = KEYS(REQUIRED("type", text), KEY("options", provider_options))};

static const struct shape group_add = {.kinds = SHAPE_LIST, .items = &number_or_text, .unique_items = true};

static const struct shape command_test = {
    .kinds = SHAPE_STRING | SHAPE_LIST, .items = &text, .merge = MERGE_REPLACE};

static const struct shape retries = {.kinds = SHAPE_NUMBER | SHAPE_STRING,
    .cast = CAST_INTEGER,
    .decodes = format_is_count,
    .wanted = STR_INIT("a whole number, not less than 0")};

static const struct shape health_check = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("disable", boolean), KEY("interval", duration), KEY("retries", retries),
        KEY("test", command_test), KEY("timeout", duration), KEY("start_period", duration),
        KEY("start_interval", duration))};

static const struct shape logging_options = {
    .kinds = SHAPE_MAP, .others = &text_number_or_null, .is_open = true};

static const struct shape logging = {.kinds = SHAPE_MAP,
    .merge = MERGE_LOGGING,
    .keys = KEYS(KEY("driver", text), KEY("options", logging_options))};

static const struct shape service_model = {
    .kinds = SHAPE_MAP | SHAPE_NULL, .keys = KEYS(KEY("endpoint_var", text), KEY("model_var", text))};

static const struct shape service_models = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &text,
    .unique_items = true,
    .others = &service_model,
    .is_open = true,
    .merge = MERGE_NAMES};

static const struct shape service_network = {.kinds = SHAPE_MAP | SHAPE_NULL,
    .keys = KEYS(KEY("aliases", keyed_texts), KEY("interface_name", text), KEY("ipv4_address", text),
        KEY("ipv6_address", text), KEY("link_local_ips", keyed_texts), KEY("mac_address", text),
        KEY("driver_opts", driver_options), KEY("priority", strict_number),
        KEY("gw_priority", strict_number))};

static const struct shape service_networks = {.kinds = SHAPE_LIST | SHAPE_MAP,
    .items = &text,
    .unique_items = true,
    .others = &service_network,
    .others_are_names = true,
    .no_extensions = true,
    .merge = MERGE_NAMES};

static const struct shape score = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .cast = CAST_INTEGER,
    .is_bounded = true,
    .minimum = -1000,
    .maximum = 1000};
static const struct shape percent = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .cast = CAST_NUMBER,
    .is_bounded = true,
    .minimum = 0,
    .maximum = 100};
static const struct shape count = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .cast = CAST_INTEGER,
    .is_bounded = true,
    .minimum = 0,
    .maximum = INT32_MAX};

static const struct shape port = {.kinds = SHAPE_MAP | SHAPE_STRING | SHAPE_NUMBER,
    .keys = KEYS(KEY("name", text), KEY("mode", text), KEY("host_ip", text), KEY("target", unsigned_integer),
        KEY("published", integer_or_text), KEY("protocol", text), KEY("app_protocol", text))};

static const struct shape ports = {.kinds = SHAPE_LIST, .items = &port, .identity = IDENTITY_PORT};

static const struct shape hook = {.kinds = SHAPE_MAP,
    .keys = KEYS(REQUIRED("command", command), KEY("user", text), KEY("privileged", boolean),
        KEY("working_dir", text), KEY("environment", list_or_map))};

static const struct shape start_hook = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("command", command), KEY("image", text), KEY("user", text), KEY("privileged", boolean),
        KEY("working_dir", text), KEY("environment", list_or_map), KEY("per_replica", boolean))};

static const struct shape start_hooks = {.kinds = SHAPE_LIST, .items = &start_hook};
static const struct shape hooks = {.kinds = SHAPE_LIST, .items = &hook};
static const struct shape mount_type = {.kinds = SHAPE_STRING,
    .words = WORDS(STR_INIT("bind"), STR_INIT("volume"), STR_INIT("tmpfs"), STR_INIT("cluster"),
        STR_INIT("npipe"), STR_INIT("image"))};
static const struct shape recursive = {.kinds = SHAPE_STRING,
    .words = WORDS(STR_INIT("enabled"), STR_INIT("disabled"), STR_INIT("writable"), STR_INIT("readonly"))};
static const struct shape selinux = {.kinds = SHAPE_STRING, .words = WORDS(STR_INIT("z"), STR_INIT("Z"))};

static const struct shape mount_bind = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("propagation", text), KEY("create_host_path", boolean), KEY("recursive", recursive),
        KEY("selinux", selinux))};

static const struct shape mount_volume = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("labels", list_or_map), KEY("nocopy", boolean), KEY("subpath", text))};

static const struct shape mount_size = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .is_bounded = true,
    .minimum = 0,
    .maximum = INT64_MAX,
    .decodes = format_is_size,
    .wanted = STR_INIT(SIZE)};

/* The schema has texts too, which are then no number of 32 bits to the loader. */
static const struct shape mount_mode = {
    .kinds = SHAPE_NUMBER, .decodes = format_is_count, .wanted = STR_INIT("a whole number, not less than 0")};

static const struct shape mount_tmpfs = {
    .kinds = SHAPE_MAP, .keys = KEYS(KEY("size", mount_size), KEY("mode", mount_mode))};

static const struct shape mount_image = {.kinds = SHAPE_MAP, .keys = KEYS(KEY("subpath", text))};

static const struct shape mount = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .is_mount = true,
    .keys = KEYS(REQUIRED("type", mount_type), KEY("source", text), KEY("target", text),
        KEY("read_only", boolean), KEY("consistency", text), KEY("bind", mount_bind),
        KEY("volume", mount_volume), KEY("tmpfs", mount_tmpfs), KEY("image", mount_image))};

static const struct shape mounts = {.kinds = SHAPE_LIST, .items = &mount, .identity = IDENTITY_TARGET};

static const struct shape watch_action = {.kinds = SHAPE_STRING,
    .words = WORDS(STR_INIT("rebuild"), STR_INIT("sync"), STR_INIT("restart"), STR_INIT("sync+restart"),
        STR_INIT("sync+exec"))};

static const struct shape watch = {.kinds = SHAPE_MAP,
    .keys = KEYS(REQUIRED("path", hosts), REQUIRED("action", watch_action), KEY("ignore", text_or_texts),
        KEY("include", text_or_texts), KEY("target", text), KEY("exec", hook), KEY("initial_sync", boolean))};

static const struct shape watches = {.kinds = SHAPE_LIST, .items = &watch};

static const struct shape develop = {.kinds = SHAPE_MAP | SHAPE_NULL, .keys = KEYS(KEY("watch", watches))};

static const struct shape update_order = {
    .kinds = SHAPE_STRING, .words = WORDS(STR_INIT("start-first"), STR_INIT("stop-first"))};

static const struct shape update_config = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("parallelism", unsigned_integer), KEY("delay", duration), KEY("failure_action", text),
        KEY("monitor", duration), KEY("max_failure_ratio", number), KEY("order", update_order))};

static const struct shape resource_limits = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("cpus", cpus_text), KEY("memory", size_text), KEY("pids", integer_or_text))};

static const struct shape discrete_resource = {
    .kinds = SHAPE_MAP, .keys = KEYS(KEY("kind", text), KEY("value", number_or_text))};

static const struct shape generic_resource = {
    .kinds = SHAPE_MAP, .keys = KEYS(KEY("discrete_resource_spec", discrete_resource))};

static const struct shape generic_resources = {.kinds = SHAPE_LIST, .items = &generic_resource};

static const struct shape device_count = {.kinds = SHAPE_INTEGER | SHAPE_STRING,
    .decodes = format_is_device_count,
    .wanted = STR_INIT("`all` or a number")};

static const struct shape device_request = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("capabilities", unique_texts), KEY("count", device_count),
        KEY("device_ids", unique_texts), KEY("driver", text), KEY("options", plain_list_or_map))};

static const struct shape device_requests = {.kinds = SHAPE_LIST, .items = &device_request};
static const struct shape gpus = {
    .kinds = SHAPE_STRING | SHAPE_LIST, .items = &device_request, .words = WORDS(STR_INIT("all"))};

static const struct shape reservations = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("cpus", cpus_text), KEY("memory", size_text), KEY("pids", integer_or_text),
        KEY("generic_resources", generic_resources), KEY("devices", device_requests))};

static const struct shape resources = {
    .kinds = SHAPE_MAP, .keys = KEYS(KEY("limits", resource_limits), KEY("reservations", reservations))};

static const struct shape restart_policy = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("condition", text), KEY("delay", duration), KEY("max_attempts", unsigned_integer),
        KEY("window", duration))};

static const struct shape preference = {.kinds = SHAPE_MAP, .keys = KEYS(KEY("spread", text))};

static const struct shape preferences = {.kinds = SHAPE_LIST, .items = &preference};

static const struct shape placement = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("constraints", texts), KEY("preferences", preferences),
        KEY("max_replicas_per_node", unsigned_integer))};

static const struct shape deploy = {.kinds = SHAPE_MAP | SHAPE_NULL,
    .keys = KEYS(KEY("mode", text), KEY("endpoint_mode", text), KEY("replicas", integer),
        KEY("labels", list_or_map), KEY("rollback_config", update_config),
        KEY("update_config", update_config), KEY("resources", resources),
        KEY("restart_policy", restart_policy), KEY("placement", placement))};

static const struct shape cgroup = {
    .kinds = SHAPE_STRING, .words = WORDS(STR_INIT("host"), STR_INIT("private"))};
static const struct shape container_name = {.kinds = SHAPE_STRING,
    .accepts = is_container_name,
    .wanted = STR_INIT("at least two of letters, digits, `_`, `.` and `-`")};
static const struct shape pull_policy = {.kinds = SHAPE_STRING,
    .accepts = is_pull_policy,
    .wanted = STR_INIT("always, never, build, missing, if_not_present, refresh, daily, weekly or every_…")};

/* The usual keys first: they are looked for in order. */
const struct shape shape_service = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("image", text), KEY("environment", list_or_map), KEY("ports", ports),
        KEY("depends_on", depends_on), KEY("volumes", mounts), KEY("networks", service_networks),
        KEY("restart", text), KEY("healthcheck", health_check), KEY("command", command),
        KEY("env_file", env_file), KEY("build", build), KEY("deploy", deploy), KEY("develop", develop),
        KEY("annotations", list_or_map), KEY("attach", boolean), KEY("blkio_config", block_io),
        KEY("cap_add", keyed_texts), KEY("cap_drop", keyed_texts), KEY("cgroup", cgroup),
        KEY("cgroup_parent", text), KEY("configs", config_uses), KEY("container_name", container_name),
        KEY("cpu_count", count), KEY("cpu_percent", percent), KEY("cpu_shares", whole_number),
        KEY("cpu_quota", whole_number), KEY("cpu_period", whole_number), KEY("cpu_rt_period", whole_number),
        KEY("cpu_rt_runtime", whole_number), KEY("cpus", number), KEY("cpuset", text),
        KEY("credential_spec", credential_spec), KEY("device_cgroup_rules", unique_texts),
        KEY("devices", devices), KEY("dns", sequence), KEY("dns_opt", keyed_texts),
        KEY("dns_search", sequence), KEY("domainname", text), KEY("entrypoint", command),
        KEY("label_file", label_file), KEY("expose", expose), KEY("extends", extends),
        KEY("external_links", unique_texts), KEY("extra_hosts", extra_hosts), KEY("gpus", gpus),
        KEY("group_add", group_add), KEY("hostname", text), KEY("init", boolean), KEY("ipc", text),
        KEY("isolation", text), KEY("labels", list_or_map), KEY("links", keyed_texts),
        KEY("logging", logging), KEY("mac_address", text), KEY("mem_limit", size),
        KEY("mem_reservation", whole_size), KEY("mem_swappiness", whole_size), KEY("memswap_limit", size),
        KEY("models", service_models), KEY("network_mode", text), KEY("oom_kill_disable", boolean),
        KEY("oom_score_adj", score), KEY("pid", text_or_null), KEY("pids_limit", whole_number),
        KEY("platform", text), KEY("post_start", hooks), KEY("pre_start", start_hooks),
        KEY("pre_stop", hooks), KEY("privileged", boolean), KEY("profiles", keyed_texts),
        KEY("provider", provider), KEY("pull_policy", pull_policy), KEY("pull_refresh_after", text),
        KEY("read_only", boolean), KEY("runtime", text), KEY("scale", integer),
        KEY("security_opt", unique_texts), KEY("shm_size", size), KEY("secrets", secret_uses),
        KEY("sysctls", list_or_map), KEY("stdin_open", boolean), KEY("stop_grace_period", duration),
        KEY("stop_signal", text), KEY("storage_opt", any_map), KEY("tmpfs", sequence), KEY("tty", boolean),
        KEY("ulimits", ulimits), KEY("use_api_socket", strict_boolean), KEY("user", text), KEY("uts", text),
        KEY("userns_mode", text), KEY("volumes_from", unique_texts), KEY("working_dir", text))};

static const struct shape external = {
    .kinds = SHAPE_MAP | SHAPE_BOOLEAN | SHAPE_STRING, .cast = CAST_BOOLEAN, .keys = KEYS(KEY("name", text))};

/* Of secrets and configs the specification's schema leaves the mapping open. */
static const struct shape open_external = {.kinds = SHAPE_MAP | SHAPE_BOOLEAN | SHAPE_STRING,
    .cast = CAST_BOOLEAN,
    .is_open = true,
    .keys = KEYS(KEY("name", text))};

static const struct shape address_block = {.kinds = SHAPE_MAP,
    .keys = KEYS(
        KEY("subnet", text), KEY("ip_range", text), KEY("gateway", text), KEY("aux_addresses", text_map))};

static const struct shape address_blocks = {.kinds = SHAPE_LIST, .items = &address_block};

static const struct shape ipam = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("driver", text), KEY("config", address_blocks), KEY("options", text_map))};

static const struct shape network = {.kinds = SHAPE_MAP | SHAPE_NULL,
    .keys = KEYS(KEY("name", text), KEY("driver", text), KEY("driver_opts", driver_options),
        KEY("ipam", ipam), KEY("external", external), KEY("internal", boolean), KEY("enable_ipv4", boolean),
        KEY("enable_ipv6", boolean), KEY("attachable", boolean), KEY("labels", list_or_map))};

static const struct shape volume = {.kinds = SHAPE_MAP | SHAPE_NULL,
    .keys = KEYS(KEY("name", text), KEY("driver", text), KEY("driver_opts", driver_options),
        KEY("external", external), KEY("labels", list_or_map))};

static const struct shape secret = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("name", text), KEY("environment", text), KEY("file", path),
        KEY("external", open_external), KEY("labels", list_or_map), KEY("driver", text),
        KEY("driver_opts", driver_options), KEY("template_driver", text))};

static const struct shape config = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("name", text), KEY("content", text), KEY("environment", text), KEY("file", path),
        KEY("external", open_external), KEY("labels", list_or_map), KEY("template_driver", text))};

static const struct shape model = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("name", text), REQUIRED("model", text), KEY("context_size", strict_integer),
        KEY("runtime_flags", texts))};

static const struct shape include = {.kinds = SHAPE_MAP | SHAPE_STRING,
    .no_extensions = true,
    .keys = KEYS(KEY("path", text_or_texts), KEY("env_file", text_or_texts), KEY("project_directory", text))};

static const struct shape includes = {.kinds = SHAPE_LIST, .items = &include};
static const struct shape services = {
    .kinds = SHAPE_MAP, .others = &shape_service, .others_are_names = true, .no_extensions = true};
static const struct shape networks = {
    .kinds = SHAPE_MAP, .others = &network, .others_are_names = true, .is_open = true};
static const struct shape volumes = {
    .kinds = SHAPE_MAP, .others = &volume, .others_are_names = true, .no_extensions = true};
static const struct shape secrets = {
    .kinds = SHAPE_MAP, .others = &secret, .others_are_names = true, .no_extensions = true};
static const struct shape configs = {
    .kinds = SHAPE_MAP, .others = &config, .others_are_names = true, .no_extensions = true};
static const struct shape models = {
    .kinds = SHAPE_MAP, .others = &model, .others_are_names = true, .is_open = true};

const struct shape shape_file = {.kinds = SHAPE_MAP,
    .keys = KEYS(KEY("version", text), KEY("name", text), KEY("include", includes), KEY("services", services),
        KEY("models", models), KEY("networks", networks), KEY("volumes", volumes), KEY("secrets", secrets),
        KEY("configs", configs))};

static bool is_resource_name(str key)
{
    return key.len > 0 && str_is_all(key, byte_is_key);
}

bool shape_is_extension(const struct shape *mapping, str key)
{
    return !mapping->no_extensions && !mapping->others_are_names && str_starts(key, STR("x-"));
}

const struct shape *shape_of_key(const struct shape *mapping, str key)
{
    if (mapping == NULL)
        return NULL;
    for (const struct shape_key *row = mapping->keys; row != NULL && row->name.len > 0; row++)
        if (str_eq(row->name, key))
            return row->shape;
    if (mapping->others == NULL || key.len == 0 || shape_is_extension(mapping, key))
        return NULL;
    return !mapping->others_are_names || is_resource_name(key) ? mapping->others : NULL;
}

str shape_kinds_text(struct arena *arena, unsigned kinds)
{
    static const struct {
        unsigned kind;
        str name;
    } names[] = {
        {SHAPE_STRING, STR_INIT("a string")},
        {SHAPE_BOOLEAN, STR_INIT("a boolean")},
        {SHAPE_NUMBER, STR_INIT("a number")},
        {SHAPE_INTEGER, STR_INIT("an integer")},
        {SHAPE_LIST, STR_INIT("a list")},
        {SHAPE_MAP, STR_INIT("a mapping")},
        {SHAPE_NULL, STR_INIT("nothing")},
    };
    struct buf out = buf_new(arena, 128);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        bool is_covered = names[i].kind == SHAPE_INTEGER && (kinds & SHAPE_NUMBER) == SHAPE_NUMBER;
        if ((kinds & names[i].kind) != names[i].kind || is_covered)
            continue;
        kinds &= ~names[i].kind;
        buf_str(&out, out.len == 0 ? STR("") : kinds != 0 ? STR(", ") : STR(" or "));
        buf_str(&out, names[i].name);
    }
    return buf_view(&out);
}
