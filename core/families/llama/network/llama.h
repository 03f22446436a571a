#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf llama_network();

}  // namespace fanlight
