#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf gpt2_network();

}  // namespace fanlight
