/* SARIF 2.1.0: a row of report/report.h. */
#include "report/report.h"

#include "base/percent.h"
#include "base/utf8.h"
#include "report/json_text.h"
#include "text/mask.h"

enum {
    COLUMN_BYTES_MAX = 64 * 1024, /* further right a result names its line alone */
    ASTRAL = 0x10000,             /* from here on a code point takes two UTF-16 units */
};

/* Columns are counted in UTF-16 units: those of the first `bytes` of `line`, plus one. */
static int utf16_column(str line, size_t bytes)
{
    int column = 1;
    str rest = str_take(line, bytes);
    for (size_t len; rest.len > 0; rest = str_skip(rest, len)) {
        uint32_t code = utf8_decode(rest, &len);
        column += code != UTF8_INVALID && code >= ASTRAL ? 2 : 1;
    }
    return column;
}

static json_t *artifact_json(struct gate *gate, str file)
{
    /* RFC 3986, a relative reference: everything but unreserved bytes and "/" percent-encoded. */
    struct buf buf = buf_new(gate->arena, SIZE_MAX / 4);
    if (path_is_absolute(file))
        buf_str(&buf, STR("file://"));
    percent_encode(&buf, file, STR("/"), false);
    json_t *artifact = json_pack("{s:o}", "uri", json_text(gate, buf_view(&buf)));
    if (!path_is_absolute(file))
        json_object_set_new(artifact, "uriBaseId", json_string("%SRCROOT%"));
    return artifact;
}

static void set_column(json_t *region, const char *key, const struct sources *sources, uint32_t source_id,
    struct position position)
{
    if (position.column == 0 || position.column > COLUMN_BYTES_MAX)
        return;
    str line = source_line(sources, source_id, position.line, NULL);
    json_object_set_new(region, key, json_integer(utf16_column(line, position.column - 1)));
}

/* Behind the end of the last line there is one more, which is empty. */
static struct position behind_line_end(
    const struct sources *sources, uint32_t source_id, struct position position)
{
    if (position.line == 0 || position.column == 0)
        return position;
    str line = source_line(sources, source_id, position.line, NULL);
    return position.column - 1 > line.len ? (struct position){position.line + 1, 1} : position;
}

/* No snippet: a quoted line is how secrets leak into an uploaded file. */
static json_t *region_json(
    const struct sources *sources, uint32_t source_id, const struct report_place *place)
{
    json_t *region = json_pack("{s:i}", "startLine", (int)place->start.line);
    set_column(region, "startColumn", sources, source_id, place->start);
    struct position end = behind_line_end(sources, source_id, place->end);
    json_object_set_new(region, "endLine", json_integer(end.line));
    set_column(region, "endColumn", sources, source_id, end);
    return region;
}

static json_t *physical_json(struct gate *gate, const struct report *report, span at, bool line_only)
{
    const struct sources *sources = report->diags->sources;
    struct report_place place = report_place(sources, at, line_only);
    if (!place.has_file)
        return NULL;
    json_t *physical = json_pack("{s:o}", "artifactLocation", artifact_json(gate, place.file));
    if (place.start.line > 0)
        json_object_set_new(physical, "region", region_json(sources, at.source, &place));
    return physical;
}

static json_t *location_json(struct gate *gate, const struct report *report, const struct diag *diag)
{
    json_t *location = json_object();
    json_t *physical = physical_json(gate, report, diag->at, diag->line_only);
    if (physical != NULL)
        json_object_set_new(location, "physicalLocation", physical);
    if (diag->variable.len > 0)
        json_object_set_new(location, "logicalLocations",
            json_pack("[{s:o, s:s}]", "name", json_text(gate, diag->variable), "kind", "variable"));
    return location;
}

static json_t *related_json(struct gate *gate, const struct report *report, const struct diag *diag)
{
    json_t *list = json_array();
    vec_each(const struct related *, related, &diag->related) {
        json_t *location = json_pack("{s:i, s:{s:o}}", "id", (int)(related - diag->related.items) + 1,
            "message", "text", json_visible(gate, related->message));
        json_t *physical = physical_json(gate, report, related->at, false);
        if (physical != NULL)
            json_object_set_new(location, "physicalLocation", physical);
        json_array_append_new(list, location);
    }
    return list;
}

static bool is_inside_line_end(str text, size_t at)
{
    return at > 0 && at < text.len && text.ptr[at - 1] == '\r' && text.ptr[at] == '\n';
}

/* There is no column between CR and LF: such an edit takes the other one of them away and puts it back. */
static struct edit whole_line_ends(struct gate *gate, const struct sources *sources, struct edit edit)
{
    const struct source *source = source_of(sources, edit.at);
    str text = source ? source->text : STR("");
    if (is_inside_line_end(text, edit.at.offset)) {
        edit.at = (span){edit.at.source, edit.at.offset - 1, edit.at.length + 1};
        edit.text = arena_concat(gate->arena, STR("\r"), edit.text);
    }
    if (is_inside_line_end(text, (size_t)edit.at.offset + edit.at.length)) {
        edit.at.length++;
        edit.text = arena_concat(gate->arena, edit.text, STR("\n"));
    }
    return edit;
}

/* What names a line alone would change another place of it. */
static bool can_be_placed(const struct sources *sources, const edit_list *edits)
{
    vec_each(const struct edit *, edit, edits) {
        struct report_place place = report_place(sources, edit->at, false);
        if (!place.has_file || place.start.column > COLUMN_BYTES_MAX || place.end.column > COLUMN_BYTES_MAX)
            return false;
    }
    return edits->count > 0;
}

/* One artifact change for each file: edits of a file follow each other. */
static json_t *fixes_json(struct gate *gate, const struct report *report, const struct diag *diag)
{
    json_t *changes = json_array(), *replacements = NULL;
    const struct sources *sources = report->diags->sources;
    uint32_t source = 0;
    vec_each(const struct edit *, row, &diag->edits) {
        const struct edit whole = whole_line_ends(gate, sources, *row), *edit = &whole;
        struct report_place place = report_place(sources, edit->at, false);
        if (edit->at.source != source || !replacements) {
            replacements = json_array();
            json_array_append_new(
                changes, json_pack("{s:o, s:o}", "artifactLocation", artifact_json(gate, place.file),
                             "replacements", replacements));
        }
        source = edit->at.source;
        json_array_append_new(
            replacements, json_pack("{s:o, s:{s:o}}", "deletedRegion", region_json(sources, source, &place),
                              "insertedContent", "text", json_text(gate, edit->text)));
    }
    return json_pack(
        "[{s:{s:s}, s:o}]", "description", "text", "mends it; see bootgate fix", "artifactChanges", changes);
}

static const char *level(enum severity severity)
{
    static const char *const levels[] = {
        [SEVERITY_OFF] = "none",
        [SEVERITY_NOTE] = "note",
        [SEVERITY_WARNING] = "warning",
        [SEVERITY_ERROR] = "error",
    };
    return levels[severity];
}

static json_t *result_json(struct gate *gate, const struct report *report, const struct diag *diag,
    struct report_fingerprints *fingerprints)
{
    str text = arena_concat(gate->arena, gate_visible(gate, diag->message), report_advice(gate, diag, "\n"));
    json_t *result = json_pack("{s:o, s:s, s:{s:o}, s:[o], s:{s:o}}", "ruleId", json_text(gate, diag->rule),
        "level", level(diag->severity), "message", "text", json_text(gate, text), "locations",
        location_json(gate, report, diag), "partialFingerprints", "bootgate/v1",
        json_text(gate, report_fingerprint(fingerprints, gate->arena, report, diag)));
    size_t index = report_rule_index(report, diag->rule);
    if (index != SIZE_MAX)
        json_object_set_new(result, "ruleIndex", json_integer((json_int_t)index));
    if (diag->related.count > 0)
        json_object_set_new(result, "relatedLocations", related_json(gate, report, diag));
    if (can_be_placed(report->diags->sources, &diag->edits))
        json_object_set_new(result, "fixes", fixes_json(gate, report, diag));
    if (diag->suppressed)
        json_object_set_new(result, "suppressions",
            json_pack("[{s:s, s:o}]", "kind", diag->suppressed->in_source ? "inSource" : "external",
                "justification", json_visible(gate, diag->suppressed->reason)));
    return result;
}

/* default-credentials → DefaultCredentials */
static str pascal_case(struct arena *arena, str name)
{
    struct buf buf = buf_new(arena, SIZE_MAX / 4);
    for (str word; str_next(&name, '-', &word);) {
        if (word.len > 0)
            buf_byte(&buf, byte_upper(word.ptr[0]));
        buf_str(&buf, str_skip(word, 1));
    }
    return buf_view(&buf);
}

static json_t *rule_json(struct gate *gate, const struct report *report, const struct rule_info *rule)
{
    bool is_development = str_eq(report->mode, STR("development"));
    enum severity severity = rule->severity[is_development ? MODE_DEVELOPMENT : MODE_PRODUCTION];
    return json_pack("{s:o, s:o, s:{s:o}, s:{s:o}, s:{s:o}, s:{s:s}, s:{s:[o]}}", "id",
        json_text(gate, rule->name), "name", json_text(gate, pascal_case(gate->arena, rule->name)),
        "shortDescription", "text", json_text(gate, rule->summary), "fullDescription", "text",
        json_text(gate, rule->why.len > 0 ? rule->why : rule->summary), "help", "text",
        json_text(gate, rule->help.len > 0 ? rule->help : rule->summary), "defaultConfiguration", "level",
        level(severity), "properties", "tags", json_text(gate, rule->group));
}

static void write_sarif(const struct report *report, struct out *out)
{
    struct gate *gate = out->gate;
    struct report_fingerprints fingerprints = {0};
    out_text(out, "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\", \"version\": \"2.1.0\",\n"
                  " \"runs\": [{\"tool\": {\"driver\": ");
    json_t *rules = json_array();
    for (size_t i = 0; i < report->rules.count; i++)
        json_array_append_new(rules, rule_json(gate, report, report->rules.items[i]));
    json_out(out, json_pack("{s:s, s:s, s:s, s:o}", "name", "bootgate", "version", BOOTGATE_VERSION,
                      "semanticVersion", BOOTGATE_VERSION, "rules", rules));
    out_printf(out,
        "},\n  \"automationDetails\": {\"id\": \"bootgate/" STR_FMT "/\"},\n"
        "  \"columnKind\": \"utf16CodeUnits\", \"redactionTokens\": [\"" MASK "\"],\n  \"invocations\": [",
        STR_ARG(report->mode));
    report_errors errors = report_all_errors(gate->arena, report);
    json_t *notifications = json_array();
    vec_each(const struct report_error *, error, &errors) {
        json_t *item = json_pack(
            "{s:s, s:{s:o}}", "level", "error", "message", "text", json_visible(gate, error->message));
        if (error->file.len > 0)
            json_object_set_new(item, "locations",
                json_pack(
                    "[{s:{s:o}}]", "physicalLocation", "artifactLocation", artifact_json(gate, error->file)));
        json_array_append_new(notifications, item);
    }
    json_out(out, json_pack("{s:b, s:i, s:o}", "executionSuccessful", errors.count == 0, "exitCode",
                      report->exit_code, "toolExecutionNotifications", notifications));
    out_text(out, "],\n  \"results\": [");
    const char *separator = "\n   ";
    vec_each(const struct diag *, diag, &report->diags->list) {
        out_text(out, separator);
        json_out(out, result_json(gate, report, diag, &fingerprints));
        separator = ",\n   ";
    }
    out_text(out, "]}]}\n");
}

const struct report_format report_sarif = {
    .name = "sarif",
    .is_machine = true,
    .write = write_sarif,
};
