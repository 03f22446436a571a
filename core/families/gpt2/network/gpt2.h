#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf gpt2_network();
NetworkHalf gpt2_classifier_network();

}  // namespace fanlight
