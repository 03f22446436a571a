#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf bert_network();

}  // namespace fanlight
