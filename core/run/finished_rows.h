#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/output/manifest.h"

namespace fanlight {

/// The finished items of a run, in order: from its plan and journals, even while it is in progress, else (in an
/// exported folder) from its manifest.jsonl. Throws Error; UsageError if the folder has neither.
std::vector<ManifestRow> finished_rows(const std::filesystem::path& folder);

/// What a run still lacks.
struct UnmadeItems {
    std::string task;            ///< the run's: "image", "text", …
    std::vector<int64_t> items;  ///< pending or failed, in order
};

/// None for an exported folder. Throws Error.
UnmadeItems unmade_items(const std::filesystem::path& folder);

}  // namespace fanlight
