#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf t5_network();

}  // namespace fanlight
