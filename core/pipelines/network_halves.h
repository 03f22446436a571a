#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/devices/model_description.h"
#include "core/pipelines/pipeline.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What is measured of a network: its layers, and what they start from.
struct Probe {
    std::vector<LayerPlan> layers;
    State first;  ///< without conditioning and memory
    Conditioning conditioning;
};

/// The network half of a model family. Its functions throw Error naming the file or the value that is not supported.
struct NetworkHalf {
    std::string family;

    std::unique_ptr<Pipeline> (*load)(ModelFolder folder, const Weights::Placement& placement, const Part& part);

    /// No weight is read before a layer is made.
    Probe (*probe)(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape);
};

/// The row of this family. Throws Error where there is none.
const NetworkHalf& network_half(const std::string& family);

/// Adds a row, before any model is opened. No other thread may use the table meanwhile.
void add_network_half(const NetworkHalf& half);

/// A model, or a part of it, with the recipe's LoRAs. Throws Error naming the file, also where a LoRA's is no longer
/// what its hash says.
std::unique_ptr<Pipeline> load_pipeline(const std::filesystem::path& model, const Weights::Placement& placement,
                                        const std::vector<Lora>& loras = {}, const Part& part = {});

}  // namespace fanlight
