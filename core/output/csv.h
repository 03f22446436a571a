#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"

// CSV as in RFC 4180, in UTF-8, with "\n" at the ends of lines.
namespace fanlight {

/// In quotation marks if need be. An object or a list is JSON, an empty one an empty cell, as is null.
std::string csv_cell(const Json& value);

/// With its newline. `cells`: what csv_cell() returns.
std::string csv_line(const std::vector<std::string>& cells);

/// Passes on rows, each as the JSON of an object; the same ones at each call.
using EachRow = std::function<void(const std::function<void(const std::string& row)>& take)>;

/// Writes the rows with a column for each key of any of them, where the first row that has it has it. Calls `each_row`
/// twice. The file is complete or not there. Throws Error naming it.
void write_csv(const EachRow& each_row, const std::filesystem::path& file);

/// The lines of a file, whatever is in them. Throws Error naming it.
EachRow lines_of(const std::filesystem::path& file);

}  // namespace fanlight
