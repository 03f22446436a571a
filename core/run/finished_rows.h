#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/output/manifest.h"

namespace fanlight {

/// The finished items of a run, in order, without the culled ones: from its plan and journals, even while it is in
/// progress, else (in an exported folder) from its manifest.jsonl. Throws Error; UsageError if the folder has neither.
std::vector<ManifestRow> finished_rows(const std::filesystem::path& folder);

/// A run as far as it has come.
struct RunRows {
    std::vector<ManifestRow> finished;  ///< finished_rows()
    std::string task;                   ///< the run's: "image", "text", …
    std::vector<int64_t> unmade;        ///< pending or failed, in order; none of an exported folder
    std::vector<int64_t> culled;        ///< made, then moved to the trash by the user, in order
};

/// Throws like finished_rows().
RunRows run_rows(const std::filesystem::path& folder);

}  // namespace fanlight
