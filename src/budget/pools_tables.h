/*
 * The tables of rules/pools.yaml, programs.yaml, pool-names.yaml and worker-names.yaml, compiled into the
 * program.
 *
 * Const, for ever. Read them through budget/pools.h.
 */
#ifndef BUDGET_POOLS_TABLES_H
#define BUDGET_POOLS_TABLES_H

#include "base/word_index.h"
#include "budget/pools.h"

extern const struct pool_library data_pools[];
extern const size_t data_pools_count;
extern const struct word_index data_pools_by_last_byte;
extern const struct pool_program data_programs[];
extern const size_t data_programs_count;
extern const struct pool_name data_pool_names[];
extern const size_t data_pool_names_count;
extern const struct word_index data_pool_names_by_last_byte;
extern const struct worker_name data_worker_names[];
extern const size_t data_worker_names_count;

#endif
