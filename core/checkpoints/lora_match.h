#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/checkpoints/lora.h"
#include "core/checkpoints/model_files.h"
#include "core/checkpoints/original_names.h"

namespace fanlight {

/// The shapes of a component's parameters, by key.
using ParameterShapes = std::map<std::string, std::vector<int64_t>>;

/// A parameter that a LoRA changes, and how. The change is the LoRA's.
struct LoraMatch {
    std::string key;
    const WeightChange* change;
    ChangedRows rows = {};  ///< of the change that are the parameter's
};

/// Finds the parameters of a component that a LoRA means. `original`: what its modules may also be in LoRAs. Throws
/// Error naming the LoRA's layers that fit no module here, by name or by shape.
std::vector<LoraMatch> match_lora(const LoraFile& lora, const Component& component, const ParameterShapes& parameters,
                                  const OriginalNames& original = {});

}  // namespace fanlight
