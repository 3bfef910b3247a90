#include "rule/check_table.h"

/* The lists in the order of the groups; a new domain is one line. */
const struct check *const check_lists[] = {
    credential_checks,
    pair_checks,
    command_checks,
    network_checks,
    port_checks,
    agreement_checks,
    token_checks,
    object_checks,
    link_checks,
    variable_checks,
    reference_checks,
    file_checks,
    reader_checks,
    secret_file_checks,
    service_checks,
    mode_checks,
    dsn_checks,
    budget_checks,
    image_checks,
    live_checks,
    project_checks,
    over_checks,
    NULL,
};
