/*
 * Which example an env file was made from: by its name, or by its keys where another one beside fits better.
 *
 * Files beside are looked at for the names in them alone, and only where a finding hangs on it. Nothing is
 * kept.
 */
#ifndef RULE_EXAMPLE_H
#define RULE_EXAMPLE_H

#include "rule/check.h"

/*
 * The example that the keys of `file` are to be compared with: `example`, which is its own by name, or
 * another one that it resembles more. NULL: it resembles some other file most, which publishes nothing.
 */
const struct input_file *OR_NULL example_of(
    struct check_run *run, const struct input_file *file, const struct input_file *example);

#endif
