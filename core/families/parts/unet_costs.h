#pragma once

#include <vector>

#include "core/devices/model_description.h"
#include "core/families/parts/unet_architecture.h"

namespace fanlight {

/// The costs of each layer for the shape, counted by following the data through the network. `network`: its modules at
/// the shape's dtype; height and width: of the latents; tokens: number of tokens that it attends to. Throws Error if
/// the number of bytes overflows.
std::vector<LayerDescription> unet_costs(const UNetConfig& config, const ModuleTree& network,
                                         const DescribedShape& shape, int64_t height, int64_t width, int64_t tokens);

}  // namespace fanlight
