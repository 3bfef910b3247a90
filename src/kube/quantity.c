#include "kube/quantity.h"

#include "base/number.h"
#include "base/vec.h"
#include "kube/scalar.h"

#include <math.h>

static const struct {
    str suffix;
    double factor;
} suffixes[] = {
    {STR_INIT("Ki"), 1024.0},
    {STR_INIT("Mi"), 1048576.0},
    {STR_INIT("Gi"), 1073741824.0},
    {STR_INIT("Ti"), 1099511627776.0},
    {STR_INIT("m"), 0.001},
    {STR_INIT("k"), 1e3},
    {STR_INIT("M"), 1e6},
    {STR_INIT("G"), 1e9},
    {STR_INIT("T"), 1e12},
};

static bool parse(str text, double *ret_number)
{
    double factor = 1;
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++)
        if (str_ends(text, suffixes[i].suffix)) {
            factor = suffixes[i].factor;
            text = str_take(text, text.len - suffixes[i].suffix.len);
            break;
        }
    if (!number_parse_double(text, ret_number) || !isfinite(*ret_number) || *ret_number < 0)
        return false;
    *ret_number *= factor;
    return true;
}

bool quantity_divide(str quantity, str divisor, int64_t *ret_number)
{
    double number, by = 1;
    if (!parse(quantity, &number) || (divisor.len && !parse(divisor, &by)))
        return false;
    by = by > 0 ? by : 1;
    double result = ceil(number / by - 1e-9);
    if (!(result < 9e18))
        return false;
    *ret_number = (int64_t)result;
    return true;
}

struct workload_memory quantity_memory(const struct yaml_node *holder)
{
    const struct yaml_node *limits = yaml_get(yaml_get(holder, STR("resources")), STR("limits"));
    const struct yaml_node *said = yaml_get(limits, STR("memory"));
    struct workload_memory memory = {0};
    if (said && quantity_divide(kube_text(said), STR(""), &memory.bytes))
        memory.at = kube_inner(said);
    return memory;
}
