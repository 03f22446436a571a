#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/weights/model_folder.h"

namespace fanlight {

/// Throws TensorMisfit if a component's weights contain a tensor that has not been taken and is not `expected`: such
/// weights belong to another network.
void check_complete(const Weights& weights, const std::function<bool(const std::string& key)>& expected);

/// Expects keys that contain one of these: an encoder half or a table of positions next to the network is harmless.
std::function<bool(const std::string& key)> holding(std::vector<std::string> parts);

/// A tokenizer of the model's family, which models of the process with the same files share. Throws Error naming the
/// file, or if the family has no such component.
std::shared_ptr<Tokenizer> open_shared_tokenizer(const ModelFolder& folder, const std::string& component);

/// Loads a whole component. Throws Error naming the file, the tensor or the unsupported value.
template <typename Network>
Network load_component(const ModelFolder& folder, const std::string& component, const Weights::Placement& placement,
                       const std::vector<std::string>& harmless) {
    const Weights weights = folder.weights(component, placement);
    Network network(weights, folder.config(component));
    check_complete(weights, holding(harmless));
    return network;
}

}  // namespace fanlight
