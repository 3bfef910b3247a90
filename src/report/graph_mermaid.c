/* The graph as Mermaid, which forges draw inside Markdown: a format of report/graph.h. */
#include "report/graph_svg.h"
#include "report/picture.h"

/* The end of a shape, its beginning: a cylinder holds data, a hexagon is outside. */
static const struct {
    const char *open, *close;
} shapes[] = {
    [PICTURE_PROGRAM] = {"[\"", "\"]"},
    [PICTURE_STORE] = {"[(\"", "\")]"},
    [PICTURE_OUTSIDE] = {"{{\"", "\"}}"},
};

/* What Mermaid could take for a mark is written by its number: a label is text, whatever it holds. */
static void write_label(struct out *out, struct gate *gate, str text)
{
    text = gate_visible(gate, text);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        bool is_plain =
            byte >= 0x80 || byte_is_alnum((char)byte) || str_has_byte(STR(" ._-/:,*"), (char)byte);
        if (is_plain)
            out_passed(out, str_slice(text, i, i + 1));
        else
            out_printf(out, "#%u;", byte);
    }
}

static void write_rules(struct out *out, struct gate *gate, const struct mark *mark)
{
    if (mark->worst < SEVERITY_WARNING)
        return;
    vec_each(const str *, rule, &mark->rules) {
        out_text(out, rule == mark->rules.items ? "<br/>" : ", ");
        write_label(out, gate, *rule);
    }
}

static void write_box(struct out *out, const struct picture *picture, size_t graph, size_t index)
{
    const struct picture_box *box = &picture->boxes.items[index];
    out_printf(out, "    n%zu_%zu%s", graph, index, shapes[box->kind].open);
    write_label(out, picture->gate, box->name);
    if (box->about.len > 0) {
        out_text(out, "<br/>");
        write_label(out, picture->gate, box->about);
    }
    vec_each(const struct picture_row *, row, &box->rows) {
        if (row->kind == PICTURE_CONNECTION && row->to != SIZE_MAX)
            continue;
        out_text(out, row->text.len > 0 ? "<br/>" : "");
        write_label(out, picture->gate, row->text);
        write_rules(out, picture->gate, &row->mark);
    }
    out_printf(out, "%s\n", shapes[box->kind].close);
}

static void write_arrow(
    struct out *out, const struct picture *picture, size_t graph, size_t from, const struct picture_row *row)
{
    out_printf(out, "    n%zu_%zu %s|\"", graph, from, row->is_not_in_use ? "-.->" : "-->");
    write_label(out, picture->gate, row->text);
    write_rules(out, picture->gate, &row->mark);
    out_printf(out, "\"| n%zu_%zu\n", graph, row->to);
}

/* Classes of boxes and styles of arrows, which Mermaid counts from the first of the whole picture. */
static void write_marks(struct out *out, const struct picture *picture, size_t graph, size_t *arrow)
{
    for (size_t i = 0; i < picture->boxes.count; i++) {
        const struct picture_box *box = &picture->boxes.items[i];
        if (box->mark.worst >= SEVERITY_WARNING)
            out_printf(
                out, "  class n%zu_%zu %s\n", graph, i, box->mark.worst == SEVERITY_ERROR ? "bad" : "mild");
        else if (!box->is_active)
            out_printf(out, "  class n%zu_%zu asleep\n", graph, i);
        vec_each(const struct picture_row *, row, &box->rows) {
            if (row->to == SIZE_MAX)
                continue;
            if (row->mark.worst >= SEVERITY_WARNING)
                out_printf(out, "  linkStyle %zu stroke:%s,stroke-width:2px\n", *arrow,
                    row->mark.worst == SEVERITY_ERROR ? "#c62828" : "#b07900");
            (*arrow)++;
        }
    }
}

void graph_write_mermaid(struct out *out, const struct graph_input *graphs, size_t count)
{
    struct picture *pictures = arena_array(out->buf.arena, struct picture, count + 1);
    size_t arrow = 0;
    out_text(out, "flowchart LR\n");
    for (size_t graph = 0; graph < count; graph++) {
        struct picture *picture = &pictures[graph];
        *picture = picture_of(&graphs[graph]);
        out_printf(out, "  subgraph g%zu [\"", graph);
        write_label(out, picture->gate, picture->label);
        out_text(out, "\"]\n");
        for (size_t i = 0; i < picture->boxes.count; i++)
            write_box(out, picture, graph, i);
        for (size_t i = 0; i < picture->boxes.count; i++)
            vec_each(const struct picture_row *, row, &picture->boxes.items[i].rows)
                if (row->to != SIZE_MAX)
                    write_arrow(out, picture, graph, i, row);
        out_text(out, "  end\n");
    }
    out_text(out, "  classDef bad stroke:#c62828,stroke-width:3px\n"
                  "  classDef mild stroke:#b07900,stroke-width:3px\n"
                  "  classDef asleep stroke-dasharray:5 4\n");
    for (size_t graph = 0; graph < count; graph++)
        write_marks(out, &pictures[graph], graph, &arrow);
}
