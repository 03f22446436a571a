#include "core/output/csv_cell.h"

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

std::string quoted_if_needed(const std::string& cell) {
    const bool blank_ends = trimmed(cell).size() != cell.size();  // some readers strip them
    if (cell.find_first_of(",\"\r\n") == std::string::npos && !blank_ends) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

}  // namespace

std::string csv_cell(const Json& value) {
    if (value.is_string()) return quoted_if_needed(value.get_ref<const std::string&>());
    if (value.is_structured()) return value.empty() ? "" : quoted_if_needed(to_line(value));
    return value.is_number_float() ? number_text(value.get<double>()) : to_line(value);
}

}  // namespace fanlight
