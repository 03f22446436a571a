#pragma once

#include <vector>

#include "core/devices/model_description.h"
#include "core/families/parts/unet_architecture.h"

namespace fanlight {

/// What each layer takes, counted for the shape by following the data through the network. `network`: its modules at
/// the shape's dtype; height and width: of the latents; tokens: that the network attends to. Throws Error for more
/// bytes than can be counted.
std::vector<LayerDescription> unet_costs(const UNetConfig& config, const ModuleTree& network,
                                         const DescribedShape& shape, int64_t height, int64_t width, int64_t tokens);

}  // namespace fanlight
