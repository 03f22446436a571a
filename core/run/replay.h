#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

struct ReplayRequest {
    std::filesystem::path source;  ///< a PNG of ours, a manifest (.jsonl or .csv), a run folder or an exported one
    std::string model;             ///< as find_model() takes it; empty: the name that the images tell
    std::string devices = "all";   ///< of those that the images were made on, GPUs or CPUs
};

/// A run that makes finished images again, and what it has to match.
struct ReplayPlan {
    RunPlan plan;
    std::vector<std::string> sha256;               ///< of each item's file
    std::vector<std::filesystem::path> originals;  ///< may not be there
};

/// Batch size and number format are the images' own; workers are as many as the devices make. Throws
/// UsageError where the images tell no recipe or more than one, the model or a LoRA is not here or another one, or
/// there is no device of their kind; Error naming a file that cannot be read. Reads all weights, for their hash.
ReplayPlan plan_replay(const ReplayRequest& request, const std::filesystem::path& resources);

enum class Likeness { Bytes, Pixels, None };

/// How an image that was made again, in `file`, is like the one before; pixels are looked at where bytes differ (a
/// later version tells more in its texts).
Likeness likeness(const std::filesystem::path& file, const std::string& sha256, const std::filesystem::path& original);

}  // namespace fanlight
