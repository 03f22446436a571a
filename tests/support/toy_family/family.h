#pragma once

#include "core/families/families.h"

namespace fanlight {

/// A model family that only tests know: layers that each hold one row of numbers, and two tensors that travel from
/// layer to layer. Its folder has a "network" with {"layers": …, "width": …} and a "scheduler".
namespace toy {

inline std::string layer_name(int layer) { return std::string(1, static_cast<char>('a' + layer)); }

inline FileContents read_file(const CheckpointSource& file) {
    const CheckpointPart part(file, "toy.");
    const int64_t layers = part.count("layers.", ".weight");
    if (layers == 0) part.refuse("has no layer of a toy");
    return {.configs = {{"network", {{"layers", layers}, {"width", part.shape("layers.0.weight", 1)[0]}}},
                        {"scheduler", {{"_class_name", "EulerDiscreteScheduler"}}}},
            .tensors = {{"network", part.tensors()}}};
}

inline ModelTraits traits(const ReadConfig& read) {
    const auto [config, where] = read("network");
    return {.width = 64,
            .height = 48,
            .steps = required<int>(config, "layers", where),
            .cfg_scale = 1,
            .size_step = 16,
            .guidance = GuidanceKind::None,
            .negative_prompt = false};
}

inline ModelDescription describe(const ModelFiles& model, const DescribedShape& shape) {
    const Json config = model.config("network");
    const auto width = required<int64_t>(config, "width", "network/config.json");
    ModelDescription description{.shape = shape, .component = "network"};
    description.network.root.class_name = "ToyNetwork";
    for (int i = 0; i < required<int>(config, "layers", "network/config.json"); ++i) {
        const std::string name = layer_name(i);
        description.network.root.children.push_back(
            {.name = name, .class_name = "Linear", .parameters = {{"weight", {width}, shape.dtype}}});
        description.layers.push_back({.name = name,
                                      .bytes = static_cast<int64_t>(dtype_byte_size(shape.dtype)) * width,
                                      .flops = 4e3 * static_cast<double>(width),
                                      .state_bytes = 2,
                                      .working_bytes = 2});
    }
    return description;
}

inline const Family& family() {
    static const Family family = {
        .name = "toy",
        .title = "Toy",
        .task = "image",
        .pipeline_classes = {"ToyPipeline"},
        .components = {{"network", "config.json", {"ToyNetwork"}, "model"}, {"scheduler", "scheduler_config.json"}},
        .network = "network",
        .lora_prefixes = {{"toy_network.", "network"}},
        .recognises = [](const TensorEntries& tensors) { return has_key_below(tensors, "toy."); },
        .file_keys = {"toy."},
        .read_file = &read_file,
        .traits = &traits,
        .describe = &describe,
    };
    return family;
}

}  // namespace toy
}  // namespace fanlight
