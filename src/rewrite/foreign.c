#include "rewrite/foreign.h"

const struct foreign_parameter *foreign_parameter_find(enum family_id family, str name)
{
    for (size_t i = 0; i < data_foreign_parameters_count; i++)
        if (data_foreign_parameters[i].family == family && str_eq_fold(data_foreign_parameters[i].name, name))
            return &data_foreign_parameters[i];
    return NULL;
}

bool foreign_parameter_taken(const struct foreign_parameter *parameter, str driver)
{
    str rest = parameter->drivers, taker;
    while (str_next(&rest, ' ', &taker))
        if (str_eq_fold(taker, driver))
            return true;
    return false;
}

static bool names_hold(str names, str wanted)
{
    str name;
    while (str_next(&names, ' ', &name))
        if (str_eq(name, wanted))
            return true;
    return false;
}

bool driver_takes_argument(enum family_id family, str driver, str name)
{
    for (size_t i = 0; i < data_driver_arguments_count; i++) {
        const struct driver_arguments *row = &data_driver_arguments[i];
        if (row->family == family && str_eq_fold(row->driver, driver))
            return names_hold(row->names, name);
    }
    return true;
}
