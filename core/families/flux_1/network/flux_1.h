#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

/// Pictures as diffusers' FluxPipeline makes them with one CPU generator per image. Latents are float32 in every dtype.
NetworkHalf flux_1_network();

}  // namespace fanlight
