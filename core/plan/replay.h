#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

struct ReplayRequest {
    std::filesystem::path source;  ///< a PNG of ours, a manifest (.jsonl or .csv), a run folder or an exported one
    std::string model;             ///< as find_model() takes it; empty: the name recorded in the images
    std::string devices = "all";   ///< of the kind that the images were made on, GPUs or CPUs
};

/// A run that makes finished images again, and what its results must match.
struct ReplayPlan {
    RunPlan plan;
    std::vector<std::string> sha256;               ///< of each item's file
    std::vector<std::filesystem::path> originals;  ///< may be missing
    std::string warning;                           ///< why pixels may differ; empty: they should not
};

/// Batch size and dtype are the images' own; the number of workers depends on the devices. Throws UsageError if the
/// images have no recipe or different ones, the model or a LoRA is missing or different, or there is no device of their
/// kind; Error naming a file that cannot be read. Reads all weights, for their hash.
ReplayPlan plan_replay(const ReplayRequest& request, const std::filesystem::path& resources);

enum class Likeness { Bytes, Pixels, None };

/// How an image made again, in `file`, compares to the original; pixels are compared if the bytes differ (a later
/// version may write more texts).
Likeness likeness(const std::filesystem::path& file, const std::string& sha256, const std::filesystem::path& original);

}  // namespace fanlight
