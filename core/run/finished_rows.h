#pragma once

#include <filesystem>
#include <vector>

#include "core/output/manifest.h"

namespace fanlight {

/// What is done of a run, in the order of its items: by its plan and journals, also while it is being made, else (an
/// exported folder) by its manifest.jsonl. Throws Error, UsageError when the folder holds neither.
std::vector<ManifestRow> finished_rows(const std::filesystem::path& folder);

}  // namespace fanlight
