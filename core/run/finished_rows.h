#pragma once

#include <filesystem>
#include <vector>

#include "core/output/manifest.h"

namespace fanlight {

/// The finished items of a run, in order: from its plan and journals, even while it is in progress, else (in an
/// exported folder) from its manifest.jsonl. Throws Error; UsageError if the folder has neither.
std::vector<ManifestRow> finished_rows(const std::filesystem::path& folder);

}  // namespace fanlight
