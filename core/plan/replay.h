#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/batch/weight_form.h"
#include "core/output/manifest.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

struct ReplayRequest {
    std::filesystem::path source;  ///< a PNG of ours, a manifest (.jsonl or .csv), a run folder or an exported one
    std::string model;             ///< as find_model() takes it; empty: the name recorded in the images
    std::vector<std::string> models_dirs;   ///< as in PlanRequest
    std::string devices = "all";            ///< of the kind that the images were made on, GPUs or CPUs
    WeightForm weights = WeightForm::Auto;  ///< as in PlanRequest
};

/// A run that makes finished items again, and what its results must match.
struct ReplayPlan {
    RunPlan plan;
    std::vector<Result> before;       ///< of each item
    std::filesystem::path originals;  ///< the folder of the files, which may be missing
    std::string warning;              ///< why pixels may differ; empty: they should not
};

/// Batch size and dtype are each image's own; the number of workers depends on the devices. Throws UsageError if an
/// image has no recipe, some are of GPUs and some of CPUs, the model, a LoRA or a component is missing or different, or
/// there is no device of their kind; Error naming a file that cannot be read. Reads all weights, for their hash.
ReplayPlan plan_replay(const ReplayRequest& request, const std::filesystem::path& resources);

enum class Likeness { Bytes, Pixels, None };

/// How a result of the replay, in its run folder, compares to the one before. Pixels are compared if the bytes of an
/// image differ (a later version may write more texts); texts are compared as they are.
Likeness likeness(const ReplayPlan& replay, const Result& again, const std::filesystem::path& folder);

}  // namespace fanlight
