#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/sentence.h"
#include "core/batch/prompt_row.h"
#include "core/config/model_places.h"
#include "core/families/family.h"

namespace fanlight {

/// What the owner knows about a model without loading it.
struct ModelCard {
    std::string name;  ///< as shown and written into the PNGs: the preset, the repo id, the folder's or file's name
    std::filesystem::path folder;          ///< or the single file
    std::string pipeline_class;            ///< diffusers' name
    std::string task;                      ///< the kind of task that it performs (core/batch/task.h)
    std::vector<std::string> also;         ///< other kinds that it performs when asked by name
    bool overflows_float16 = false;        ///< as in Family
    bool separate_rows = false;            ///< as in Family
    bool flow = false;                     ///< as in Family
    std::vector<std::string> replaceable;  ///< the kinds of its components that may come from elsewhere
    std::vector<std::string> lacks;        ///< components that its file does not hold (find_missing_components())
    ModelTraits traits;                    ///< which parameters it accepts
    Overrides defaults;                    ///< for what a request leaves open; unset: the model has no such parameter
    Json scheduler_config;                 ///< scheduler/scheduler_config.json as it is; null: it has no scheduler
    /// What differs from the scheduler's config or, of a single file, from what is usual for its version: because it
    /// was found out, or because the user says so.
    NoiseTraining training;
    Sentence training_note;   ///< what was found out and why, the rest of a sentence about the model; may be empty
    Sentence few_steps_note;  ///< likewise, of a model that was trained to draw in few steps
    std::string
        unknown_scheduler;  ///< the class of its own scheduler if no sampler here is that; it has no default then
};

/// Finds a model as a user names it: a preset ("starter", which makes images, or "starter-text"; "": the one for this
/// kind of task, images if that is empty), a folder in diffusers' or transformers' format, a single-file .safetensors
/// checkpoint, the name of either in the places for models, or the id of a repository in the local Hugging Face cache.
/// Defaults are those of diffusers' pipeline or of the model's files unless a preset overrides them. Throws
/// UsageError saying where it looked and which models there are, that no preset performs the task, or which class is
/// unknown and which are known; Error naming the file that is missing or broken. `prediction`: what the network
/// predicts, "epsilon" or "v_prediction", whatever its files say, or "flow", which only a model of such a family does;
/// empty: what is found out. UsageError if it is none of these, or the model predicts nothing of the kind.
ModelCard find_model(const std::string& model, const ModelPlaces& places, const std::string& task = "",
                     const std::string& prediction = "");

/// A model that works beside another one, as a refiner does.
struct FoundModel {
    std::string name;  ///< see ModelCard
    std::filesystem::path path;
};

/// Where find_model() would find it. No preset is found. Throws UsageError like that.
FoundModel find_other_model(const std::string& model, const ModelPlaces& places);

/// What a user may say that a network predicts.
const std::vector<std::string>& prediction_names();

/// Whether it is a file that may hold a model, or a component.
bool is_model_file(const std::filesystem::path& path);

/// Whether the path is a folder with a model_index.json, or a file that may be a checkpoint.
bool is_model(const std::filesystem::path& path);

/// The network's configuration as text: equal for models that cost the same. Throws Error naming the file.
std::string network_config(const std::filesystem::path& model);

/// SHA-256 (hex) of a single file, which AUTOMATIC1111 uses, too; for a folder, of what determines the pictures: the
/// lines that `sha256sum` prints for the configs, vocabularies and .safetensors of the components that the pipeline
/// uses, in the order of their paths. Reads all weights.
std::string model_hash(const std::filesystem::path& folder);

/// A model that find_model() would find by `name`, as shown in a list.
struct ListedModel {
    std::string name;
    std::filesystem::path folder;
    std::string family;        ///< diffusers' name of its pipeline, without "Pipeline"; empty: unknown
    std::string dtype = {};    ///< of most of its weights: "float16"; empty: unknown
    std::string task = {};     ///< the kind of task that it performs; empty: unknown
    Sentence problem;          ///< why it cannot be used; empty: it can
    Sentence note = {};        ///< what to know before using it, the rest of a sentence about it; may be empty
    int64_t weight_bytes = 0;  ///< of its .safetensors files
};

/// Describes a folder in diffusers' format or a single-file checkpoint. Never throws: what is wrong with it becomes its
/// `problem`. What is said of a file is kept (file_cache.h).
ListedModel listed_model(const std::string& name, const std::filesystem::path& folder);

/// Bytes of its weights on a device of this kind ("cpu", "cuda") with --dtype auto: in float32 or in 16 bits. What else
/// a run needs depends on the size of its images.
int64_t weight_bytes_on(const ListedModel& model, const std::string& device_kind);

/// The presets, the models in the places, then those in the local Hugging Face cache.
std::vector<ListedModel> list_models(const ModelPlaces& places);

}  // namespace fanlight
