/*
 * The connection budget as a picture: each server's slots as a bar, the consumers' shares in it, the limit
 * marked.
 */
#ifndef REPORT_BUDGET_SVG_H
#define REPORT_BUDGET_SVG_H

#include "budget/budget.h"
#include "report/svg.h"

/* All servers of one deployment; empty where there is none. In the arena of the facts. */
str budget_svg(const struct facts *facts, const struct budgets *budgets, str label, bool with_style);

#endif
