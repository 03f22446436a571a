#pragma once

#include "core/pipelines/network_half.h"

namespace fanlight {

/// Pictures as diffusers' ZImagePipeline makes them with one CPU generator per image. Latents are float32 in every
/// dtype.
NetworkHalf z_image_network();

}  // namespace fanlight
