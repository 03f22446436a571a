#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/checkpoints/key_maps.h"
#include "core/checkpoints/lora.h"
#include "core/checkpoints/model_files.h"

namespace fanlight {

/// The shapes of a component's parameters, by key.
using ParameterShapes = std::map<std::string, std::vector<int64_t>>;

/// A parameter that a LoRA changes, and how. The change is the LoRA's.
struct LoraMatch {
    std::string key;
    const WeightChange* change;
};

/// Finds the parameters of a component that a LoRA means. `original`: other names that its modules have in LoRAs.
/// Throws Error naming the LoRA's layers that fit no module here, by name or by shape.
std::vector<LoraMatch> match_lora(const LoraFile& lora, const Component& component, const ParameterShapes& parameters,
                                  const KeyMap& original = {});

}  // namespace fanlight
