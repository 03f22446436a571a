#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

#include "core/models/unet_layers.h"

namespace fanlight {

/// Layers of a model that is larger than its devices. Their weights stay in the mapped file, or in the page cache where
/// the host's memory holds it, and come to the device when the layer runs; while it does, those of the next one are
/// fetched by a thread of their own. At most two layers are on the device. Any thread, one at a time.
class FetchedLayers {
public:
    using Make = std::function<UNetLayer::Function()>;

    explicit FetchedLayers(at::Device device) : device_(device) {}

    /// Layers are added in the order in which they run. Returns what fetches and runs it; that keeps `layers` alive.
    static UNetLayer::Function add(const std::shared_ptr<FetchedLayers>& layers, Make make);

private:
    void run(size_t index, UNetState& state);
    void begin_to_fetch(size_t index);

    const at::Device device_;
    std::mutex mutex_;
    std::vector<Make> makes_;
    size_t next_ = 0;  ///< which one is being fetched
    std::future<UNetLayer::Function> fetching_;
};

}  // namespace fanlight
