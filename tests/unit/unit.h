/*
 * What every unit test starts with: cmocka and its prerequisites, in the order that it needs them.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Fails with input, wanted and got in one line. */
#define assert_str(input, wanted, got)                                                                       \
    do {                                                                                                     \
        str input_ = (input), wanted_ = (wanted), got_ = (got);                                              \
        if (!str_eq(wanted_, got_))                                                                          \
            fail_msg("input «" STR_FMT "» wanted «" STR_FMT "» got «" STR_FMT "»", STR_ARG(input_),          \
                STR_ARG(wanted_), STR_ARG(got_));                                                            \
    } while (0)

#endif
