#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// Writes what these items of a run have become to a file, in this order: as CSV if the name ends in .csv (one column
/// for each key that any of them has), else as the lines of results_file(). Those that are neither done nor failed are
/// left out. Reads the journals, also of a run in progress; `all` are its items. Throws Error naming a file.
/// Returns the number of rows written.
size_t export_results(const std::filesystem::path& run_folder, const std::vector<Item>& all,
                      const std::vector<int64_t>& chosen, const std::filesystem::path& file);

}  // namespace fanlight
