#include "cli/origin.h"

#include "report/report.h"

json_t *origin_json(
    struct gate *gate, const struct sources *sources, const struct workload *workload, span at)
{
    const struct workload_instruction *instruction = workload_instruction(workload, at);
    if (instruction == NULL)
        return NULL;
    struct report_place place = report_place(sources, at, false);
    return json_pack("{s:{s:o, s:o, s:o, s:o}}", "image", "file", json_text(gate, place.file), "line",
        json_number_or_null(place.start.line), "instruction", json_text(gate, instruction->name), "stage",
        json_text(gate, instruction->stage));
}
