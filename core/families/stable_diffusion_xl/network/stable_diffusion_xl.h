#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf stable_diffusion_xl_network();

}  // namespace fanlight
