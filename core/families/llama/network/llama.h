#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf llama_network();
NetworkHalf llama_classifier_network();

}  // namespace fanlight
