#pragma once

#include <string>

#include "core/devices/module_tree.h"
#include "core/models/unet_config.h"

namespace fanlight {

/// The UNet as diffusers 0.42.1 registers it with torch, module by module and in its order (which is not the order of
/// the data: the middle block comes last, attentions come before residual blocks), so that a device map made from it is
/// the one that Accelerate makes from diffusers' UNet2DConditionModel. `dtype`: torch's name.
ModuleTree unet_modules(const UNetConfig& config, const std::string& dtype);

}  // namespace fanlight
