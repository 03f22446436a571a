#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

/// Pictures as diffusers' Flux2KleinPipeline makes them with one CPU generator per image. Latents are float32 in every
/// dtype.
NetworkHalf flux_2_network();

}  // namespace fanlight
