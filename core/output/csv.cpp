#include "core/output/csv.h"

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/number_text.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

std::string quoted_if_needed(const std::string& cell) {
    const bool blank_ends = trimmed(cell).size() != cell.size();  // some readers strip them
    if (cell.find_first_of(",\"\r\n") == std::string::npos && !blank_ends) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

void each_row(const fs::path& file, const std::function<void(const nlohmann::ordered_json& row)>& visit) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty()) visit(nlohmann::ordered_json::parse(line));
    if (!lines.eof()) throw Error(file.string() + " cannot be read; check the disk.");
}

}  // namespace

std::string csv_cell(const Json& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return quoted_if_needed(value.get_ref<const std::string&>());
    if (value.is_structured()) return value.empty() ? "" : quoted_if_needed(to_line(value));
    return value.is_number_float() ? number_text(value.get<double>()) : to_line(value);
}

std::string csv_line(const std::vector<std::string>& cells) { return join(cells, ",") + '\n'; }

void write_csv(const fs::path& json_lines, const fs::path& csv) {
    std::vector<std::string> columns, header;
    std::unordered_set<std::string> known;
    each_row(json_lines, [&](const auto& row) {
        for (const auto& [name, value] : row.items()) {
            if (!known.insert(name).second) continue;
            columns.push_back(name);
            header.push_back(csv_cell(name));
        }
    });
    FileReplacement file(csv);
    file.write(csv_line(header));
    each_row(json_lines, [&](const auto& row) {
        std::vector<std::string> cells;
        for (const std::string& name : columns)
            cells.push_back(row.contains(name) ? csv_cell(Json::parse(row.at(name).dump())) : "");
        file.write(csv_line(cells));
    });
    file.commit();
}

}  // namespace fanlight
