/*
 * How operators of the expression grammar are written, for tests that print a tree.
 */
#ifndef UNIT_OPERATORS_H
#define UNIT_OPERATORS_H

#include "syntax/expr.h"

static const char *const operator_texts[] = {
    [OPERATOR_OR] = "||",
    [OPERATOR_AND] = "&&",
    [OPERATOR_EQUAL] = "==",
    [OPERATOR_NOT_EQUAL] = "!=",
    [OPERATOR_MATCH] = "=~",
    [OPERATOR_LESS_EQUAL] = "<=",
    [OPERATOR_LESS] = "<",
    [OPERATOR_GREATER_EQUAL] = ">=",
    [OPERATOR_GREATER] = ">",
    [OPERATOR_IN] = "in",
    [OPERATOR_ADD] = "+",
    [OPERATOR_SUBTRACT] = "-",
    [OPERATOR_MULTIPLY] = "*",
    [OPERATOR_DIVIDE] = "/",
};

#endif
