#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/batch/split.h"
#include "core/protocol/run_placement.h"

namespace fanlight {

/// The expanded request: everything that affects a run's result. The run owner writes it to `.fanlight/run.json`, from
/// where it resumes; workers under an outside launcher take their work from it.
struct RunPlan {
    std::string model_folder;          ///< absolute path
    Recipe recipe;                     ///< of all items (see set_recipe()), batch size and threads included
    std::vector<std::string> devices;  ///< "cpu", "cuda:0": of each worker (see WorkerPlace::device), may come twice
    RunPlacement placement;            ///< a row a device; empty: replicas
    Split split = Split::Pull;
    bool apply_padding = false;  ///< asked for; the duplicates that it means are not made (see Dispatcher)
    bool gather = false;         ///< under a launcher: all images come to rank 0, which draws the contact sheet
    std::vector<Item> items;     ///< item i has index i
};

/// Throws UsageError, beginning with `where`, for what cannot be run: no items or devices, numbers that do not count
/// up, file names that lead elsewhere or come twice, prompts that fit into no message.
void check_plan(const RunPlan& plan, const std::string& where);

/// Whole or not at all. Throws Error naming the file.
void write_plan(const RunPlan& plan, const std::filesystem::path& file);

/// Throws UsageError where there is no such file, Error naming the file and what is wrong in it.
RunPlan read_plan_file(const std::filesystem::path& file);

/// The one of a run folder.
RunPlan read_plan(const std::filesystem::path& folder);

}  // namespace fanlight
