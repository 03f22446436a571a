#pragma once

#include <cstdint>

#include "core/checkpoints/stored_tensors.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// A number of bytes as an integer. Throws Error for more than any machine has.
int64_t whole_bytes(double bytes);

/// A transformer over `tokens` of each text; two texts per image if guided.
PartDescription text_encoder_costs(const StoredTensors& tensors, const DescribedShape& shape, int64_t tokens);

/// The decoder of diffusers' AutoencoderKL: `blocks` resolutions, beginning with `latent_pixels`.
PartDescription decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                              int64_t blocks);

}  // namespace fanlight
