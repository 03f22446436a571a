#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// What an SPMD worker needs of a run folder's `.fanlight/run.json`.
struct RunFile {
    std::filesystem::path folder;  ///< the run folder, absolute
    std::string model_folder;
    Recipe recipe;
    bool even = false;  ///< fixed shares instead of tickets
    std::vector<Item> items;
};

/// Throws UsageError when there is no such file, Error naming the file and what is wrong in it.
RunFile read_run_file(const std::filesystem::path& file);

}  // namespace fanlight
