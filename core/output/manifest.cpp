#include "core/output/manifest.h"

#include <functional>
#include <type_traits>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/output/number_text.h"

namespace fanlight {

namespace {

constexpr std::uintmax_t max_manifest_bytes = std::uintmax_t{4} << 30;

struct Column {
    const char* name;
    std::function<Json(const ManifestRow&)> get;
    std::function<void(ManifestRow&, const Json& record, const std::string& where)> set;
};

template <typename T>
bool is_exactly(const Json& value) {
    if constexpr (std::is_unsigned_v<T>) return value.is_number_unsigned();
    if constexpr (std::is_integral_v<T>) return value.is_number_integer() && Json(value.get<T>()) == value;
    return true;
}

/// `field` takes a row, const or not, and returns a reference to one of its values.
template <typename Field>
Column column(const char* name, Field field) {
    using T = std::remove_cvref_t<decltype(field(std::declval<ManifestRow&>()))>;
    return {name, [field](const ManifestRow& row) { return Json(field(row)); },
            [field, name](ManifestRow& row, const Json& record, const std::string& where) {
                field(row) = required<T>(record, name, where);
                if (!is_exactly<T>(record.at(name))) detail::throw_wrong_type(name, record.at(name), where);
            }};
}

template <typename T>
Column parameter(const char* name, T ImageTask::*member) {
    return {name, [member](const ManifestRow& row) { return Json(image_of(row.item).*member); },
            [member, name](ManifestRow& row, const Json& record, const std::string& where) {
                row.item.task.edit<ImageTask>().*member = required<T>(record, name, where);
                if (!is_exactly<T>(record.at(name))) detail::throw_wrong_type(name, record.at(name), where);
            }};
}

/// A list; manifests that were written before there were LoRAs lack it.
Column loras_column() {
    return {"loras", [](const ManifestRow& row) { return without_files(row.recipe.loras); },
            [](ManifestRow& row, const Json& record, const std::string& where) {
                row.recipe.loras = optional_or(record, "loras", std::vector<Lora>(), where);
            }};
}

const std::vector<Column>& columns() {
    static const std::vector<Column> table = {
        column(
            "index", [](auto& row) -> auto& { return row.item.index; }),
        column(
            "row", [](auto& row) -> auto& { return row.item.row; }),
        column(
            "file", [](auto& row) -> auto& { return row.item.place; }),
        parameter("prompt", &ImageTask::prompt),
        parameter("negative_prompt", &ImageTask::negative_prompt),
        parameter("seed", &ImageTask::seed),
        parameter("steps", &ImageTask::steps),
        parameter("cfg_scale", &ImageTask::cfg_scale),
        parameter("width", &ImageTask::width),
        parameter("height", &ImageTask::height),
        parameter("sampler", &ImageTask::sampler),
        parameter("schedule", &ImageTask::schedule),
        parameter("clip_skip", &ImageTask::clip_skip),
        column(
            "model", [](auto& row) -> auto& { return row.recipe.model; }),
        column(
            "model_hash", [](auto& row) -> auto& { return row.recipe.model_hash; }),
        column(
            "dtype", [](auto& row) -> auto& { return row.recipe.dtype; }),
        column(
            "device_kind", [](auto& row) -> auto& { return row.recipe.device_kind; }),
        column(
            "batch_size", [](auto& row) -> auto& { return row.recipe.batch_size; }),
        column(
            "threads", [](auto& row) -> auto& { return row.recipe.threads; }),
        loras_column(),
        column(
            "sha256", [](auto& row) -> auto& { return row.sha256; }),
        column(
            "bytes", [](auto& row) -> auto& { return row.bytes; }),
        column(
            "device_name", [](auto& row) -> auto& { return row.device_name; }),
        column(
            "device_uuid", [](auto& row) -> auto& { return row.device_uuid; }),
        column(
            "worker", [](auto& row) -> auto& { return row.worker; }),
        column(
            "seconds", [](auto& row) -> auto& { return row.seconds; }),
        column(
            "finished_at", [](auto& row) -> auto& { return row.finished_at; }),
    };
    return table;
}

std::string quoted_if_needed(const std::string& cell) {
    const bool blank_ends = trimmed(cell).size() != cell.size();  // some readers strip them
    if (cell.find_first_of(",\"\r\n") == std::string::npos && !blank_ends) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

std::string csv_cell(const Json& value) {
    if (value.is_string()) return quoted_if_needed(value.get_ref<const std::string&>());
    if (value.is_array()) return value.empty() ? "" : quoted_if_needed(to_line(value));
    return value.is_number_float() ? number_text(value.get<double>()) : to_line(value);
}

std::string csv_header() {
    std::string line;
    for (const Column& column : columns()) (line += column.name) += ',';
    line.back() = '\n';
    return line;
}

std::string csv_line(const ManifestRow& row) {
    std::string line;
    for (const Column& column : columns()) (line += csv_cell(column.get(row))) += ',';
    line.back() = '\n';
    return line;
}

std::string json_line(const ManifestRow& row) {
    std::string line = "{";
    for (const Column& column : columns()) (((line += '"') += column.name) += "\":") += to_line(column.get(row)) + ",";
    line.back() = '}';
    return line + '\n';
}

}  // namespace

std::string manifest_csv(const std::vector<ManifestRow>& rows) {
    std::string csv = csv_header();
    for (const ManifestRow& row : rows) csv += csv_line(row);
    return csv;
}

std::string manifest_jsonl(const std::vector<ManifestRow>& rows) {
    std::string lines;
    for (const ManifestRow& row : rows) lines += json_line(row);
    return lines;
}

ManifestWriter::ManifestWriter(const std::filesystem::path& folder)
    : csv_(folder / "manifest.csv"), jsonl_(folder / "manifest.jsonl") {
    csv_.write(csv_header());
}

void ManifestWriter::add(const ManifestRow& row) {
    csv_.write(csv_line(row));
    jsonl_.write(json_line(row));
}

void ManifestWriter::commit() {
    csv_.commit();
    jsonl_.commit();
}

void write_manifest(const std::filesystem::path& folder, const std::vector<ManifestRow>& rows) {
    ManifestWriter writer(folder);
    for (const ManifestRow& row : rows) writer.add(row);
    writer.commit();
}

ManifestRow read_manifest_record(std::string_view line, const std::string& where) {
    const Json record = parse_json(line, where);
    ManifestRow row;
    for (const Column& column : columns()) column.set(row, record, where);
    return row;
}

std::vector<ManifestRow> read_manifest_jsonl(const std::filesystem::path& file) {
    const std::string bytes = read_file(file, max_manifest_bytes);
    std::vector<ManifestRow> rows;
    size_t number = 0;
    for (size_t start = 0; start < bytes.size();) {
        const size_t end = std::min(bytes.find('\n', start), bytes.size());
        const std::string_view line = std::string_view(bytes).substr(start, end - start);
        start = end + 1;
        ++number;
        if (trimmed(line).empty()) continue;
        rows.push_back(read_manifest_record(line, file.string() + " (record " + std::to_string(number) + ")"));
    }
    return rows;
}

}  // namespace fanlight
