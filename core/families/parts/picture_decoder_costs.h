#pragma once

#include <cstdint>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// Side of the square of pixels that one latent pixel stands for, as samplers see those of the component "vae".
int64_t latent_factor(const ModelFiles& model);

/// That component, for such latents of this size; in tiles if the shape says so.
PartDescription picture_decoder_costs(const ModelFiles& model, const DescribedShape& shape, int64_t height,
                                      int64_t width);

/// ModelDescription::mapped_bytes of a model that has a "transformer", a "vae" and, of its text encoders, these
/// tensors.
int64_t mapped_bytes(const ModelFiles& model, const std::vector<StoredTensors>& text_encoders,
                     const DescribedShape& shape);

}  // namespace fanlight
