#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/batch/replaced_component.h"
#include "core/batch/task.h"
#include "core/devices/device_list.h"
#include "core/devices/memory_budget.h"

// How many items a micro-batch has. The number is part of the recipe: on many devices, last bits depend on it.
namespace fanlight {

struct BatchSize {
    int items = 1;
    Sentence why;  ///< for people, the rest of a sentence; empty: it was asked for, or is the default
};

/// "batch size 8", or "batch size 16 (auto: cuda:0 has room for no more)".
std::string text_of(const BatchSize& size);

/// For this kind of task: 8 where texts are read, else 1.
int default_batch_size(const std::string& task);

/// What choose_batch_size() depends on. Neither the list nor the mode nor the number of workers is here: whatever they
/// are, the run's results stay the same.
struct BatchSizePremises {
    std::filesystem::path model_folder;
    ReplacedComponents components = {};  ///< in place of its own
    bool vae_tiling = false;             ///< of the recipe
    bool packed_weights = false;         ///< where the user says so: see PlannedModel
    Task task;                           ///< of a row that leaves everything open
    int64_t context = 0;                 ///< the most tokens of a text; 0: no limit
    std::string dtype;                   ///< of the recipe
    std::vector<Device> devices;         ///< the run's, each once
    MemoryBudget reserved;               ///< see reserved_memory()
    int threads = 1;                     ///< with which layers are timed, as if there were one worker
};

/// Of texts, the largest power of two whose caches fit beside the model on each of the devices, up to what still gains.
/// Of images, 1, 2, 4 or 8: the largest that fits and makes an image at least 5 % faster than the one before. For that
/// it waits for a worker program, some seconds for each number that has not been timed before; a number that cannot be
/// timed in them does not count. Other tasks: the default. Throws Error for a model that cannot be described.
BatchSize choose_batch_size(const BatchSizePremises& premises);

}  // namespace fanlight
