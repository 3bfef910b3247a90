/*
 * The lists that the checks judge with: see model/data.h, where the graph needs them too.
 */
#ifndef RULE_DATA_H
#define RULE_DATA_H

#include "model/data.h"

#endif
