#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/base/sentence.h"
#include "core/batch/on_oom.h"
#include "core/batch/request.h"
#include "core/batch/split.h"
#include "core/protocol/run_placement.h"

namespace fanlight {

/// A model of a run, with its adapters and components, and where each worker has it.
struct PlannedModel {
    std::string model_folder;  ///< absolute path
    Recipe recipe;             ///< of all items that it makes, including batch size and threads
    RunPlacement placement;    ///< one worker per device; empty: replicas
    /// Weights that their files hold packed stay so in memory, and layers are dequantised when they are used (see
    /// WeightForm). It changes no pixel, so it is not part of the recipe.
    bool packed_weights = false;
    /// The number of the run's model whose items it has taken over, since their recipe needed too much memory; -1:
    /// none. What that one has made stays.
    int in_place_of = -1;
};

/// The expanded request: everything that affects a run's result. The run owner writes it to `.fanlight/run.json`, from
/// which it resumes; workers under an external launcher take their work from it. Most runs have one model, which the
/// plan itself is; where rows ask for others, it is the first one's.
struct RunPlan : PlannedModel {
    std::vector<std::string> devices;  ///< one per worker (see WorkerPlace::device): "cpu", "cuda:0"; may repeat
    std::vector<PlannedModel> others;  ///< in the order in which items first ask for them
    Split split = Split::Pull;
    bool apply_padding = false;  ///< as requested; the duplicates are not actually made (see Dispatcher)
    bool gather = false;         ///< under a launcher: all images are collected by rank 0, which draws a contact sheet
    /// How added rows are read that do not say so. (The items' own is no default: plain prompts are all literal.)
    Emphasis emphasis = Emphasis::Literal;
    bool csv = false;  ///< results that are records are also written as CSV
    OnOom on_oom = OnOom::Same;
    bool cache_embeddings = false;  ///< texts that have been encoded are kept on disk; changes no result
    bool same_seed = false;         ///< all items have the first one's seed, and so have those that are added
    std::vector<Item> items;        ///< item i has index i
    /// What the request asked for in vain, to be said when the run begins; not kept.
    std::vector<Sentence> notes = {};

    int models() const { return 1 + static_cast<int>(others.size()); }
    /// Of those items whose `model` is this number.
    const PlannedModel& model(int number) const {
        return number == 0 ? *this : others.at(static_cast<size_t>(number) - 1);
    }
    PlannedModel& model(int number) { return number == 0 ? *this : others.at(static_cast<size_t>(number) - 1); }
};

/// The model that has taken over this one's items in the end; itself if none has.
int latest_model(const RunPlan& plan, int number);

/// Gives each item the recipe of its model. Throws Error if there is no such model.
void set_recipes(RunPlan& plan);

/// Of each worker, all devices that it computes on, for whichever model: "cuda:0", "cuda:0+cuda:1".
std::vector<std::string> devices_in_use(const RunPlan& plan);

/// The items that the model makes.
std::vector<Item> items_of_model(const RunPlan& plan, int number);

/// Throws UsageError, starting with `where`, for an invalid plan: no items or devices, indexes that are not
/// consecutive, file names that leave the folder or repeat, prompts that do not fit into a message.
void check_plan(const RunPlan& plan, const Place& where);

/// Throws UsageError for what ranks cannot do, since nobody decides for all of them.
void check_for_ranks(const RunPlan& plan);

/// Writes the file atomically. Throws Error naming it.
void write_plan(const RunPlan& plan, const std::filesystem::path& file);

/// Throws UsageError if there is no such file, Error naming the file and what is wrong with it.
RunPlan read_plan_file(const std::filesystem::path& file);

/// The plan of a run folder.
RunPlan read_plan(const std::filesystem::path& folder);

}  // namespace fanlight
