#pragma once

#include <cstdint>

#include "core/checkpoints/stored_tensors.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// A count of bytes as the number that it is. Throws Error for more than any machine has.
int64_t whole_bytes(double bytes);

/// A transformer over `tokens` of each text, two texts an image where it is guided.
PartDescription text_encoder_costs(const StoredTensors& tensors, const DescribedShape& shape, int64_t tokens);

/// diffusers' AutoencoderKL, of which only the decoder counts: `blocks` resolutions, from `latent_pixels` on.
PartDescription decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                              int64_t blocks);

}  // namespace fanlight
