#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf phi_network();

}  // namespace fanlight
