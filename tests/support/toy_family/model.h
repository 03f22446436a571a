#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/toy_family/family.h"

namespace fanlight::toy {

/// Writes a model of a few numbers: of the toy family or, with another pipeline class, of another family
/// with the same network.
inline void write_model(const std::filesystem::path& folder, const std::string& pipeline_class = "ToyPipeline") {
    constexpr int layers = 6, width = 11;
    Json header;
    std::vector<float> numbers;
    for (int layer = 0; layer < layers; ++layer) {
        const size_t begin = numbers.size() * sizeof(float);
        for (int i = 0; i < width; ++i) numbers.push_back(static_cast<float>((layer * 5 + i * 7) % 17) / 8 - 1);
        header[layer_name(layer) + ".weight"] = {
            {"dtype", "F32"}, {"shape", {width}}, {"data_offsets", {begin, numbers.size() * sizeof(float)}}};
    }
    const Json index = {{"_class_name", pipeline_class},
                        {"network", {"toy", "ToyNetwork"}},
                        {"scheduler", {"diffusers", "EulerDiscreteScheduler"}}};
    write_bytes(folder / "model_index.json", to_line(index));
    write_bytes(folder / "scheduler/scheduler_config.json", R"({"_class_name": "EulerDiscreteScheduler"})");
    write_bytes(folder / "network/config.json", to_line({{"layers", layers}, {"width", width}}));
    write_bytes(folder / "network/model.safetensors", safetensors_bytes(to_line(header), bytes_of(numbers)));
}

}  // namespace fanlight::toy
