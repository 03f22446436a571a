#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/devices/model_description.h"
#include "core/pipelines/pipeline.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What is needed to time a network: its layers and their input.
struct Probe {
    std::vector<LayerPlan> layers;
    State first;  ///< without conditioning and memory
    Conditioning conditioning;
};

/// The network half of a model family. Its functions throw Error naming the file or the unsupported value.
struct NetworkHalf {
    std::string family;

    std::unique_ptr<Pipeline> (*load)(ModelFolder folder, const Weights::Placement& placement, const Part& part);

    /// No weights are read until a layer is made.
    Probe (*probe)(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape);
};

/// The row of this family. Throws Error if there is none.
const NetworkHalf& network_half(const std::string& family);

/// Adds a row. Call it before any model is opened; no other thread may use the table meanwhile.
void add_network_half(const NetworkHalf& half);

/// Loads a model, or a part of it, with the recipe's LoRAs. Throws Error naming the file, also if a LoRA's file no
/// longer matches its hash.
std::unique_ptr<Pipeline> load_pipeline(const std::filesystem::path& model, const Weights::Placement& placement,
                                        const std::vector<Lora>& loras = {}, const Part& part = {});

}  // namespace fanlight
