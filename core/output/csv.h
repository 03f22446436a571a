#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"

// CSV as in RFC 4180, in UTF-8, with "\n" at the ends of lines.
namespace fanlight {

/// Quoted if it has to be; objects and lists as JSON.
std::string csv_cell(const Json& value);

/// With its newline. `cells` are those that csv_cell() returns.
std::string csv_line(const std::vector<std::string>& cells);

/// Writes the rows of a file with one JSON object a line as CSV: a column for each key of any row, in the order in
/// which they first occur. The file is complete or not there. Throws Error naming the file.
void write_csv(const std::filesystem::path& json_lines, const std::filesystem::path& csv);

}  // namespace fanlight
