/*
 * What clients want of the values of their parameters, and refuse where it is something else.
 *
 * A client's list is a constant table of its own; values_check() goes through it once the parameters are
 * read.
 */
#ifndef DSN_VALUE_H
#define DSN_VALUE_H

#include "dsn/reader.h"

struct value_rule {
    str names; /* of parameters that want the same, with commas between */
    bool (*takes)(str value);
};

/* Refuses the first value that a rule does not take. Names are those in any case where `folds`. */
enum dsn_error values_check(struct reader *reader, const struct value_rule *rules, size_t count, bool folds);
/* Refuses the first parameter that no rule names, then as above. */
enum dsn_error values_check_all(struct reader *reader, const struct value_rule *rules, size_t count);
/* The same, but only noted in the reading: where the string leads is beyond doubt. */
void values_note(struct reader *reader, const struct value_rule *rules, size_t count, bool folds);

bool value_is_integer(str value);     /* with or without a sign */
bool value_is_filled(str value);      /* not of blanks alone */
bool value_is_nothing(str value);     /* never: the client refuses the parameter */
bool value_is_go_bool(str value);     /* strconv.ParseBool() */
bool value_is_go_duration(str value); /* time.ParseDuration(): 1h30m, -1.5s, 0 */
bool value_is_anything(str value);
bool value_is_java_bool(str value); /* true, false, 1, 0, or nothing, as MariaDB Connector/J has it */
bool value_is_net_bool(str value);  /* true, false, yes, no, as ADO.NET has it */
bool value_is_python_int(str value);
bool value_is_python_float(str value);

#endif
