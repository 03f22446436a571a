#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Stream.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "core/layers/layer_sequence.h"

namespace fanlight {

/// The offloaded layers of a model that is larger than its devices. Their weights stay in the mapped file (in the page
/// cache, if main memory suffices) and are fetched to the device when the layer runs; meanwhile another thread fetches
/// the next layer's. At most two layers are on the device. Any thread, one at a time.
class FetchedLayers {
public:
    explicit FetchedLayers(at::Device device) : device_(device) {}

    /// Adds a layer, in the order of execution. Returns a function that fetches it and runs it with one state after the
    /// other, and keeps `layers` alive.
    static std::function<void(std::span<State>)> add(const std::shared_ptr<FetchedLayers>& layers, Layer::Make make);

private:
    void run(size_t index, std::span<State> states);
    void begin_to_fetch(size_t index);
    Layer::Function fetch(size_t index);

    const at::Device device_;
    std::mutex mutex_;
    std::vector<Layer::Make> makes_;
    size_t next_ = 0;  ///< the one being fetched
    /// For copies that run concurrently with kernels. Always the same one: the allocator keeps freed blocks for the
    /// stream that they were made on, so the weights of the layer before last make room for the next one's.
    std::optional<c10::Stream> beside_;
    std::future<Layer::Function> fetching_;
};

}  // namespace fanlight
