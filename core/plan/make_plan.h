#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/batch/affixes.h"
#include "core/batch/list_reading.h"
#include "core/batch/names.h"
#include "core/batch/on_oom.h"
#include "core/batch/request.h"
#include "core/batch/styles.h"
#include "core/batch/weight_form.h"
#include "core/config/model_catalog.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_reserve.h"
#include "core/output/file_names.h"
#include "core/plan/batch_size.h"
#include "core/plan/weight_choice.h"
#include "core/run/run_folder.h"

namespace fanlight {

/// A user's request, from the command line or the window. Parameters stay text until parameter_rules() reads them, so
/// that a value is checked in the same way in an option, a field and a prompt list.
struct PlanRequest {
    std::string task;   ///< the kind that the model must perform; empty: what its models are usually asked for
    std::string model;  ///< as find_model() takes it; empty: the starter for the task
    std::vector<std::string> models_dirs;  ///< where models and LoRAs are looked for, too (model_places.h)
    std::vector<PromptRow> rows;
    /// Yields the rows that follow these; may be null.
    std::function<void(const ListReading& reading, const TakeRow&)> list;
    std::string prediction;  ///< what its network predicts, as find_model() takes it; empty: what is found out
    bool raw = false;        ///< prompts are not put into the chat template that the model may have
    std::map<std::string, std::string>
        parameters;                          ///< defaults for what rows leave open, by rule name; else the model's
    std::shared_ptr<const Styles> styles;    ///< those that rows may name; null: none
    Affixes affixes;                         ///< of every row's prompt; only images have any
    bool same_seed = false;                  ///< seeds do not count up
    std::vector<std::string> loras;          ///< as find_lora() takes them, merged in this order
    std::string network;                     ///< in place of the model's, as find_component() takes it; empty: its own
    std::string vae;                         ///< likewise
    std::vector<std::string> text_encoders;  ///< likewise
    std::string refiner;                     ///< the model that finishes pictures; empty: none
    bool vae_tiling = false;                 ///< see Recipe
    std::string dtype = automatic_dtype;     ///< one of dtype_choices()
    std::string devices = "all";             ///< "cpu[,cpu…]", "cuda:0,cuda:1" or "all"
    MemoryReserve reserve;                   ///< memory of the GPUs that is left to other programs
    Split split = Split::Pull;
    bool apply_padding = false;
    std::string text_device;        ///< where text encoders work: "cpu", "cuda:1"; empty: beside the network
    std::string cfg_devices;        ///< pairs that share guided evaluations: "cuda:0,cuda:1"; empty: none do
    bool cache_embeddings = false;  ///< keep texts that have been encoded on disk
    OnOom on_oom = OnOom::Same;
    WeightForm weights = WeightForm::Auto;  ///< for choose_weights()
    int threads = 0;                        ///< CPU threads per worker; 0: the cores divided among the workers
    int batch_size = 0;                     ///< 0: see default_batch_size(); auto_batch_size: see choose_batch_size()
    std::string name_pattern = default_name_pattern;

    static constexpr int auto_batch_size = -1;
};

/// "cuda" or "cpu", of device names. Throws UsageError if they are of both kinds: their pictures differ, so a run uses
/// only one.
std::string kind_of(const std::vector<std::string>& devices);

/// Throws UsageError unless these devices can compute in it.
void check_dtype(const std::string& dtype, const std::vector<std::string>& ids, const std::vector<Device>& devices);

/// A plan, and what its run need not know.
struct PlannedRun : RunPlan {
    Sentence batch_size_why;  ///< see BatchSize
    WeightChoice weights;     ///< of its first model, if choose_weights() has been called
    Sentence training_note;   ///< see ModelCard; empty: nothing was left to be found out

    BatchSize batch_size() const { return {recipe.batch_size, batch_size_why}; }
};

inline constexpr uint64_t default_seed = 42;

/// The kind of task that the model performs if this one is asked for; empty: whichever it is. Throws UsageError naming
/// the command for it if it performs another one.
std::string task_of(const ModelCard& card, const std::string& asked);

/// Expands every row of the request and names every device, selected from `devices`; `hidden` is why some are not
/// listed, as parse_devices() takes it. The model's hash is left empty: computing it reads all weights. Throws
/// UsageError naming the row, option or device at fault, or if there is nothing to make; `where` is a prefix of
/// parameter names in messages ("--"). Where layers are timed for the batch size, it takes some seconds.
PlannedRun make_plan(const PlanRequest& request, const std::filesystem::path& resources, const std::string& where,
                     const std::vector<Device>& devices = list_devices(), const Sentence& hidden = driver_problem());

/// PARENT/fanlight-20260131-235959, from the local time, with a number behind it if that is there already.
std::filesystem::path new_run_folder(const std::filesystem::path& parent = {});

}  // namespace fanlight
