#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/place.h"
#include "core/base/shared.h"
#include "core/batch/image_task.h"
#include "core/batch/lora.h"
#include "core/batch/prompt_row.h"
#include "core/batch/replaced_component.h"
#include "core/batch/task.h"

namespace fanlight {

/// A textual inversion embedding: vectors that prompts call by their name.
struct NamedEmbedding {
    std::string name;  ///< the file name without ".safetensors"
    std::string file;  ///< absolute path, which is not part of an image's recipe
    std::string hash;  ///< SHA-256 of the file, hex

    bool operator==(const NamedEmbedding&) const = default;
};

// The ranges of a recipe's numbers, on the command line and in files.
constexpr int max_batch_size = 1024, max_threads = 1024;

/// What the items of a run share that the same model makes; together with an item's task it determines every pixel.
struct Recipe {
    std::string model;       ///< name, as shown and as written into the PNGs
    std::string model_hash;  ///< SHA-256 over the model's files, hex
    std::string dtype = "float32";
    std::string device_kind = "cpu";  ///< "cpu" or "cuda"
    int batch_size = 1;               ///< items per micro-batch: always full, the last one is padded
    int threads = 1;  ///< CPU threads per worker; they do not affect pixels, so they are not recorded in images
    std::vector<Lora> loras = {};  ///< in merge order
    /// Those that some prompt calls, in the order in which the first prompts did.
    std::vector<NamedEmbedding> embeddings = {};
    ReplacedComponents components = {};
    /// What the network predicts ("epsilon", "v_prediction"), whatever its files say, and whether it was trained with a
    /// terminal SNR of zero. Recorded where the model's files do not say it: for single files, or if a user does.
    /// Empty: as the model's scheduler config has it.
    std::string prediction = {};
    bool zero_snr = false;
    bool vae_tiling = false;  ///< pictures that are larger than a tile of the VAE are decoded in tiles
    /// "cpu" if the text encoders work on the CPU and the network on GPUs: they compute in float32 there. Empty: they
    /// are on devices of `device_kind`.
    std::string text_device_kind = {};
    /// In a finished image, the model of the GPU that made it ("NVIDIA H100"): another model makes other pixels. Else
    /// empty.
    std::string card = {};
    /// In a finished image, what it was computed with that no option offers yet (Experiments in core/weights). Else
    /// empty.
    std::string experiments = {};

    bool operator==(const Recipe&) const = default;
};

/// Checks a recipe that comes from a file by the same rules as the command line's. Throws UsageError "WHERE: …".
void check(const Recipe& recipe, const Place& where);

/// One thing to make. `index` is its 0-based number in the run, `row` the number of its prompt row.
struct Item {
    int64_t index = 0;
    int64_t row = 0;
    std::string place;  ///< where its result is stored: a file name in the run folder; empty: in the journal
    Task task;
    int model = 0;          ///< the number of the run's model that makes it (RunPlan::model)
    Shared<Recipe> recipe;  ///< see recipe_of(); set by whoever reads the item

    bool operator==(const Item&) const = default;
};

/// Its task as an image. Throws Error if it is of another kind.
inline const ImageTask& image_of(const Item& item) { return item.task.as<ImageTask>(); }

/// The subject of a sentence about it: its file name, or else "Item 3".
Sentence name_of(const Item& item);

/// Whether a file of this name lies in its folder, and cannot be mistaken for one of our own.
bool is_plain_file_name(const std::string& name);

/// Throws UsageError "WHERE: …" unless its place suits its task: a file has a plain name, a record has none.
void check_place(const Item& item, const Place& where);

/// The model, adapters and batch size that it is made with. Throws Error if it has none.
const Recipe& recipe_of(const Item& item);

/// What of its run's recipe determines the result of a task: all but the embeddings that its prompts do not call,
/// and a refiner that it does without.
Recipe own_recipe(const Task& task, const Recipe& run);

/// Gives it a recipe of its own.
inline void set_recipe(Item& item, Recipe recipe) { item.recipe = Shared<Recipe>(std::move(recipe)); }

/// Items with equal keys may share a micro-batch: their tasks may, and they have the same recipe.
struct BatchKey {
    const Recipe* recipe;
    Task task;  ///< any of those that may share

    friend std::weak_ordering operator<=>(const BatchKey& a, const BatchKey& b) {
        const auto order = std::compare_three_way()(a.recipe, b.recipe);
        return std::is_neq(order) ? std::weak_ordering(order) : a.task.batch_order(b.task);
    }
    friend bool operator==(const BatchKey& a, const BatchKey& b) { return std::is_eq(a <=> b); }
};
BatchKey batch_key(const Item& item);

}  // namespace fanlight
