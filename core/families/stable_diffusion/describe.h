#pragma once

#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// A model's costs: bytes from the configs and the headers of its weights, operations and activations counted layer by
/// layer for the shape. No weights are read. Throws Error naming the file or the wrong value.
ModelDescription describe_stable_diffusion(const ModelFiles& model, const DescribedShape& shape);

/// Side of the square of pixels that one latent pixel stands for.
int64_t latent_factor(const ModelFiles& model);

/// Maximum number of tokens of a prompt: the length that the network attends to.
int64_t text_length(const ModelFiles& model);

}  // namespace fanlight
