#include "core/devices/model_description.h"

#include <algorithm>

namespace fanlight {

int64_t ModelDescription::network_bytes() const {
    int64_t bytes = 0;
    for (const LayerDescription& layer : layers) bytes += layer.bytes;
    return bytes;
}

int64_t ModelDescription::working_bytes() const {
    int64_t bytes = decoder.working_bytes;
    for (const LayerDescription& layer : layers) bytes = std::max(bytes, layer.working_bytes);
    return bytes;
}

}  // namespace fanlight
