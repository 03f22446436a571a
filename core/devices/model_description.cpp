#include "core/devices/model_description.h"

#include <algorithm>

namespace fanlight {

int64_t ModelDescription::network_bytes() const {
    int64_t bytes = 0;
    for (const LayerDescription& layer : layers) bytes += layer.bytes;
    return bytes;
}

int64_t ModelDescription::working_bytes() const {
    return std::max(
        {decoder.working_bytes, refiner.working_bytes, working_bytes({0, static_cast<int64_t>(layers.size())})});
}

int64_t ModelDescription::working_bytes(const LayerRange& range) const {
    int64_t bytes = 0;
    for (int64_t i = range.begin; i < range.end; ++i)
        bytes = std::max(bytes, layers[static_cast<size_t>(i)].working_bytes);
    return bytes + kept_bytes(range);
}

int64_t ModelDescription::kept_bytes(const LayerRange& range) const {
    int64_t bytes = 0;
    for (int64_t i = range.begin; i < range.end; ++i) bytes += layers[static_cast<size_t>(i)].kept_bytes;
    return bytes;
}

}  // namespace fanlight
