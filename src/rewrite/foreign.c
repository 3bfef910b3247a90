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
