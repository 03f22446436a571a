#include "core/output/export_results.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/output/csv_cell.h"
#include "core/output/journal.h"
#include "core/output/run_results.h"

namespace fanlight {

namespace {

using Row = nlohmann::ordered_json;

class ChosenResults {
public:
    ChosenResults(const std::filesystem::path& run_folder, const std::vector<Item>& all,
                  const std::vector<int64_t>& chosen)
        : all_(all), chosen_(chosen), done_(run_folder / ".fanlight", all.size()) {}

    /// Passes on their lines as in results_file().
    void each(const std::function<void(const std::string& line)>& take) {
        for (const int64_t number : chosen_) {
            const Item& item = all_.at(static_cast<size_t>(number));
            if (const auto result = done_.find(number))
                take(result_line(item, *result));
            else if (const auto failed = done_.failed().find(number); failed != done_.failed().end())
                take(result_line(item, failed->second));
        }
    }

private:
    const std::vector<Item>& all_;
    const std::vector<int64_t>& chosen_;
    DoneIndex done_;
};

/// Their keys, each where the first row that has it has it.
std::vector<std::string> columns_of(ChosenResults& results) {
    std::vector<std::string> columns;
    results.each([&](const std::string& line) {
        auto place = columns.begin();
        const Row row = Row::parse(line);
        for (const auto& [key, value] : row.items()) {
            const auto known = std::find(columns.begin(), columns.end(), key);
            place = known == columns.end() ? columns.insert(place, key) + 1 : std::max(place, known + 1);
        }
    });
    return columns;
}

void write_csv_line(FileReplacement& file, const std::vector<std::string>& columns,
                    const std::function<Json(const std::string& column)>& cell) {
    std::string line;
    for (const std::string& column : columns) {
        const Json value = cell(column);
        line += (value.is_null() ? "" : csv_cell(value)) + ',';
    }
    if (!line.empty()) line.back() = '\n';
    file.write(line);
}

}  // namespace

size_t export_results(const std::filesystem::path& run_folder, const std::vector<Item>& all,
                      const std::vector<int64_t>& chosen, const std::filesystem::path& file) {
    ChosenResults results(run_folder, all, chosen);
    FileReplacement replacement(file);
    const bool csv = file.extension() == ".csv";
    const std::vector<std::string> columns = csv ? columns_of(results) : std::vector<std::string>();
    if (csv) write_csv_line(replacement, columns, [](const std::string& column) { return Json(column); });
    size_t rows = 0;
    results.each([&](const std::string& line) {
        ++rows;
        if (!csv) return replacement.write(line + '\n');
        const Json row = Json::parse(line);
        write_csv_line(replacement, columns,
                       [&](const std::string& column) { return row.contains(column) ? row.at(column) : Json(); });
    });
    replacement.commit();
    return rows;
}

}  // namespace fanlight
