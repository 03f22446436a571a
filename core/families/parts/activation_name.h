#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/text.h"

namespace fanlight {

/// The activations that a config may name; core/layers has their functions.
inline const std::vector<std::string>& activation_names() {
    static const std::vector<std::string> names = {
        "gelu", "gelu_new", "gelu_pytorch_tanh", "mish", "quick_gelu", "relu", "silu", "swish", "tanh"};
    return names;
}

/// The activation that a config names, or `fallback`. Throws Error "WHERE: KEY: …".
inline std::string activation_name(const Json& config, const char* key, const std::string& fallback,
                                   const Place& where) {
    const auto name = optional_or<std::string>(config, key, fallback, where);
    const auto& known = activation_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
        throw Error("%1: %2: the activation %3 is not known; known: %4.", where, key, in_quotes(name), listed(known));
    return name;
}

}  // namespace fanlight
