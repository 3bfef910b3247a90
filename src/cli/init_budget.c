#include "cli/init_budget.h"

#include "budget/survey.h"
#include "syntax/yaml.h"
#include "text/gate.h"

str init_comment(const struct facts *facts, str text)
{
    return gate_visible(sources_gate(facts->sources), text);
}

static void write_term(
    struct buf *buf, const struct facts *facts, str name, str server, const struct budget_term *term)
{
    struct arena *arena = buf->arena;
    str each = term->each_place.len ? term->each_place : count_text(arena, term->each.value);
    buf_printf(buf, "#     " STR_FMT ":\n#       server: " STR_FMT "\n#       service: " STR_FMT "\n",
        STR_ARG(yaml_quote(arena, init_comment(facts, name))), STR_ARG(init_comment(facts, server)),
        STR_ARG(init_comment(facts, service_name(term->service))));
    buf_printf(buf, "#       processes: " STR_FMT "\n#       each: " STR_FMT "\n",
        STR_ARG(count_text(arena, term->processes.value)), STR_ARG(init_comment(facts, each)));
}

/* Where the numbers come from, or that nobody says. */
static void write_story(struct buf *buf, const struct facts *facts, const struct budget_term *term)
{
    str_vec lines = budget_term_from(buf->arena, facts->sources, term);
    vec_each(const str *, line, &lines)
        buf_printf(buf, "#     # " STR_FMT "\n", STR_ARG(init_comment(facts, *line)));
}

size_t init_write_budget(struct buf *buf, const struct facts *facts)
{
    struct arena *arena = buf->arena;
    struct diags unheard = {.arena = arena, .sources = facts->sources};
    struct budgets *budgets = budget_compute(arena, &unheard, facts, 0);
    struct map written = {0};
    str base = facts->deployment ? facts->deployment->directory : STR("");
    survey_fill(arena, facts, budgets, base);
    vec_each(struct budget_row *const *, row, &budgets->rows)
        vec_each(const struct budget_term *, term, &(*row)->terms) {
            str name = term->consumer;
            if (term->declared || term->pooler || !term->known || !term->service)
                continue;
            if (written.live == 0)
                buf_str(
                    buf, STR("\n# What each program may open at worst, as `bootgate budget` counts it now. "
                             "Put the "
                             "numbers right\n# and take the comment signs away: a sum of declared numbers "
                             "that does not fit is an error.\n# budget:\n#   consumers:\n"));
            for (size_t i = 2; map_has(&written, name); i++)
                name = arena_printf(arena, STR_FMT "-%zu", STR_ARG(term->consumer), i);
            map_set(arena, &written, name, buf);
            write_story(buf, facts, term);
            write_term(buf, facts, name, budget_term_server(arena, budgets, *row, term), term);
        }
    return written.live;
}
