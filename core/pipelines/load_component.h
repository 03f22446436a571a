#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/weights/model_folder.h"

namespace fanlight {

/// Throws Error where the component's weights hold a tensor that nobody has taken, which means that they are another
/// network's; but for those that are `expected`.
void check_complete(const ModelFolder& folder, const std::string& component, const Weights& weights,
                    const std::function<bool(const std::string& key)>& expected);

/// The key holds one of these: an encoder half or a table of positions beside the network is usual and harmless.
std::function<bool(const std::string& key)> holding(std::vector<std::string> parts);

/// A whole component. Throws Error naming the file, the tensor or the value that is not supported.
template <typename Network>
Network load_component(const ModelFolder& folder, const std::string& component, const Weights::Placement& placement,
                       const std::vector<std::string>& harmless) {
    const Weights weights = folder.weights(component, placement);
    Network network(weights, folder.config(component));
    check_complete(folder, component, weights, holding(harmless));
    return network;
}

}  // namespace fanlight
