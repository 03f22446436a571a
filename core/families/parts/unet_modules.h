#pragma once

#include <string>

#include "core/devices/module_tree.h"
#include "core/families/parts/unet_architecture.h"

namespace fanlight {

/// The UNet as diffusers 0.42.1 registers it with torch, in registration order (not execution order: the middle block
/// comes last, attentions come before residual blocks), so that its device map equals Accelerate's for diffusers'
/// UNet2DConditionModel. `dtype`: torch's name.
ModuleTree unet_modules(const UNetConfig& config, const std::string& dtype);

}  // namespace fanlight
