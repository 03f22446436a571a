#include "core/output/csv.h"

#include <algorithm>
#include <fstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
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

std::vector<std::string> columns_of(const EachRow& each_row) {
    std::vector<std::string> columns;
    each_row([&](const std::string& line) {
        auto place = columns.begin();
        const auto row = nlohmann::ordered_json::parse(line);
        for (const auto& [key, value] : row.items()) {
            const auto known = std::find(columns.begin(), columns.end(), key);
            place = known == columns.end() ? columns.insert(place, key) + 1 : std::max(place, known + 1);
        }
    });
    return columns;
}

}  // namespace

std::string csv_cell(const Json& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return quoted_if_needed(value.get_ref<const std::string&>());
    if (value.is_structured()) return value.empty() ? "" : quoted_if_needed(to_line(value));
    return value.is_number_float() ? number_text(value.get<double>()) : to_line(value);
}

std::string csv_line(const std::vector<std::string>& cells) { return join(cells, ",") + '\n'; }

void write_csv(const EachRow& each_row, const fs::path& path) {
    const std::vector<std::string> columns = columns_of(each_row);
    std::vector<std::string> cells;
    for (const std::string& column : columns) cells.push_back(csv_cell(column));
    FileReplacement file(path);
    file.write(csv_line(cells));
    each_row([&](const std::string& line) {
        const Json row = Json::parse(line);
        for (size_t i = 0; i < columns.size(); ++i)
            cells[i] = row.contains(columns[i]) ? csv_cell(row.at(columns[i])) : "";
        file.write(csv_line(cells));
    });
    file.commit();
}

EachRow lines_of(const fs::path& path) {
    return [path](const auto& take) {
        check_is_file(path);
        std::ifstream lines(path);
        for (std::string line; std::getline(lines, line);) take(line);
        if (!lines.eof()) throw Error("%1 cannot be read; check the disk.", path);
    };
}

}  // namespace fanlight
