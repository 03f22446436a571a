#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

NetworkHalf bert_network();
NetworkHalf roberta_network();
NetworkHalf distilbert_network();

}  // namespace fanlight
