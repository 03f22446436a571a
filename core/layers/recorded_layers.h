#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/layers/state.h"
#include "core/weights/accelerator.h"

namespace fanlight {

struct Layer;

/// Runs layers as one recorded piece of a device's work, so that the host starts one thing instead of hundreds. For
/// inputs of each form a recording of its own is made, the second time that they come: the first time lets libraries
/// choose their algorithms. The first evaluation of a micro-batch is never recorded, since it fills its memory, and
/// neither are the first layers, as long as the state holds numbers of the host (a timestep). One thread.
class RecordedLayers {
public:
    explicit RecordedLayers(at::Device device) : device_(device) {}

    void run(std::span<const Layer> layers, State& state);

private:
    /// Everything that layers read, in an order that follows from the names.
    using Tensors = std::vector<at::Tensor>;

    struct Recording {
        std::string form;
        Tensors inputs;       ///< which the graph reads
        Tensors filled_from;  ///< of those that stay for a micro-batch, what they hold now
        NamedTensors output;
        std::unique_ptr<DeviceGraph> graph;  ///< none until it has been recorded
    };

    Recording* recording_of(std::span<const Layer> layers, const State& state);
    void record(Recording& recording, std::span<const Layer> layers, const State& state) const;
    void replay(Recording& recording, State& state) const;

    const at::Device device_;
    std::vector<Recording> recordings_;  ///< the most recently used last
};

}  // namespace fanlight
