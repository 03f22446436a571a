#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/networks/networks.h"
#include "core/parallel/parcel.h"

namespace fanlight {

/// A stage of a pipeline of which all stages are in this process.
struct StageHere {
    std::unique_ptr<Pipeline> pipeline;
    at::Device device;
};

/// Stages [0, cuts[0]), [cuts[0], cuts[1]), …, each on the next of the devices, and from the last on the first again.
inline std::vector<StageHere> stages_here(const std::filesystem::path& model, int64_t layers, std::vector<int64_t> cuts,
                                          const std::vector<at::Device>& devices = {at::kCPU},
                                          const Recipe& recipe = {}, bool packed = false,
                                          at::ScalarType dtype = at::kFloat) {
    cuts.insert(cuts.begin(), 0);
    cuts.push_back(layers);
    std::vector<StageHere> stages;
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
        const at::Device device = devices[i % devices.size()];
        const Part part{.layers = {cuts[i], cuts[i + 1]}, .first = i == 0, .last = i + 2 == cuts.size()};
        stages.push_back(
            {load_pipeline(model, {.dtype = dtype, .device = device, .packed = packed}, recipe, part), device});
    }
    return stages;
}

/// Sends the micro-batches round together, as a ring does: each parcel is packed, goes by way of main memory, and is
/// unpacked.
inline std::vector<Outputs> outputs_of_round(const std::vector<StageHere>& stages,
                                             const std::vector<std::vector<Task>>& micro_batches) {
    std::vector<std::vector<std::unique_ptr<Generation>>> under_way(micro_batches.size());
    std::deque<Parcel> ring;
    for (size_t id = 0; id < micro_batches.size(); ++id) {
        for (const StageHere& stage : stages) under_way[id].push_back(stage.pipeline->open(micro_batches[id]));
        ring.push_back({static_cast<int64_t>(id), Parcel::Data{0, under_way[id].back()->begin()}});
    }
    for (; !ring.empty(); ring.pop_front()) {
        auto [id, content] = ring.front();
        const int64_t evaluation = std::get<Parcel::Data>(content).evaluation;
        std::optional<NamedTensors> next = std::get<Parcel::Data>(content).tensors;
        for (size_t stage = 0; stage < stages.size(); ++stage) {
            PackedParcel packed = pack({id, Parcel::Data{evaluation, *next}}, at::kCPU);
            packed.block = packed.block.to(stages[stage].device);
            const Parcel arrived = unpack(packed);
            next = under_way[static_cast<size_t>(id)][stage]->run(static_cast<size_t>(evaluation),
                                                                  std::get<Parcel::Data>(arrived.content).tensors);
        }
        if (next) ring.push_back({id, Parcel::Data{evaluation + 1, *next}});
    }
    std::vector<Outputs> outputs;
    for (const auto& stages_of_one : under_way) outputs.push_back(stages_of_one.back()->finish());
    return outputs;
}

/// The same for pictures.
inline std::vector<at::Tensor> send_round(const std::vector<StageHere>& stages,
                                          const std::vector<std::vector<Task>>& micro_batches) {
    std::vector<at::Tensor> pictures;
    for (const Outputs& outputs : outputs_of_round(stages, micro_batches))
        pictures.push_back(std::get<Pictures>(outputs).images());
    return pictures;
}

}  // namespace fanlight
