#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf stable_diffusion_network();

}  // namespace fanlight
